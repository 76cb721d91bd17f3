import { randomBytes, randomUUID } from 'node:crypto'
import { pythonFloat, pythonList } from '../../admission/facts/python-text.ts'
import { listAllows } from '../../admission/models/model-access.ts'
import type { Step } from '../../database/changes.ts'
import type { LiteLLMError } from '../../errors.ts'
import type { Json } from '../../types.ts'
import { type AdminStore, TABLES } from '../admin-store.ts'
import { TEAM, TEAM_MODELS, TEAM_MODELS_ROW, TEAM_ROW } from '../answer-forms.ts'
import { answered } from '../answers.ts'
import { budgetPatch, budgetRow } from '../budgets/budget-row.ts'
import { type Caller, nameOf } from '../caller.ts'
import { endpoint } from '../endpoint.ts'
import { metadataAfter } from '../keys/key-fields.ts'
import { checkAmounts, checkDurations } from '../keys/key-limits.ts'
import { checkExtras } from '../keys/key-rights.ts'
import { checkMetadata, type MetadataChange } from '../keys/metadata-rights.ts'
import { checkTeamThroughput } from '../keys/throughput.ts'
import { planPermission } from '../object-permission.ts'
import { adminOnly, refuse, refuseDict } from '../refuse.ts'
import { checkRouterSettings } from '../router-settings.ts'
import { checkTeamOrganization, getTeam, isOrganizationAdmin } from '../team-rights.ts'
import { shownMembers, teamModelsOf } from './info.ts'
import { planMembers } from './member-add.ts'
import { newTeamBody, planTeamModels, type TeamBody, teamPatch, teamRow, updateTeamBody } from './team-row.ts'

/** `POST /team/update`: what is not sent stays. Members have endpoints of their own. */
export const updateTeam = endpoint({
  access: 'anyone',
  body: updateTeamBody,
  stores: [TABLES.teams],
  async run({ store, settings, caller, body: request, now }) {
    const id = request.team_id
    const before = await getTeam(store, id)
    const targets = [before.organization_id, request.organization_id ?? before.organization_id]
    for (const organization of caller.admin ? [] : targets) {
      if (await isOrganizationAdmin(store, caller, organization)) continue
      throw refuse(403, 'You do not have access to this team')
    }
    const refusal =
      checkAmounts(request) ??
      checkDurations(request, now) ??
      checkTeamBudgets(request, before) ??
      checkRouterSettings(request.router_settings, id, settings) ??
      checkTeamLimits(request, caller, before) ??
      (await checkOrganizationLimits(store, targets[1], request, id))
    if (refusal) throw refusal
    const by = nameOf(caller)
    const budget = planMemberBudget(request, before, by, now)
    const models = await planTeamModels(store, request.model_aliases, before.model_id, by, now)
    const permission = planPermission(request.object_permission, before.object_permission_id)
    const links = { model_id: models.id, object_permission_id: permission.id, member_budget_id: budget?.id }
    const set = teamPatch(request, before, links, now)
    const [[row]] = (await store.write({
      guard: { table: TABLES.teams, id: { team_id: id } },
      steps: [
        { kind: 'update', table: TABLES.teams, rows: [{ id: { team_id: id }, set }] },
        ...(budget?.steps ?? []),
        ...models.steps,
        ...permission.steps,
      ],
      audit: [{ action: 'updated', table: TABLES.teams, id, before, after: set }],
      forget: '*',
    })) as [[Json]]
    const named = (await teamModelsOf(store, [row], TEAM_MODELS_ROW)).get(row.model_id) ?? null
    return { team_id: id, data: answered(TEAM_ROW, row, { litellm_model_table: named }) }
  },
})

