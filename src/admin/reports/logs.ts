import { z } from 'zod'
import { MOST_COUNTED } from '../../reports/logs/count-calls.ts'
import { findCalls, findLogTexts, type LogTexts } from '../../reports/logs/find-calls.ts'
import { type LogSort, listCalls } from '../../reports/logs/list-calls.ts'
import type { LogFilter, SpanType } from '../../reports/logs/log-filter.ts'
import { isTooFar, type LogSchema, logPage, readCursor } from '../../reports/logs/log-page.ts'
import { sumSessions } from '../../reports/logs/sum-sessions.ts'
import type { Json } from '../../types.ts'
import type { AdminSettings } from '../admin-deps.ts'
import type { AdminStore } from '../admin-store.ts'
import { float } from '../answers.ts'
import { type AdminCall, type Endpoint, endpoint, flag, page } from '../endpoint.ts'
import { refuse, refuseDict } from '../refuse.ts'
import { seesCall, visibleCalls } from './log-rights.ts'

export const LOG = 'LiteLLM_SpendLogs'

const SORTS: readonly LogSort[] = [
  ...(['endTime', 'model', 'request_duration_ms', 'spend', 'startTime', 'total_tokens', 'ttft_ms'] as const),
]

const number = z.coerce.number().optional()
const text = z.string().optional()

const query = z.looseObject({
  ...{ start_date: text, end_date: text, page: page(1), page_size: page(50, 1000) },
  ...{ request_id: text, session_id: text, api_key: text, user_id: text, team_id: text, end_user: text },
  ...{ model: text, model_id: text, model_group: text, key_alias: text, search: text },
  ...{ status_filter: text, cache_hit_filter: text, span_type: text, error_code: text, error_message: text },
  used_client_oauth_token: z.enum(['true', 'false']).optional(),
  ...{ min_spend: number, max_spend: number },
  ...{ sort_by: z.string().default('startTime'), sort_order: z.string().default('desc') },
  ...{ exclude_internal_health_checks: flag, group_by_session: flag, session_cursor: text, cursor: text },
})

type LogQuery = z.output<typeof query>

/**
 * `GET /spend/logs/ui` and `/spend/logs/v2`: a page of the log, newest first. Administrators see all calls, users their own
 * and those of teams they may read. `cursor` (or LiteLLM's `session_cursor`) is where the page before has ended.
 */
function logPageEndpoint(isUi: boolean): Endpoint {
  return endpoint({
    access: 'anyone',
    query,
    async run(call) {
      const { store, query: asked } = call
      checkChoices(asked)
      const after = cursorOf(asked)
      const { page: at, page_size: size } = asked
      if (isTooFar({ page: at, size, after })) {
        throw refuse(
          400,
          `Pages end at call ${MOST_COUNTED}. Narrow the time, or go on with \`cursor\`: the \`next_cursor\` of the page before.`,
        )
      }
      const request = {
        filter: await filterOf(call, isUi),
        ...{ sort: asked.sort_by as LogSort, descending: asked.sort_order.toLowerCase() !== 'asc' },
        ...{ page: at, size, after, bySession: asked.group_by_session && asked.search === undefined },
      }
      const { rows, total, capped, estimated, next, hasMore } = await logPage(store.sql, request, schemaOf(store))
      if (rows.length === 0 && asked.request_id !== undefined && !call.caller.adminView) {
        throw notYours(asked.request_id)
      }
      return {
        data: isUi ? await withSessions(store, rows, request.filter) : rows,
        ...{ total, page: at, page_size: size, total_pages: Math.ceil(total / size), total_is_capped: capped },
        ...(estimated && { total_is_estimated: true }),
        ...(request.bySession && { next_session_cursor: next ?? null, has_more: hasMore }),
        ...(!request.bySession && next !== undefined && { next_cursor: next }),
      }
    },
  })
}

