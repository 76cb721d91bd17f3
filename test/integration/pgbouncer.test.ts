import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { expect, test } from '@jest/globals'
import postgres from 'postgres'
import { runCommand } from '../../src/cli/commands/run-command.ts'
import { packageProgram } from '../../src/cli/postgres/package-program.ts'
import { openDatabase } from '../../src/database/database.ts'
import { readSchema } from '../../src/database/schema.ts'
import { GatewayEvents } from '../../src/events.ts'
import { createLiteLLM, type Gateway, litellm } from '../../src/index.ts'
import { assertLedgerConsistent } from '../../src/testing/index.ts'
import { MissingDailies } from '../../src/upkeep/missing-dailies.ts'
import { startApp, type TestAppOptions } from '../support/app.ts'
import { cleanups } from '../support/cleanups.ts'
import { createTestDatabase } from '../support/database.ts'
import { createLedger } from '../support/ledger.ts'
import { startPgBouncer } from '../support/pgbouncer.ts'
import { spendEvent } from '../support/spend-event.ts'
import { until } from '../support/until.ts'
import { chatCompletion, sendJson, startUpstream } from '../support/upstream.ts'

async function pooled(databaseUrl: string) {
  const bouncer = await startPgBouncer({ databaseUrl, poolSize: 3 })
  cleanups.push(bouncer.stop)
  return bouncer.url
}

/** Whether this machine has a PgBouncer that runs. */
async function isThere(): Promise<boolean> {
  const { url, drop } = await createTestDatabase({ schema: 'empty' })
  const bouncer = await startPgBouncer({ databaseUrl: url, poolSize: 1 }).catch(() => undefined)
  await bouncer?.stop()
  await drop()
  return bouncer !== undefined
}

/** 200 calls, 16 at a time, through a gateway whose database is behind the pooler. */
async function run(parameters: string, database: TestAppOptions['database']) {
  let asked = 0
  const upstream = await startUpstream((res) => sendJson(res, 200, chatCompletion({ id: `chatcmpl-${asked++}` })))
  cleanups.push(upstream.close)
  const app = await startApp({ upstream: upstream.url, database })
  cleanups.push(app.close)
  const url = (await pooled(app.databaseUrl)) + parameters
  const config = {
    model_list: [
      { model_name: 'gpt-4o', litellm_params: { model: 'openai/gpt-4o', api_base: upstream.url, api_key: 'k' } },
    ],
  }
  // More connections than the pooler has, and no key in memory: every look-up is a statement.
  const options = { databaseUrl: url, logFlushInterval: '5ms', logBatchSize: 7, maxConns: 12, authCacheTtl: 1, config }
  const gateway = createLiteLLM(options)
  cleanups.push(() => gateway.close())
  const retries: unknown[] = []
  gateway.events.on('spend:retry', ({ error }) => retries.push(error))
  await gateway.ready()
  return { app, gateway, retries }
}

