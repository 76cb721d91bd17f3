import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from '@jest/globals'
import { packageProgram } from '../../src/cli/postgres/package-program.ts'
import { serve } from '../../src/cli/serve/serve.ts'
import type { LiteLLMOptions } from '../../src/index.ts'
import { startApp } from '../support/app.ts'
import { cleanups } from '../support/cleanups.ts'
import { createTestDatabase } from '../support/database.ts'
import { startLine } from '../support/database-line.ts'
import { createKey } from '../support/keys.ts'
import { until } from '../support/until.ts'
import { chatCompletion, sendJson, startUpstream } from '../support/upstream.ts'

const BODY = { model: 'gpt-4o', messages: [{ role: 'user', content: 'Hi' }] }

/** A gateway whose database role the server gives at most `limit` connections. */
async function setup(limit: number, { pooled = false, ...options }: LiteLLMOptions & { pooled?: boolean }) {
  const upstream = await startUpstream((res) => sendJson(res, 200, chatCompletion({ id: '' })))
  cleanups.push(upstream.close)
  const { url, sql, drop } = await createTestDatabase()
  const role = `role_${new URL(url).pathname.slice(-20)}`
  // The limit of a role does not bind superusers.
  await sql.unsafe(`create role ${role} login nosuperuser password 'secret' connection limit ${limit}`)
  await sql.unsafe(`grant all on all tables in schema public to ${role}`)
  await sql.unsafe(`grant all on schema public to ${role}`)
  cleanups.push(async () => {
    await sql.unsafe(`drop owned by ${role}`)
    await sql.unsafe(`drop role ${role}`)
    await drop()
  })
  const address = new URL(url)
  address.username = role
  address.password = 'secret'
  if (pooled) address.searchParams.set('pgbouncer', 'true')
  const told: string[] = []
  const app = await startApp({ upstream: upstream.url, options: { ...options, databaseUrl: address.href } })
  cleanups.push(() => app.close())
  for (const name of [
    'writer:down',
    'writer:up',
    'keys:deaf',
    'keys:hearing',
    'spend:drop',
    'database:down',
  ] as const) {
    app.gateway.events.on(name, () => told.push(name))
  }
  const open = async () => {
    const [row] = await sql`select count(*)::int as n from pg_stat_activity where usename = ${role}`
    return row!.n as number
  }
  const readiness = async () => {
    const answer = await fetch(`${app.url}/health/readiness`)
    return [answer.status, await answer.json()]
  }
  const key = async () => (await createKey(sql)).secret
  const chat = async (secret: string) => (await app.post('/v1/chat/completions', secret, BODY)).status
  return { app, sql, role, told, open, readiness, key, chat }
}

async function journalDir() {
  const dir = await mkdtemp(join(tmpdir(), 'connections-'))
  cleanups.push(() => rm(dir, { recursive: true, force: true }))
  return dir
}

const BOUNDS = [1, 2, 3, 8]
const CASES = (['memory', 'journal', 'sync'] as const).flatMap((durability) =>
  BOUNDS.map((maxConns) => ({ durability, maxConns })),
)

