import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from '@jest/globals'
import postgres from 'postgres'
import { LeaseBook, type LeaseBookOptions } from '../../../src/admission/budgets/shared/lease-book.ts'
import type { SharedBudget, SpendRow } from '../../../src/admission/budgets/shared-budgets.ts'
import type { Budget } from '../../../src/admission/facts/budget.ts'
import { GatewayEvents } from '../../../src/events.ts'
import { migrate } from '../../../src/upkeep/migrate.ts'
import { cleanups } from '../../support/cleanups.ts'
import { createTestDatabase, type TestDatabaseOptions } from '../../support/database.ts'
import { until } from '../../support/until.ts'

/** A key and its team in a database, and books of as many processes as are asked for. */
async function setup(database: TestDatabaseOptions = {}) {
  const { sql, drop } = await createTestDatabase(database)
  cleanups.push(drop)
  if (database.schema === 'empty') await migrate(sql)
  await sql`insert into "LiteLLM_VerificationToken" (token, models, spend) values ('hash', '{}', 9)`
  await sql`insert into "LiteLLM_TeamTable" (team_id, models) values ('t', '{}')`
  const local: unknown[] = []
  const book = (options: Partial<LeaseBookOptions> = {}) => {
    const events = new GatewayEvents()
    events.on('budget:local', ({ error }) => local.push(error))
    const made = new LeaseBook({ sql, events, ...options })
    cleanups.push(() => made.close())
    return made
  }
  const admit = async (made: LeaseBook, callId: string, budgets = [key(10)], estimate = 0.1) =>
    (await made.admit({ callId, budgets, estimate, regardless: false }))?.over
  return { sql, book, admit, local }
}

const shared = (row: SpendRow, max: number, exceededBy: Budget['exceededBy'] = '>='): SharedBudget => ({
  counter: `spend:${row.entity}:${row.id}`,
  budget: { kind: 'key', counter: `spend:${row.entity}:${row.id}`, spend: 0, max, exceededBy, owner: row.id },
  row,
})
const key = (max: number) => shared({ entity: 'key', id: 'hash' }, max)
const team = (max: number) => shared({ entity: 'team', id: 't' }, max, '>')

test('what several processes admit together never exceeds the budget, and fills it', async () => {
  const { book, admit } = await setup()
  const books = [book(), book(), book()]
  const answers = await Promise.all(Array.from({ length: 60 }, (_, call) => admit(books[call % 3]!, `${call}`)))
  expect(answers.filter((over) => over === undefined)).toHaveLength(10)
  const over = answers.find((answer) => answer !== undefined)!
  expect(over.counter).toBe('spend:key:hash')
  expect([over.running, over.spend + over.reserved]).toEqual([10, expect.closeTo(10, 9)])
})

test('a call is held against all of its budgets or against none', async () => {
  const { sql, book, admit } = await setup()
  const one = book()
  expect(await admit(one, 'a', [key(10), team(0.05)], 0.1)).toBeUndefined()
  expect((await admit(one, 'b', [key(10), team(0.05)], 0.1))?.counter).toBe('spend:team:t')
  const rows = await sql`select counter, call_id, amount from express_litellm.leases order by counter`
  expect(rows).toEqual([
    { counter: 'spend:key:hash', call_id: 'a', amount: 0.1 },
    { counter: 'spend:team:t', call_id: 'a', amount: 0.05 },
  ])
})

test('what was spent counts for other processes until it is in the counters, and what was not spent is free', async () => {
  const { sql, book, admit } = await setup()
  const [one, other] = [book(), book()]
  await admit(one, 'a', [key(10)], 1)
  expect(await admit(other, 'b', [key(10)], 0.5)).toMatchObject({ spend: 9, reserved: 1, running: 1 })
  one.settle('a', 0.25)
  await until(async () => (await admit(other, 'b', [key(10)], 0.5)) === undefined)
  other.settle('b', 0)
  await until(async () => (await sql`select 1 from express_litellm.leases where call_id = 'b'`).length === 0)
  expect((await admit(other, 'c', [key(9.25)], 0.5))?.spend).toBe(9.25)
  await sql`update "LiteLLM_VerificationToken" set spend = 9.25`
  one.written(['a'])
  await until(async () => one.size === 0)
  expect(await sql`select 1 from express_litellm.leases`).toHaveLength(0)
})

test('a call that is written before its end is told leaves nothing behind', async () => {
  const { sql, book, admit } = await setup()
  const one = book()
  await admit(one, 'a')
  one.written(['a'])
  one.settle('a', 0.1)
  await until(async () => one.size === 0)
  expect(await sql`select 1 from express_litellm.leases`).toHaveLength(0)
})

