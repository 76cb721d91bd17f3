import type { Sql } from 'postgres'
import { quote } from '../../database/sql/quote.ts'
import type { Json } from '../../types.ts'

export interface UserFilter {
  readonly role?: string
  readonly userIds?: readonly string[]
  /** A part of the address, whatever its case. */
  readonly email?: string
  readonly team?: string
  /** A part of the id. */
  readonly userId?: string
}

export const USER_SORTS = ['user_id', 'user_email', 'created_at', 'spend', 'user_alias', 'user_role'] as const

export interface UserPaging {
  readonly sort: (typeof USER_SORTS)[number]
  readonly descending: boolean
  readonly limit: number
  readonly offset: number
}

/** One page of users, each with the number of its keys. */
export async function listUsers(
  sql: Sql,
  filter: UserFilter,
  { sort, descending, limit, offset }: UserPaging,
): Promise<{ readonly rows: readonly Json[]; readonly total: number }> {
  const order = (alias: string) =>
    `${alias}.${quote(sort)} ${descending ? 'desc nulls last' : 'asc nulls first'}, ${alias}.user_id`
  const [page] = await sql.unsafe<[{ rows: Json[]; total: number }]>(
    `
    with filter as materialized (select $1::text::jsonb as f),
    found as (
      select u.*
      from "LiteLLM_UserTable" as u, filter
      where (not f ? 'role' or u.user_role = f ->> 'role')
        and (not f ? 'userIds' or f -> 'userIds' ? u.user_id)
        and (not f ? 'userId' or strpos(u.user_id, f ->> 'userId') > 0)
        and (not f ? 'email' or strpos(lower(u.user_email), lower(f ->> 'email')) > 0)
        and (not f ? 'team' or (f ->> 'team') = any (u.teams))
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
              'key_count',
              (
                select count(*)
                from "LiteLLM_VerificationToken" as k
                where k.user_id = p.user_id and coalesce(k.team_id, '') <> 'litellm-dashboard'
              )
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