test.each(CASES)(
  'with $durability no more than $maxConns connections are open, whatever they are for',
  async ({ durability, maxConns }) => {
    const { app, sql, told, open, key, chat } = await setup(maxConns, {
      maxConns,
      minConns: maxConns,
      durability,
      journal: { dir: await journalDir() },
      healthCheckInterval: '20ms',
      logFlushInterval: '5ms',
    })
    await app.gateway.ready()
    const secrets = await Promise.all(Array.from({ length: 24 }, key))
    const seen: number[] = []
    let counting = true
    const counted = (async () => {
      for (; counting; await sleep(3)) seen.push(await open())
    })()

    // Lookups that wait for a lock take every connection of the pool.
    const { promise: released, resolve: release } = Promise.withResolvers<void>()
    const locked = sql.begin(async (tx) => {
      await tx`lock table "LiteLLM_VerificationToken" in access exclusive mode`
      await released
    })
    await until(
      async () => (await sql`select 1 from pg_locks where mode = 'AccessExclusiveLock' and granted`).length > 0,
    )
    const blocked = Promise.all(secrets.map(chat))
    // The spare connection of the writer is opened only while its first one is busy.
    await until(async () => (await open()) >= maxConns - (maxConns < 8 ? 0 : 1))
    release()
    await locked
    expect(await blocked).toEqual(secrets.map(() => 200))

    for (let round = 0; round < 3; round++) expect(await Promise.all(secrets.map(chat))).toEqual(secrets.map(() => 200))
    await app.gateway.flush()
    counting = false
    await counted
    expect(Math.max(...seen)).toBeLessThanOrEqual(maxConns)
    // Nothing was refused; where none is left to hear of changed keys on, that is told.
    expect(told.filter((name) => name !== 'database:down')).toEqual(maxConns < 3 ? ['keys:deaf'] : [])
    expect(await sql`select count(*)::int as n from "LiteLLM_SpendLogs"`).toEqual([{ n: 4 * secrets.length }])
  },
)

test.each(['memory', 'journal', 'sync'] as const)(
  'with %s a writer that the server refuses a connection is told before any call, and in readiness, until it gets one',
  async (durability) => {
    const { app, sql, role, told, readiness, key, chat } = await setup(1, {
      pooled: true,
      maxConns: 2,
      minConns: 1,
      durability,
      journal: { dir: await journalDir() },
      healthCheckInterval: '1h',
    })
    expect(await readiness()).toEqual([
      503,
      { status: 'unhealthy', db: 'no writer', detail: expect.stringContaining('`max_conns`') },
    ])
    expect(told.filter((name) => name.startsWith('writer'))).toEqual(['writer:down'])
    await expect(app.gateway.ready()).rejects.toThrow(
      /gives no connection to write spend logs on.*too many connections/,
    )

    const secret = await key()
    const answered = chat(secret)
    if (durability !== 'sync') expect(await answered).toBe(200)
    await sql.unsafe(`alter role ${role} connection limit 5`)
    expect(await answered).toBe(200)
    await until(async () => (await readiness())[0] === 200)
    await app.gateway.flush()
    expect(told.filter((name) => name.startsWith('writer'))).toEqual(['writer:down', 'writer:up'])
    expect(await sql`select status from "LiteLLM_SpendLogs"`).toEqual([{ status: 'success' }])
  },
)

test('a writer that loses its connection and gets no other is told with the first write that fails', async () => {
  const { app, sql, role, told, readiness, key, chat } = await setup(2, {
    pooled: true,
    maxConns: 2,
    minConns: 1,
    healthCheckInterval: '1h',
    logFlushInterval: '5ms',
  })
  await app.gateway.ready()
  const secret = await key()
  expect(await chat(secret)).toBe(200)
  await app.gateway.flush()
  expect((await readiness())[0]).toBe(200)

  await sql.unsafe(`alter role ${role} connection limit 1`)
  // The pool's was opened before it.
  await sql`
    select pg_terminate_backend(pid) from pg_stat_activity where usename = ${role} order by backend_start desc limit 1`
  await until(async () => (await sql`select 1 from pg_stat_activity where usename = ${role}`).length === 1)
  expect(await chat(secret)).toBe(200)
  await until(() => told.includes('writer:down'))
  expect((await readiness())[1]).toMatchObject({ db: 'no writer' })

  await sql.unsafe(`alter role ${role} connection limit 2`)
  await until(async () => (await readiness())[0] === 200)
  await app.gateway.flush()
  expect(await sql`select count(*)::int as n from "LiteLLM_SpendLogs"`).toEqual([{ n: 2 }])
})

