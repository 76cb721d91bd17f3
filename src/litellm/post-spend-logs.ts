import { inTime } from '../in-time.ts'
import type { SpendRecord } from './spend-record.ts'
import type { WriteRecords } from './spend-writer.ts'

export interface PostOptions {
  /** LiteLLM's `SPEND_LOGS_URL`. */
  readonly url: string
  readonly timeoutMs: number
  /** Charges the same calls in the database, without log rows; safe to repeat. */
  readonly charge: WriteRecords
}

/** What says that the rows themselves are at fault. Anything else is tried again. */
const REFUSALS: ReadonlySet<number> = new Set([400, 413, 422])
/** SQLSTATE "invalid parameter value". */
const REFUSED = '22023'

/**
 * Sends log rows to another service, as LiteLLM does: an array to `<url>/spend/update`. Then their calls are charged, so
 * no total moves without its row. A batch whose charge failed is sent again: the service tells rows by `request_id`,
 * which is always the call's own id here, as nobody can look whether a provider's id is taken.
 */
export function postSpendLogs({ url, timeoutMs, charge }: PostOptions): WriteRecords {
  const address = `${url.replace(/\/$/, '')}/spend/update`

  return async function postThenCharge(records) {
    const stop = new AbortController()
    const sent = send(`[${records.map(postedRow).join(',')}]`, stop.signal)
    await inTime(timeoutMs, sent, () => {
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
        REFUSALS.has(answer.status) ? REFUSED : undefined,
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
