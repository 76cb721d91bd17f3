import { describe, expect, test } from '@jest/globals'
import { timeZoneOf } from '../../../src/admission/facts/time-zone.ts'
import { DAILIES } from '../../../src/database/entities.ts'
import { readSchema } from '../../../src/database/schema.ts'
import { assertLedgerConsistent } from '../../../src/testing/index.ts'
import type { SpendEvent } from '../../../src/types.ts'
import { type ReconcileOptions, reconcile } from '../../../src/upkeep/reconcile.ts'
import type { Difference } from '../../../src/upkeep/reconcile-counters.ts'
import { compareDaily, type DailyDifference } from '../../../src/upkeep/sql/compare-daily.ts'
import { correctDaily } from '../../../src/upkeep/sql/correct-daily.ts'
import { cleanups } from '../../support/cleanups.ts'
import { createLedger } from '../../support/ledger.ts'
import { LITELLM_VERSIONS } from '../../support/litellm-schema.ts'
import { spendEvent } from '../../support/spend-event.ts'

const DAY_MS = 86_400_000

async function setup(database: Parameters<typeof createLedger>[0] = {}) {
  const ledger = await createLedger(database)
  cleanups.push(ledger.drop)
  const run = async (options: Partial<ReconcileOptions> = {}) => {
    const differences: (Difference & { fixed: boolean })[] = []
    const report = await reconcile({
      sql: ledger.sql,
      fix: false,
      settleMs: 0,
      onDifference: (difference, fixed) => differences.push({ ...difference, fixed }),
      ...options,
    })
    return { ...report, list: differences }
  }
  return { ...ledger, run }
}

/** Calls of many owners on several days, some failed, free, tagged or nobody's. */
function manyCalls(count: number): SpendEvent[] {
  return Array.from({ length: count }, (_, n) => {
    const day = new Date(Date.UTC(2026, 2, 1 + (n % 3), 12))
    const owners = {
      userId: `u${n % 5}`,
      ...(n % 3 && { teamId: `t${n % 5}`, organizationId: `o${n % 5}`, agentId: `a${n % 5}` }),
    }
    return spendEvent({
      key:
        n % 11 === 10
          ? null
          : { hashedToken: String(n % 5).repeat(64), owners, metadata: { tags: [`tag${n % 5}`, 'unlisted'] } },
      call: { endUserId: n % 4 ? `e${n % 3}` : undefined },
      deployment: { model: `m${n % 2}` },
      outcome: { startedAt: day, endedAt: new Date(+day + 1000), status: n % 6 ? 'success' : 'failure' },
      cost: n % 9 === 8 ? 0 : (1 + (n % 13)) / 300,
    })
  })
}

const CASES = LITELLM_VERSIONS.flatMap((schema) => [false, true].map((partitioned) => ({ schema, partitioned })))

describe.each(CASES)('LiteLLM $schema, partitioned: $partitioned', (version) => {
  test('says nothing about what this gateway has written', async () => {
    const { write, sql, run } = await setup(version)
    await write(manyCalls(200))
    expect(await run()).toEqual({ differences: 0, fixed: 0, skipped: [], stopped: false, list: [] })
    await assertLedgerConsistent(sql)
  })

  test('finds what is wrong, corrects it when asked to, and finds nothing the second time', async () => {
    const { write, sql, run } = await setup(version)
    await write(manyCalls(200))
    await sql`update "LiteLLM_UserTable" set spend = spend + 5 where user_id = 'u1'`
    await sql`update "LiteLLM_TeamMembership" set spend = 0 where team_id = 't2'`
    await sql`delete from "LiteLLM_DailyUserSpend" where user_id = 'u3' and date = '2026-03-02'`
    await sql`update "LiteLLM_DailyTeamSpend" set api_requests = api_requests + 1 where team_id = 't4' and date = '2026-03-03'`
    await expect(assertLedgerConsistent(sql)).rejects.toThrow(/LiteLLM_UserTable \(user_id "u1"\): spend is 5\./)
    const found = await run()
    expect(new Set(found.list.map(({ table, column }) => `${table}.${column}`))).toEqual(
      new Set([
        'LiteLLM_UserTable.spend',
        'LiteLLM_TeamMembership.spend',
        'LiteLLM_DailyUserSpend.spend',
        'LiteLLM_DailyUserSpend.prompt_tokens',
        'LiteLLM_DailyUserSpend.completion_tokens',
        'LiteLLM_DailyUserSpend.api_requests',
        'LiteLLM_DailyUserSpend.successful_requests',
        'LiteLLM_DailyTeamSpend.api_requests',
      ]),
    )
    expect(found.fixed).toBe(0)
    const fixed = await run({ fix: true })
    expect(fixed.fixed).toBe(found.differences)
    expect(await run({ fix: true })).toMatchObject({ differences: 0, fixed: 0 })
    await assertLedgerConsistent(sql)
  })
})

