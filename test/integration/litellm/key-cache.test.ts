import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { afterAll, expect, test } from '@jest/globals'
import postgres, { type Sql } from 'postgres'
import { readSchema } from '../../../src/database/schema.ts'
import { isLiteLLMError } from '../../../src/errors.ts'
import { type CachedKeyStore, createKeyStore, type KeyStoreOptions } from '../../../src/keys/key-store.ts'
import { createTestDatabase } from '../../support/database.ts'

const leftovers: (() => Promise<unknown>)[] = []
afterAll(() => Promise.all(leftovers.map((leave) => leave())))

test('a warm key costs no SQL', async () => {
  const { store, queries } = await setup()
  for (let i = 0; i < 100; i++) await store.find('known')
  expect(queries()).toBe(1)
})

test('concurrent look-ups of one key share one query', async () => {
  const { store, queries } = await setup()
  const keys = await Promise.all(Array.from({ length: 50 }, () => store.find('known')))
  expect(new Set(keys).size).toBe(1)
  expect(queries()).toBe(1)
})

test('a key is read again after its time', async () => {
  const { sql, store, queries, clock } = await setup({ ttlMs: 1000 })
  await store.find('known')
  await sql`update "LiteLLM_VerificationToken" set blocked = true where token = 'known'`
  clock.now += 999
  expect(await store.find('known')).toMatchObject({ blocked: false })
  clock.now += 1
  expect(await store.find('known')).toMatchObject({ blocked: true })
  expect(queries()).toBe(2)
})

test('an unknown key is asked for once, then again after its own, shorter time', async () => {
  const { sql, store, queries, clock } = await setup({ ttlMs: 60_000, negativeTtlMs: 5000 })
  expect(await store.find('new')).toBeUndefined()
  await sql`insert into "LiteLLM_VerificationToken" (token) values ('new')`
  clock.now += 4999
  expect(await store.find('new')).toBeUndefined()
  expect(queries()).toBe(1)
  clock.now += 1
  expect(await store.find('new')).toMatchObject({ hashedToken: 'new' })
})

test('an unknown key is never remembered longer than a known one', async () => {
  const { store, queries, clock } = await setup({ ttlMs: 100, negativeTtlMs: 5000 })
  await store.find('new')
  clock.now += 100
  await store.find('new')
  expect(queries()).toBe(2)
})

test('a flood of unknown keys evicts no known one and keeps memory flat', async () => {
  const nothing = Object.assign(Promise.resolve([]), { cancel: () => {} })
  const { store, through, queries } = await setup({ max: 100 })
  await store.find('known')
  through.sql = { unsafe: () => nothing } as unknown as Sql
  const before = await heapAfter(store, 0)
  const after = await heapAfter(store, 100_000)
  expect(after - before).toBeLessThan(1_000_000)
  const asked = queries()
  await store.find('known')
  expect(queries()).toBe(asked)
})

test('a key that is forgotten while it is being read is not remembered', async () => {
  const { sql, store, through } = await setup()
  const read = Promise.withResolvers<void>()
  const forgotten = Promise.withResolvers<void>()
  through.sql = {
    async unsafe(text: string, parameters: string[]) {
      const rows = await sql.unsafe(text, parameters)
      read.resolve()
      await forgotten.promise
      return rows
    },
  } as unknown as Sql
  const flight = store.find('known')
  await read.promise
  await sql`update "LiteLLM_VerificationToken" set blocked = true where token = 'known'`
  store.forget('known')
  forgotten.resolve()
  expect(await flight).toMatchObject({ blocked: false })
  expect(await store.find('known')).toMatchObject({ blocked: true })
})

test('clear forgets the unknown as well', async () => {
  const { sql, store } = await setup()
  await store.find('new')
  await sql`insert into "LiteLLM_VerificationToken" (token) values ('new')`
  store.clear()
  expect(await store.find('new')).toBeDefined()
})

test('a known key goes on without the database, for a while', async () => {
  const { store, through, clock } = await setup({ ttlMs: 1000, staleIfErrorMs: 10_000 })
  await store.find('known')
  through.sql = nowhere()
  clock.now += 10_999
  expect(await store.find('known')).toMatchObject({ hashedToken: 'known' })
  clock.now += 1
  await expect(store.find('known')).rejects.toMatchObject({ code: 'key_store_unavailable' })
})

