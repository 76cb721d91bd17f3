import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, expect, test } from '@jest/globals'
import postgres from 'postgres'
import type { Budget } from '../../../src/auth/budget.ts'
import type { SharedBudget, SpendRow } from '../../../src/auth/shared-budgets.ts'
import { GatewayEvents } from '../../../src/events.ts'
import { LeaseBook, type LeaseBookOptions } from '../../../src/litellm/lease-book.ts'
import { migrate } from '../../../src/litellm/migrate.ts'
import { createTestDatabase, type TestDatabaseOptions } from '../../support/database.ts'

const closers: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

/** A key and its team in a database, and books of as many processes as are asked for. */
async function setup(database: TestDatabaseOptions = {}) {
  const { sql, drop } = await createTestDatabase(database)
  closers.push(drop)
  if (database.schema === 'empty') await migrate(sql)
  await sql`insert into "LiteLLM_VerificationToken" (token, models, spend) values ('hash', '{}', 9)`
  await sql`insert into "LiteLLM_TeamTable" (team_id, models) values ('t', '{}')`
  const book = (options: Partial<LeaseBookOptions> = {}) => {
    const made = new LeaseBook({ sql, events: new GatewayEvents(), ...options })
    closers.push(() => made.close())
    return made
  }
  const admit = (made: LeaseBook, callId: string, budgets = [key(10)], estimate = 0.1) =>
    made.admit({ callId, budgets, estimate, regardless: false })
  return { sql, book, admit }
}

const shared = (row: SpendRow, max: number, exceededBy: Budget['exceededBy'] = '>='): SharedBudget => ({
  budget: { counter: `spend:${row.entity}:${row.id}`, spend: 0, max, exceededBy, owner: row.id },
  row,
})
const key = (max: number) => shared({ entity: 'key', id: 'hash' }, max)
const team = (max: number) => shared({ entity: 'team', id: 't' }, max, '>')

/** Waits until the books have told the database what they know. */
async function until(holds: () => Promise<boolean>) {
  while (!(await holds())) await sleep(5)
}

test('what several processes admit together never exceeds the budget, and fills it', async () => {
  const { book, admit } = await setup()
  const books = [book(), book(), book()]
  const answers = await Promise.all(Array.from({ length: 60 }, (_, call) => admit(books[call % 3]!, `${call}`)))
  expect(answers.filter((over) => over === undefined)).toHaveLength(10)
  const over = answers.find((answer) => answer !== undefined)!
  expect(over.counter).toBe('spend:key:hash')
  expect(over.spend).toBeCloseTo(10, 9)
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
  expect((await admit(other, 'b', [key(10)], 0.5))?.spend).toBe(10)
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
  const { book, admit } = await setup()
  const [living, dead, other] = [book({ ttlMs: 300 }), book({ ttlMs: 300 }), book()]
  await admit(living, 'a', [key(10)], 0.5)
  await admit(dead, 'b', [key(10)], 0.5)
  await dead.close()
  expect((await admit(other, 'c', [key(10)], 0.5))?.spend).toBe(10)
  await until(async () => (await admit(other, 'c', [key(10)], 0.5)) === undefined)
  await sleep(400)
  expect((await admit(other, 'd', [key(10)], 0.5))?.spend).toBe(10)
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
  expect(await admit(book(), 'a', [key(10)], 0)).toEqual({ counter: 'spend:key:hash', spend: 12 })
})

test('the tables are also made by migrations, and used as they are', async () => {
  const { book, admit } = await setup({ schema: 'empty' })
  expect(await admit(book(), 'a')).toBeUndefined()
})

test('while the database is away every call passes, which is told once', async () => {
  const away = postgres('postgres://nobody@127.0.0.1:1/none', { connect_timeout: 1, max: 1 })
  closers.push(() => away.end({ timeout: 0 }))
  const events = new GatewayEvents()
  const told: unknown[] = []
  events.on('budget:local', ({ error }) => told.push(error))
  const book = new LeaseBook({ sql: away, events, timeoutMs: 200 })
  closers.push(() => book.close())
  for (const callId of ['a', 'b'])
    expect(await book.admit({ callId, budgets: [key(0)], estimate: 1, regardless: false })).toBeUndefined()
  expect(told).toHaveLength(1)
  expect(book.size).toBe(0)
})
