import { afterAll, beforeAll, expect, test } from '@jest/globals'
import postgres, { type Sql } from 'postgres'
import { AlertClaims } from '../../src/signals/alerts/alert-claims.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { until } from '../support/until.ts'

let database: TestDatabase
let sql: Sql

beforeAll(async () => {
  database = await createTestDatabase()
  sql = database.sql
})
afterAll(() => database.drop())

const HOUR_MS = 3_600_000
const claimsOf = (leaseMs = HOUR_MS) => new AlertClaims({ sql, leaseMs })
const claim = (id: string, owner: string, periodMs = HOUR_MS) => ({ id, owner, periodMs })

test('of many processes that claim one alert at once, one may tell it', async () => {
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, process) => claimsOf().claim(claim('many', `delivery ${process}`))),
  )
  expect(answers.map(({ state }) => state).sort()).toEqual(['mine', ...Array.from({ length: 19 }, () => 'others')])
})

test('a delivery that is repeated keeps its claim and its key, and when it was told nobody tells it again', async () => {
  const [one, other, later] = [claimsOf(), claimsOf(), claimsOf()]
  const mine = await one.claim(claim('told', 'a'))
  expect(await one.claim(claim('told', 'a'))).toEqual(mine)
  expect(await other.claim(claim('told', 'b'))).toEqual({ state: 'others' })
  await one.told(claim('told', 'a'))
  for (const process of [one, other, later]) {
    expect(await process.claim(claim('told', 'c'))).toEqual({ state: 'told' })
  }
})

test('an alert whose process has died is taken over with its key, once the lease is over', async () => {
  const dead = await claimsOf(1).claim(claim('left', 'dead'))
  const next = claimsOf()
  await until(async () => (await next.claim(claim('left', 'next'))).state === 'mine')
  expect(await next.claim(claim('left', 'next'))).toEqual(dead)
})

test('a new period has a claim and a key of its own', async () => {
  const first = claimsOf()
  const before = await first.claim(claim('again', 'a', 1))
  await first.told(claim('again', 'a', 1))
  const after = claimsOf()
  await until(async () => (await after.claim(claim('again', 'b'))).state === 'mine')
  expect(await after.claim(claim('again', 'b'))).not.toEqual(before)
})

test('what was told long ago is deleted', async () => {
  await sql`insert into express_litellm.alerts (id, owner, leased_until, told_at, expires_at)
    values ('old', 'x', now(), now(), now() - interval '8 days')`
  const claims = claimsOf()
  await claims.claim(claim('new', 'a'))
  await claims.told(claim('new', 'a'))
  expect(await sql`select id from express_litellm.alerts where id in ('old', 'new')`).toEqual([{ id: 'new' }])
})

test('a database that is away keeps no alert back, and this process tells it once', async () => {
  const away = postgres('postgresql://127.0.0.1:1/none', { max: 1, connect_timeout: 1 })
  const claims = new AlertClaims({ sql: away, leaseMs: HOUR_MS, timeoutMs: 2_000 })
  expect((await claims.claim(claim('away', 'a'))).state).toBe('mine')
  await claims.told(claim('away', 'a'))
  expect((await claims.claim(claim('away', 'b'))).state).toBe('told')
  await away.end({ timeout: 1 })
})

test('what is told by one process alone needs no row', async () => {
  expect((await claimsOf().claim(claim('alone', 'a', 0))).state).toBe('mine')
  expect(await sql`select from express_litellm.alerts where id = 'alone'`).toHaveLength(0)
})
