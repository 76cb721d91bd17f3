import { describe, expect, test } from '@jest/globals'
import { type TimeZone, timeZoneOf } from '../../../src/admission/facts/time-zone.ts'
import { readSchema } from '../../../src/database/schema.ts'
import { GatewayEvents } from '../../../src/events.ts'
import { BudgetResets } from '../../../src/upkeep/budget-resets.ts'
import { cleanups } from '../../support/cleanups.ts'
import { createTestDatabase, type TestDatabaseOptions } from '../../support/database.ts'

const PAST = '2026-02-01 00:00:00'
const FUTURE = '2099-01-01 00:00:00'
const NOW = new Date('2026-02-16T15:20:00Z')
const MIDNIGHT = new Date('2026-02-17T00:00:00Z')

async function setup(database: TestDatabaseOptions = {}) {
  const { sql, drop } = await createTestDatabase(database)
  cleanups.push(drop)
  const events = new GatewayEvents()
  const told: unknown[] = []
  events.on('budget:reset', (counts) => told.push(counts))
  let forgotten = 0
  const make = (clock = () => NOW, timeZone?: TimeZone) => {
    const schema = readSchema(sql)
    const forget = () => void forgotten++
    const made = new BudgetResets({ sql, schema: () => schema, events, forget, clock, timeZone })
    cleanups.push(() => made.close())
    return made
  }
  const key = async (token: string, columns: Record<string, unknown> = {}) => {
    const row = { token, models: [], spend: 5, max_budget: 5, budget_duration: '1d', budget_reset_at: PAST, ...columns }
    await sql`insert into "LiteLLM_VerificationToken" ${sql(row)}`
  }
  const spendOf = async (token: string) => {
    const [row] = await sql`
      select spend, budget_reset_at at time zone 'UTC' as reset_at
      from "LiteLLM_VerificationToken" where token = ${token}`
    return { spend: row!.spend, resetAt: row!.reset_at }
  }
  return { sql, make, key, spendOf, told, forgotten: () => forgotten }
}

test.each([
  ['1d', MIDNIGHT],
  ['7d', new Date('2026-02-23T00:00:00Z')],
  ['30d', new Date('2026-03-01T00:00:00Z')],
  ['1mo', new Date('2026-03-01T00:00:00Z')],
  ['2h', new Date('2026-02-16T16:00:00Z')],
])('a key with a budget of %s starts anew, and next at LiteLLM’s time', async (budget_duration, next) => {
  const { make, key, spendOf, told, forgotten } = await setup()
  await key('a', { budget_duration })
  expect(await make().run()).toEqual({ key: 1, user: 0, team: 0, budget: 0, window: 0 })
  expect(await spendOf('a')).toEqual({ spend: 0, resetAt: next })
  expect([told.length, forgotten()]).toEqual([1, 1])
})

test.each([
  ['1d', new Date('2026-02-16T23:00:00Z')],
  ['30d', new Date('2026-02-28T23:00:00Z')],
])('a budget of %s starts anew by the clock of the zone', async (budget_duration, next) => {
  const { make, key, spendOf } = await setup()
  await key('a', { budget_duration })
  await make(undefined, timeZoneOf('Europe/Berlin')).run()
  expect(await spendOf('a')).toEqual({ spend: 0, resetAt: next })
})

test('what is not due, has expired or has no duration is left alone', async () => {
  const { make, key, spendOf, told } = await setup()
  await key('later', { budget_reset_at: FUTURE })
  await key('expired', { expires: PAST })
  await key('without', { budget_duration: null })
  expect(await make().run()).toEqual({ key: 0, user: 0, team: 0, budget: 0, window: 0 })
  for (const token of ['later', 'expired', 'without']) expect((await spendOf(token)).spend).toBe(5)
  expect(told).toEqual([])
})

test('a duration beyond all years stops nobody else’s budget from starting anew', async () => {
  const { make, key, spendOf } = await setup()
  await key('a', { budget_duration: '999999mo' })
  await key('b')
  expect((await make().run()).key).toBe(2)
  expect((await spendOf('b')).spend).toBe(0)
})

test('users and teams start anew', async () => {
  const { sql, make } = await setup()
  const due = { models: [], spend: 3, budget_duration: '1d', budget_reset_at: PAST }
  await sql`insert into "LiteLLM_UserTable" ${sql({ user_id: 'u', ...due })}`
  await sql`insert into "LiteLLM_TeamTable" ${sql({ team_id: 't', ...due })}`
  expect(await make().run()).toEqual({ key: 0, user: 1, team: 1, budget: 0, window: 0 })
  expect(await sql`select spend from "LiteLLM_UserTable" union all select spend from "LiteLLM_TeamTable"`).toEqual([
    { spend: 0 },
    { spend: 0 },
  ])
})

