import { expect, test } from '@jest/globals'
import postgres from 'postgres'
import { LOCKS } from '../../../src/database/advisory-locks.ts'
import { DAILIES } from '../../../src/database/entities.ts'
import { readSchema } from '../../../src/database/schema.ts'
import { MissingDailies, type MissingDailiesOptions } from '../../../src/upkeep/missing-dailies.ts'
import { differingDays } from '../../../src/upkeep/reconcile-daily.ts'
import { cleanups } from '../../support/cleanups.ts'
import type { TestDatabaseOptions } from '../../support/database.ts'
import { createLedger, type Ledger } from '../../support/ledger.ts'
import { LITELLM_VERSIONS } from '../../support/litellm-schema.ts'
import { spendEvent } from '../../support/spend-event.ts'
import { until } from '../../support/until.ts'

interface Told {
  readonly missing: string[]
  readonly repaired: [tables: readonly string[], corrected: number][]
  readonly failed: unknown[]
}

async function setup(database: TestDatabaseOptions = {}) {
  const ledger = await createLedger(database)
  cleanups.push(ledger.drop)
  return { ledger, ...writerOf(ledger) }
}

/** A sink as another process has it. */
function writerOf(ledger: Ledger, options: Partial<MissingDailiesOptions> = {}) {
  const told: Told = { missing: [], repaired: [], failed: [] }
  const missing = new MissingDailies({
    sql: ledger.sql,
    repairs: true,
    settleMs: 0,
    recheckMs: 0,
    onMissing: (tables) => told.missing.push(...tables),
    onRepaired: (tables, corrected) => told.repaired.push([tables, corrected]),
    onRepairFailed: (_, error) => told.failed.push(error),
    ...options,
  })
  const sink = ledger.newSink({ missing })
  cleanups.push(() => sink.close())
  return { told, sink }
}

const KEY = { owners: { userId: 'u1', teamId: 't1', organizationId: 'o1', agentId: 'a1' } }
const calls = (count: number) =>
  Array.from({ length: count }, () => spendEvent({ key: KEY, call: { endUserId: 'e1', headerTags: ['tag1'] } }))

async function differences({ sql }: Pick<Ledger, 'sql'>): Promise<number> {
  const schema = await readSchema(sql)
  const logged = await sql`select distinct to_char("startTime", 'YYYY-MM-DD') as day from "LiteLLM_SpendLogs"`
  const days = logged.map(({ day }) => day as string)
  const found = DAILIES.flatMap((daily) => days.map((day) => differingDays(sql, daily, schema, day)))
  return (await Promise.all(found)).flat().length
}

const rename = ({ sql }: Ledger, from: string, to: string) => sql.unsafe(`alter table "${from}" rename to "${to}"`)

test.each(DAILIES.map(({ table }) => table))(
  '%s that is missing for a while is told, and made good when it is back',
  async (table) => {
    const { ledger, told, sink } = await setup()
    if (!(await readSchema(ledger.sql)).has(table)) return
    await ledger.write(calls(3), sink)
    await rename(ledger, table, 'away')
    await ledger.write(calls(4), sink)
    await ledger.write(calls(1), sink)
    expect(told.missing).toEqual([table])
    await rename(ledger, 'away', table)
    await ledger.write(calls(2), sink)
    await until(() => told.repaired.length > 0)
    expect(told.repaired).toEqual([[[table], 1]])
    expect(await differences(ledger)).toBe(0)
    expect(told.failed).toEqual([])
  },
)

test.each(LITELLM_VERSIONS)('the tables of LiteLLM %s are made good', async (schema) => {
  const { ledger, told, sink } = await setup({ schema })
  await ledger.write(calls(2), sink)
  await rename(ledger, 'LiteLLM_DailyUserSpend', 'away')
  await ledger.write(calls(2), sink)
  await rename(ledger, 'away', 'LiteLLM_DailyUserSpend')
  await ledger.write(calls(1), sink)
  await until(() => told.repaired.length + told.failed.length > 0)
  expect(told).toMatchObject({ repaired: [[['LiteLLM_DailyUserSpend'], 1]], failed: [] })
  expect(await differences(ledger)).toBe(0)
})

test('several processes make it good once', async () => {
  const { ledger, told, sink } = await setup()
  const others = [writerOf(ledger), writerOf(ledger)]
  const sinks = [sink, ...others.map((other) => other.sink)]
  const all = [told, ...others.map((other) => other.told)]
  for (const one of sinks) await ledger.write(calls(1), one)
  await rename(ledger, 'LiteLLM_DailyTeamSpend', 'away')
  for (const one of sinks) await ledger.write(calls(2), one)
  await rename(ledger, 'away', 'LiteLLM_DailyTeamSpend')
  await Promise.all(sinks.map((one) => ledger.write(calls(3), one)))
  await until(() => all.every(({ repaired, failed }) => repaired.length + failed.length === 1))
  expect(all.flatMap(({ failed }) => failed)).toEqual([])
  expect(await differences(ledger)).toBe(0)
})