/** `POST /team/new`: a team, with who has made it as its admin. */
export const newTeam = endpoint({
  access: 'members',
  body: newTeamBody,
  stores: [TABLES.teams],
  async run({ store, settings, caller, body, now, route }) {
    const request = withTeamDefaults(body, settings.defaultTeamParams)
    if (!caller.admin && !(await isOrganizationAdmin(store, caller, request.organization_id))) {
      throw (await checkTeamOrganization(store, caller, request.organization_id, route)) ?? adminOnly(caller, route)
    }
    const refusal =
      checkAmounts(request) ??
      checkDurations(request, now) ??
      checkTeamBudgets(request) ??
      checkRouterSettings(request.router_settings, request.team_id, settings) ??
      checkTeamLimits(request, caller) ??
      (await checkOrganizationLimits(store, request.organization_id, request))
    if (refusal) throw refusal
    const id = request.team_id ?? randomUUID()
    if (await store.one(TABLES.teams, 'team_id', id)) {
      throw refuseDict(400, `Team id = ${id} already exists. Please use a different team id.`)
    }
    const by = nameOf(caller)
    const budget = planMemberBudget(request, {}, by, now)
    const people = [
      ...(request.members_with_roles ?? []).filter((p) => p.user_id !== by),
      { user_id: by, role: 'admin' },
    ]
    const { members, steps } = await planMembers(people, {
      ...{ store, settings, by, now },
      teamId: id,
      sharedBudgetId: budget?.id,
    })
    const models = await planTeamModels(store, request.model_aliases, undefined, by, now)
    const permission = planPermission(request.object_permission)
    const links = {
      members,
      model_id: models.id,
      object_permission_id: permission.id,
      member_budget_id: budget?.id,
    }
    const team = teamRow(id, request, links, now)
    const [[row]] = (await store.write({
      steps: [
        { kind: 'insert', table: TABLES.teams, rows: [team] },
        ...(budget?.steps ?? []),
        ...models.steps,
        ...permission.steps,
        ...steps,
      ],
      audit: [{ action: 'created', table: TABLES.teams, id, after: team }],
      forget: '*',
    })) as [[Json]]
    const named = (await teamModelsOf(store, [row], TEAM_MODELS)).get(row.model_id) ?? null
    return answered(TEAM, row, { members_with_roles: shownMembers(row), litellm_model_table: named })
  },
})

/** `default_team_params`, for what a request leaves open. */
function withTeamDefaults(request: TeamBody, defaults: Json = {}): TeamBody {
  const open = Object.keys(defaults).filter((name) => (request[name] ?? null) === null)
  return { ...request, ...Object.fromEntries(open.map((name) => [name, defaults[name]])) }
}

/** A warning has to come before the end. */
function checkTeamBudgets(
  { soft_budget: soft, max_budget: max }: TeamBody,
  before: Json = {},
): LiteLLMError | undefined {
  const [low, high] = [soft === undefined ? before.soft_budget : soft, max === undefined ? before.max_budget : max]
  if (typeof low !== 'number' || typeof high !== 'number' || low < high) return undefined
  return refuseDict(
    400,
    `soft_budget (${pythonFloat(low)}) must be strictly lower than max_budget (${pythonFloat(high)})`,
  )
}

/** Who is no administrator gives a team no more than they have. `before`: the team, where it is there already. */
function checkTeamLimits(request: TeamBody, { admin, role, key }: Caller, before?: Json): LiteLLMError | undefined {
  if (admin) return undefined
  const extra = checkExtras(request) ?? checkMetadata(metadataOf(request, before))
  const { user } = key
  if (extra || !user) return extra
  const limits = [
    ['max budget', request.max_budget, user.maxBudget],
    ['tpm limit', request.tpm_limit, user.limits?.tpm],
    ['rpm limit', request.rpm_limit, user.limits?.rpm],
  ] as const
  for (const [name, asked, own] of limits) {
    if (typeof asked === 'number' && own !== undefined && asked > own) {
      return refuseDict(400, `${name} higher than user max. User ${name}=${own}. User role=${role ?? 'None'}`)
    }
  }
  const { models: own } = user
  const wanted = request.models ?? []
  if (own.length === 0 || wanted.every((model) => own.includes(model))) return undefined
  return refuseDict(400, `Model not in allowed user models. User allowed models=${pythonList(own)}. User id=${user.id}`)
}