test('a server that refuses the connection to listen on is told, and asked again until it gives one', async () => {
  // Without a writer there are the pool's connection and the one to listen on.
  const bounds = { maxConns: 2, minConns: 1, healthCheckInterval: '50ms', authCacheTtl: '1h' }
  const { sql, role, told, open, key, chat } = await setup(0, { ...bounds, disableSpendUpdates: true })
  const block = async (blocked: boolean) => {
    await sql`update "LiteLLM_VerificationToken" set blocked = ${blocked}`
    await sql`select pg_notify('express_litellm_keys', '*')`
  }
  await until(() => told.includes('keys:deaf'))
  await sql.unsafe(`alter role ${role} connection limit 2`)
  await until(() => told.includes('keys:hearing'))
  const secret = await key()
  expect(await chat(secret)).toBe(200)
  await block(true)
  await until(async () => (await chat(secret)) !== 200)
  expect(await open()).toBe(2)

  // It loses that connection, gets no other, and what is said meanwhile is not heard.
  await sql.unsafe(`alter role ${role} connection limit 1`)
  const listeners = await sql`select pid from pg_stat_activity where usename = ${role} and query like '%pg_notify%'`
  expect(listeners).toHaveLength(1)
  await sql`select pg_terminate_backend(${listeners[0]!.pid})`
  await until(() => told.filter((name) => name === 'keys:deaf').length === 2)
  await block(false)
  expect(await chat(secret)).not.toBe(200)
  await sql.unsafe(`alter role ${role} connection limit 2`)
  await until(async () => (await chat(secret)) === 200)
  expect(told.filter((name) => name.startsWith('keys'))).toEqual(
    ['keys:deaf', 'keys:hearing', 'keys:deaf', 'keys:hearing'].slice(0, told.at(-1) === 'keys:hearing' ? 4 : 3),
  )
})

test.each([1, 2, 3])(
  'a database that was away at the start is migrated on the connections that are there: with %i, no more are open',
  async (maxConns) => {
    const { url, sql, drop } = await createTestDatabase({ schema: 'empty' })
    const role = `role_${new URL(url).pathname.slice(-20)}`
    await sql.unsafe(`create role ${role} login nosuperuser password 'secret' connection limit ${maxConns}`)
    await sql.unsafe(`grant all on schema public to ${role}`)
    await sql.unsafe(`grant create on database "${new URL(url).pathname.slice(1)}" to ${role}`)
    cleanups.push(async () => {
      await sql.unsafe(`drop owned by ${role} cascade`)
      await sql.unsafe(`drop role ${role}`)
      await drop()
    })
    const line = await startLine(url)
    cleanups.push(line.close)
    line.cut()
    const address = new URL(line.url)
    address.username = role
    address.password = 'secret'
    const cwd = await mkdtemp(join(tmpdir(), 'late-'))
    cleanups.push(() => rm(cwd, { recursive: true, force: true }))
    const said: string[] = []
    const { promise: stopRequested, resolve: stop } = Promise.withResolvers<void>()
    await writeFile(
      join(cwd, 'config.yaml'),
      JSON.stringify({
        general_settings: { master_key: 'sk-master-of-late' },
        litellm_db: {
          database_url: address.href,
          max_conns: maxConns,
          min_conns: maxConns,
          connect_timeout: '2s',
          health_check_interval: '50ms',
        },
      }),
    )
    const around = {
      env: {},
      cwd,
      stopRequested,
      print: (text: string) => void said.push(text),
      warn: (text: string) => void said.push(text),
    }
    const args = { config: join(cwd, 'config.yaml'), port: 0, host: '127.0.0.1', migrate: true }
    const ended = serve(args, packageProgram, around)
    ended.catch(() => {})
    cleanups.push(async () => {
      stop()
      await ended
    })
    await until(() => said.some((text) => /http:/.test(text)))
    line.mend()
    await until(() => said.some((text) => text.includes('Applied now')))
    expect(said.filter((text) => /too many connections|failed|could not/.test(text))).toEqual([])
    const base = /http:\/\/\S+:\d+/.exec(said.join())![0]
    await until(async () => (await fetch(`${base}/health/readiness`)).status === 200)
    const headers = { authorization: 'Bearer sk-master-of-late', 'content-type': 'application/json' }
    expect((await fetch(`${base}/key/generate`, { method: 'POST', headers, body: '{}' })).status).toBe(200)
  },
)
