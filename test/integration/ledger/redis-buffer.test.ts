import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { expect, test } from '@jest/globals'
import type { Sql } from 'postgres'
import { readSchema } from '../../../src/database/schema.ts'
import { BatchStream } from '../../../src/ledger/redis/batch-stream.ts'
import { openSpendBuffer } from '../../../src/ledger/redis/open-spend-buffer.ts'
import { createSpendWriter } from '../../../src/ledger/write/spend-writer.ts'
import { openRedis } from '../../../src/lib/redis/open-redis.ts'
import { createFaultProxy } from '../../../src/testing/fault-proxy.ts'
import { assertLedgerConsistent } from '../../../src/testing/index.ts'
import { cleanups } from '../../support/cleanups.ts'
import { readTotals } from '../../support/ledger.ts'
import { spendEvent } from '../../support/spend-event.ts'
import { startProgram, type TestRedis } from '../../support/test-redis.ts'
import { until } from '../../support/until.ts'
import { cents, type OpenOptions, POISON, setupLedger } from './setup.ts'

const CHILD = fileURLToPath(new URL('../../support/child/record-calls.ts', import.meta.url))

/** A Redis that a test may stop, and that keeps nothing when it does. `undefined`: this machine has no `redis-server`. */
const program = await startProgram().catch(() => undefined)
await program?.stop()

