import type { Fragment, Sql } from 'postgres'
import { hashSecret } from '../../admission/credential/credential.ts'
import type { Span } from '../closed-days.ts'

/** Which calls of the log are meant: of a time with its end, and of what else is named. What is absent narrows nothing. */
export interface LogFilter extends Span {
  /** Only calls of this user or of these teams. */
  readonly visibleTo?: { readonly userId?: string; readonly teamIds?: readonly string[]; readonly hashedToken?: string }
  readonly requestId?: string
  /** The id that the client has given its call. */
  readonly callId?: string
  readonly sessionId?: string
  readonly sessionPart?: string
  readonly hashedToken?: string
  readonly userId?: string
  readonly teamId?: string
  readonly endUser?: string
  readonly model?: string
  readonly modelId?: string
  readonly modelGroup?: string
  /** A part of it. */
  readonly keyAlias?: string
  readonly status?: string
  readonly isCacheHit?: boolean
  readonly spanType?: SpanType
  readonly minSpend?: number
  readonly maxSpend?: number
  readonly errorCode?: string
  /** A part of it. */
  readonly errorMessage?: string
  readonly usedClientToken?: boolean
  /** The id of a call, key, team, user, customer, session or deployment. */
  readonly search?: string
  /** Leave out the calls by which LiteLLM asks whether deployments are well. */
  readonly withoutHealthChecks?: boolean
}

/** LiteLLM's kinds of rows, by their call types. `llm` is every other. */
export const SPAN_TYPES = {
  mcp: ['call_mcp_tool', 'list_mcp_tools'],
  agent: ['asend_message'],
  batch: ['acreate_batch', 'create_batch', 'aretrieve_batch', 'retrieve_batch'],
  llm: [],
} as const

export type SpanType = keyof typeof SPAN_TYPES

const HEALTH_CHECK = 'litellm-internal-health-check'

/** The key of those calls, as LiteLLM writes it. */
const HEALTH_CHECKS = [HEALTH_CHECK, hashSecret(HEALTH_CHECK)]

/** The condition for rows `l` of the log. */
export function passes(sql: Sql, filter: LogFilter): Fragment {
  return withoutRange(sql, filter).reduce((all, one) => sql`${all} and ${one}`, inRange(sql, filter))
}

/** All conditions but that on the time; of each call where there is none. */
export function passesAnyTime(sql: Sql, filter: LogFilter): Fragment {
  return withoutRange(sql, filter).reduce((all, one) => sql`${all} and ${one}`, sql`true`)
}

export function inRange(sql: Sql, { from, to }: Span): Fragment {
  return sql`l."startTime" between ${from}::text::timestamp and ${to}::text::timestamp`
}

/** Whether anything but the time narrows what is meant. */
export function isNarrowed({ from: _from, to: _to, ...others }: LogFilter): boolean {
  return Object.values(others).some((value) => value !== undefined)
}

function withoutRange(sql: Sql, f: LogFilter): readonly Fragment[] {
  const alias = sql`l.metadata ->> 'user_api_key_alias'`
  const error = sql`l.metadata -> 'error_information'`
  const conditions: readonly (Fragment | undefined)[] = [
    f.visibleTo && visible(sql, f.visibleTo),
    f.requestId !== undefined ? sql`l.request_id = ${f.requestId}` : undefined,
    f.callId !== undefined ? sql`l.litellm_call_id = ${f.callId}` : undefined,
    f.sessionId !== undefined ? sql`l.session_id = ${f.sessionId}` : undefined,
    f.sessionPart !== undefined ? sql`strpos(l.session_id, ${f.sessionPart}) > 0` : undefined,
    f.hashedToken !== undefined ? sql`l.api_key = ${f.hashedToken}` : undefined,
    f.userId !== undefined ? sql`l."user" = ${f.userId}` : undefined,
    f.teamId !== undefined ? sql`l.team_id = ${f.teamId}` : undefined,
    f.endUser !== undefined ? sql`l.end_user = ${f.endUser}` : undefined,
    f.model !== undefined ? sql`${f.model} in (l.model, l.model_group)` : undefined,
    f.modelId !== undefined ? sql`l.model_id = ${f.modelId}` : undefined,
    f.modelGroup !== undefined ? sql`l.model_group = ${f.modelGroup}` : undefined,
    f.keyAlias !== undefined ? sql`strpos(${alias}, ${f.keyAlias}) > 0` : undefined,
    f.status !== undefined ? sql`coalesce(l.status, 'success') = ${f.status}` : undefined,
    f.isCacheHit !== undefined ? sql`(lower(coalesce(l.cache_hit, '')) = 'true') = ${f.isCacheHit}` : undefined,
    f.spanType && ofSpanType(sql, f.spanType),
    f.minSpend !== undefined ? sql`l.spend >= ${f.minSpend}` : undefined,
    f.maxSpend !== undefined ? sql`l.spend <= ${f.maxSpend}` : undefined,
    f.errorCode !== undefined ? sql`${error} ->> 'error_code' = ${f.errorCode}` : undefined,
    f.errorMessage !== undefined ? sql`strpos(${error} ->> 'error_message', ${f.errorMessage}) > 0` : undefined,
    f.usedClientToken !== undefined
      ? sql`l.metadata ->> 'used_client_oauth_token' = ${String(f.usedClientToken)}`
      : undefined,
    f.search !== undefined
      ? sql`${f.search} in (l.request_id, l.api_key, l.team_id, l."user", l.end_user, l.session_id, l.model_id)`
      : undefined,
    f.withoutHealthChecks ? sql`l.api_key <> all(${HEALTH_CHECKS}::text[])` : undefined,
  ]
  return conditions.filter((condition) => condition !== undefined)
}

function visible(sql: Sql, { userId, teamIds = [], hashedToken }: NonNullable<LogFilter['visibleTo']>): Fragment {
  return sql`(
    l."user" = ${userId ?? null} or l.team_id = any(${[...teamIds]}::text[]) or l.api_key = ${hashedToken ?? null}
  )`
}

function ofSpanType(sql: Sql, type: SpanType): Fragment {
  if (type !== 'llm') return sql`l.call_type = any(${[...SPAN_TYPES[type]]}::text[])`
  return sql`l.call_type <> all(${Object.values(SPAN_TYPES).flat()}::text[])`
}
