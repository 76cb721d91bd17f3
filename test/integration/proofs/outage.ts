import { once } from 'node:events'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import postgres from 'postgres'
import { startLocalPostgres } from '../../../src/cli/postgres/local-postgres.ts'
import { freePort } from '../../../src/cli/postgres/postgres-cluster.ts'
import { createLiteLLM, litellm } from '../../../src/index.ts'
import { assertLedgerConsistent } from '../../../src/testing/index.ts'
import { migrate } from '../../../src/upkeep/migrate.ts'
import { MASTER_KEY } from '../../support/app.ts'
import { until } from '../../support/until.ts'
import { chatCompletion, sendJson, startUpstream } from '../../support/upstream.ts'

export interface OutageRun {
  readonly durability: 'memory' | 'journal'
  readonly outageMs: number
}

/** What is held in memory, garbage left aside where `node --expose-gc` lets it be collected. */
function usedMiB(): number {
  globalThis.gc?.()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return Math.round((heapUsed + arrayBuffers) / 2 ** 20)
}

/** Stops a real PostgreSQL under load, starts it again, and looks at what became of the calls. */
export async function runOutage({ durability, outageMs }: OutageRun) {
  const home = await mkdtemp(join(tmpdir(), 'outage-'))
  await chmod(home, 0o755) // PostgreSQL may run as another account
  const port = await freePort(0)
  const start = () => startLocalPostgres({ dir: join(home, 'postgres'), port, persistent: true })
  let server = await start()
  const sql = postgres(server.url, { max: 1, backoff: () => 0.1, onnotice: () => {} })
  await migrate(sql)
  const upstream = await startUpstream((res) => sendJson(res, 200, chatCompletion({ id: '' })))
  const gateway = createLiteLLM({
    databaseUrl: server.url,
    masterKey: MASTER_KEY,
    durability,
    journal: { dir: join(home, 'journal') },
    logQueueSize: 1_000_000,
    logRetryDelay: '50ms',
    logFlushInterval: '100ms',
    minConns: 1,
    maxConns: 4,
    config: {
      model_list: [
        { model_name: 'gpt-4o', litellm_params: { model: 'openai/gpt-4o', api_base: upstream.url, api_key: 'x' } },
      ],
    },
  })
  const http = createServer((req, res) => void litellm({ gateway })(req, res, () => res.writeHead(404).end()))
  // As in `serve`: a busy machine must not close a connection that a client is about to use.
  http.keepAliveTimeout = 65_000
  await once(http.listen(0, '127.0.0.1'), 'listening')
  const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`
  const statuses = new Map<number, number>()
  let loading = true
  try {
    await gateway.ready()
    const clients = Promise.all(Array.from({ length: 4 }, client))
    await untilMore(20)
    await server.stop()
    await sleep(outageMs / 4)
    const early = usedMiB()
    await sleep((outageMs * 3) / 4)
    const during = gateway.spend()!
    const grownMiB = usedMiB() - early
    server = await start()
    await untilMore(20)
    loading = false
    await clients
    await gateway.flush()
    await assertLedgerConsistent(sql)
    const [found] = await sql`select count(*)::int as rows from "LiteLLM_SpendLogs"`
    const after = gateway.spend()!
    return { statuses: Object.fromEntries(statuses), rows: found!.rows, waited: during.queued, grownMiB, after }
  } finally {
    loading = false
    http.close().closeAllConnections()
    await gateway.close()
    await upstream.close()
    await sql.end({ timeout: 1 })
    await server.stop()
    await rm(home, { recursive: true, force: true })
  }

  async function untilMore(answers: number) {
    const total = () => [...statuses.values()].reduce((sum, count) => sum + count, 0)
    const enough = total() + answers
    await until(() => total() >= enough)
  }

  async function client() {
    while (loading) {
      const response = await fetch(`${url}/v1/chat/completions`, {
        method: 'POST',
        headers: { authorization: `Bearer ${MASTER_KEY}` },
        body: JSON.stringify({ model: 'gpt-4o', messages: [] }),
      })
      await response.arrayBuffer()
      statuses.set(response.status, (statuses.get(response.status) ?? 0) + 1)
      await sleep(5)
    }
  }
}
