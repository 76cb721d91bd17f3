import type { Schema } from '../../database/schema.ts'
import { READ_COLUMNS } from '../columns.ts'
import { AGENT, BUDGET, KEY_BUDGET, MEMBER_BUDGET, ORGANIZATION, PROJECT, TEAM, USER } from '../joined-columns.ts'

/** A column of a joined table, or a text inside its JSON. */
type Ref = readonly [alias: string, column: string, inside?: string]

interface Join {
  readonly name: string
  readonly alias: string
  readonly table: string
  /** Column of this table -> where its value stands; several: the first that is not null. */
  readonly on: Readonly<Record<string, readonly Ref[]>>
  readonly columns: readonly string[]
}

/** What is read beside the key, in the order of the joins. What a database does not have is left out. */
const JOINS: readonly Join[] = [
  {
    name: 'team',
    alias: 't',
    table: 'LiteLLM_TeamTable',
    on: { team_id: [['k', 'team_id']] },
    columns: TEAM,
  },
  join('team_model', 'a', 'LiteLLM_ModelTable', 'id', ['t', 'model_id'], ['aliases']),
  {
    name: 'member',
    alias: 'm',
    table: 'LiteLLM_TeamMembership',
    on: { team_id: [['k', 'team_id']], user_id: [['k', 'user_id']] },
    columns: ['user_id', 'spend'],
  },
  budget('member_budget', 'mb', ['m', 'budget_id'], MEMBER_BUDGET),
  budget('default_member_budget', 'db', ['t', 'metadata', 'team_member_budget_id'], ['allowed_models']),
  {
    name: 'user',
    alias: 'u',
    table: 'LiteLLM_UserTable',
    on: { user_id: [['k', 'user_id']] },
    columns: USER,
  },
  {
    name: 'organization',
    alias: 'o',
    table: 'LiteLLM_OrganizationTable',
    on: {
      organization_id: [
        ['k', 'organization_id'],
        ['t', 'organization_id'],
      ],
    },
    columns: ORGANIZATION,
  },
  budget('organization_budget', 'ob', ['o', 'budget_id']),
  budget('budget', 'b', ['k', 'budget_id'], KEY_BUDGET),
  join('project', 'p', 'LiteLLM_ProjectTable', 'project_id', ['k', 'project_id'], PROJECT),
  budget('project_budget', 'pb', ['p', 'budget_id']),
  join('agent', 'ag', 'LiteLLM_AgentsTable', 'agent_id', ['k', 'agent_id'], AGENT),
  permission('permission', 'kp', 'k'),
  permission('team_permission', 'tp', 't'),
  permission('organization_permission', 'op', 'o'),
]

/**
 * The text of the statement that finds a key, for the tables and columns this database has; constant per schema.
 * Every part is one JSON value: a column more or less never changes the result type of a prepared statement, and
 * timestamps leave the database as text, so no session time zone touches them.
 */
