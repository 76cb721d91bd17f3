import { z } from 'zod'
import { findLogTexts, type LogTexts } from '../../reports/sql/find-log-texts.ts'
import { listLogs } from '../../reports/sql/list-logs.ts'
import type { Json } from '../../types.ts'
import type { AdminSettings } from '../admin-deps.ts'
import type { Caller } from '../caller.ts'
import { type Endpoint, endpoint, page } from '../endpoint.ts'
import { refuse } from '../refuse.ts'

const money = z.coerce.number().optional()

const query = z.looseObject({
  start_date: z.string().optional(),
  end_date: z.string().optional(),
  page: page(1),
  page_size: page(50, 100),
  request_id: z.string().optional(),
  session_id: z.string().optional(),
  api_key: z.string().optional(),
  user_id: z.string().optional(),
  team_id: z.string().optional(),
  end_user: z.string().optional(),
  model: z.string().optional(),
  key_alias: z.string().optional(),
  status_filter: z.enum(['success', 'failure']).optional(),
  cache_hit_filter: z.enum(['hit', 'miss']).optional(),
  min_spend: money,
  max_spend: money,
})

/** `GET /spend/logs/ui`: a page of the log as LiteLLM's logs page reads it. Administrators see all calls, others their own. */
const listLogPage = endpoint({
  access: 'anyone',
  query,
  async run({ store, caller, query: asked }) {
    const { start_date, end_date, page: at, page_size: size } = asked
    const { status_filter: status, cache_hit_filter: cacheHit } = asked
    const filter = {
      from: timeOf('start_date', start_date),
      to: timeOf('end_date', end_date),
      requestId: asked.request_id,
      sessionId: asked.session_id,
      teamId: asked.team_id,
      endUser: asked.end_user,
      model: asked.model,
      keyAlias: asked.key_alias,
      status,
      isCacheHit: cacheHit === undefined ? undefined : cacheHit === 'hit',
      minSpend: asked.min_spend,
      maxSpend: asked.max_spend,
      ...ownerOf(caller, asked),
    }
    const { rows, total } = await listLogs(store.sql, filter, size, (at - 1) * size)
    const total_pages = Math.ceil(total / size)
    return { data: rows.map(withZone), total, page: at, page_size: size, total_pages }
  },
})

/** `GET /spend/logs/ui/{request_id}`: what was said in a call, where the log keeps it. */
const getLogTexts = endpoint({
  access: 'anyone',
  query: z.looseObject({}),
  async run({ store, caller, settings, params: { request_id = '' } }) {
    const found = await findLogTexts(store.sql, request_id)
    const isVisible = found !== undefined && (caller.adminView || isOwn(caller, found))
    if (!isVisible) throw refuse(404, `The log has no call ${request_id}.`)
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

export const LOG_ROUTES: Readonly<Record<string, Endpoint>> = {
  'GET /spend/logs/ui': listLogPage,
  'GET /spend/logs/ui/{request_id}': getLogTexts,
}

/** Whose calls are listed: those asked for, and to others than administrators nobody's but their own. */
function ownerOf(caller: Caller, { api_key, user_id }: z.output<typeof query>) {
  if (caller.adminView) return { hashedToken: api_key, userId: user_id }
  if (caller.userId === undefined) return { hashedToken: caller.key.hashedToken }
  return { hashedToken: api_key, userId: caller.userId }
}

function isOwn(caller: Caller, { user, api_key }: { readonly user: string | null; readonly api_key: string }): boolean {
  return caller.userId === undefined ? api_key === caller.key.hashedToken : user === caller.userId
}

/** "2026-11-30 15:00:00" or ISO, in UTC. */
function timeOf(param: string, text: string | undefined): string {
  if (text === undefined) throw refuse(400, 'Start date and end date are required', { param })
  const isBare = /^\d{4}-\d\d-\d\d( \d\d:\d\d(:\d\d)?)?$/.test(text)
  const time = new Date(isBare ? `${text.replace(' ', 'T')}${text.includes(' ') ? 'Z' : 'T00:00:00Z'}` : text)
  if (Number.isNaN(time.getTime())) {
    throw refuse(400, `Invalid ${param}: ${text}. Write it as 2026-11-30 15:00:00, in UTC.`, { param })
  }
  return time.toISOString().slice(0, -1)
}

const TIMES = ['startTime', 'endTime', 'completionStartTime']

/** The log keeps UTC without saying so; the page needs the zone. */
function withZone(row: Json): Json {
  return { ...row, ...Object.fromEntries(TIMES.filter((name) => row[name]).map((name) => [name, `${row[name]}Z`])) }
}
