import { once } from 'node:events'
import type { Server } from 'node:http'
import type { Gateway } from 'express-litellm'

export async function shutdown(server: Server, gateway: Gateway) {
  server.close() // 1. no new calls; running streams finish
  server.closeIdleConnections()
  await once(server, 'close') // 2. every call has ended
  await gateway.close() // 3. the ledger is written, the pool closed
}
