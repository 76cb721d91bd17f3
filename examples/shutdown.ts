import type { Server } from 'node:http'
import type { Gateway } from 'express-litellm'

export async function shutdown(server: Server, gateway: Gateway) {
  server.close() // 1. no new connections
  // 2. readiness is 503; running calls end, or are cut and settled; the ledger is written, the pool closed
  const { cut, lost } = await gateway.close({ timeoutMs: 25_000 })
  server.closeAllConnections() // 3. what is left are connections without a call
  for (const { callId, usageSource, cost, row } of cut) console.warn('cut:', callId, usageSource, cost, row)
  process.exitCode = lost > 0 ? 1 : 0
}
