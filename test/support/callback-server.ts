import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { cleanups } from './cleanups.ts'

export interface ReceivedPost {
  readonly method: string
  /** As it came. */
  readonly raw: Buffer
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: any
}

/** How a destination answers: with a status, with a body as well, not at all, or by cutting the connection. */
export type Behaviour = number | { readonly status: number; readonly text: string } | 'hang' | 'cut'

export interface CallbackServer {
  readonly url: string
  /** What was answered with a status of success. */
  readonly accepted: readonly ReceivedPost[]
  /** All of it. */
  readonly received: readonly ReceivedPost[]
  /** What comes next is answered like this, one by one; then everything as `always` has said, at first with 200. */
  behave(...behaviours: readonly Behaviour[]): void
  always(behaviour: Behaviour): void
}

/**
 * A destination of callbacks. Strict: what is no JSON (or lines of it), what is sent by another method than `method`, or
 * what `check` finds wrong, is answered with 400 as the service would. Else it answers `good`.
 */
export async function startCallbackServer(
  check: (post: ReceivedPost) => string | undefined = () => undefined,
  { method = 'POST', good = '{}' }: { readonly method?: string; readonly good?: string } = {},
): Promise<CallbackServer> {
  const accepted: ReceivedPost[] = []
  const received: ReceivedPost[] = []
  const planned: Behaviour[] = []
  let usual: Behaviour = 200
  const sockets = new Set<Socket>()
  const server = createServer(async (req, res) => {
    const raw = await buffer(req).catch(() => undefined)
    if (raw === undefined) return
    const post = { method: req.method!, path: req.url!, headers: req.headers, raw, body: parsed(raw.toString()) }
    received.push(post)
    const next = planned.shift() ?? usual
    if (next === 'hang') return
    if (next === 'cut') return void req.socket.destroy()
    const problem = req.method !== method || post.body === undefined ? `no ${method} of JSON` : check(post)
    if (typeof next === 'object') return void res.writeHead(next.status).end(next.text)
    const status = next === 200 && problem !== undefined ? 400 : next
    if (status < 300) accepted.push(post)
    res.writeHead(status, { 'content-type': 'application/json' }).end(problem ? JSON.stringify({ problem }) : good)
  })
  server.on('connection', (socket) => sockets.add(socket.once('close', () => sockets.delete(socket))))
  await once(server.listen(0, '127.0.0.1'), 'listening')
  cleanups.push(async () => {
    server.close()
    for (const socket of sockets) socket.destroy()
    await once(server, 'close')
  })
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    accepted,
    received,
    behave: (...behaviours) => void planned.push(...behaviours),
    always(behaviour) {
      usual = behaviour
    },
  }
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return body.includes('\n') ? body.split('\n').map((line) => parsed(line)) : undefined
  }
}
