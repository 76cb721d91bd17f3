import { listAllows } from '../../auth/model-list.ts'
import { pythonFloat, pythonList } from '../../auth/python-text.ts'
import type { LiteLLMError } from '../../errors.ts'
import type { Json } from '../../types.ts'
import type { AdminStore } from '../admin-store.ts'
import type { Caller } from '../caller.ts'
import { metadataAfter } from '../keys/key-metadata.ts'
import { checkExtras } from '../keys/key-owners.ts'
import { checkMetadata, type MetadataChange } from '../keys/metadata-rights.ts'
import { refuseDict } from '../refuse.ts'
import { TABLES } from '../tables.ts'
import type { TeamBody } from './team-fields.ts'

const AUTH = { type: 'auth_error' }

/** A warning has to come before the end. */
export function checkTeamBudgets(
  { soft_budget: soft, max_budget: max }: TeamBody,
  before: Json = {},
): LiteLLMError | undefined {
  const [low, high] = [soft === undefined ? before.soft_budget : soft, max === undefined ? before.max_budget : max]
  if (typeof low !== 'number' || typeof high !== 'number' || low < high) return undefined
  return refuseDict(
    400,
    `soft_budget (${pythonFloat(low)}) must be strictly lower than max_budget (${pythonFloat(high)})`,
    AUTH,
  )
}

/** Who is no administrator gives a team no more than they have. `before`: the team, where it is there already. */
export function checkTeamLimits(
  request: TeamBody,
  { admin, role, key }: Caller,
  before?: Json,
): LiteLLMError | undefined {
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
      return refuseDict(400, `${name} higher than user max. User ${name}=${own}. User role=${role ?? 'None'}`, AUTH)
    }
  }
  const { models: own } = user
  const wanted = request.models ?? []
  if (own.length === 0 || wanted.every((model) => own.includes(model))) return undefined
  return refuseDict(
    400,
    `Model not in allowed user models. User allowed models=${pythonList(own)}. User id=${user.id}`,
    AUTH,
  )
}

/** Why an admin of an organization may not give a team of it these models, or `undefined`. */
export async function checkOrganizationModels(
  store: AdminStore,
  { admin }: Caller,
  organization: unknown,
  models: readonly string[] | null | undefined,
): Promise<LiteLLMError | undefined> {
  if (admin || typeof organization !== 'string' || !models) return undefined
  const { models: own } = (await store.one(TABLES.organizations, 'organization_id', organization)) ?? {}
  const allowed = Array.isArray(own) ? (own as string[]) : []
  const denied = models.find((model) => !listAllows(allowed, model))
  if (denied === undefined) return undefined
  return refuseDict(
    403,
    `Model '${denied}' is not in the models of organization=${organization}. Allowed models=${pythonList(allowed)}`,
    AUTH,
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
