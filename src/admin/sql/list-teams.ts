import type { Sql } from 'postgres'
import { quote } from '../../database/sql/quote.ts'
import type { Json } from '../../types.ts'

export interface TeamFilter {
  readonly teamId?: string
  /** A part of the alias, whatever its case. */
  readonly alias?: string
  /** An id, or a part of an alias. */
  readonly search?: string
  readonly organizationId?: string
  readonly userId?: string
  /** Only teams that this user is a member of, or whose organization is one of these. */
  readonly visibleTo?: { readonly userId: string; readonly organizationIds: readonly string[] }
}

export const TEAM_SORTS = ['team_id', 'team_alias', 'created_at'] as const

export interface TeamPaging {
  readonly table: 'LiteLLM_TeamTable' | 'LiteLLM_DeletedTeamTable'
  readonly sort: (typeof TEAM_SORTS)[number]
  readonly descending: boolean
  readonly limit: number
  readonly offset: number
}

/** One page of teams, each with the number of its keys. */
export async function listTeams(
  sql: Sql,
  filter: TeamFilter,
  { table, sort, descending, limit, offset }: TeamPaging,
): Promise<{ readonly rows: readonly Json[]; readonly total: number }> {
  const order = (alias: string) =>
    `${alias}.${quote(sort)} ${descending ? 'desc nulls last' : 'asc nulls first'}, ${alias}.team_id`
  const isMember = (name: string) => `t.members_with_roles @> jsonb_build_array(jsonb_build_object('user_id', ${name}))`
  const [page] = await sql.unsafe<[{ rows: Json[]; total: number }]>(
    `
    with filter as materialized (select $1::text::jsonb as f),
    found as (
      select t.*
      from ${quote(table)} as t, filter
      where (not f ? 'teamId' or t.team_id = f ->> 'teamId')
        and (not f ? 'alias' or strpos(lower(t.team_alias), lower(f ->> 'alias')) > 0)
        and (
          not f ? 'search'
          or t.team_id = f ->> 'search'
          or strpos(lower(t.team_alias), lower(f ->> 'search')) > 0
        )
        and (not f ? 'organizationId' or t.organization_id = f ->> 'organizationId')
        and (not f ? 'userId' or ${isMember("f ->> 'userId'")})
        and (
          not f ? 'visibleTo'
          or ${isMember("f #>> '{visibleTo,userId}'")}
          or f #> '{visibleTo,organizationIds}' ? t.organization_id
        )
    ),
    page as (
      select f.* from found as f order by ${order('f')} limit $2 offset $3
    )
    select
      (select count(*)::int from found) as total,
      coalesce(
        (
          select jsonb_agg(
            to_jsonb(p) || jsonb_build_object(
              'keys_count',
              (select count(*) from "LiteLLM_VerificationToken" as k where k.team_id = p.team_id)
            )
            order by ${order('p')}
          )
          from page as p
        ),
        '[]'
      ) as rows`,
    [JSON.stringify(filter), limit, offset],
    { prepare: true },
  )
  return page
}
