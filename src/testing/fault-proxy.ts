import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

export interface FaultProxy {
  /** The database through the proxy. */
  readonly url: string
  /** Lines cut so far. */
  readonly cuts: number
  /** The next message that contains `text` reaches the server; its answer does not reach the client. */
  cutAfter(text: string): void
  /** The next message that contains `text` does not reach the server. */
  cutBefore(text: string): void
  /** Bytes stand still, in both directions, until `thaw`. */
  freeze(): void
  thaw(): void
  /** New connections are refused from now on. */
  refuse(): void
  close(): Promise<void>
}

/** A TCP proxy in front of a database, to lose a connection at a chosen moment. */
export async function createFaultProxy(databaseUrl: string): Promise<FaultProxy> {
  const target = new URL(databaseUrl)
  const sockets = new Set<Socket>()
  let fault: { text: string; reaches: boolean } | undefined
  let frozen = false
  let cuts = 0
  const server = createServer((client) => {
    const upstream = connect(Number(target.port || 5432), target.hostname)
    for (const socket of [client, upstream]) {
      sockets.add(socket)
      socket.on('close', () => sockets.delete(socket))
      // The other side hears of it by the close.
      socket.on('error', () => {})
      if (frozen) socket.pause()
    }
    let severed = false
    client.on('data', (bytes) => {
      if (fault && bytes.includes(fault.text)) {
        if (fault.reaches) upstream.write(bytes)
        fault = undefined
        severed = true
        cuts++
        client.destroy()
        // An orderly end: what was sent is carried out.
        upstream.end()
      } else {
        upstream.write(bytes)
      }
    })
    upstream.on('data', (bytes) => {
      if (!severed) client.write(bytes)
    })
    client.on('close', () => upstream.end())
    upstream.on('close', () => client.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const closed = once(server, 'close')
  const url = new URL(databaseUrl)
  url.hostname = '127.0.0.1'
  url.port = String((server.address() as AddressInfo).port)
  return {
    url: url.href,
    get cuts() {
      return cuts
    },
    cutAfter: (text) => {
      fault = { text, reaches: true }
    },
    cutBefore: (text) => {
      fault = { text, reaches: false }
    },
    freeze: () => {
      frozen = true
      for (const socket of sockets) socket.pause()
    },
    thaw: () => {
      frozen = false
      for (const socket of sockets) socket.resume()
    },
    refuse: () => void server.close(),
    close: async () => {
      for (const socket of sockets) socket.destroy()
      if (server.listening) server.close()
      await closed
    },
  }
}