test('a key that goes on without the database says so, until it has been read again', async () => {
  const { sql, store, through, clock } = await setup({ ttlMs: 1000 })
  const unverified = async () => (await store.find('known'))?.unverified
  expect(await unverified()).toBeUndefined()
  through.sql = nowhere()
  clock.now += 1000
  expect([await unverified(), await unverified(), store.peek?.('known')]).toEqual([true, true, undefined])
  expect(await store.find('known')).toBe(await store.find('known'))
  through.sql = sql
  clock.now += 1000
  expect(await unverified()).toBeUndefined()
})

test('without the database an unknown key is not called unknown', async () => {
  const { store, through } = await setup()
  through.sql = nowhere()
  const error = await store.find('other').catch((error: unknown) => error)
  expect(isLiteLLMError(error) && error.toJSON().error).toMatchObject({ code: '503', type: 'no_db_connection' })
})

test('while the database is down it is probed once a second, not by every call', async () => {
  const { store, through, queries, clock } = await setup({ ttlMs: 1000 })
  await store.find('known')
  through.sql = nowhere()
  clock.now += 1000
  for (let i = 0; i < 20; i++) await store.find('known')
  expect(queries()).toBe(2)
  clock.now += 1000
  await store.find('known')
  expect(queries()).toBe(3)
})

test('the database is believed again as soon as it answers', async () => {
  const { sql, store, through, clock } = await setup({ ttlMs: 1000 })
  await store.find('known')
  through.sql = nowhere()
  clock.now += 1000
  await store.find('known')
  await sql`delete from "LiteLLM_VerificationToken" where token = 'known'`
  through.sql = sql
  clock.now += 1000
  expect(await store.find('known')).toBeUndefined()
  expect(await store.find('known')).toBeUndefined()
})

test('a database without the tables is one that cannot be asked', async () => {
  const { store, sql } = await setup()
  await sql`drop table "LiteLLM_VerificationToken" cascade`
  await expect(store.find('known')).rejects.toMatchObject({ code: 'key_store_unavailable' })
})

test('a look-up that takes too long is given up and cancelled', async () => {
  const { sql, store } = await setup({ timeoutMs: 200 })
  await store.find('other')
  const lock = sql`
    do $$ begin
      lock table "LiteLLM_VerificationToken" in access exclusive mode;
      perform pg_sleep(60);
    end $$`.simple()
  const locked = lock.execute()
  await untilWaiting(sql, 'PgSleep')
  await expect(store.find('known')).rejects.toMatchObject({ code: 'key_store_unavailable' })
  await untilWaiting(sql, 'PgSleep')
  const [waiting] =
    await sql`select count(*)::int as n from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`
  expect(waiting?.n).toBe(0)
  locked.cancel()
  await expect(locked).rejects.toThrow('canceling statement')
})

test('bugs are not called an outage', async () => {
  const { store, through } = await setup()
  through.sql = {
    unsafe() {
      throw new TypeError('a bug')
    },
  } as unknown as Sql
  await expect(store.find('known')).rejects.toThrow(TypeError)
})

async function setup(options: Partial<KeyStoreOptions> = {}) {
  const database = await createTestDatabase()
  leftovers.push(() => database.drop())
  await database.sql`insert into "LiteLLM_VerificationToken" (token) values ('known')`
  const schema = await readSchema(database.sql)
  const clock = { now: 0 }
  const through: { sql: Sql } = { sql: database.sql }
  let queries = 0
  const counting = {
    unsafe(...args: Parameters<Sql['unsafe']>) {
      queries++
      return through.sql.unsafe(...args)
    },
  } as unknown as Sql
  const store = createKeyStore({
    sql: counting,
    schema: async () => schema,
    max: 1000,
    ttlMs: 60_000,
    clock: () => clock.now,
    ...options,
  })
  return { sql: database.sql, store, through, clock, queries: () => queries }
}

/** A pool whose server refuses connections. */
function nowhere(): Sql {
  const sql = postgres('postgres://nobody@127.0.0.1:1/none', { max: 1, connect_timeout: 1 })
  leftovers.push(() => sql.end({ timeout: 0 }))
  return sql
}

async function untilWaiting(sql: Sql, event: string): Promise<void> {
  for (;;) {
    const found = await sql`select 1 from pg_stat_activity where datname = current_database() and wait_event = ${event}`
    if (found.length > 0) return
  }
}

async function heapAfter(store: CachedKeyStore, unknownKeys: number): Promise<number> {
  for (let i = 0; i < unknownKeys; i++) await store.find(`unknown-${i}`)
  setFlagsFromString('--expose-gc')
  runInNewContext('gc')()
  return process.memoryUsage().heapUsed
}
