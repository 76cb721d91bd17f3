import type { Step } from '../../database/changes.ts'
import type { Json } from '../../types.ts'
import { TABLES } from '../admin-store.ts'
import { NEW_USER } from '../answer-forms.ts'
import { answered } from '../answers.ts'
import { budgetRow } from '../budgets/budget-row.ts'
import { nameOf } from '../caller.ts'
import { type AdminCall, endpoint } from '../endpoint.ts'
import { checkAlias } from '../keys/create-key.ts'
import { generatedKey } from '../keys/key-fields.ts'
import { checkAmounts, checkDurations } from '../keys/key-limits.ts'
import { planKey } from '../keys/plan-key.ts'
import { planPermission } from '../object-permission.ts'
import { checkRunsTeam } from '../team-rights.ts'
import {
  checkMayCreateUser,
  checkNewUser,
  checkNoPassword,
  checkRole,
  newUserBody,
  type UserBody,
  userRow,
} from './user-row.ts'

/** `POST /user/new`: a user, and a first key unless `auto_create_key` is false. Budgets are the user's, not the key's. */
export const newUser = endpoint({
  access: 'members',
  body: newUserBody,
  stores: [TABLES.users, TABLES.keys],
  async run(call) {
    const { store, settings, caller, body: request, now, route } = call
    const refusal =
      (await checkMayCreateUser(store, caller, request, route)) ??
      checkRole(request, caller) ??
      checkNoPassword(request) ??
      checkAmounts(request) ??
      checkDurations(request, now) ??
      (await checkNewUser(store, request))
    if (refusal) throw refusal
    const teams = teamsOf(request)
    const permission = planPermission(request.object_permission)
    const known = await store.find(
      TABLES.teams,
      'team_id',
      teams.map((team) => team.team_id),
    )
    const asked = { ...request, teams: known.map((team) => team.team_id), object_permission_id: permission.id }
    const user = userRow(asked, settings, now)
    const key = request.auto_create_key === false ? undefined : await planUserKey(call, user.user_id)
    const [[written], [writtenKey]] = (await store.write({
      steps: [
        { kind: 'insert', table: TABLES.users, rows: [user] },
        { kind: 'insert', table: TABLES.keys, rows: key ? [key.row] : [] },
        ...permission.steps,
        ...(await teamSteps(call, user, teams)),
        organizationStep(call, user),
      ],
      audit: [
        { action: 'created', table: TABLES.users, id: user.user_id, after: user },
        ...(key ? [{ action: 'created', table: TABLES.keys, id: key.row.token, after: key.row } as const] : []),
      ],
      forget: '*',
    })) as [[Json], [Json?]]
    return shownNewUser(
      { ...written, teams: request.teams ? written.teams : null },
      key && writtenKey && generatedKey(writtenKey, key.secret),
    )
  },
})

/** What LiteLLM says of a new user is of its first key, but for these members, which are the user's own. */
const OF_USER = [
  ...['user_id', 'user_email', 'user_role', 'user_alias', 'models', 'max_budget', 'spend', 'tpm_limit', 'rpm_limit'],
  ...['metadata', 'budget_duration', 'max_parallel_requests', 'allowed_cache_controls'],
]
/** Without a key: what is empty, and what is null where it is empty for the user, too. */
const WITHOUT_KEY: Json = { key: '', config: {}, permissions: {}, aliases: {} }
const NULL_WITHOUT_KEY = ['policies', 'router_settings', 'access_group_ids', 'budget_fallbacks', 'model_max_budget']

function shownNewUser(user: Json, key: Json | undefined): Json {
  const own = Object.fromEntries(OF_USER.map((name) => [name, user[name]]))
  const answer = answered(NEW_USER, { ...(key ?? WITHOUT_KEY), ...own, token: null, token_id: null })
  const without = key ? { policies: key.policies } : nulls(user)
  return { ...answer, ...without, teams: user.teams }
}

function nulls(user: Json): Json {
  const isEmpty = (value: unknown) => Object.keys((value ?? {}) as object).length === 0
  return Object.fromEntries(NULL_WITHOUT_KEY.map((name) => [name, isEmpty(user[name]) ? null : user[name]]))
}

/** The first key of a user: what the request says of a key, without the budget. */
async function planUserKey({ store, settings, body, now }: AdminCall<UserBody>, userId: string) {
  await checkAlias(store, body.key_alias)
  const { max_budget: _max, soft_budget: _soft, budget_duration: _duration, model_max_budget: _models, ...rest } = body
  return planKey(
    { ...rest, user_id: userId, budget_id: null },
    {
      settings,
      now,
      by: undefined,
      hasColumn: (name) => store.hasColumn(TABLES.keys, name),
      links: {},
    },
  )
}

interface TeamOfUser {
  readonly team_id: string
  readonly max_budget_in_team?: number | null
  readonly user_role?: string | null
}

function teamsOf({ teams }: UserBody): readonly TeamOfUser[] {
  return (teams ?? []).map((team) => (typeof team === 'string' ? { team_id: team } : team))
}

async function teamSteps(call: AdminCall<UserBody>, user: Json, teams: readonly TeamOfUser[]): Promise<Step[]> {
  const { store, caller, now, route } = call
  const joins: { id: Json; members: Json[] }[] = []
  const budgets: Json[] = []
  const memberships: Json[] = []
  for (const { team_id: id, max_budget_in_team: max, user_role: role } of teams) {
    const team = await store.one(TABLES.teams, 'team_id', id)
    if (!team) continue
    const refusal = await checkRunsTeam(store, caller, team, route)
    if (refusal) throw refusal
    const own = typeof max === 'number' ? budgetRow({ max_budget: max }, nameOf(caller), now) : undefined
    const shared = (team.metadata as Json | null)?.team_member_budget_id
    const budgetId = own?.budget_id ?? shared ?? null
    joins.push({
      id: { team_id: id },
      members: [{ user_id: user.user_id, user_email: user.user_email, role: role ?? 'user' }],
    })
    if (own) budgets.push(own)
    memberships.push({ user_id: user.user_id, team_id: id, budget_id: budgetId })
  }
  return [
    { kind: 'join', table: TABLES.teams, rows: joins },
    { kind: 'insert', table: TABLES.budgets, rows: budgets },
    { kind: 'upsert', table: TABLES.memberships, key: ['user_id', 'team_id'], rows: memberships },
  ]
}

function organizationStep({ body, now }: AdminCall<UserBody>, user: Json): Step {
  const at = now.toISOString()
  return {
    kind: 'ensure',
    table: TABLES.organizationMemberships,
    key: ['user_id', 'organization_id'],
    rows: (body.organizations ?? []).map((organization) => ({
      user_id: user.user_id,
      organization_id: organization,
      user_role: 'internal_user',
      created_at: at,
      updated_at: at,
    })),
  }
}
