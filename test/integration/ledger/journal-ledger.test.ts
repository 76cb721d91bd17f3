import { once } from 'node:events'
import { readdir, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import postgres from 'postgres'
import { DeadLetters } from '../../../src/ledger/journal/dead-letters.ts'
import { deadLettersDir, openJournal } from '../../../src/ledger/journal/open-journal.ts'
import { identityOfThisProcess } from '../../../src/ledger/journal/process-identity.ts'
import { readSpendRecord } from '../../../src/ledger/record/spend-record.ts'
import { createFaultProxy } from '../../../src/testing/fault-proxy.ts'
import { cleanups } from '../../support/cleanups.ts'
import { readTotals } from '../../support/ledger.ts'
import { spendEvent } from '../../support/spend-event.ts'
import { until } from '../../support/until.ts'
import { segmentsIn } from '../../unit/ledger/journal/support.ts'
import { cents, POISON, setupLedger } from './setup.ts'

async function setup() {
  const base = await setupLedger()
  return { ...base, deadSql: await deadDatabase() }
}

/** A pool on a port where nobody listens. */
async function deadDatabase() {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  const sql = postgres(`postgres://127.0.0.1:${port}/x`, { max: 1, backoff: () => 0.01, connect_timeout: 1 })
  cleanups.push(() => sql.end({ timeout: 0 }))
  return sql
}

test('a recorded call is in the journal, and then in the database', async () => {
  const { open, rows, drops } = await setup()
  const ledger = open('journal', { flushIntervalMs: 60_000, batchSize: 100 })
  await Promise.all(cents(25).map((event) => ledger.record(event)))
  expect(ledger.gauges()).toMatchObject({ queued: 25, written: 0 })
  expect(ledger.gauges().unsettledDollars).toBeCloseTo(0.25, 9)
  expect(ledger.gauges().journalBytes).toBeGreaterThan(25_000)
  await ledger.flush()
  expect(await rows()).toBe(25)
  expect(ledger.gauges()).toMatchObject({ queued: 0, oldestMs: 0, unsettledDollars: 0, written: 25, dropped: {} })
  expect(await ledger.close()).toEqual({ flushed: 0, journaled: 0, lost: 0 })
  expect(drops).toEqual([])
})

test('without a flush, calls are written when the interval has passed or a batch is full', async () => {
  const { open, events, rows, dir } = await setup()
  const ledger = open('journal', { flushIntervalMs: 60_000, batchSize: 3 })
  const flushed = once(events, 'spend:flush')
  for (const event of cents(3)) await ledger.record(event)
  await flushed
  expect(await rows()).toBe(3)
  const later = once(events, 'spend:flush')
  const other = open('journal', { flushIntervalMs: 20, journal: { dir: join(dir, 'other') } })
  await other.record(spendEvent())
  await later
  expect(await rows()).toBe(4)
})

test('what the database did not take before the end is taken after the next start, once', async () => {
  const { open, sql, rows, deadSql, drops } = await setup()
  const first = open('journal', { sql: deadSql })
  await Promise.all(cents(30).map((event) => first.record(event)))
  expect(await first.close(50)).toEqual({ flushed: 0, journaled: 30, lost: 0 })
  const second = open('journal')
  await second.flush()
  expect(await second.close()).toEqual({ flushed: 0, journaled: 0, lost: 0 })
  expect(await rows()).toBe(30)
  expect((await readTotals(sql)).user).toEqual({ u0: 600, u1: 600, u2: 600, u3: 600, u4: 600 })
  expect(drops).toEqual([])
})

test('a ledger that is closed at once after its start writes what it finds, too', async () => {
  const { open, rows, deadSql } = await setup()
  const first = open('journal', { sql: deadSql })
  await Promise.all(cents(30).map((event) => first.record(event)))
  await first.close(50)
  expect(await open('journal').close()).toEqual({ flushed: 30, journaled: 0, lost: 0 })
  expect(await rows()).toBe(30)
})

test('a commit whose answer was lost is repeated after the restart and charges nothing twice', async () => {
  const { open, url, sql, rows } = await setup()
  const proxy = await createFaultProxy(url)
  cleanups.push(proxy.close)
  const cut = postgres(proxy.url, { max: 1, backoff: () => 0.01 })
  cleanups.push(() => cut.end({ timeout: 0 }))
  const first = open('journal', { sql: cut, flushIntervalMs: 60_000, retryDelayMs: 60_000 })
  for (const event of cents(5)) await first.record(event)
  await cut`select 1`
  // In the bound rows: the statement's text alone, which goes first, would not be carried out.
  proxy.cutAfter('u4')
  // The pause before the repetition outlasts the close.
  expect(await first.close(5_000)).toMatchObject({ journaled: 5 })
  await until(async () => (await rows()) === 5)
  const second = open('journal')
  await second.flush()
  expect(await rows()).toBe(5)
  expect((await readTotals(sql)).user).toEqual({ u0: 100, u1: 100, u2: 100, u3: 100, u4: 100 })
})

test('a call that the database refuses for good is a dead letter, and takes no other down', async () => {
  const { open, sql, dir, events, rows, drops } = await setup()
  await sql.unsafe(POISON)
  const quarantined: unknown[] = []
  events.on('spend:quarantine', ({ callId, sqlstate }) => quarantined.push({ callId, sqlstate }))
  const ledger = open('journal', { flushIntervalMs: 60_000, batchSize: 100 })
  for (const event of cents(10)) await ledger.record(event)
  await ledger.record(spendEvent({ callId: 'bad', deployment: { model: 'poison' } }))
  for (const event of cents(10, 'more')) await ledger.record(event)
  await ledger.flush()
  expect(await rows()).toBe(20)
  expect(quarantined).toEqual([{ callId: 'bad', sqlstate: '23514' }])
  expect(ledger.gauges()).toMatchObject({ queued: 0, unsettledDollars: 0, written: 20, quarantined: 1 })
  await ledger.close()
  const journal = await openJournal({
    dir,
    fsync: 'never',
    fsyncIntervalMs: 1,
    maxBytes: 1e6,
    segmentBytes: 1e5,
    onFull: 'block',
  })
  const letters = await journal.deadLetters.list()
  const letter = await journal.deadLetters.get(letters[0]!.id)
  await journal.close()
  expect(letters).toMatchObject([{ sqlstate: '23514', reason: expect.stringContaining('no_poison') }])
  expect(JSON.parse(readSpendRecord(letter!.payload.toString()).text)).toMatchObject({ call_id: 'bad', spend: 0.01 })
  expect(drops).toEqual([])
})

test('a full journal makes responses wait until there is room', async () => {
  const { open, sql, rows, notices, url } = await setup()
  const proxy = await createFaultProxy(url)
  cleanups.push(proxy.close)
  const frozen = postgres(proxy.url, { max: 1 })
  cleanups.push(() => frozen.end({ timeout: 0 }))
  proxy.freeze()
  const ledger = open('journal', { sql: frozen, flushIntervalMs: 60_000, journal: { maxBytes: 65_536 } })
  const done: number[] = []
  const records = cents(60).map((event, n) => ledger.record(event)!.then(() => done.push(n)))
  await sql`select pg_sleep(0.2)`
  expect(done.length).toBeLessThan(60)
  expect(ledger.gauges().queued).toBeGreaterThanOrEqual(60)
  proxy.thaw()
  await Promise.all(records)
  await ledger.flush()
  expect(await rows()).toBe(60)
  expect(notices).toContain('journal:full')
})

test.each([
  ['reject', 'rejected'],
  ['drop-newest', 'fulfilled'],
] as const)('a full journal with on_full: %s says so for each call it does not take', async (onFull, status) => {
  const { open, drops, deadSql } = await setup()
  const ledger = open('journal', { sql: deadSql, journal: { maxBytes: 65_536, onFull } })
  const results = await Promise.allSettled(cents(60).map((event) => ledger.record(event)))
  const { queued, dropped, unsettledDollars } = ledger.gauges()
  expect(dropped).toEqual({ overflow: 60 - queued })
  expect(unsettledDollars).toBeCloseTo(queued / 100, 9)
  expect(drops.map(({ reason, callIds }) => [reason, callIds.length])).toEqual(Array(60 - queued).fill(['overflow', 1]))
  expect(results.slice(queued).map((result) => result.status)).toEqual(Array(60 - queued).fill(status))
})

test('a second process on one directory has a journal of its own, from its first call on', async () => {
  const { open, notices, rows, dir, deadSql } = await setup()
  const owner = open('journal', { flushIntervalMs: 60_000 })
  await owner.record(spendEvent())
  const second = open('journal', { sql: deadSql, flushIntervalMs: 60_000 })
  await second.ready()
  await second.record(spendEvent())
  expect(second.gauges()).toMatchObject({ queued: 1, journalBytes: expect.any(Number) })
  expect(second.gauges().journalBytes).toBeGreaterThan(0)
  expect(await segmentsIn(join(dir, 'process-2'))).toHaveLength(1)
  expect(notices).not.toContain('journal:unavailable')
  expect(await second.close(10)).toEqual({ flushed: 0, journaled: 1, lost: 0 })
  await until(async () => (await rows()) === 1)
  expect(notices).toContain('journal:adopted')
  await until(() => owner.gauges().written === 1)
  expect(owner.gauges()).toMatchObject({ queued: 1 })
  await until(async () => (await segmentsIn(join(dir, 'process-2'))).length === 0)
})

test('of several processes, one adopts the journal of a killed one; the next start has its place', async () => {
  const { open, rows, sql, dir, deadSql, notices } = await setup()
  const owners = [open('journal'), open('journal')]
  await Promise.all(owners.map((owner) => owner.ready()))
  const killed = open('journal', { sql: deadSql })
  await Promise.all(cents(30).map((event) => killed.record(event)))
  const place = join(dir, 'process-3')
  expect(await segmentsIn(place)).toHaveLength(1)
  await killed.close(10)
  await writeFile(join(place, 'lock'), JSON.stringify({ ...(await identityOfThisProcess()), startedAt: '1' }))
  await until(async () => (await rows()) === 30 && (await segmentsIn(place)).length === 0)
  expect((await readTotals(sql)).user).toEqual({ u0: 600, u1: 600, u2: 600, u3: 600, u4: 600 })
  await until(() => owners.some((owner) => owner.gauges().written > 0))
  expect(owners.map((owner) => owner.gauges().written).sort()).toEqual([0, 30])
  expect(notices.filter((name) => name === 'journal:adopted')).toHaveLength(1)
  await until(async () => !(await readdir(place)).includes('lock'))
  const next = open('journal', { flushIntervalMs: 60_000 })
  await next.record(spendEvent())
  expect(await segmentsIn(place)).toHaveLength(1)
})

test('a dead letter of any process is where those of the first are', async () => {
  const { open, sql, dir } = await setup()
  await sql.unsafe(POISON)
  const first = open('journal')
  await first.ready()
  const second = open('journal')
  await second.record(spendEvent({ callId: 'bad', deployment: { model: 'poison' } }))
  await second.flush()
  expect(await new DeadLetters(deadLettersDir(dir)).list()).toMatchObject([{ sqlstate: '23514' }])
})

test('a directory that cannot be used is a mistake to tell at the start; until it is repaired, calls wait in memory', async () => {
  const { open, dir, rows, notices } = await setup()
  await writeFile(join(dir, 'file'), '')
  const ledger = open('journal', { journal: { dir: join(dir, 'file', 'journal') } })
  await expect(ledger.ready()).rejects.toThrow(/^The journal in .* cannot be opened: ENOTDIR/)
  await ledger.record(spendEvent())
  await ledger.flush()
  expect(await rows()).toBe(1)
  expect(notices).toEqual(['journal:unavailable'])
})

test('neither a prompt nor a secret is in the journal', async () => {
  const { open, dir, deadSql } = await setup()
  const ledger = open('journal', { sql: deadSql })
  const json = { messages: [{ role: 'user', content: 'the prompt' }] }
  await ledger.record(spendEvent({ call: { json, body: Buffer.from(JSON.stringify(json)) } }))
  await ledger.close(10)
  const journal = await openJournal({
    dir,
    fsync: 'never',
    fsyncIntervalMs: 1,
    maxBytes: 1e6,
    segmentBytes: 1e5,
    onFull: 'block',
  })
  const { records } = await journal.read(10, 1e6)
  await journal.close()
  expect(records).toHaveLength(1)
  expect(records[0]!.payload.toString()).not.toMatch(/the prompt|provider-secret/)
})
