import { z } from 'zod'
import type { Json } from '../../types.ts'
import { TABLES } from '../admin-store.ts'
import { isTeamAdmin } from '../caller.ts'
import { type AdminCall, answerRow, direction, endpoint, flag, page, text } from '../endpoint.ts'
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
  sort_by: z.enum(KEY_SORTS).default('created_at'),
  sort_order: direction,
  expand: z.unknown().optional(),
  status: text,
})
type Query = z.output<typeof query>

/** `GET /key/list`: hashes, or whole rows. Who is no administrator sees own keys, and those of teams they run. */
export const listKeysEndpoint = endpoint({
  access: 'anyone',
  query,
  async run(call) {
    const { store, query: asked } = call
    if (asked.status && asked.status !== 'deleted') {
      throw refuse(400, "Invalid status value. Currently only 'deleted' is supported.")
    }
    const table = asked.status === 'deleted' ? TABLES.deletedKeys : TABLES.keys
    const filter = await filterOf(call)
    const paging = {
      table,
      sort: asked.sort_by,
      descending: asked.sort_order === 'desc',
      limit: asked.size,
      offset: (asked.page - 1) * asked.size,
    }
    const { rows, total } = store.has(table) ? await listKeys(store.sql, filter, paging) : { rows: [], total: 0 }
    const whole = asked.return_full_object || asked.expand !== undefined || asked.status === 'deleted'
    return {
      keys: whole ? await wholeRows(call, rows) : rows.map((row) => row.token),
      total_count: total,
      current_page: asked.page,
      total_pages: Math.ceil(total / asked.size),
    }
  },
})

async function wholeRows({ store, query: { expand } }: AdminCall<unknown, Query>, rows: readonly Json[]) {
  const users = [expand].flat().includes('user')
    ? await store.find(
        TABLES.users,
        'user_id',
        rows.map((row) => row.user_id as string | null),
      )
    : []
  return rows.map((row) => {
    const user = users.find((found) => found.user_id === row.user_id)
    return { ...answerRow(row), ...(user && { user: answerRow(user) }) }
  })
}

async function filterOf(call: AdminCall<unknown, Query>): Promise<KeyFilter> {
  const { store, caller, query: asked } = call
  const filter: KeyFilter = {
    ...(asked.user_id && { userId: asked.user_id }),
    ...(asked.team_id && { teamId: asked.team_id }),
    ...(asked.organization_id && { organizationId: asked.organization_id }),
    ...(asked.key_hash && { hashedToken: tokenOf(asked.key_hash) }),
    ...(asked.key_alias && { alias: asked.key_alias }),
  }
  if (caller.adminView) return filter
  await checkFilter(call)
  const { userId } = caller
  if (userId === undefined) return { ...filter, hashedToken: caller.key.hashedToken }
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

async function checkFilter({ store, caller, query: asked }: AdminCall<unknown, Query>): Promise<void> {
  if (asked.user_id && asked.user_id !== caller.userId) {
    throw refuseDict(403, "You are not authorized to check another user's keys")
  }
  if (asked.organization_id && !(await isOrganizationAdmin(store, caller, asked.organization_id))) {
    throw refuseDict(403, "You are not authorized to check this organization's keys")
  }
  if (asked.key_hash) {
    const row = await findKeyRow(store, asked.key_hash)
    if (!row || !(await maySee(store, caller, row))) throw refuseDict(403, 'Key Hash not found.')
  }
}
