import { SQLSTATE } from '../../database/sqlstates.ts'
import { withTimeout } from '../../lib/with-timeout.ts'
import type { SpendRecord } from '../record/spend-record.ts'
import { createSpendWriter, type SpendWriterOptions, type WriteRecords } from './spend-writer.ts'

/** What says that the rows themselves are at fault. Anything else is tried again. */
const REFUSALS: ReadonlySet<number> = new Set([400, 413, 422])

export interface LedgerWriterOptions extends Omit<SpendWriterOptions, 'statementTimeoutMs'> {
  readonly rows: boolean
  /** The service that keeps log rows in place of the database. */
  readonly url?: string
}

/** How long one statement, or one answer of that service, may take. */
const TIMEOUT_MS = 30_000

/** Writes records where the configuration wants them: rows into the database together with what is charged, or to a service before it. */
export function createLedgerWriter({ url, rows, ...options }: LedgerWriterOptions): WriteRecords {
  const posts = rows && url !== undefined
  const inDatabase = createSpendWriter({ ...options, rows: rows && !posts, statementTimeoutMs: TIMEOUT_MS })
  return posts ? postSpendLogs({ url, timeoutMs: TIMEOUT_MS, charge: inDatabase }) : inDatabase
}

interface PostOptions {
  /** LiteLLM's `SPEND_LOGS_URL`. */
  readonly url: string
  readonly timeoutMs: number
  /** Charges the same calls in the database, without log rows; safe to repeat. */
  readonly charge: WriteRecords
}

/**
 * Sends log rows to another service, as LiteLLM does: an array to `<url>/spend/update`. Then their calls are charged, so
 * no total moves without its row. A batch whose charge failed is sent again: the service tells rows by `request_id`,
 * which is always the call's own id here, as it cannot be checked whether a provider's id is taken.
 */
function postSpendLogs({ url, timeoutMs, charge }: PostOptions): WriteRecords {
  const address = `${url.replace(/\/$/, '')}/spend/update`

  return async function postThenCharge(records) {
    const stop = new AbortController()
    const sent = send(`[${records.map(postedRow).join(',')}]`, stop.signal)
    await withTimeout(timeoutMs, sent, () => {
      stop.abort()
      throw new PostError(`SPEND_LOGS_URL has not answered within ${timeoutMs} ms`)
    })
    await charge(records)
  }

  async function send(body: string, signal: AbortSignal): Promise<void> {
    const answer = await fetch(address, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
      signal,
      redirect: 'error',
    })
    await answer.body?.cancel()
    if (!answer.ok) {
      throw new PostError(
        `SPEND_LOGS_URL has answered ${answer.status}`,
        REFUSALS.has(answer.status) ? SQLSTATE.invalidParameter : undefined,
      )
    }
  }
}

/** Columns that are JSON in the table are text in LiteLLM's payload. */
function postedRow({ text }: SpendRecord): string {
  const { call_id, provider_id, cache_read_tokens, cache_write_tokens, project_id, endpoint, budget_windows, ...row } =
    JSON.parse(text)
  const { metadata, request_tags, response = {}, proxy_server_request = {}, messages = {} } = row
  return JSON.stringify({
    request_id: call_id,
    ...row,
    metadata: JSON.stringify({ ...metadata, ...(provider_id && { provider_request_id: provider_id }) }),
    request_tags: JSON.stringify(request_tags),
    messages: JSON.stringify(messages),
    response: JSON.stringify(response),
    proxy_server_request: JSON.stringify(proxy_server_request),
  })
}

class PostError extends Error {
  override readonly name = 'PostError'
  readonly code: string | undefined

  constructor(message: string, code?: string) {
    super(message)
    this.code = code
  }
}