describe('a budget of its own takes with it', () => {
  async function withBudget(columns: Record<string, unknown> = {}) {
    const made = await setup()
    const { sql } = made
    const by = { created_by: 'x', updated_by: 'x' }
    const budget = { budget_id: 'b', budget_duration: '1d', budget_reset_at: PAST, ...by, ...columns }
    await sql`insert into "LiteLLM_BudgetTable" ${sql(budget)}`
    await sql`insert into "LiteLLM_BudgetTable" ${sql({ ...by, budget_id: 'other' })}`
    return made
  }

  test.each([
    ['its end users', 'LiteLLM_EndUserTable', { user_id: 'e' }],
    ['its team members', 'LiteLLM_TeamMembership', { user_id: 'u', team_id: 't' }],
    ['its keys', 'LiteLLM_VerificationToken', { token: 'k', models: [] }],
    [
      'its organizations',
      'LiteLLM_OrganizationTable',
      { organization_id: 'o', organization_alias: 'o', models: [], created_by: 'x', updated_by: 'x' },
    ],
    ['its tags', 'LiteLLM_TagTable', { tag_name: 'g', models: [] }],
  ])('%s, and no others', async (_, table, columns) => {
    const { sql, make } = await withBudget()
    const [name, id] = Object.entries(columns)[0]!
    await sql`insert into ${sql(table)} ${sql({ ...columns, spend: 4, budget_id: 'b' })}`
    await sql`insert into ${sql(table)} ${sql({ ...columns, [name]: `${id}2`, spend: 4, budget_id: 'other' })}`
    expect((await make().run()).budget).toBe(1)
    expect(await sql`select spend from ${sql(table)} order by ${sql(name)}`).toEqual([{ spend: 0 }, { spend: 4 }])
  })

  test('not a key that has a time of its own', async () => {
    const { make, key, spendOf } = await withBudget()
    await key('own', { budget_id: 'b', budget_reset_at: FUTURE })
    await make().run()
    expect((await spendOf('own')).spend).toBe(5)
  })

  test('also when it was never given a time', async () => {
    const { sql, make } = await withBudget({ budget_reset_at: null })
    expect((await make().run()).budget).toBe(1)
    const [row] =
      await sql`select budget_reset_at at time zone 'UTC' as at from "LiteLLM_BudgetTable" where budget_id = 'b'`
    expect(row!.at).toEqual(MIDNIGHT)
  })
})

test('of several processes at once one resets, and once', async () => {
  const { make, key, spendOf } = await setup()
  for (let count = 0; count < 20; count++) await key(`k${count}`)
  const counts = await Promise.all(Array.from({ length: 4 }, () => make(() => new Date()).run()))
  expect(counts.reduce((sum, { key: reset }) => sum + reset, 0)).toBe(20)
  expect((await spendOf('k19')).spend).toBe(0)
})

test('what LiteLLM’s job has reset meanwhile keeps what was spent since', async () => {
  const { sql, make, key, spendOf } = await setup()
  await key('a')
  const slow = make(() => new Date())
  const wait = sql.begin(async (other) => {
    await other`update "LiteLLM_VerificationToken" set spend = 0, budget_reset_at = ${FUTURE} where token = 'a'`
    const reset = slow.run()
    await other`select pg_sleep(0.2)`
    await other`update "LiteLLM_VerificationToken" set spend = 0.25 where token = 'a'`
    return { reset }
  })
  const { reset } = await wait
  expect((await reset).key).toBe(0)
  expect((await spendOf('a')).spend).toBe(0.25)
})

test('a clock behind the server’s does not reset the same day twice', async () => {
  const { make, key, spendOf } = await setup()
  await key('a')
  const behind = make(() => new Date('2026-01-31T23:59:59Z'))
  expect((await behind.run()).key).toBe(1)
  expect((await spendOf('a')).resetAt).toEqual(new Date('2026-02-02T00:00:00Z'))
})

test.each(['20250531', '20251031'] as const)('tables of %s that are not there do not matter', async (schema) => {
  const { make, key, spendOf } = await setup({ schema })
  await key('a')
  expect((await make().run()).key).toBe(1)
  expect((await spendOf('a')).spend).toBe(0)
})