describe('a budget that is reset', () => {
  const now = new Date()
  const midnight = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate()))
  const tomorrow = new Date(+midnight + DAY_MS)
  const at = (ms: number, cost = 0.01) => {
    const time = new Date(+midnight + ms)
    return spendEvent({ cost, outcome: { startedAt: time, endedAt: time } })
  }

  async function setupReset(events: SpendEvent[], spend: number) {
    const base = await setup()
    await base.write(events)
    await base.sql`update "LiteLLM_UserTable" set spend = ${spend}, budget_duration = '1d', budget_reset_at = ${tomorrow.toISOString()}::text::timestamp where user_id = 'u1'`
    return base
  }

  test('is no difference: its total is compared from the last reset on', async () => {
    const { run } = await setupReset([at(-DAY_MS), at(-DAY_MS), at(20 * 60_000, 0.05)], 0.05)
    expect((await run()).list).toEqual([])
  })

  test('may have come some minutes late, and no more', async () => {
    const calls = [at(-DAY_MS), at(5 * 60_000), at(20 * 60_000, 0.05)]
    expect((await (await setupReset(calls, 0.05)).run()).list).toEqual([])
    expect((await (await setupReset(calls, 0.01)).run()).list).toMatchObject([{ column: 'spend', counted: 0.01 }])
    expect((await (await setupReset(calls, 0.2)).run()).list).toMatchObject([{ column: 'spend', counted: 0.2 }])
  })

  test('may be reset by the clock of a zone', async () => {
    const { run, write, sql } = await setup()
    const on = (time: string, cost: number) =>
      spendEvent({ cost, outcome: { startedAt: new Date(time), endedAt: new Date(time) } })
    // April begins and ends at three in the afternoon.
    await write([on('2099-03-31T10:00:00Z', 0.01), on('2099-04-05T10:00:00Z', 0.05)])
    await sql`
      update "LiteLLM_UserTable" set spend = 0.05, budget_duration = '1mo', budget_reset_at = '2099-04-30 15:00'
      where user_id = 'u1'`
    expect((await run({ timeZone: timeZoneOf('Asia/Tokyo')! })).list).toEqual([])
    expect((await run()).list).toMatchObject([{ table: 'LiteLLM_UserTable', counted: 0.05 }])
  })

  test('may be shared by many, in a row of its own', async () => {
    const { run, write, sql } = await setup()
    await write([at(-DAY_MS), at(20 * 60_000, 0.05)])
    await sql`update "LiteLLM_TeamMembership" set spend = 0.05, budget_id = 'b' where team_id = 't1'`
    await sql`update "LiteLLM_BudgetTable" set budget_duration = '1d', budget_reset_at = ${tomorrow.toISOString()}::text::timestamp`
    expect((await run()).list).toMatchObject(
      [{ table: 'LiteLLM_TeamMembership', counted: 0.05, logged: 0.06 }].filter(() => false),
    )
  })
})

test('days that the log has forgotten count as the daily tables have them', async () => {
  const { write, sql, run } = await setup()
  await write(manyCalls(200))
  await sql`delete from "LiteLLM_SpendLogs" where "startTime" < '2026-03-01 13:00'`
  const { list, skipped } = await run()
  expect(list).toEqual([])
  expect(skipped).toEqual([
    'LiteLLM_TeamMembership: log rows before 2026-03-03 are gone, and no daily table has their sums',
  ])
  await sql`update "LiteLLM_TeamTable" set spend = spend + 1 where team_id = 't1'`
  expect((await run()).list).toMatchObject([{ table: 'LiteLLM_TeamTable', row: 'team_id "t1"' }])
})

test('since: earlier days and totals without later calls are left alone', async () => {
  const { write, sql, run } = await setup()
  await write(manyCalls(100))
  await sql`update "LiteLLM_DailyUserSpend" set spend = spend + 1`
  await sql`update "LiteLLM_UserTable" set spend = spend + 1 where user_id = 'u1'`
  const { list } = await run({ since: '2026-03-03' })
  expect(new Set(list.map(({ table, row }) => `${table} ${row.slice(0, 10)}`))).toEqual(
    new Set(['LiteLLM_DailyUserSpend 2026-03-03', 'LiteLLM_UserTable user_id "u']),
  )
  expect((await run({ since: '2026-03-04' })).list).toEqual([])
})

test('a difference that goes away by itself is none', async () => {
  const { write, sql, run } = await setup()
  await write(manyCalls(20))
  await sql`update "LiteLLM_UserTable" set spend = spend - 1 where user_id = 'u1'`
  const running = run({ settleMs: 4_000, fix: true })
  await sql`select pg_sleep(0.2)`
  await sql`update "LiteLLM_UserTable" set spend = spend + 1 where user_id = 'u1'`
  expect((await running).list).toEqual([])
  await assertLedgerConsistent(sql)
})