async function serve(gateway: Gateway): Promise<(secret: string) => Promise<number>> {
  const server = createServer((req, res) => void litellm({ gateway })(req, res, () => res.writeHead(404).end()))
  await once(server.listen(0, '127.0.0.1'), 'listening')
  cleanups.push(async () => server.close().closeAllConnections())
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/chat/completions`
  return async (secret) => {
    const body = JSON.stringify({ model: 'gpt-4o', messages: [] })
    const response = await fetch(url, { method: 'POST', headers: { authorization: `Bearer ${secret}` }, body })
    await response.arrayBuffer()
    return response.status
  }
}

if (!(await isThere())) {
  test('without a pgbouncer the ledger behind one is not tested', () => {
    process.stderr.write('No pgbouncer: nothing was tested behind one.\n')
  })
} else {
  test.each([
    ['detected', '', false],
    ['detected', '', true],
    ['configured', '?pgbouncer=true', false],
  ] as const)('behind PgBouncer in transaction mode, %s%s, partitioned: %j', async (_, parameters, partitioned) => {
    const { app, gateway, retries } = await run(parameters, { partitioned })
    const { secret } = await app.key({ user_id: 'ann' })
    await app.sql`insert into "LiteLLM_UserTable" (user_id) values ('ann')`
    const statuses: number[] = []
    const chat = await serve(gateway)
    await Promise.all(
      Array.from({ length: 16 }, async (_each, worker) => {
        for (let n = worker; n < 200; n += 16) statuses.push(await chat(secret))
      }),
    )
    await gateway.flush()
    expect(new Set(statuses)).toEqual(new Set([200]))
    expect(retries).toEqual([])
    const [{ count }] = await app.sql<[{ count: number }]>`select count(*)::int as count from "LiteLLM_SpendLogs"`
    expect(count).toBe(200)
    await assertLedgerConsistent(app.sql)
  })

  test('the commands notice a pooler, and do nothing there that needs one connection', async () => {
    const { url, drop } = await createTestDatabase()
    cleanups.push(drop)
    const bouncer = await pooled(url)
    expect(await command(bouncer, 'doctor')).toMatchObject({
      exitCode: 0,
      lines: expect.stringContaining('! connection: through a pooler'),
    })
    expect(await command(url, 'doctor')).toMatchObject({
      exitCode: 0,
      lines: expect.not.stringContaining('connection:'),
    })
    expect(await command(bouncer, 'reconcile')).toMatchObject({ exitCode: 0 })
    expect(await command(bouncer, 'reconcile', '--fix')).toMatchObject({
      exitCode: 1,
      lines: expect.stringContaining('cannot work through a pooler'),
    })
  })

  test('several processes behind it bring a daily table that was missing up to the log once', async () => {
    const ledger = await createLedger()
    cleanups.push(ledger.drop)
    const url = await pooled(ledger.url)
    const processes = Array.from({ length: 4 }, () => {
      const sql = postgres(url, { max: 2, prepare: false, onnotice: () => {} })
      cleanups.push(() => sql.end())
      const told: unknown[] = []
      const missing = new MissingDailies({
        sql,
        repairs: true,
        settleMs: 0,
        recheckMs: 0,
        onRepaired: () => told.push('repaired'),
        onRepairFailed: (_, error) => told.push(error),
      })
      const sink = ledger.newSink({ sql, schema: () => readSchema(sql), missing })
      cleanups.push(() => sink.close())
      return { sink, told }
    })
    const write = () => Promise.all(processes.map(({ sink }) => ledger.write([spendEvent(), spendEvent()], sink)))
    await write()
    await ledger.sql`alter table "LiteLLM_DailyTeamSpend" rename to away`
    await write()
    await ledger.sql`alter table away rename to "LiteLLM_DailyTeamSpend"`
    await write()
    await until(() => processes.every(({ told }) => told.length > 0))
    expect(processes.map(({ told }) => told)).toEqual(Array(4).fill(['repaired']))
    const [row] = await ledger.sql`select sum(api_requests)::int as calls from "LiteLLM_DailyTeamSpend"`
    expect(row).toEqual({ calls: 24 })
  })

  test('a pooler is noticed, and statements are not prepared behind it', async () => {
    const { url, drop } = await createTestDatabase()
    cleanups.push(drop)
    for (const [address, prepare] of [
      [url, true],
      [await pooled(url), false],
    ] as const) {
      const database = openDatabase({ ...POOL, url: address, writes: true, listens: false }, new GatewayEvents())
      await database.check()
      expect([database.sql.options.prepare, database.writer.options.prepare]).toEqual([prepare, prepare])
      await database.close()
    }
  })
}

async function command(databaseUrl: string, ...argv: string[]) {
  const lines: string[] = []
  const say = (line: string) => void lines.push(line)
  const around = { env: { DATABASE_URL: databaseUrl }, cwd: tmpdir(), print: say, warn: say }
  const exitCode = await runCommand(argv, packageProgram, { ...around, stopRequested: new Promise(() => {}) })
  return { exitCode, lines: lines.join('\n') }
}

const POOL = { prepare: true, maxConns: 2, minConns: 0, healthCheckIntervalMs: 60_000, connectTimeoutMs: 5_000 }
