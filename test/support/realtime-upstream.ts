import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'

export interface RealtimeUpstream {
  readonly url: string
  /** The requests that asked for a session. */
  readonly requests: readonly IncomingMessage[]
  close(): Promise<void>
}

const CLOSE = 0x88

/** A WebSocket server that greets each session with these messages and closes when asked. `status` refuses it instead. */
export async function startRealtimeUpstream(
  messages: readonly object[],
  { status = 101, headers = {} as Record<string, string>, cut = Number.POSITIVE_INFINITY } = {},
): Promise<RealtimeUpstream> {
  const requests: IncomingMessage[] = []
  const sockets = new Set<Socket>()
  const server = createServer()
  server.on('upgrade', (req: IncomingMessage, socket: Socket) => {
    requests.push(req)
    sockets.add(socket.on('error', () => {}))
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
    if (status !== 101) return void socket.end(`HTTP/1.1 ${status} No\r\ncontent-length: 2\r\n${lines.join('')}\r\nno`)
    const accept = createHash('sha1')
      .update(`${req.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
      .digest('base64')
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: Upgrade\r\n` +
        `sec-websocket-accept: ${accept}\r\n${lines.join('')}\r\n`,
    )
    socket.on('data', (bytes: Buffer) => {
      // Masked and short: six bytes of head.
      for (let at = 0; at < bytes.length; at += 6 + (bytes[at + 1]! & 0x7f)) {
        if (bytes[at] === CLOSE) socket.end(Buffer.from([CLOSE, 0]))
      }
    })
    const bytes = Buffer.concat(messages.map((message) => frameOf(JSON.stringify(message))))
    for (let at = 0; at < bytes.length; at += Math.min(cut, bytes.length)) socket.write(bytes.subarray(at, at + cut))
  })
  server.on('connection', (socket) => sockets.add(socket))
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    requests,
    async close() {
      server.close()
      for (const socket of sockets) socket.destroy()
      await once(server, 'close')
    },
  }
}

/** One unmasked text frame, in two fragments when it is long enough. */
export function frameOf(text: string): Buffer {
  const bytes = Buffer.from(text)
  if (bytes.length < 4) return fragment(0x81, bytes)
  return Buffer.concat([
    fragment(0x01, bytes.subarray(0, 3)),
    fragment(0x89, Buffer.from('hi')),
    fragment(0x80, bytes.subarray(3)),
  ])
}

function fragment(first: number, payload: Buffer): Buffer {
  if (payload.length < 126) return Buffer.concat([Buffer.from([first, payload.length]), payload])
  const head = Buffer.from([first, 126, payload.length >> 8, payload.length & 0xff])
  return Buffer.concat([head, payload])
}