/** `GET /spend/logs/ui/{request_id}`: what was said in a call, where the log keeps it; null without such a call. */
const getLogTexts = endpoint({
  access: 'anyone',
  query: z.looseObject({}),
  async run({ store, caller, settings, params: { request_id = '' } }) {
    const visible = await visibleCalls(store, caller, undefined)
    const found = await findLogTexts(store.sql, request_id)
    if (!caller.adminView && !(found && seesCall(visible, found))) throw notYours(request_id)
    if (!found) return null
    const cold = await coldTexts(found, settings.readCold)
    const { messages, response, proxy_server_request } = cold ?? found
    return {
      messages: messages ?? null,
      response: response ?? null,
      proxy_server_request: proxy_server_request ?? null,
    }
  },
})

/** A row with texts of its own needs no cold storage. */
async function coldTexts(row: LogTexts, read: AdminSettings['readCold']): Promise<Json | undefined> {
  const { messages, response, proxy_server_request, cold_storage_object_key: key } = row
  if (!key || [messages, response, proxy_server_request].some(hasContent)) return undefined
  return await read?.(key)
}

/** LiteLLM writes `{}` for what it does not keep, as JSON or as a text. */
function hasContent(value: unknown): boolean {
  const text = typeof value === 'string' ? value : JSON.stringify(value ?? null)
  return !['', '{}', '[]', 'null'].includes(text)
}

const sessionQuery = z.looseObject({ session_id: z.string(), page: page(1), page_size: page(50, 100) })

/** Columns that LiteLLM leaves out of a session's calls. */
const NOT_OF_SESSIONS = new Set(['litellm_call_id', 'request_duration_ms'])

/** `GET /spend/logs/session/ui`: the calls of one session, the newest first. */
const getSession = endpoint({
  access: 'anyone',
  query: sessionQuery,
  async run({ store, caller, query: { session_id: sessionId, page: at, page_size: size } }) {
    const visible = await visibleCalls(store, caller, undefined)
    const filter = { ...ALL_TIME, ...visible, sessionId }
    const listing = { sort: 'startTime', descending: true, limit: MOST_COUNTED } as const
    const listed = await listCalls(store.sql, filter, listing)
    const ids = listed.slice((at - 1) * size, at * size).map(({ requestId }) => requestId)
    const rows = await findCalls(store.sql, ids, schemaOf(store).hasColumn)
    const total = listed.length
    return {
      data: rows.map((row) => Object.fromEntries(Object.entries(row).filter(([name]) => !NOT_OF_SESSIONS.has(name)))),
      ...{ total, page: at, page_size: size, total_pages: Math.ceil(total / size) },
    }
  },
})

export const LOG_ROUTES: Readonly<Record<string, Endpoint>> = {
  'GET /spend/logs/ui': logPageEndpoint(true),
  'GET /spend/logs/v2': logPageEndpoint(false),
  'GET /spend/logs/session/ui': getSession,
  'GET /spend/logs/ui/{request_id}': getLogTexts,
}

const ALL_TIME = { from: '-infinity', to: 'infinity' }

function notYours(requestId: string) {
  return refuseDict(403, `Not authorized to view spend log for request_id=${requestId}`)
}

/** Refuses what no sort or filter is called, in LiteLLM's words. */
function checkChoices({ sort_by, sort_order, cache_hit_filter, span_type }: LogQuery): void {
  const choices = [
    ['sort_by', sort_by, SORTS],
    ['sort_order', sort_order.toLowerCase(), ['asc', 'desc']],
    ['cache_hit_filter', cache_hit_filter, ['hit', 'miss']],
    ['span_type', span_type, ['llm', 'agent', 'mcp', 'batch']],
  ] as const
  for (const [param, value, known] of choices) {
    if (value === undefined || (known as readonly string[]).includes(value)) continue
    const message = `Invalid ${param}: ${value}. Must be one of: ${known.join(', ')}`
    throw refuse(400, message, { type: 'bad_request', param })
  }
}

function cursorOf({ cursor, session_cursor, group_by_session: bySession, sort_by }: LogQuery) {
  const text = bySession ? session_cursor : cursor
  if (text === undefined || sort_by !== 'startTime') return undefined
  const read = readCursor(text)
  if (!read && cursor !== undefined) {
    throw refuse(400, 'Invalid cursor. Send the `next_cursor` of the page before.', {
      type: 'bad_request',
      param: 'cursor',
    })
  }
  return read
}

