import type { LiteLLMError } from '../../errors.ts'
import type { Json } from '../../types.ts'
import { type AdminStore, TABLES } from '../admin-store.ts'
import { refuse } from '../refuse.ts'

const GUARANTEED = 'guaranteed_throughput'

/** The limit of a key and of its team, and of each model within the metadata of both. */
const LIMITS = [
  { name: 'TPM', total: 'tpm_limit', ofModels: 'model_tpm_limit' },
  { name: 'RPM', total: 'rpm_limit', ofModels: 'model_rpm_limit' },
] as const

/**
 * Why a team cannot guarantee a key this throughput, or `undefined`: its keys together would have more than the team.
 * `token`: the key that is changed, whose old limits do not count. Mirrors `_check_team_key_limits` of LiteLLM 1.106.
 */
export async function checkThroughput(
  store: AdminStore,
  request: Json,
  team: Json | undefined,
  token?: unknown,
): Promise<LiteLLMError | undefined> {
  if (!team || (request.tpm_limit_type !== GUARANTEED && request.rpm_limit_type !== GUARANTEED)) return undefined
  const rows = await store.find(TABLES.keys, 'team_id', [String(team.team_id)])
  const others = rows.filter((row) => row.token !== token)
  for (const { name, ofModels } of LIMITS) {
    const asked = dictOf(request[ofModels])
    const ofTeam = dictOf(metadataOf(team)[ofModels])
    for (const model of Object.keys(asked)) {
      const given = others.map((row) => dictOf(metadataOf(row)[ofModels])[model])
      const refusal = overAllocated(name, given, asked[model], ofTeam[model])
      if (refusal) return refusal
    }
  }
  for (const { name, total } of LIMITS) {
    const given = others.map((row) => row[total])
    const refusal = overAllocated(name, given, request[total], team[total])
    if (refusal) return refusal
  }
  return undefined
}

/** The same for a change of a key, which may take it to another team. */
export async function checkChangedThroughput(
  store: AdminStore,
  request: Json,
  key: Json,
): Promise<LiteLLMError | undefined> {
  const teamId = request.team_id === undefined ? key.team_id : request.team_id
  const team = await store.one(TABLES.teams, 'team_id', teamId as string | null)
  return await checkThroughput(store, request, team, key.token)
}

/**
 * Why an organization cannot guarantee a team this throughput, or `undefined`: its teams together would have more than the
 * organization. Mirrors `_check_org_team_limits` of LiteLLM 1.106, but a team's own old limits do not count against it.
 */
export async function checkTeamThroughput(
  store: AdminStore,
  request: Json,
  { organization, budget, teamId }: { readonly organization: Json; readonly budget: Json; readonly teamId?: unknown },
): Promise<LiteLLMError | undefined> {
  const asked = { ...dictOf(request.metadata), ...withoutNull(request) }
  if (asked.tpm_limit_type !== GUARANTEED && asked.rpm_limit_type !== GUARANTEED) return undefined
  const rows = await store.find(TABLES.teams, 'organization_id', [String(organization.organization_id)])
  const others = rows.filter((row) => row.team_id !== teamId)
  for (const { name, total, ofModels } of LIMITS) {
    const ofOrganization = dictOf(metadataOf(organization)[ofModels])
    for (const [model, limit] of Object.entries(dictOf(asked[ofModels]))) {
      const given = others.map((row) => dictOf(metadataOf(row)[ofModels])[model])
      const refusal =
        overAllocated(name, given, limit, budget[total], WITHIN_ORGANIZATION) ??
        overAllocated(name, given, limit, ofOrganization[model], WITHIN_ORGANIZATION)
      if (refusal) return refusal
    }
  }
  for (const { name, total } of LIMITS) {
    const given = others.map((row) => row[total])
    const refusal = overAllocated(name, given, request[total], budget[total], WITHIN_ORGANIZATION)
    if (refusal) return refusal
  }
  return undefined
}

const WITHIN_TEAM = ['Key', 'team'] as const
const WITHIN_ORGANIZATION = ['Team', 'organization'] as const

function overAllocated(
  name: string,
  given: readonly unknown[],
  asked: unknown,
  most: unknown,
  [part, whole]: readonly [part: string, whole: string] = WITHIN_TEAM,
): LiteLLMError | undefined {
  const allocated = given.reduce((sum: number, limit) => sum + (Number(limit) || 0), 0)
  if (typeof asked !== 'number' || typeof most !== 'number' || allocated + asked <= most) return undefined
  const sentence = `Allocated ${name} limit=${allocated} + ${part} ${name} limit=${asked}`
  return refuse(400, `${sentence} is greater than ${whole} ${name} limit=${most}`)
}

function withoutNull(members: Json): Json {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => (value ?? null) !== null))
}

function metadataOf(row: Json): Json {
  return (row.metadata ?? {}) as Json
}

function dictOf(value: unknown): Json {
  return typeof value === 'object' && value !== null ? (value as Json) : {}
}
