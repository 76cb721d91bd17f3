import { once } from 'node:events'
import { createServer } from 'node:net'

/** `port` if nothing listens on it at 127.0.0.1; with 0, a port that is free now. Rejects with EADDRINUSE. */
export async function freePort(port: number): Promise<number> {
  const server = createServer().listen(port, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  return typeof address === 'object' && address ? address.port : port
}