export function selectKey(schema: Schema): string {
  const tables = new Map([['k', 'LiteLLM_VerificationToken']])
  const joins: Join[] = []
  for (const candidate of JOINS) {
    const wanted = reduce(candidate, (ref) => has(ref))
    if (!wanted) continue
    tables.set(wanted.alias, wanted.table)
    joins.push(wanted)
  }
  const parts = [
    part('k', READ_COLUMNS, 'key'),
    ...JOINS.map(({ name, alias, columns, on }) =>
      tables.has(alias) ? part(alias, columns, name, Object.keys(on)[0]) : `null::jsonb as "${name}"`,
    ),
    accessGroups('k', 'access_group_models'),
    accessGroups('t', 'team_access_group_models'),
    memberRole(),
    agentSetting('require_trace_id_on_calls_by_agent', 'agent_requires_trace'),
    agentSetting('max_iterations', 'agent_max_iterations'),
    `${schema.has(DEPRECATED) ? `case when k.token <> $1 then (${replaced('revoke_at')})::text end` : 'null'} as revoke_at`,
  ]
  return [
    `select\n  ${parts.join(',\n  ')}`,
    'from "LiteLLM_VerificationToken" as k',
    ...joins.map(({ alias, table, on }) => `left join "${table}" as ${alias} on ${condition(alias, on)}`),
    schema.has(DEPRECATED) ? `where k.token in ($1, (${replaced('active_token_id')}))` : 'where k.token = $1',
    'order by k.token = $1 desc',
    'limit 1',
  ].join('\n')

  function has([alias, column]: Ref): boolean {
    return schema.get(tables.get(alias) ?? '')?.columns.has(column) ?? false
  }

  function reduce(candidate: Join, known: (ref: Ref) => boolean): Join | undefined {
    const table = schema.get(candidate.table)
    const on = Object.fromEntries(Object.entries(candidate.on).map(([column, refs]) => [column, refs.filter(known)]))
    const complete = Object.entries(on).every(([column, refs]) => table?.columns.has(column) && refs.length > 0)
    return complete ? { ...candidate, on } : undefined
  }

  function part(alias: string, columns: readonly string[], name: string, key?: string): string {
    const list = columns.filter((column) => has([alias, column])).map((column) => `${alias}."${column}"`)
    const row = `(select to_jsonb(r) from (select ${list.join(', ')}) as r)`
    return `${key ? `case when ${alias}."${key}" is not null then ${row} end` : row} as "${name}"`
  }

  function accessGroups(alias: string, name: string): string {
    const known = has([alias, 'access_group_ids']) && schema.get(GROUPS)?.columns.has('access_model_names')
    if (!known) return `null::jsonb as ${name}`
    return (
      `(select jsonb_agg(distinct n) from "${GROUPS}" as g cross join unnest(g.access_model_names) as n ` +
      `where g.access_group_id = any (${alias}.access_group_ids)) as ${name}`
    )
  }

  /** Only the own entry: a team's list of members may be long. */
  function memberRole(): string {
    if (!has(['t', 'members_with_roles'])) return 'null as member_role'
    return (
      `(select e ->> 'role' from jsonb_array_elements(case jsonb_typeof(t.members_with_roles) ` +
      `when 'array' then t.members_with_roles else '[]' end) as e where e ->> 'user_id' = k.user_id limit 1) as member_role`
    )
  }

  /** Only these settings: an agent's others may be secrets. */
  function agentSetting(setting: string, name: string): string {
    const known = has(['k', 'agent_id']) && schema.get(AGENTS)?.columns.has('litellm_params')
    if (!known) return `null::jsonb as ${name}`
    return `(select g.litellm_params -> '${setting}' from "${AGENTS}" as g where g.agent_id = k.agent_id) as ${name}`
  }
}

const AGENTS = 'LiteLLM_AgentsTable'
const DEPRECATED = 'LiteLLM_DeprecatedVerificationToken'
const GROUPS = 'LiteLLM_AccessGroupTable'

/** Tokens that were replaced live on until `revoke_at`. */
function replaced(column: string): string {
  return `select d.${column} from "${DEPRECATED}" as d where d.token = $1 and d.revoke_at > now() at time zone 'UTC'`
}

function condition(alias: string, on: Join['on']): string {
  return Object.entries(on)
    .map(([column, refs]) => {
      const values = refs.map(text).join()
      return `${alias}."${column}" = ${refs.length > 1 ? `coalesce(${values})` : values}`
    })
    .join(' and ')
}

function text([alias, column, inside]: Ref): string {
  return inside ? `${alias}."${column}" ->> '${inside}'` : `${alias}."${column}"`
}

function join(name: string, alias: string, table: string, column: string, ref: Ref, columns: readonly string[]): Join {
  return { name, alias, table, on: { [column]: [ref] }, columns }
}

function budget(name: string, alias: string, ref: Ref, more: readonly string[] = []): Join {
  return join(name, alias, 'LiteLLM_BudgetTable', 'budget_id', ref, [...BUDGET, ...more])
}

function permission(name: string, alias: string, of: string): Join {
  const ref: Ref = [of, 'object_permission_id']
  return join(name, alias, 'LiteLLM_ObjectPermissionTable', 'object_permission_id', ref, ['vector_stores'])
}
