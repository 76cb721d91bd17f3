import { readFileSync } from 'node:fs'
import { roleOf } from '../../admission/credential/credential.ts'
import type { LedgerAnswer, ModelsAnswer, Reader, State } from '../../dashboard/answers.ts'
import type { DeploymentHours } from '../../dashboard/deployment-hours.ts'
import type { Happenings } from '../../dashboard/happenings.ts'
import { LiteLLMError } from '../../errors.ts'
import type { Gateway } from '../../gateway.ts'
import type { BalancingRouter } from '../../models/routing/router.ts'
import type { VirtualKey } from '../../types.ts'
import { abilitiesOf, factsFor, largest } from '../model-abilities.ts'
import type { KnownModels } from '../models-known.ts'

/** What the dashboard's routes look at. */
export interface DashboardSources {
  readonly gateway: Gateway
  readonly known: KnownModels
  readonly hours: DeploymentHours
  readonly happenings: Happenings
}

/** More dead letters are counted, and not shown. */
const MOST_LETTERS = 200

const { version: VERSION } = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'))

export function isAdministrator(key: VirtualKey): boolean {
  const role = roleOf(key)
  return role === 'proxy_admin' || role === 'proxy_admin_viewer'
}

/** What the page must know beside the reports. Secrets and addresses of providers are not in it. */
export async function stateOf(sources: DashboardSources, key: VirtualKey): Promise<State> {
  const { gateway, known } = sources
  const { desk, openCalls, admission, calls } = gateway
  const isAdmin = isAdministrator(key)
  return {
    version: VERSION,
    reader: readerOf(key, isAdmin),
    database: await gateway.database(),
    model_groups: known.groupsFor(key),
    keeps_prompts: calls.keepsAnswerOf?.(key) ?? false,
    deployments: deploymentsOf(sources, key),
    ...(isAdmin && {
      durability: desk?.durability ?? null,
      ledger: gateway.spend() ?? null,
      outboxes: desk?.outboxes() ?? [],
      open_calls: openCalls?.size ?? 0,
      reserved_calls: admission.running?.() ?? 0,
    }),
  }
}

function readerOf(key: VirtualKey, isAdmin: boolean): Reader {
  const role = roleOf(key)
  return {
    role: role ?? null,
    user_id: key.owners.userId ?? null,
    team_id: key.owners.teamId ?? null,
    key_alias: key.alias ?? key.name ?? null,
    is_admin: isAdmin,
    may_change: role === 'proxy_admin',
    spend: key.spend,
    max_budget: key.maxBudget ?? null,
    rpm_limit: key.limits?.rpm ?? null,
    tpm_limit: key.limits?.tpm ?? null,
    expires: key.expiresAt?.toISOString() ?? null,
    models: key.models,
  }
}

/** Those that the key may use. */
function deploymentsOf({ gateway: { router, prices }, known }: DashboardSources, key: VirtualKey) {
  const { coolingMs } = router as Partial<BalancingRouter>
  const models = isAdministrator(key) ? known.models() : known.modelsFor(key)
  return models.map((model) => {
    const { deployment } = model
    const price = prices.find(deployment)?.price
    const facts = factsFor(model, prices)
    const can = Object.entries(abilitiesOf([facts])).filter(([, isAble]) => isAble)
    return {
      id: deployment.id,
      model_group: deployment.modelGroup,
      model: deployment.litellmModel ?? deployment.model,
      provider: deployment.provider,
      cooling_ms: coolingMs?.(deployment) ?? 0,
      has_price: price !== undefined,
      input_cost_per_token: numberOf(price?.input_cost_per_token),
      output_cost_per_token: numberOf(price?.output_cost_per_token),
      abilities: can.map(([name]) => name.replace('supports_', '').replaceAll('_', ' ')),
      max_input_tokens: largest([facts], 'max_input_tokens'),
    }
  })
}

function numberOf(value: unknown): number | null {
  return typeof value === 'number' ? value : null
}

/** How often others have called a deployment is for administrators; how fast it is, for all who may call it. */
export function modelsOf({ known, hours }: DashboardSources, key: VirtualKey): ModelsAnswer {
  const isAdmin = isAdministrator(key)
  const models = isAdmin ? known.models() : known.modelsFor(key)
  const found = models.map(({ deployment: { id } }) => hours.of(id)).filter((hour) => hour !== undefined)
  return {
    since: hours.since.toISOString(),
    hours: isAdmin ? found : found.map((hour) => ({ ...hour, minutes: [], errors: {} })),
  }
}

/** What the ledger holds, has refused and has found. */
export async function ledgerOf({ gateway, happenings }: DashboardSources): Promise<LedgerAnswer> {
  const { desk } = gateway
  const [journal, letters] = await Promise.all([desk?.journal(), desk?.letters()])
  return {
    durability: desk?.durability ?? null,
    retention_ms: desk?.retentionMs ?? null,
    gauges: gateway.spend() ?? null,
    outboxes: desk?.outboxes() ?? [],
    journal: journal ?? null,
    letters: letters?.slice(0, MOST_LETTERS) ?? [],
    letters_total: letters?.length ?? 0,
    reconcile: desk?.reconcile?.last() ?? null,
    can_reconcile: desk?.reconcile !== undefined,
    flushes: happenings.flushes,
    happenings: happenings.list,
  }
}

interface Requeue {
  readonly id?: unknown
  readonly callback?: unknown
}

/** `POST <mount>/ledger/requeue`: a dead letter goes back into its queue. */
export async function requeue({ gateway: { desk } }: DashboardSources, body: unknown): Promise<{ requeued: boolean }> {
  const { id, callback } = (body ?? {}) as Requeue
  if (typeof id !== 'string') throw new LiteLLMError('bad_request', { message: '`id` must name a dead letter.' })
  const source = typeof callback === 'string' ? callback : undefined
  const isDone = (await desk?.requeue(source, id).catch(damaged)) ?? false
  if (!isDone) {
    throw new LiteLLMError('not_found', { message: `There is no dead letter ${id}, or no room for it in its queue.` })
  }
  return { requeued: true }
}

function damaged(cause: unknown): never {
  throw new LiteLLMError('bad_request', { cause, message: 'This dead letter cannot be read, or not be queued now.' })
}

/** `POST <mount>/ledger/reconcile`: begins to compare totals with the log. Nothing is corrected. */
export function startReconcile({ gateway: { desk } }: DashboardSources, body: unknown): { started: boolean } {
  const { since } = (body ?? {}) as { readonly since?: unknown }
  if (since !== undefined && !(typeof since === 'string' && /^\d{4}-\d\d-\d\d$/.test(since))) {
    throw new LiteLLMError('bad_request', { message: '`since` must be a day such as 2026-11-30.' })
  }
  if (!desk?.reconcile) throw new LiteLLMError('no_database')
  return { started: desk.reconcile.start(since) }
}
