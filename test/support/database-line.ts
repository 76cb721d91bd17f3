import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** A line to the database that can be cut and mended. */
export async function startLine(databaseUrl: string) {
  const target = new URL(databaseUrl)
  const sockets = new Set<Socket>()
  let up = true
  const server = createServer((client) => {
    sockets.add(client)
    client.on('error', () => {})
    if (!up) return void client.destroy()
    const upstream = connect(Number(target.port || 5432), target.hostname)
    sockets.add(upstream)
    upstream.on('error', () => client.destroy())
    client.pipe(upstream).pipe(client)
    client.once('close', () => upstream.destroy())
    upstream.once('close', () => client.destroy())
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const url = new URL(databaseUrl)
  url.hostname = '127.0.0.1'
  url.port = String((server.address() as AddressInfo).port)
  return {
    url: url.href,
    cut() {
      up = false
      for (const socket of sockets) socket.destroy()
    },
    mend() {
      up = true
    },
    async close() {
      server.close()
      for (const socket of sockets) socket.destroy()
    },
  }
}
