import { GLOBAL_BUDGET_USER } from '../admission/facts/counters.ts'

/** A table with a running total, and which column of a charged call names its row. */
export interface Entity {
  readonly name: string
  readonly table: string
  /** Columns of the table that identify the row, each with the column of `charged` it is compared with. */
  readonly ids: readonly (readonly [column: string, charged: string])[]
  /** Where the ids come from when one call charges several rows. Defaults to `charged`. */
  readonly source?: string
  /** Columns to add to, where they exist. */
  readonly totals?: readonly string[]
  /** A column that says when the row was last used, where it exists. */
  readonly lastUse?: string
  /** Insert the row when it is missing. Other tables' missing rows are left missing, as LiteLLM does. */
  readonly insert?: Readonly<Record<string, string>>
}

/** One row per call and tag; a record's tags are distinct. */
const EACH_TAG = 'charged cross join lateral jsonb_array_elements_text(request_tags) as t (tag)'

/** The user whose row LiteLLM keeps while the proxy as a whole has a budget: charged with every call, and once with its own. */
const USER_AND_PROXY = `(
      select user_id, spend, used_at from charged where user_id <> '${GLOBAL_BUDGET_USER}'
      union all
      select '${GLOBAL_BUDGET_USER}', spend, used_at from charged
    ) as charged`

/** Everything that accrues spend, in the order in which LiteLLM locks the tables. */
export const ENTITIES: readonly Entity[] = [
  { name: 'user', table: 'LiteLLM_UserTable', ids: [['user_id', 'user_id']], source: USER_AND_PROXY },
  { name: 'end_user', table: 'LiteLLM_EndUserTable', ids: [['user_id', 'end_user_id']], insert: { blocked: 'false' } },
  {
    name: 'key',
    table: 'LiteLLM_VerificationToken',
    ids: [['token', 'api_key']],
    totals: ['spend', 'total_spend'],
    lastUse: 'last_active',
  },
  { name: 'team', table: 'LiteLLM_TeamTable', ids: [['team_id', 'team_id']] },
  {
    name: 'team_member',
    table: 'LiteLLM_TeamMembership',
    ids: [
      ['team_id', 'team_id'],
      ['user_id', 'user_id'],
    ],
    totals: ['spend', 'total_spend'],
  },
  { name: 'organization', table: 'LiteLLM_OrganizationTable', ids: [['organization_id', 'organization_id']] },
  { name: 'project', table: 'LiteLLM_ProjectTable', ids: [['project_id', 'project_id']] },
  { name: 'tag', table: 'LiteLLM_TagTable', ids: [['tag_name', 'tag']], source: EACH_TAG },
  { name: 'agent', table: 'LiteLLM_AgentsTable', ids: [['agent_id', 'agent_id']] },
]

/** A table with one row per entity and day. */
export interface Daily {
  readonly name: string
  readonly table: string
  /** The column that names the entity, the same in the table and in `charged`. */
  readonly id: string
  readonly source?: string
  /** Whether a call without this entity is written too, under ''. */
  readonly always?: boolean
}

/** LiteLLM's daily tables, in its order. LiteLLM_DailyGlobalSpend is none: LiteLLM makes it, and writes nothing into it. */
export const DAILIES: readonly Daily[] = [
  { name: 'user', table: 'LiteLLM_DailyUserSpend', id: 'user_id', always: true },
  { name: 'team', table: 'LiteLLM_DailyTeamSpend', id: 'team_id', always: true },
  { name: 'organization', table: 'LiteLLM_DailyOrganizationSpend', id: 'organization_id' },
  { name: 'tag', table: 'LiteLLM_DailyTagSpend', id: 'tag', source: EACH_TAG },
  { name: 'end_user', table: 'LiteLLM_DailyEndUserSpend', id: 'end_user_id' },
  { name: 'agent', table: 'LiteLLM_DailyAgentSpend', id: 'agent_id' },
]
