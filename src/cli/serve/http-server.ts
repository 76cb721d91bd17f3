import { once } from 'node:events'
import { createServer, type IncomingMessage, type RequestListener } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { ConfigError } from '../../errors.ts'

export interface HttpServer {
  /** Where a program on this machine reaches it. */
  readonly url: string
  /** Takes no more connections. Resolves when the last one has ended: idle ones are closed, the others are waited for. */
  stop(): Promise<void>
  /** Destroys the connections that are left. */
  cut(): void
}

export interface HttpServerOptions {
  readonly port: number
  readonly host: string
  /** Takes requests to speak another protocol, WebSocket sessions. Without it they are refused. */
  readonly upgrade?: (req: IncomingMessage, socket: Duplex, head: Buffer) => void
  /** A client that takes longer for the headers of its request is answered with 408. */
  readonly headersTimeoutMs: number
  /** Of bodies that are read; those that are not read may take five minutes, or this and the headers' time. */
  readonly bodyTimeoutMs: number
}

const POLL_MS = 50
/** Longer than the usual 60 s of load balancers, so that they close first. LiteLLM's server: 5 s. */
const KEEP_ALIVE_MS = 65_000
/** Node's own, for a request from its first byte to its last. */
const REQUEST_MS = 300_000
/** How often Node looks for requests that take too long. Its own 30 s would triple a limit of 15 s. */
const CHECK_MS = 1_000

/** Listens, or throws a ConfigError that says why it cannot. */
export async function startHttpServer(listener: RequestListener, options: HttpServerOptions): Promise<HttpServer> {
  const { headersTimeoutMs, bodyTimeoutMs } = options
  const limits = {
    keepAliveTimeout: KEEP_ALIVE_MS,
    headersTimeout: headersTimeoutMs,
    requestTimeout: Math.max(REQUEST_MS, headersTimeoutMs + bodyTimeoutMs),
    connectionsCheckingInterval: CHECK_MS,
  }
  const server = createServer(limits, listener)
  const sockets = new Set<Socket>()
  server.on('connection', (socket) => {
    // Once more after an upgrade that was passed over.
    if (sockets.has(socket)) return
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  if (options.upgrade) server.on('upgrade', options.upgrade)
  server.listen(options.port, options.host)
  try {
    await once(server, 'listening')
  } catch (error) {
    throw new ConfigError(refusal(error as NodeJS.ErrnoException, options), { cause: error })
  }
  const { port } = server.address() as AddressInfo
  let stopped: Promise<void> | undefined
  return {
    url: `http://${hostOf(options.host)}:${port}`,
    stop() {
      stopped ??= stop()
      return stopped
    },
    cut() {
      for (const socket of sockets) socket.destroy()
    },
  }

  async function stop(): Promise<void> {
    const closed = once(server, 'close')
    server.close()
    const idle = setInterval(() => {
      server.closeIdleConnections()
      // To Node those that have said nothing yet are not idle.
      for (const socket of sockets) if (socket.bytesRead === 0) socket.destroy()
    }, POLL_MS)
    await closed
    clearInterval(idle)
  }
}

function refusal({ code, message }: NodeJS.ErrnoException, { host, port }: HttpServerOptions): string {
  if (code === 'EADDRINUSE') return `Port ${port} is taken: stop what listens there, or choose another with --port.`
  if (code === 'EACCES') return `Port ${port} needs more rights: choose one above 1023 with --port.`
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') return `This machine has no address ${host}: see --host.`
  return `Cannot listen on ${host}, port ${port}: ${message}.`
}

function hostOf(host: string): string {
  if (host === '0.0.0.0' || host === '::') return 'localhost'
  return host.includes(':') ? `[${host}]` : host
}
