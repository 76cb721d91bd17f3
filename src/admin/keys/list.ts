import { z } from 'zod'
import type { Json } from '../../types.ts'
import { TABLES } from '../admin-store.ts'
import { BUDGET, LISTED_KEY } from '../answer-forms.ts'
import { answered } from '../answers.ts'
import { isTeamAdmin } from '../caller.ts'
import { type AdminCall, endpoint, flag, page, text } from '../endpoint.ts'
import { refuse, refuseDict } from '../refuse.ts'
import { findTeamsWithMember } from '../sql/find-teams-with-member.ts'
import { KEY_SORTS, type KeyFilter, listKeys } from '../sql/list-keys.ts'
import { isOrganizationAdmin, runsTeam } from '../team-rights.ts'
import { findKeyRow, tokenOf } from './find-key.ts'
import { maySee } from './key-rights.ts'

const query = z.looseObject({
  page: page(1),
  size: page(10, 100),
  user_id: text,
  team_id: text,
  organization_id: text,
  key_hash: text,
  key_alias: text,
  return_full_object: flag,
  include_team_keys: flag,
  include_created_by_keys: flag,
  sort_by: text,
  sort_order: z.string().default('desc'),
  expand: z.unknown().optional(),
  status: text,
  expires: text,
  search: text,
  substring_matching: flag,
  project_id: text,
  access_group_id: text,
  agent_id: text,
})
type Query = z.output<typeof query>

/** `GET /key/list`: hashes, or whole rows. Who is no administrator sees own keys, and those of teams they run. */
export const listKeysEndpoint = endpoint({
  access: 'anyone',
  query,
  async run(call) {
    const { store, query: asked } = call
    checkValues(asked)
    const table = asked.status === 'deleted' ? TABLES.deletedKeys : TABLES.keys
    const filter = await filterOf(call)
    const paging = {
      table,
      sort: KEY_SORTS.find((sort) => sort === asked.sort_by) ?? 'created_at',
      descending: asked.sort_by === undefined || asked.sort_order.toLowerCase() === 'desc',
      limit: asked.size,
      offset: (asked.page - 1) * asked.size,
    }
    const { rows, total } = store.has(table) ? await listKeys(store.sql, filter, paging) : { rows: [], total: 0 }
    const whole = asked.return_full_object || asked.expand !== undefined
    return {
      keys: whole ? await wholeRows(call, rows) : rows.map((row) => row.token),
      total_count: total,
      current_page: asked.page,
      total_pages: Math.ceil(total / asked.size),
    }
  },
})

const STATUSES = ['active', 'expired', 'revoked', 'deleted']

function checkValues({ status, expires, sort_by: sort, sort_order: order }: Query): void {
  if (status && !STATUSES.includes(status)) {
    throw refuseDict(400, "Invalid status value. Supported: 'active', 'expired', 'revoked', 'deleted'.")
  }
  if (expires && expires !== 'active' && expires !== 'expired') {
    throw refuseDict(400, "Invalid expires value. Supported: 'active', 'expired'.")
  }
  if (!sort) return
  if (!KEY_SORTS.some((known) => known === sort)) {
    throw refuseDict(400, `Invalid sort column. Must be one of: ${KEY_SORTS.join(', ')}`)
  }
  if (!/^(asc|desc)$/i.test(order)) throw refuseDict(400, "Invalid sort order. Must be 'asc' or 'desc'")
}

async function wholeRows({ store, query: { expand } }: AdminCall<unknown, Query>, rows: readonly Json[]) {
  const ids = rows.flatMap((row) => [row.user_id, row.created_by] as (string | null)[])
  const users = [expand].flat().includes('user') ? await store.find(TABLES.users, 'user_id', ids) : []
  const budgets = await store.find(
    TABLES.budgets,
    'budget_id',
    rows.map((row) => row.budget_id as string | null),
  )
  return rows.map((row) => {
    const budget = budgets.find((found) => found.budget_id === row.budget_id)
    return answered(LISTED_KEY, row, {
      org_id: row.organization_id,
      litellm_budget_table: budget ? answered(BUDGET, budget) : null,
      user: person(users, row.user_id),
      created_by_user: person(users, row.created_by),
    })
  })
}

function person(users: readonly Json[], id: unknown): Json | null {
  const { user_id, user_email, user_alias } = users.find((found) => found.user_id === id) ?? {}
  return user_id === undefined ? null : { user_id, user_email, user_alias }
}

async function filterOf(call: AdminCall<unknown, Query>): Promise<KeyFilter> {
  const { store, caller, query: asked } = call
  const filter: KeyFilter = {
    ...(asked.user_id && { userId: asked.user_id }),
    ...(asked.team_id && { teamId: asked.team_id }),
    ...(asked.organization_id && { organizationId: asked.organization_id }),
    ...(asked.key_hash && { hashedToken: tokenOf(asked.key_hash) }),
    ...(asked.key_alias && { [asked.substring_matching ? 'aliasPart' : 'alias']: asked.key_alias }),
    ...(asked.search && { search: tokenOf(asked.search), aliasOrToken: asked.search }),
    ...(asked.project_id && { projectId: asked.project_id }),
    ...(asked.access_group_id && { accessGroupId: asked.access_group_id }),
    ...(asked.agent_id && { agentId: asked.agent_id }),
    ...(asked.status && asked.status !== 'deleted' && { status: asked.status, now: call.now.toISOString() }),
    ...(asked.expires && { expires: asked.expires, now: call.now.toISOString() }),
  }
  if (caller.adminView) return filter
  const userId = await checkFilter(call)
  const teams = asked.include_team_keys ? await findTeamsWithMember(store.sql, userId) : []
  const run = teams.filter((team) => isTeamAdmin(team, caller)).map((team) => String(team.team_id))
  const [team] = asked.team_id ? await store.find(TABLES.teams, 'team_id', [asked.team_id]) : []
  return {
    ...filter,
    ...(!(team && (await runsTeam(store, caller, team))) && !filter.organizationId && { userId }),
    ...(run.length > 0 && { alsoTeams: run }),
    ...(asked.include_created_by_keys && { alsoCreatedBy: userId }),
  }
}

/** The user who asks. Rejects for a caller without one, and for one who asks for the keys of others. */
async function checkFilter({ store, caller, query: asked }: AdminCall<unknown, Query>): Promise<string> {
  const { userId } = caller
  if (userId === undefined) {
    throw forbidden(
      'user_id',
      "You are not authorized to access this endpoint. No 'user_id' is associated with your API key.",
    )
  }
  if (asked.user_id && asked.user_id !== userId) {
    throw forbidden('user_id', "You are not authorized to check another user's keys")
  }
  if (asked.organization_id && !(await isOrganizationAdmin(store, caller, asked.organization_id))) {
    throw forbidden('organization_id', "You are not authorized to check this organization's keys")
  }
  if (asked.key_hash) {
    const row = await findKeyRow(store, asked.key_hash)
    if (!row || !(await maySee(store, caller, row))) throw forbidden('key_hash', 'Key Hash not found.')
  }
  return userId
}

function forbidden(param: string, message: string) {
  return refuse(403, message, { type: 'bad_request_error', param })
}
