import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import { cleanups } from './cleanups.ts'

export interface ReceivedPost {
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: any
}

/** How a destination answers one POST: with a status, not at all, or by cutting the connection. */
export type Behaviour = number | 'hang' | 'cut'

export interface CallbackServer {
  readonly url: string
  /** What was answered with a status of success. */
  readonly accepted: readonly ReceivedPost[]
  /** All of it. */
  readonly received: readonly ReceivedPost[]
  /** What comes next is answered like this, one by one; then everything with 200. */
  behave(...behaviours: readonly Behaviour[]): void
}

/**
 * A destination of callbacks. Strict: what is no POST of JSON, or what `check` finds wrong, is answered with 400 as the
 * service would.
 */
export async function startCallbackServer(
  check: (post: ReceivedPost) => string | undefined = () => undefined,
): Promise<CallbackServer> {
  const accepted: ReceivedPost[] = []
  const received: ReceivedPost[] = []
  const planned: Behaviour[] = []
  const sockets = new Set<Socket>()
  const server = createServer(async (req, res) => {
    const body = await text(req).catch(() => undefined)
    if (body === undefined) return
    const post = { path: req.url!, headers: req.headers, body: parsed(body) }
    received.push(post)
    const next = planned.shift()
    if (next === 'hang') return
    if (next === 'cut') return void req.socket.destroy()
    const problem = req.method !== 'POST' || post.body === undefined ? 'no POST of JSON' : check(post)
    const status = next ?? (problem === undefined ? 200 : 400)
    if (status < 300) accepted.push(post)
    answer(res, status, problem)
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
  }
}

function answer(res: ServerResponse, status: number, problem = ''): void {
  res.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify({ problem }))
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}