async function filterOf({ store, caller, query: asked }: AdminCall<unknown, LogQuery>, isUi: boolean) {
  const { status_filter: status, cache_hit_filter: cacheHit, request_id: requestId, search } = asked
  // A call is looked up at all times by LiteLLM's page.
  const isLookup = isUi && requestId !== undefined && search === undefined
  const filter: LogFilter = {
    ...(isLookup ? ALL_TIME : { from: timeOf(asked.start_date, asked.end_date), to: timeOf(asked.end_date, '') }),
    ...(await visibleCalls(store, caller, asked.team_id)),
    ...{ requestId, search, status, sessionPart: asked.session_id },
    ...{ hashedToken: asked.api_key, userId: asked.user_id, teamId: asked.team_id, endUser: asked.end_user },
    ...{ model: asked.model, modelId: asked.model_id, modelGroup: asked.model_group, keyAlias: asked.key_alias },
    isCacheHit: cacheHit === undefined ? undefined : cacheHit === 'hit',
    spanType: asked.span_type as SpanType | undefined,
    ...{ minSpend: asked.min_spend, maxSpend: asked.max_spend },
    ...{ errorCode: asked.error_code, errorMessage: asked.error_message },
    ...(asked.used_client_oauth_token && { usedClientToken: asked.used_client_oauth_token === 'true' }),
    withoutHealthChecks: asked.exclude_internal_health_checks || undefined,
  }
  return filter
}

/** "2026-11-30 15:00:00", a day, or ISO; in UTC. `other` has to be there as well. */
function timeOf(text: string | undefined, other: string | undefined): string {
  if (text === undefined || other === undefined) {
    throw refuse(400, 'Start date and end date are required', { type: 'bad_request' })
  }
  const isBare = /^\d{4}-\d\d-\d\d( \d\d:\d\d(:\d\d)?)?$/.test(text)
  const time = new Date(isBare ? `${text.replace(' ', 'T')}${text.includes(' ') ? 'Z' : 'T00:00:00Z'}` : text)
  if (!/^\d{4}-\d\d-\d\d/.test(text) || Number.isNaN(time.getTime())) {
    throw refuse(400, `Invalid date format: ${text}. Expected: 'YYYY-MM-DD' or 'YYYY-MM-DD HH:MM:SS'`)
  }
  return time.toISOString().slice(0, -1)
}

export function schemaOf(store: AdminStore): LogSchema {
  return {
    hasColumn: (column) => store.hasColumn(LOG, column),
    hasDailies: store.has('LiteLLM_DailyUserSpend') && store.has('LiteLLM_DailyTeamSpend'),
  }
}

const FLOATS = new Set(['session_total_spend', 'mcp_tool_call_spend'])
const MOST_MODELS = 10

/** Each row with the sums of its session, so that the page can say how many calls stand behind it. */
async function withSessions(store: AdminStore, rows: readonly Json[], filter: LogFilter): Promise<readonly unknown[]> {
  const within = rows.filter((row) => row.session_id)
  const ids = new Set(within.map((row) => String(row.session_id)))
  const tokens = new Set(within.map((row) => String(row.api_key)))
  const sums = ids.size === 0 ? [] : await sumSessions(store.sql, [...ids], [...tokens], filter)
  const known = new Map(sums.map((one) => [`${one.session_id}|${one.api_key}`, one]))
  return rows.map((row) => {
    const found = known.get(`${row.session_id}|${row.api_key}`)
    if (!found) return { ...row, session_total_count: 1 }
    const { session_id: _id, api_key: _key, session_models: models, ...counts } = found
    const shown = Object.entries(counts).filter(([name]) => counts.mcp_tool_call_count > 0 || !name.startsWith('mcp_'))
    return {
      ...row,
      ...Object.fromEntries(shown.map(([name, value]) => [name, FLOATS.has(name) ? float(value) : value])),
      session_models: models.slice(0, MOST_MODELS),
      session_models_truncated: models.length > MOST_MODELS,
    }
  })
}
