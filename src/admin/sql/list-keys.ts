import type { Sql } from 'postgres'
import { quote } from '../../database/sql/quote.ts'
import type { Json } from '../../types.ts'

export interface KeyFilter {
  readonly userId?: string
  readonly teamId?: string
  readonly organizationId?: string
  readonly hashedToken?: string
  readonly alias?: string
  /** A part of the alias, whatever its case. */
  readonly aliasPart?: string
  /** The hash of what is searched for, and itself: a hash, or a part of an alias. */
  readonly search?: string
  readonly aliasOrToken?: string
  readonly projectId?: string
  readonly accessGroupId?: string
  readonly agentId?: string
  /** `revoked` is blocked; `expired` and `active` are not. */
  readonly status?: string
  readonly expires?: string
  /** The time by which keys have expired. */
  readonly now?: string
  /** Keys of these teams as well. */
  readonly alsoTeams?: readonly string[]
  /** Keys that this user has created as well. */
  readonly alsoCreatedBy?: string
}

export interface KeyPage {
  readonly rows: readonly Json[]
  readonly total: number
}

export const KEY_SORTS = ['spend', 'max_budget', 'created_at', 'updated_at', 'token', 'key_alias'] as const

export interface KeyPaging {
  readonly table: 'LiteLLM_VerificationToken' | 'LiteLLM_DeletedVerificationToken'
  readonly sort: (typeof KEY_SORTS)[number]
  readonly descending: boolean
  readonly limit: number
  readonly offset: number
}

/** One page of keys. The sessions of LiteLLM's dashboard are keys too, and are left out. */
export async function listKeys(
  sql: Sql,
  filter: KeyFilter,
  { table, sort, descending, limit, offset }: KeyPaging,
): Promise<KeyPage> {
  const direction = descending ? 'desc nulls last' : 'asc nulls first'
  const [page] = await sql.unsafe<[{ rows: Json[]; total: number }]>(
    `
    with filter as materialized (select $1::text::jsonb as f),
    found as (
      select k.*
      from ${quote(table)} as k, filter
      where coalesce(k.team_id, '') <> 'litellm-dashboard'
        and (not f ? 'hashedToken' or k.token = f ->> 'hashedToken')
        and (not f ? 'alias' or k.key_alias = f ->> 'alias')
        and (not f ? 'aliasPart' or strpos(lower(k.key_alias), lower(f ->> 'aliasPart')) > 0)
        and (not f ? 'search' or k.token = f ->> 'search' or strpos(lower(k.key_alias), lower(f ->> 'aliasOrToken')) > 0)
        and (not f ? 'projectId' or to_jsonb(k) ->> 'project_id' = f ->> 'projectId')
        and (not f ? 'agentId' or to_jsonb(k) ->> 'agent_id' = f ->> 'agentId')
        and (not f ? 'accessGroupId' or to_jsonb(k) -> 'access_group_ids' ? (f ->> 'accessGroupId'))
        and (not f ? 'status' or (f ->> 'status' = 'revoked') = coalesce(k.blocked, false))
        and (
          coalesce(f ->> 'expires', nullif(f ->> 'status', 'revoked')) is null
          or (coalesce(f ->> 'expires', f ->> 'status') = 'expired') = coalesce(k.expires < (f ->> 'now')::timestamptz at time zone 'UTC', false)
        )
        and (not f ? 'organizationId' or k.organization_id = f ->> 'organizationId')
        and (
          (
            (not f ? 'userId' or k.user_id = f ->> 'userId')
            and (not f ? 'teamId' or k.team_id = f ->> 'teamId')
          )
          or f -> 'alsoTeams' ? k.team_id
          or k.created_by = f ->> 'alsoCreatedBy'
        )
    ),
    page as (
      select f.* from found as f order by f.${quote(sort)} ${direction}, f.token ${descending ? 'desc' : 'asc'} limit $2 offset $3
    )
    select
      (select count(*)::int from found) as total,
      coalesce(
        (select jsonb_agg(to_jsonb(p) order by p.${quote(sort)} ${direction}, p.token ${descending ? 'desc' : 'asc'}) from page as p),
        '[]'
      ) as rows`,
    [JSON.stringify(filter), limit, offset],
    { prepare: true },
  )
  return page
}