describe('budget windows', () => {
  async function withWindows() {
    const made = await setup()
    const { sql } = made
    await sql`alter table "LiteLLM_VerificationToken" add column budget_limits jsonb`
    await sql`alter table "LiteLLM_TeamTable" add column budget_limits jsonb`
    const windows = async (token: string, budget_limits: object) =>
      await sql`insert into "LiteLLM_VerificationToken" ${sql({ token, models: [], spend: 7, budget_limits: sql.json(budget_limits as never) })}`
    const endsOf = async (token: string) => {
      const [row] = await sql`select budget_limits, spend from "LiteLLM_VerificationToken" where token = ${token}`
      expect(row!.spend).toBe(7)
      return (row!.budget_limits as { reset_at?: string }[]).map(({ reset_at }) => reset_at)
    }
    return { ...made, windows, endsOf }
  }
  const day = { budget_duration: '1d', max_budget: 1 }
  const NONE = { key: 0, user: 0, team: 0, budget: 0, window: 0 }

  test('that are over end next at LiteLLM’s time, and keep all else they say', async () => {
    const { sql, make, windows, endsOf, told, forgotten } = await withWindows()
    await windows('a', [
      { ...day, reset_at: '2026-02-16T15:19:59+00:00', note: 'kept' },
      { budget_duration: '30d', max_budget: 0.1, reset_at: '2026-03-01T00:00:00Z' },
      { budget_duration: '2h', max_budget: 1 },
    ])
    const team = sql.json([{ ...day, reset_at: '2026-02-16 00:00:00' }])
    await sql`insert into "LiteLLM_TeamTable" ${sql({ team_id: 't', models: [], budget_limits: team })}`
    expect(await make().run()).toEqual({ ...NONE, window: 3 })
    expect(await endsOf('a')).toEqual(['2026-02-17T00:00:00.000Z', '2026-03-01T00:00:00Z', '2026-02-16T16:00:00.000Z'])
    const [row] = await sql`select budget_limits -> 0 as first from "LiteLLM_VerificationToken"`
    expect(row!.first).toEqual({ ...day, reset_at: '2026-02-17T00:00:00.000Z', note: 'kept' })
    const [ofTeam] = await sql`select budget_limits -> 0 ->> 'reset_at' as at from "LiteLLM_TeamTable"`
    expect(ofTeam!.at).toBe('2026-02-17T00:00:00.000Z')
    expect([told.length, forgotten()]).toEqual([1, 1])
    expect(await make().run()).toEqual(NONE)
  })

  test.each([
    ['that go on', [{ ...day, reset_at: '2026-02-16T15:20:01Z' }]],
    ['without a duration', [{ max_budget: 1, reset_at: PAST }]],
    ['that are none', { not: 'a list' }],
    ['of another kind', ['text', 5, null]],
  ])('%s are left alone', async (_, list) => {
    const { sql, make, windows } = await withWindows()
    await windows('a', list)
    expect(await make().run()).toEqual(NONE)
    const [row] = await sql`select budget_limits from "LiteLLM_VerificationToken"`
    expect(row!.budget_limits).toEqual(list)
  })

  test('of more keys than fit on a page are all reset', async () => {
    const { sql, make } = await withWindows()
    await sql`
      insert into "LiteLLM_VerificationToken" (token, models, budget_limits)
      select 'k' || n, '{}', ${sql.json([{ ...day, reset_at: PAST }])} from generate_series(1, 1100) as n`
    expect((await make().run()).window).toBe(1100)
  })

  test('that LiteLLM’s job resets meanwhile stay as it says', async () => {
    const { sql, make, windows, endsOf } = await withWindows()
    await windows('a', [{ ...day, reset_at: PAST }])
    const slow = make()
    const { reset } = await sql.begin(async (other) => {
      const theirs = sql.json([{ ...day, max_budget: 2, reset_at: FUTURE }])
      await other`update "LiteLLM_VerificationToken" set budget_limits = ${theirs}`
      const running = slow.run()
      await other`select pg_sleep(0.2)`
      return { reset: running }
    })
    expect((await reset).window).toBe(0)
    expect(await endsOf('a')).toEqual([FUTURE])
  })

  test('are reset once by several processes', async () => {
    const { make, windows } = await withWindows()
    for (let count = 0; count < 20; count++) await windows(`k${count}`, [{ ...day, reset_at: PAST }])
    const counts = await Promise.all(Array.from({ length: 4 }, () => make().run()))
    expect(counts.reduce((sum, { window }) => sum + window, 0)).toBe(20)
  })
})
