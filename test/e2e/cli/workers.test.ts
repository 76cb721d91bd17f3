import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import type { Sql } from 'postgres'
import { assertLedgerConsistent } from '../../../src/testing/index.ts'
import { MASTER_KEY } from '../../support/app.ts'
import { cleanups } from '../../support/cleanups.ts'
import { createTestDatabase } from '../../support/database.ts'
import { createKey } from '../../support/keys.ts'
import { type ServeRun, serveFolder } from '../../support/serve.ts'
import { until } from '../../support/until.ts'
import { chatCompletion, sendJson, startUpstream } from '../../support/upstream.ts'

async function setup({ workers = 2, db = {}, litellm = {} } = {}) {
  let calls = 0
  const upstream = await startUpstream((res) => sendJson(res, 200, chatCompletion({ id: `chatcmpl-${++calls}` })))
  cleanups.push(upstream.close)
  const { url, sql, drop } = await createTestDatabase()
  cleanups.push(drop)
  const folder = await serveFolder({ upstream: upstream.url, databaseUrl: url, db, litellm })
  // No window of a rate limit ends during a test.
  const env = { LITELLM_SALT_KEY: 'sk-salt-of-the-tests', LITELLM_RATE_LIMIT_WINDOW_SIZE: '86400' }
  const start = (...args: string[]) => folder.serve(['--workers', String(workers), ...args], env)
  /** Gives the model another name. */
  const rename = async (name: string) => {
    const file = join(folder.cwd, 'config.yaml')
    const config = JSON.parse(await readFile(file, 'utf8'))
    config.model_list[0].model_name = name
    await writeFile(file, JSON.stringify(config))
  }
  return { upstream, sql, start, rename }
}

/** One call on a connection of its own, so that any worker may get it. Its status, or 0 if it was cut. */
async function callBy(run: ServeRun, secret: string, model = 'm'): Promise<number> {
  const headers = { authorization: `Bearer ${secret}`, 'content-type': 'application/json', connection: 'close' }
  const body = JSON.stringify({ model, max_tokens: 20, messages: [{ role: 'user', content: 'Hello' }] })
  try {
    const answer = await fetch(`${run.url}/v1/chat/completions`, { method: 'POST', headers, body })
    await answer.arrayBuffer()
    return answer.status
  } catch {
    return 0
  }
}

function callsBy(run: ServeRun, secret: string, count: number): Promise<number[]> {
  return Promise.all(Array.from({ length: count }, () => callBy(run, secret)))
}

const countOf = (statuses: readonly number[], status: number) => statuses.filter((one) => one === status).length

async function rowsOf(sql: Sql): Promise<number> {
  const [row] = await sql`select count(*)::int from "LiteLLM_SpendLogs" where status = 'success'`
  return row!.count
}

/** The workers that it names in what it has printed. */
async function pidsOf(run: ServeRun): Promise<number[]> {
  const named = () => /workers serve the port: processes ([\d, ]+)/.exec(run.said.out)?.[1]
  await until(named)
  return named()!.split(', ').map(Number)
}

async function metricsOf(run: ServeRun): Promise<string> {
  const headers = { authorization: `Bearer ${MASTER_KEY}`, connection: 'close' }
  return await (await fetch(`${run.url}/metrics`, { headers })).text()
}

function total(metrics: string, name: string): number {
  const lines = metrics.split('\n').filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `))
  return lines.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0)
}

describe('serve --workers 2', () => {
  test('holds the limits and the budget of a key once, however many workers there are', async () => {
    // On a busy machine the store may be late: then a call is refused, and not let through.
    const { sql, start } = await setup({ db: { pass_on_store_error: false } })
    const run = await start()
    await pidsOf(run)
    const limited = await createKey(sql, { rpm_limit: 5 })
    const passed = countOf(await callsBy(run, limited.secret, 30), 200)
    expect(passed).toBeGreaterThan(0)
    expect(passed).toBeLessThanOrEqual(5)
    // A call is 10 tokens at 1e-6 and 20 at 2e-6.
    const poor = await createKey(sql, { max_budget: 5.5 * 5e-5 })
    const paid = countOf(await callsBy(run, poor.secret, 30), 200)
    expect(paid).toBeGreaterThan(0)
    expect(paid).toBeLessThanOrEqual(6)
    run.signal('SIGTERM')
    expect(await run.ended).toBe(0)
    expect(await rowsOf(sql)).toBe(passed + paid)
    await assertLedgerConsistent(sql)
  })

  test('replaces a worker that is killed, and writes what it had answered', async () => {
    const { sql, start } = await setup({ db: { log_flush_interval: '1h' } })
    const run = await start()
    const [, killed] = await pidsOf(run)
    const { secret } = await createKey(sql)
    const before = countOf(await callsBy(run, secret, 40), 200)
    expect(before).toBe(40)
    process.kill(killed!, 'SIGKILL')
    await until(() => run.said.err.includes(`Worker ${killed} has ended with code 1: another is started`))
    const after = countOf(await callsBy(run, secret, 10), 200)
    expect(after).toBe(10)
    // What the dead one had in its journal is written by the one that takes its place.
    await until(() => (run.said.out + run.said.err).includes('and is gone: this process writes them'))
    run.signal('SIGINT')
    expect(await run.ended).toBe(0)
    expect(await rowsOf(sql)).toBe(before + after)
    await assertLedgerConsistent(sql)
  })

  test('tells the metrics of all workers, those of a dead one too, on each', async () => {
    const { sql, start } = await setup({ litellm: { callbacks: ['prometheus'] } })
    const run = await start()
    const [, killed] = await pidsOf(run)
    const { secret } = await createKey(sql)
    expect(countOf(await callsBy(run, secret, 20), 200)).toBe(20)
    const requests = async () => total(await metricsOf(run), 'litellm_proxy_total_requests_metric_total')
    for (let reading = 0; reading < 4; reading++) expect(await requests()).toBe(20)
    process.kill(killed!, 'SIGKILL')
    await until(() => run.said.err.includes(`Worker ${killed} has ended`))
    expect(await requests()).toBe(20)
  })

  test('takes a new configuration in all workers, whichever is asked', async () => {
    const { sql, start, rename } = await setup()
    const run = await start()
    await pidsOf(run)
    const { secret } = await createKey(sql)
    await rename('renamed')
    const headers = { authorization: `Bearer ${MASTER_KEY}`, connection: 'close' }
    const answer = await fetch(`${run.url}/config/reload`, { method: 'POST', headers })
    expect(answer.status).toBe(200)
    const manyCalls = () => Promise.all(Array.from({ length: 10 }, () => callBy(run, secret, 'renamed')))
    await until(async () => countOf(await manyCalls(), 200) === 10)
    await rename('again')
    run.signal('SIGHUP')
    await until(async () => countOf(await manyCalls(), 200) === 0)
  })

  test('ends with one sentence when the first worker cannot start', async () => {
    const { upstream, start } = await setup()
    const { port } = new URL(upstream.url)
    const message = await start('--port', port).then(({ said }) => said.out, String)
    expect(message.match(/Port \d+ is taken: stop what listens there, or choose another/g)).toHaveLength(1)
  })
})