test('long calls keep their leases; those of a process that is gone run out', async () => {
  const { sql, book, admit } = await setup()
  const [living, dead, other] = [book({ ttlMs: 6_000 }), book(), book()]
  await admit(living, 'a', [key(10)], 0.5)
  await admit(dead, 'b', [key(10)], 0.5)
  await dead.close()
  expect(await admit(other, 'c', [key(10)], 0.5)).toMatchObject({ spend: 9, reserved: 1, running: 2 })
  const endOf = async (callId: string) => {
    const [lease] = await sql`select expires_at from express_litellm.leases where call_id = ${callId}`
    return lease!.expires_at as Date
  }
  const end = await endOf('a')
  await until(async () => (await endOf('a')) > end)
  await sql`update express_litellm.leases set expires_at = clock_timestamp() where call_id = 'b'`
  expect(await admit(other, 'c', [key(10)], 0.5)).toBeUndefined()
  expect(await admit(other, 'd', [key(10)], 0.5)).toMatchObject({ spend: 9, reserved: 1, running: 2 })
})

test('a running call holds what it has come to use', async () => {
  const { book, admit } = await setup()
  const [one, other] = [book(), book()]
  await admit(one, 'a', [key(10)], 0.1)
  one.grow('a', 0.7)
  await until(async () => (await admit(other, 'b', [key(10)], 0.5))?.reserved === 0.7)
  one.grow('a', 0.6)
  one.settle('a', 0.2)
  await until(async () => (await admit(other, 'b', [key(10)], 0.5)) === undefined)
})

test('a budget with less left than the estimate lets one call pass, and no second beside it', async () => {
  const { book, admit } = await setup()
  const [one, other] = [book(), book()]
  expect(await admit(one, 'a', [key(9.01)], 5)).toBeUndefined()
  expect(await admit(other, 'b', [key(9.01)], 5)).toBeDefined()
})

test('a budget that is spent in the database refuses, whatever this process has cached', async () => {
  const { sql, book, admit } = await setup()
  await sql`update "LiteLLM_VerificationToken" set spend = 12`
  expect(await admit(book(), 'a', [key(10)], 0)).toEqual({
    counter: 'spend:key:hash',
    spend: 12,
    reserved: 0,
    running: 0,
  })
})

test('the tables are also made by migrations, and used as they are', async () => {
  const { book, admit } = await setup({ schema: 'empty' })
  expect(await admit(book(), 'a')).toBeUndefined()
})

test('while the database is away every call passes, which is told once', async () => {
  const away = postgres('postgres://nobody@127.0.0.1:1/none', { connect_timeout: 1, max: 1 })
  cleanups.push(() => away.end({ timeout: 0 }))
  const events = new GatewayEvents()
  const told: unknown[] = []
  events.on('budget:local', ({ error }) => told.push(error))
  const book = new LeaseBook({ sql: away, events, timeoutMs: 200 })
  cleanups.push(() => book.close())
  for (const callId of ['a', 'b'])
    expect(await book.admit({ callId, budgets: [key(0)], estimate: 1, regardless: false })).toBeUndefined()
  expect(told).toHaveLength(1)
  expect(book.size).toBe(0)
})