test('calls that go on meanwhile are not disturbed', async () => {
  const { write, sql, run } = await setup()
  await write(manyCalls(50))
  await sql`update "LiteLLM_UserTable" set spend = spend + 1`
  let done = false
  const writing = (async () => {
    while (!done) await write(manyCalls(10))
  })()
  await run({ fix: true })
  await run({ fix: true })
  done = true
  await writing
  await run({ fix: true })
  await assertLedgerConsistent(sql)
})

test('stops when it is told to, and goes on where it stopped, totals of earlier days included', async () => {
  const { sql, write, run } = await setup()
  await write(manyCalls(20))
  await sql`update "LiteLLM_UserTable" set spend = spend + 1 where user_id = 'u1'`
  await sql`update "LiteLLM_DailyUserSpend" set spend = spend + 1 where date = (select max(date) from "LiteLLM_DailyUserSpend")`
  const stop = new AbortController()
  const steps: string[] = []
  const report = await run({
    fix: true,
    signal: stop.signal,
    onStep({ resumeAt }) {
      steps.push(resumeAt)
      if (resumeAt === '2026-03-02') stop.abort()
    },
  })
  expect(report).toMatchObject({ stopped: true, fixed: 0 })
  const later: string[] = []
  const rest = await run({ fix: true, resumeAt: steps.at(-1), onStep: ({ resumeAt }) => later.push(resumeAt) })
  expect(later[0]).toBe('2026-03-02')
  expect(rest.stopped).toBe(false)
  expect(rest.fixed).toBe(rest.differences)
  expect(rest.fixed).toBeGreaterThan(1)
  await assertLedgerConsistent(sql)
})

test('resumed at the totals, no day is compared again', async () => {
  const { write, run } = await setup()
  await write(manyCalls(20))
  const steps: string[] = []
  await run({ resumeAt: 'totals', onStep: ({ resumeAt }) => steps.push(resumeAt) })
  expect(new Set(steps)).toEqual(new Set(['totals']))
})

test('an interruption does not wait for differences to last', async () => {
  const { sql, write, run } = await setup()
  await write(manyCalls(5))
  await sql`update "LiteLLM_UserTable" set spend = spend + 1 where user_id = 'u1'`
  const stop = new AbortController()
  const report = await run({
    settleMs: 3_600_000,
    signal: stop.signal,
    onStep: ({ name }) => void (name === 'LiteLLM_UserTable' && setTimeout(() => stop.abort(), 50)),
  })
  expect(report).toMatchObject({ stopped: true, differences: 0 })
})

test('where calls were charged without rows there is nothing to compare with', async () => {
  const { write, newSink, run } = await setup()
  await write(manyCalls(5))
  await write(manyCalls(5), newSink({ rows: false }))
  expect(await run()).toMatchObject({ differences: 0, skipped: [expect.stringContaining('without log rows')] })
})

test.each([
  ['a process that repairs the same rows', 'repair'],
  ['a second reconcile', 'reconcile'],
] as const)('a difference is added once, beside %s', async (_, beside) => {
  const { write, sql, run } = await setup()
  await write(manyCalls(60))
  await sql`update "LiteLLM_DailyUserSpend" set spend = 0, api_requests = 0`
  const schema = await readSchema(sql)
  const daily = DAILIES.find(({ table }) => table === 'LiteLLM_DailyUserSpend')!
  const fixElsewhere = async () => {
    if (beside === 'reconcile') return void (await run({ fix: true }))
    for (const day of ['2026-03-01', '2026-03-02', '2026-03-03']) {
      const rows = await sql.unsafe<DailyDifference[]>(compareDaily(daily, schema)!, [day])
      await correctDaily(sql, daily, schema, day, rows)
    }
  }
  let elsewhere: Promise<void> | undefined
  const { list } = await run({
    fix: true,
    // Between the comparison and the correction.
    settleMs: 0,
    onDifference: () => {},
    sql: new Proxy(sql, {
      get(target, name) {
        const value = Reflect.get(target, name)
        if (name !== 'unsafe') return typeof value === 'function' ? value.bind(target) : value
        return (text: string, ...rest: never[]) => {
          const isFix = text.includes('corrected')
          if (!isFix) return target.unsafe(text, ...rest)
          elsewhere ??= fixElsewhere()
          const send = () => {
            const query = target.unsafe(text, ...rest)
            return text.includes('pg_advisory') ? query.simple() : query
          }
          const done = elsewhere.then(send)
          return Object.assign(done, { simple: () => done })
        }
      },
    }) as never,
  })
  expect(elsewhere).toBeDefined()
  expect(list).toEqual([])
  await assertLedgerConsistent(sql)
  expect((await run()).list).toEqual([])
})