/** Why a team may not have what its organization has not, or `undefined`. */
export async function checkOrganizationLimits(
  store: AdminStore,
  id: unknown,
  request: Pick<TeamBody, 'models' | 'max_budget' | 'tpm_limit' | 'rpm_limit'>,
  teamId?: string,
): Promise<LiteLLMError | undefined> {
  if (typeof id !== 'string') return undefined
  const organization = await store.one(TABLES.organizations, 'organization_id', id)
  if (!organization) return refuse(400, `Organization not found for organization_id=${id}`)
  const budget = (await store.one(TABLES.budgets, 'budget_id', organization.budget_id as string | null)) ?? {}
  for (const name of ['max_budget', 'tpm_limit', 'rpm_limit'] as const) {
    const [asked, most] = [request[name], budget[name]]
    if (typeof asked !== 'number' || typeof most !== 'number' || asked <= most) continue
    const text = (amount: number) => (name === 'max_budget' ? pythonFloat(amount) : String(amount))
    const sentence = `Team ${name} (${text(asked)}) exceeds organization's ${name} (${text(most)}).`
    return refuseDict(400, `${sentence} Organization: ${id}`)
  }
  const allowed = Array.isArray(organization.models) ? (organization.models as string[]) : []
  const denied = (request.models ?? []).find((model) => !listAllows(allowed, model))
  if (denied === undefined) return await checkTeamThroughput(store, request, { organization, budget, teamId })
  return refuseDict(
    400,
    `Model '${denied}' not in organization's allowed models. ` +
      `Organization allowed models=${pythonList(allowed)}. Organization: ${id}`,
  )
}

/** The link to the budget of the members stays, whatever a request says. */
function metadataOf(request: TeamBody, team: Json | undefined): MetadataChange {
  const before = (team?.metadata ?? {}) as Json
  const asked: Json = request
  const after = metadataAfter({ ...asked, ...(request.metadata === null && { metadata: {} }) }, before, () => true)
  const link = before.team_member_budget_id
  return {
    before: team && before,
    after: { ...(after ?? before), ...(link ? { team_member_budget_id: link } : {}) },
    runsTeam: true,
  }
}

interface MemberBudget {
  readonly id: unknown
  readonly steps: readonly Step[]
}

/** The budget that each member of a team has within it, when the request speaks of one: a new one, or the team's own. */
function planMemberBudget(request: TeamBody, before: Json, by: string, now: Date): MemberBudget | undefined {
  const asked = {
    max_budget: request.team_member_budget,
    budget_duration: request.team_member_budget_duration,
    rpm_limit: request.team_member_rpm_limit,
    tpm_limit: request.team_member_tpm_limit,
  }
  const given = Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== undefined))
  if (Object.keys(given).length === 0) return undefined
  const linked = (before.metadata as Json | null | undefined)?.team_member_budget_id
  if (linked) {
    const rows = [{ id: { budget_id: linked }, set: budgetPatch(given, by, now) }]
    return { id: linked, steps: [{ kind: 'update', table: TABLES.budgets, rows }] }
  }
  // Like LiteLLM: a new one lasts as long as the team's, unless the request says otherwise.
  const duration = request.team_member_budget_duration === undefined ? request.budget_duration : undefined
  const alias = request.team_alias ?? before.team_alias ?? 'none'
  const id = `team-${alias}-budget-${randomBytes(16).toString('hex')}`
  const row = budgetRow({ ...(duration ? { budget_duration: duration } : {}), ...given, budget_id: id }, by, now)
  return { id, steps: [{ kind: 'insert', table: TABLES.budgets, rows: [row] }] }
}