describe('budgets that no row counts', () => {
  const DAY_MS = 24 * 3_600_000
  const budget = (counter: string, max: number): SharedBudget => ({
    counter,
    budget: { kind: 'key', counter, spend: 0, max, exceededBy: '>=', owner: counter },
  })
  const SOON = new Date(Date.now() + DAY_MS / 24)
  /** The window of a key that is in the log. */
  const window = (max: number, endsAt = SOON): SharedBudget => ({
    ...budget(`spend:key:hash:window:1d@${endsAt.toISOString()}`, max),
    logged: { owner: { entity: 'key', id: 'hash' }, since: new Date(endsAt.getTime() - DAY_MS), endsAt },
  })
  /** The budget of a model: it begins with a call. */
  const model = (max: number, endsAt = new Date(Date.now() + DAY_MS)): SharedBudget => ({
    ...budget('virtual_key_spend:hash:m:1d', max),
    endsAt,
  })

  async function withLog() {
    const made = await setup()
    const log = async (id: string, spend: number, agoMs: number, owner: object = { api_key: 'hash', team_id: 't' }) => {
      const startTime = new Date(Date.now() - agoMs).toISOString()
      const row = { request_id: id, call_type: 'acompletion', spend, startTime, endTime: startTime, ...owner }
      await made.sql`insert into "LiteLLM_SpendLogs" ${made.sql(row)}`
    }
    return { ...made, log }
  }
  /** The call has ended and cost this much, and its row is written. */
  async function end(book: LeaseBook, callId: string, cost: number) {
    book.settle(callId, cost)
    book.written([callId])
    await until(async () => book.size === 0)
  }

  test.each([
    ['a window', window],
    ['the budget of a model', model],
  ])('%s is one for several processes, and is filled', async (_, make) => {
    const { book, admit, local } = await setup()
    const books = [book(), book(), book()]
    const ceiling = make(1)
    const answers = await Promise.all(
      Array.from({ length: 60 }, (_, call) => admit(books[call % 3]!, `${call}`, [ceiling])),
    )
    expect(local).toEqual([])
    expect(answers.filter((over) => over === undefined)).toHaveLength(10)
    expect(answers.find((over) => over !== undefined)).toMatchObject({ counter: ceiling.counter })
  })

  test.each([
    ['a window', window],
    ['the budget of a model', model],
  ])('what was spent of %s stays spent when the lease is gone', async (_, make) => {
    const { sql, book, admit } = await setup()
    const [one, other] = [book(), book()]
    const ceiling = make(1)
    await admit(one, 'a', [ceiling], 0.5)
    await end(one, 'a', 0.4)
    expect(await sql`select 1 from express_litellm.leases`).toHaveLength(0)
    expect(await admit(other, 'b', [ceiling], 0.6)).toBeUndefined()
    expect(await admit(one, 'c', [ceiling], 0.1)).toMatchObject({ spend: expect.closeTo(0.4, 9), reserved: 0.6 })
  })

  test('a window is filled by what the log says of its key and its time', async () => {
    const { book, admit, log } = await withLog()
    await log('now', 0.75, 1_000)
    await log('before', 5, 2 * DAY_MS)
    await log('other', 5, 1_000, { api_key: 'another', team_id: 't' })
    expect((await admit(book(), 'a', [window(0.75)], 0.1))?.spend).toBe(0.75)
    expect(await admit(book(), 'b', [window(0.8)], 0.05)).toBeUndefined()
  })

  test('the next window begins empty', async () => {
    const { book, admit } = await setup()
    const one = book()
    await admit(one, 'a', [window(1)], 1)
    await end(one, 'a', 1)
    expect(await admit(one, 'b', [window(1, new Date(Date.now() + DAY_MS))], 1)).toBeUndefined()
  })

  test('the window of a model begins with the first call of any process, which all are told, and then again', async () => {
    const { sql, book } = await setup()
    const admit = (made: LeaseBook, callId: string, ceiling: SharedBudget) =>
      made.admit({ callId, budgets: [ceiling], estimate: 1, regardless: false })
    const [one, other] = [book(), book()]
    const soon = new Date(Date.now() + DAY_MS / 24)
    const counter = 'virtual_key_spend:hash:m:1d'
    expect(await admit(one, 'a', model(1, soon))).toEqual({ over: undefined, ends: [{ counter, endsAt: soon }] })
    await end(one, 'a', 1)
    const refused = await admit(other, 'b', model(1))
    expect(refused).toEqual({ over: { counter, spend: 1, reserved: 0, running: 0 }, ends: [{ counter, endsAt: soon }] })
    await sql`update express_litellm.windows set ends_at = clock_timestamp()`
    expect((await admit(other, 'c', model(1)))?.over).toBeUndefined()
  })

  test('what a process that was killed had spent and not written counts, what it held does not', async () => {
    const { sql, book, admit } = await setup()
    const [dead, other] = [book(), book()]
    await admit(dead, 'spent', [window(1)], 0.3)
    await admit(dead, 'running', [window(1)], 0.3)
    dead.settle('spent', 0.25)
    await dead.close()
    await sql`update express_litellm.leases set expires_at = clock_timestamp()`
    await admit(other, 'a', [key(100)], 0.1)
    other.settle('a', 0)
    await until(async () => other.size === 0)
    expect((await admit(other, 'b', [window(0.2)], 0.1))?.spend).toBe(0.25)
  })

  test('what others write to the log counts after a while, and nothing counts twice', async () => {
    const { sql, book, admit, log } = await withLog()
    const reader = book({ windowsEveryMs: 50 })
    const ceiling = window(10)
    await admit(reader, 'a', [ceiling], 1)
    await log('a', 0.5, 1_000)
    await end(reader, 'a', 0.5)
    await log('of LiteLLM', 2, 1_000)
    const total = async () => {
      await admit(reader, 'look', [ceiling], 0)
      reader.settle('look', 0)
      const [row] = await sql`select base + added as total, base from express_litellm.windows`
      return row
    }
    await until(async () => (await total())!.base > 0)
    expect((await total())!.total).toBe(2.5)
  })

  test.each([true, false])('a log that is incomplete (%s) is read once', async (incomplete) => {
    const { sql, book, admit, log } = await withLog()
    const reader = book({ windowsEveryMs: 20, logComplete: !incomplete })
    await log('a', 0.5, 1_000)
    await admit(reader, 'a', [window(10)], 1)
    await sql`delete from "LiteLLM_SpendLogs"`
    const base = async () => {
      await admit(reader, 'b', [window(10)], 1)
      const [row] = await sql`select base from express_litellm.windows`
      return row!.base
    }
    if (!incomplete) return await until(async () => (await base()) === 0)
    for (let count = 0; count < 5; count++) {
      await sleep(30)
      expect(await base()).toBe(0.5)
    }
  })
})