async function setup() {
  const base = await setupLedger()
  const servers: TestRedis[] = []
  const start = async (at?: number) => {
    const server = await startProgram(at)
    servers.push(server)
    return server
  }
  cleanups.push(() => Promise.all(servers.map((server) => server.stop())))
  const redis = await start()
  const port = Number(new URL(redis.url).port)
  const told: string[] = []
  for (const name of ['spend:local', 'spend:shared'] as const) base.events.on(name, () => told.push(name))
  return { ...base, redis, port, told, start, open, child, client }

  /** A ledger of a process of its own, as far as Redis can tell. */
  function open(
    durability: 'memory' | 'journal' | 'sync',
    { redisPort = port, ...options }: OpenOptions & { readonly redisPort?: number } = {},
  ) {
    const buffer = openSpendBuffer({
      redis: { host: '127.0.0.1', port: redisPort },
      name: 'test',
      write:
        options.write ??
        createSpendWriter({ sql: base.sql, schema: () => readSchema(base.sql), statementTimeoutMs: 30_000 }),
      events: base.events,
      retryDelayMs: 10,
      lockMs: 600,
    })
    const ledger = base.open(durability, { ...options, write: buffer.write, leave: buffer.leave })
    cleanups.push(async () => {
      await ledger.close(0)
      await buffer.close()
    })
    return { ...ledger, buffer }
  }

  function child(durability: 'memory' | 'journal', name: string, calls?: number): Child {
    const args = [CHILD, base.url, String(port), durability, join(base.dir, name), name]
    const process_ = spawn(process.execPath, calls ? [...args, String(calls)] : args, {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    cleanups.push(async () => process_.kill('SIGKILL'))
    return follow(process_)
  }

  async function client() {
    const client = await openRedis({ host: '127.0.0.1', port }, {})
    cleanups.push(async () => client.disconnect())
    return client
  }
}

interface Child {
  readonly process: ChildProcess
  readonly recorded: string[]
  readonly told: string[]
  closed?: { closed: object; gauges: object }
  readonly end: Promise<unknown>
}

function follow(process: ChildProcess): Child {
  const child: Child = { process, recorded: [], told: [], end: once(process, 'close') }
  createInterface(process.stdout!).on('line', (line) => {
    const said = JSON.parse(line)
    if (said.callId) child.recorded.push(said.callId)
    else if (said.told) child.told.push(said.told)
    else child.closed = said
  })
  return child
}

if (!program) {
  test('without a redis-server the Redis buffer is not tested', () => {
    process.stderr.write('No redis-server: rows that go through Redis were not tested.\n')
  })
} else {
  test.each(['memory', 'journal', 'sync'] as const)(
    'calls go through Redis, one process writes those of all, and each hears when its own are written (%s)',
    async (durability) => {
      const { open, rows, sql, dir, drops, told, client } = await setup()
      const ledgers = ['a', 'b', 'c'].map((name) => open(durability, { journal: { dir: join(dir, name) } }))
      await Promise.all(ledgers.flatMap((ledger, n) => cents(20, `call-${n}`).map((event) => ledger.record(event))))
      await Promise.all(ledgers.map((ledger) => ledger.flush()))
      expect(await rows()).toBe(60)
      for (const ledger of ledgers) {
        expect(ledger.gauges()).toMatchObject({ queued: 0, unsettledDollars: 0, written: 20, dropped: {} })
      }
      expect(await (await client()).xlen('{test}:batches')).toBe(0)
      expect(drops).toEqual([])
      expect(told).toEqual([])
      await assertLedgerConsistent(sql)
    },
  )

  test('what the database refuses for good is refused where the call was made, and takes no other down', async () => {
    const { open, sql, rows, dir, events } = await setup()
    await sql.unsafe(POISON)
    const quarantined: unknown[] = []
    events.on('spend:quarantine', ({ callId, sqlstate }) => quarantined.push({ callId, sqlstate }))
    const [bad, good] = ['a', 'b'].map((name) => open('journal', { journal: { dir: join(dir, name) }, batchSize: 100 }))
    await bad!.record(spendEvent({ callId: 'bad', deployment: { model: 'poison' } }))
    for (const event of cents(5, 'beside')) await bad!.record(event)
    for (const event of cents(5, 'other')) await good!.record(event)
    await Promise.all([bad!.flush(), good!.flush()])
    expect(await rows()).toBe(10)
    expect(quarantined).toEqual([{ callId: 'bad', sqlstate: '23514' }])
    expect(bad!.gauges()).toMatchObject({ quarantined: 1, written: 5, queued: 0 })
    expect(good!.gauges()).toMatchObject({ quarantined: 0, written: 5, queued: 0 })
  })

  test('while Redis is away each process writes its own, and says so once', async () => {
    const { open, redis, rows, told, start, port } = await setup()
    const ledger = open('memory')
    await ledger.record(spendEvent())
    await ledger.flush()
    await redis.stop()
    for (const event of cents(20)) void ledger.record(event)
    await ledger.flush()
    expect(await rows()).toBe(21)
    expect(told).toEqual(['spend:local'])
    await start(port)
    await until(() => told.includes('spend:shared'))
    await ledger.record(spendEvent())
    await ledger.flush()
    expect(await rows()).toBe(22)
  })

  test('a Redis that has forgotten everything is sent it again', async () => {
    const { open, sql, rows, client, told } = await setup()
    const redis = await client()
    // Somebody else has the lock, and writes nothing.
    await redis.set('{test}:lock', 'somebody', 'PX', 60_000)
    const ledger = open('memory')
    for (const event of cents(5)) void ledger.record(event)
    const flushed = ledger.flush()
    await until(async () => (await redis.xlen('{test}:batches')) === 1)
    await redis.flushall()
    await flushed
    expect(await rows()).toBe(5)
    expect(told).toEqual([])
    expect((await readTotals(sql)).user).toEqual({ u0: 100, u1: 100, u2: 100, u3: 100, u4: 100 })
  })

  test('a batch is acknowledged after its commit, not before', async () => {
    const { open, sql, client, rows } = await setup()
    const redis = await client()
    const ledger = open('memory')
    for (const event of cents(5)) void ledger.record(event)
    let flushed: Promise<void> | undefined
    await sql.begin(async (transaction) => {
      await transaction`lock table "LiteLLM_SpendLogs" in exclusive mode`
      flushed = ledger.flush()
      await until(async () => (await waitingWrites(sql)) > 0)
      const [pending] = (await redis.xpending('{test}:batches', 'writers')) as [number]
      expect([pending, await redis.xlen('{test}:batches')]).toEqual([1, 1])
      expect(ledger.gauges()).toMatchObject({ queued: 5, written: 0 })
    })
    await flushed
    expect(await redis.xlen('{test}:batches')).toBe(0)
    expect(await rows()).toBe(5)
  })

  test('what a process had read when it died is written by the next that gets the lock', async () => {
    const { open, rows, client } = await setup()
    const redis = await client()
    await redis.set('{test}:lock', 'the dead', 'PX', 60_000)
    const ledger = open('memory')
    for (const event of cents(5)) void ledger.record(event)
    const flushed = ledger.flush()
    const dead = new BatchStream(redis, 'test')
    await until(async () => (await dead.read('new', 10)).length > 0)
    await redis.del('{test}:lock')
    await flushed
    expect(await rows()).toBe(5)
  })

  test('a memory ledger that closes while nobody writes leaves its calls in Redis, and says where they are', async () => {
    const { open, rows, client, drops } = await setup()
    const redis = await client()
    await redis.set('{test}:lock', 'somebody', 'PX', 60_000)
    const ledger = open('memory', { flushIntervalMs: 60_000 })
    for (const event of cents(25)) void ledger.record(event)
    expect(await ledger.close(100)).toEqual({ flushed: 0, journaled: 25, lost: 0 })
    expect(drops).toEqual([])
    await ledger.buffer.close()
    await redis.del('{test}:lock')
    open('memory')
    await until(async () => (await rows()) === 25)
  })

  test('without Redis and database a memory ledger that closes says what is lost', async () => {
    const { open, redis } = await setup()
    await redis.stop()
    const ledger = open('memory', { flushIntervalMs: 60_000, write: () => new Promise(() => {}) })
    for (const event of cents(3)) void ledger.record(event)
    expect(await ledger.close(50)).toEqual({ flushed: 0, journaled: 0, lost: 3 })
  })

  test('processes are killed again and again, the one that writes among them: no safe call is lost, none doubled', async () => {
    const { child, sql, client } = await setup()
    const redis = await client()
    const recorded: string[] = []
    const names = ['a', 'b', 'c']
    let children = names.map((name) => child('journal', name))
    for (let round = 0; round < 3; round++) {
      await until(() => children.every((each) => each.recorded.length > 20))
      // The one that holds the lock, and with it batches of the others.
      const victim = children[round % 3]!
      victim.process.kill('SIGKILL')
      await victim.end
      recorded.push(...victim.recorded)
      children = children.map((each, n) => (each === victim ? child('journal', `${names[n]}`) : each))
    }
    // All of them, in the middle of a write.
    await sql.begin(async (transaction) => {
      await transaction`lock table "LiteLLM_SpendLogs" in exclusive mode`
      await until(async () => (await waitingWrites(sql)) > 0)
      for (const each of children) each.process.kill('SIGKILL')
      await Promise.all(children.map((each) => each.end))
    })
    recorded.push(...children.flatMap((each) => each.recorded))
    children = names.map((name) => child('journal', name))
    await until(() => children.every((each) => each.recorded.length > 0))
    for (const each of children) each.process.kill('SIGTERM')
    await Promise.all(children.map((each) => each.end))
    recorded.push(...children.flatMap((each) => each.recorded))
    for (const each of children) {
      expect(each.closed).toMatchObject({ closed: { journaled: 0, lost: 0 }, gauges: { queued: 0, dropped: {} } })
    }
    expect(await redis.keys('*:batches')).toHaveLength(1)
    expect(await redis.xlen((await redis.keys('*:batches'))[0]!)).toBe(0)
    await agree(sql, recorded)
  })

  test('a writer that stands still for longer than its lock is replaced, and does no harm when it goes on', async () => {
    const { child, sql } = await setup()
    const children = { a: child('journal', 'a'), b: child('journal', 'b') }
    const rowsOf = async (name: string) => {
      const [row] = await sql`
        select count(*)::int as count
        from "LiteLLM_SpendLogs"
        where starts_with(metadata ->> 'litellm_call_id', ${name})`
      return row!.count as number
    }
    await until(async () => (await rowsOf('a')) > 10 && (await rowsOf('b')) > 10)
    for (const [still, going] of [
      ['a', 'b'],
      ['b', 'a'],
    ] as const) {
      children[still].process.kill('SIGSTOP')
      // What was on its way when it stood still does not count.
      const before = await rowsOf(going)
      await until(async () => (await rowsOf(going)) > before + 100)
      children[still].process.kill('SIGCONT')
      const then = await rowsOf(still)
      await until(async () => (await rowsOf(still)) > then + 10)
    }
    for (const { process: each } of Object.values(children)) each.kill('SIGTERM')
    await Promise.all(Object.values(children).map(({ end }) => end))
    await agree(
      sql,
      Object.values(children).flatMap(({ recorded }) => recorded),
    )
  })

  test('a Redis that stands still is one that is away', async () => {
    const { open, redis, rows, told } = await setup()
    const proxy = await createFaultProxy(redis.url)
    cleanups.push(proxy.close)
    const ledger = open('memory', { redisPort: Number(new URL(proxy.url).port) })
    await ledger.record(spendEvent())
    await ledger.flush()
    proxy.freeze()
    for (const event of cents(5)) void ledger.record(event)
    await ledger.flush()
    expect(await rows()).toBe(6)
    expect(told).toEqual(['spend:local'])
    proxy.thaw()
    await until(() => told.includes('spend:shared'))
  })

  test('Redis is stopped and started under load, forgetting everything: no call is lost, none doubled', async () => {
    const { child, sql, redis, start, port } = await setup()
    const children = [child('journal', 'a'), child('journal', 'b'), child('memory', 'c')]
    await until(() => children.every((each) => each.recorded.length > 20))
    await redis.stop()
    await until(() => children.every((each) => each.told.includes('local')))
    await start(port)
    await until(() => children.every((each) => each.told.includes('shared')))
    const before = children.map((each) => each.recorded.length)
    await until(() => children.every((each, n) => each.recorded.length > before[n]! + 20))
    for (const each of children) each.process.kill('SIGTERM')
    await Promise.all(children.map((each) => each.end))
    for (const each of children) expect(each.closed).toMatchObject({ closed: { journaled: 0, lost: 0 } })
    await agree(
      sql,
      children.flatMap((each) => each.recorded),
    )
  })

  test('records that two processes both send, as a replay does, are charged once', async () => {
    const { child, sql, dir } = await setup()
    const first = child('memory', 'same', 60)
    const second = child('memory', 'same', 60)
    await Promise.all([first.end, second.end])
    expect(dir).toBeTruthy()
    await agree(sql, first.recorded)
    expect((await readTotals(sql)).user).toEqual({ u0: 1200, u1: 1200, u2: 1200, u3: 1200, u4: 1200 })
  })
}

async function waitingWrites(sql: Sql): Promise<number> {
  const [row] = await sql`
    select count(*)::int as count
    from pg_stat_activity
    where datname = current_database() and wait_event_type = 'Lock'`
  return row!.count
}

/** Every call that was safe has its row, and every sum agrees with the rows. */
async function agree(sql: Sql, recorded: readonly string[]): Promise<void> {
  const found = await sql<{ id: string }[]>`select metadata ->> 'litellm_call_id' as id from "LiteLLM_SpendLogs"`
  const written = new Set(found.map(({ id }) => id))
  expect(written.size).toBe(found.length)
  expect(recorded.filter((id) => !written.has(id))).toEqual([])
  await assertLedgerConsistent(sql)
}