const YESTERDAY = new Date(Date.now() - 86_400_000)
const TURN = `select pg_advisory_xact_lock(${LOCKS.dailyRepairs})`
const ROWS = `select from "LiteLLM_DailyTeamSpend" where date = '${dayOf(YESTERDAY)}' for update`

/** One row each for yesterday and today, and a repair of yesterday's that waits for what `statement` has locked. */
async function heldRepair(statement: string) {
  const { ledger, told, sink } = await setup()
  const old = () => calls(2).map((event) => ({ ...event, outcome: { ...event.outcome, startedAt: YESTERDAY } }))
  await ledger.write([...old(), ...calls(1)], sink)
  await rename(ledger, 'LiteLLM_DailyTeamSpend', 'away')
  await ledger.write(old(), sink)
  await rename(ledger, 'away', 'LiteLLM_DailyTeamSpend')
  // A pool of its own: where a connection was killed, the driver fails the next statement of its pool, too.
  const watch = postgres(ledger.url, { max: 4, onnotice: () => {} })
  cleanups.push(() => watch.end())
  const [locked, freed] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  const held = watch.begin(async (other) => {
    await other.unsafe(statement)
    locked.resolve()
    await freed.promise
  })
  cleanups.push(async () => {
    freed.resolve()
    await held
  })
  await locked.promise
  await ledger.write(calls(1), sink)
  await until(async () => (await waiting(watch)).length === 1)
  return { watch, told, free: freed.resolve }
}

function dayOf(time: Date): string {
  return time.toISOString().slice(0, 10)
}

const waiting = (sql: Ledger['sql']) =>
  sql<{ pid: number }[]>`
    select pid from pg_stat_activity
    where datname = current_database() and wait_event_type = 'Lock' and query like '%pg_advisory_xact_lock%'`

test.each([
  ['before it has its turn', TURN],
  ['while it corrects', ROWS],
])('a repair whose connection is killed %s is done later, once', async (_, statement) => {
  const { watch, told, free } = await heldRepair(statement)
  const [killed] = await waiting(watch)
  await watch`select pg_terminate_backend(${killed!.pid})`
  // The next attempt waits, too.
  await until(async () => (await waiting(watch)).some(({ pid }) => pid !== killed!.pid))
  expect(await differences({ sql: watch })).toBe(1)
  free()
  await until(() => told.repaired.length + told.failed.length > 0)
  expect(told.failed).toEqual([])
  expect(told.repaired.map(([tables]) => tables)).toEqual([['LiteLLM_DailyTeamSpend']])
  expect(await differences({ sql: watch })).toBe(0)
})

test('what others have corrected or added after the comparison is not added again', async () => {
  const { watch, told, free } = await heldRepair(TURN)
  const schema = await readSchema(watch)
  const daily = DAILIES.find(({ table }) => table === 'LiteLLM_DailyTeamSpend')!
  const [found] = await differingDays(watch, daily, schema, dayOf(YESTERDAY))
  // Both wait for their turn.
  const fixed = found!.fix()
  await until(async () => (await waiting(watch)).length === 2)
  free()
  await until(() => told.repaired.length + told.failed.length > 0)
  expect(told.failed).toEqual([])
  const [[, corrected]] = told.repaired as [[unknown, number]]
  expect([await fixed, corrected]).toEqual(corrected === 0 ? [true, 0] : [false, 1])
  expect(await differences({ sql: watch })).toBe(0)
})

test('a row that changes after the comparison is compared again, and corrected', async () => {
  const { watch, told, free } = await heldRepair(TURN)
  await watch`update "LiteLLM_DailyTeamSpend" set spend = spend - 0.001 where date = ${dayOf(YESTERDAY)}`
  free()
  await until(() => told.repaired.length + told.failed.length > 0)
  expect(told.failed).toEqual([])
  expect(await differences({ sql: watch })).toBe(0)
})

test('a process that starts while it is missing says so too, and makes it good', async () => {
  const { ledger, told, sink } = await setup()
  await rename(ledger, 'LiteLLM_DailyUserSpend', 'away')
  await ledger.write(calls(2), sink)
  expect(told.missing).toEqual(['LiteLLM_DailyUserSpend'])
  await rename(ledger, 'away', 'LiteLLM_DailyUserSpend')
  await ledger.write(calls(1), sink)
  await until(() => told.repaired.length > 0)
  expect(await differences(ledger)).toBe(0)
})

test('without log rows it cannot be made good, and that is told', async () => {
  const { ledger } = await setup()
  const { told, sink } = writerOf(ledger, { repairs: false })
  await rename(ledger, 'LiteLLM_DailyUserSpend', 'away')
  await ledger.write(calls(2), sink)
  await rename(ledger, 'away', 'LiteLLM_DailyUserSpend')
  await ledger.write(calls(1), sink)
  await until(() => told.failed.length > 0)
  expect(told.repaired).toEqual([])
})

test('a table that this LiteLLM never had is not missed', async () => {
  const ledger = await createLedger({ schema: '20250531' })
  cleanups.push(ledger.drop)
  const { told, sink } = writerOf(ledger)
  await ledger.write(calls(2), sink)
  expect(told).toEqual({ missing: [], repaired: [], failed: [] })
})
