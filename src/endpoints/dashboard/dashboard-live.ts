import type { IncomingMessage, ServerResponse } from 'node:http'
import { type LiveCall, type LiveCalls, maySeeCall } from '../../dashboard/live-calls.ts'
import type { VirtualKey } from '../../types.ts'
import { isAdministrator } from './dashboard-reads.ts'

/** Proxies close connections on which nothing is said for a minute. */
const HEARTBEAT_MS = 15_000
/** Then the page connects again, and the rights of its key are checked again. */
const MOST_MS = 5 * 60_000
/** A page that does not read is told of no more calls, and asks the report for what it has missed. */
const MOST_WAITING_BYTES = 256 << 10

interface LiveOptions {
  readonly calls: LiveCalls
  readonly key: VirtualKey
  /** Aborted when the gateway is about to end. */
  readonly ending: AbortSignal | undefined
}

/**
 * `GET <mount>/calls`: an event stream of calls as they are settled, those that the key may see. `call` has the row of the
 * log; `missed` says that some are left out and the report has to be asked. It ends with the gateway, and does not delay it.
 */
export function streamCalls(req: IncomingMessage, res: ServerResponse, { calls, key, ending }: LiveOptions): void {
  const isAdmin = isAdministrator(key)
  const lastId = req.headers['last-event-id']
  let missed = false
  const listening = ending?.aborted ? undefined : calls.listen(typeof lastId === 'string' ? lastId : undefined, hear)
  // To an event source it means: do not come back. The page asks the report from time to time.
  if (!listening) return void res.writeHead(204).end()
  res.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store, no-transform',
    'x-accel-buffering': 'no',
  })
  res.write(`retry: 1000\n\n${listening.missed ? 'event: missed\ndata: {}\n\n' : ''}`)
  for (const call of listening.earlier) hear(call)
  const heartbeat = setInterval(() => write(': \n\n'), HEARTBEAT_MS).unref()
  const end = setTimeout(() => res.end(), MOST_MS).unref()
  const endNow = () => void res.end()
  ending?.addEventListener('abort', endNow)
  res.on('drain', caughtUp)
  res.once('close', () => {
    listening.stop()
    clearInterval(heartbeat)
    clearTimeout(end)
    ending?.removeEventListener('abort', endNow)
  })

  function hear(call: LiveCall): void {
    if (!maySeeCall(call, key, isAdmin)) return
    if (missed || !write(`id: ${call.id}\nevent: call\ndata: ${JSON.stringify(call.row)}\n\n`)) missed = true
  }

  /** Whether there was room for it. */
  function write(text: string): boolean {
    if (res.writableEnded || res.writableLength > MOST_WAITING_BYTES) return false
    res.write(text)
    return true
  }

  function caughtUp(): void {
    if (missed && write('event: missed\ndata: {}\n\n')) missed = false
  }
}
