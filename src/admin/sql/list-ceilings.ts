import type { Sql } from 'postgres'

/** Whose ceilings are listed. Absent: all. */
export interface CeilingScope {
  readonly hashedToken: string
  readonly userId: string | null
  readonly teamId: string | null
}

export interface CeilingRow {
  readonly kind: string
  readonly id: string
  readonly name: string | null
  readonly spend: number
  readonly max_budget: number | null
  readonly soft_budget: number | null
  readonly tpm_limit: string | null
  readonly rpm_limit: string | null
  readonly max_parallel_requests: number | null
  readonly budget_duration: string | null
  readonly budget_reset_at: Date | null
}

/** A kind of what has a ceiling: where it stands, and which of its rows a caller who is no administrator sees. */
interface Source {
  readonly table: string
  readonly kind: string
  readonly id: string
  readonly name: string
  /** Its ceilings stand in the budget that its `budget_id` names. Otherwise in its own row. */
  readonly linked?: boolean
  readonly own: string
  readonly filter?: string
}

const IN_OWN_TEAMS = `(
  o.team_id = s.team_id
  or exists (
    select from "LiteLLM_TeamTable" as t
    where t.team_id = o.team_id and t.members_with_roles @> jsonb_build_array(jsonb_build_object('user_id', s.user_id))
  )
)`

const SOURCES: readonly Source[] = [
  {
    ...{ table: 'LiteLLM_VerificationToken', kind: 'key', id: 'o.token', name: 'coalesce(o.key_alias, o.key_name)' },
    own: '(o.token = s.token or o.user_id = s.user_id)',
    filter: `coalesce(o.team_id, '') <> 'litellm-dashboard'`,
  },
  {
    ...{ table: 'LiteLLM_UserTable', kind: 'user', id: 'o.user_id', name: 'coalesce(o.user_alias, o.user_email)' },
    own: 'o.user_id = s.user_id',
  },
  {
    ...{ table: 'LiteLLM_TeamTable', kind: 'team', id: 'o.team_id', name: 'o.team_alias' },
    own: IN_OWN_TEAMS,
  },
  {
    ...{ table: 'LiteLLM_TeamMembership', kind: 'member', linked: true, name: 'o.user_id' },
    id: `o.team_id || ' / ' || o.user_id`,
    own: 'o.user_id = s.user_id',
  },
  {
    ...{ table: 'LiteLLM_OrganizationTable', kind: 'organization', linked: true },
    ...{ id: 'o.organization_id', name: 'o.organization_alias', own: 'false' },
  },
  {
    ...{ table: 'LiteLLM_EndUserTable', kind: 'customer', linked: true },
    ...{ id: 'o.user_id', name: 'o.alias', own: 'false' },
  },
  {
    ...{ table: 'LiteLLM_ProjectTable', kind: 'project', linked: true },
    ...{ id: 'o.project_id', name: 'o.project_alias', own: 'false' },
  },
  {
    ...{ table: 'LiteLLM_TagTable', kind: 'tag', linked: true },
    ...{ id: 'o.tag_name', name: 'o.tag_name', own: 'false' },
  },
]

/** Everything with a budget or a limit on rate, that which is nearest to its budget first. */
export async function listCeilings(
  sql: Sql,
  hasTable: (table: string) => boolean,
  scope: CeilingScope | undefined,
  limit: number,
): Promise<readonly CeilingRow[]> {
  const parts = SOURCES.filter(({ table }) => hasTable(table)).map((source) => selectOf(source, scope !== undefined))
  return await sql.unsafe<CeilingRow[]>(
    `
    with s as (select $1::text as token, $2::text as user_id, $3::text as team_id)
    select *
    from (${parts.join('\n    union all')}
    ) as c
    order by
      case when c.max_budget is null then -1 when c.max_budget <= 0 then 'infinity' else c.spend / c.max_budget end desc,
      c.spend desc,
      c.kind,
      c.id
    limit $4`,
    [scope?.hashedToken ?? null, scope?.userId ?? null, scope?.teamId ?? null, limit],
    { prepare: true },
  )
}

function selectOf({ table, kind, id, name, linked = false, own, filter = 'true' }: Source, isScoped: boolean): string {
  const budget = linked ? 'b' : 'o'
  // Older tables of LiteLLM lack some of these columns.
  const late = (column: string) => `to_jsonb(${budget}) ->> '${column}'`
  return `
      select
        '${kind}' as kind,
        ${id} as id,
        ${name} as name,
        coalesce(o.spend, 0)::float8 as spend,
        ${budget}.max_budget::float8 as max_budget,
        (${late('soft_budget')})::float8 as soft_budget,
        (${late('tpm_limit')})::text as tpm_limit,
        (${late('rpm_limit')})::text as rpm_limit,
        (${late('max_parallel_requests')})::int as max_parallel_requests,
        ${late('budget_duration')} as budget_duration,
        (${late('budget_reset_at')})::timestamp at time zone 'UTC' as budget_reset_at
      from s
      cross join "${table}" as o
      ${linked ? 'join "LiteLLM_BudgetTable" as b on b.budget_id = o.budget_id' : ''}
      where ${isScoped ? own : 'true'}
        and ${filter}
        and (
          ${budget}.max_budget is not null
          or ${late('soft_budget')} is not null
          or ${late('tpm_limit')} is not null
          or ${late('rpm_limit')} is not null
          or ${late('max_parallel_requests')} is not null
        )`
}
