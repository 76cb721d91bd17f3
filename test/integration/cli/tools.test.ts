import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { runCommand } from '../../../src/cli/commands/run-command.ts'
import { packageProgram } from '../../../src/cli/postgres/package-program.ts'
import { assertLedgerConsistent } from '../../../src/testing/index.ts'
import { cleanups } from '../../support/cleanups.ts'
import { createTestDatabase } from '../../support/database.ts'
import { createLedger } from '../../support/ledger.ts'
import { insertReportRows } from '../../support/report-rows.ts'
import { spendEvent } from '../../support/spend-event.ts'
import { cents, POISON, setupLedger } from '../ledger/setup.ts'

/** Runs a command in a folder of its own against `url`. */
async function run(
  url: string,
  argv: readonly string[],
  { stopRequested = new Promise<void>(() => {}), config }: { stopRequested?: Promise<void>; config?: object } = {},
) {
  const cwd = await mkdtemp(join(tmpdir(), 'tools-'))
  cleanups.push(() => rm(cwd, { recursive: true, force: true }))
  if (config) await writeFile(join(cwd, 'config.yaml'), JSON.stringify(config))
  const printed: string[] = []
  const warned: string[] = []
  const exitCode = await runCommand(argv, packageProgram, {
    env: { DATABASE_URL: url },
    cwd,
    print: (line) => void printed.push(line),
    warn: (line) => void warned.push(line),
    stopRequested,
  })
  return { exitCode, printed: printed.join('\n'), warned: warned.join('\n') }
}

describe('spend and keys', () => {
  test('print the sums of the daily tables, and keys without their secrets', async () => {
    const { url, sql, drop } = await createTestDatabase()
    cleanups.push(drop)
    const none = await run(url, ['spend'])
    expect([none.exitCode, none.printed]).toEqual([0, 'Nothing was spent in this time.'])
    expect((await run(url, ['keys'])).printed).toContain('No keys.')
    await insertReportRows(sql, { rows: 2_000, days: 10 })
    await sql`update "LiteLLM_VerificationToken" set max_budget = 400, blocked = true where token = 'key-199'`
    const [sum] = await sql`select count(*)::int as calls, sum(spend)::float8 as spend from "LiteLLM_SpendLogs"`
    for (const by of ['day', 'key', 'team', 'provider', 'customer']) {
      const total = (await run(url, ['spend', '--by', by, '-n', '300'])).printed.split('\n').at(-1)!
      expect(total.split(/ +/)).toEqual(expect.arrayContaining(['TOTAL', String(sum!.calls), sum!.spend.toFixed(6)]))
    }
    const dearest = (await run(url, ['spend', '--by', 'key', '-n', '1', '--json'])).printed
    expect(JSON.parse(dearest)).toMatchObject({ by: 'key', name: expect.stringMatching(/^alias-/) })
    expect((await run(url, ['spend', '--since', '2030-01-01'])).printed).toBe('Nothing was spent in this time.')
    const keys = (await run(url, ['keys', '-n', '2'])).printed
    expect(keys).toMatch(/alias-199 +user-49 +team-9 +199\.0000 +400\.00 +50 +blocked/)
    expect(keys).toContain('2 of 201 keys')
    const [row] = (await run(url, ['keys', '--user', 'user-3', '--json'])).printed.split('\n')
    expect(JSON.parse(row!)).toMatchObject({ user_id: 'user-3' })
  })
})

describe('doctor', () => {
  test('says what is written where, and that nothing stands in the way', async () => {
    const { url, drop } = await createTestDatabase()
    cleanups.push(drop)
    const { exitCode, printed } = await run(url, ['doctor'])
    expect(printed).toMatch(/database: test_\w+ on PostgreSQL \d+/)
    expect(printed).toContain('as LiteLLM has made them since February 2026 or later')
    expect(printed).toContain('log rows: LiteLLM_SpendLogs')
    expect(printed).toMatch(/totals: LiteLLM_UserTable, LiteLLM_EndUserTable, LiteLLM_VerificationToken/)
    expect(printed).toContain('not in this version: LiteLLM_ProjectTable')
    expect(exitCode).toBe(0)
  })

  test('lists the models of the configuration that are disabled', async () => {
    const { url, drop } = await createTestDatabase()
    cleanups.push(drop)
    const model_list = [
      { model_name: 'fine', litellm_params: { model: 'openai/m', api_key: 'sk-1' } },
      { model_name: 'keyless', litellm_params: { model: 'openai/m', api_key: 'os.environ/NOT_SET' } },
      { model_name: 'unknown', litellm_params: { model: 'nobody/m' } },
    ]
    const { exitCode, printed } = await run(url, ['doctor', '--config', 'config.yaml'], { config: { model_list } })
    expect(printed).toMatch(/^ ! Model keyless is disabled: .*NOT_SET/m)
    expect(printed).toMatch(/^ ! Model unknown is disabled: /m)
    expect(printed).not.toContain('Model fine')
    expect(exitCode).toBe(0)
  })

  test.each([
    ['20250531', 'May 2025'],
    ['20251031', 'October 2025'],
  ] as const)('knows the age of the tables: %s', async (schema, age) => {
    const { url, drop } = await createTestDatabase({ schema, partitioned: true })
    cleanups.push(drop)
    const { printed } = await run(url, ['doctor'])
    expect(printed).toContain(`since ${age} or later`)
    expect(printed).toContain('partitioned by day')
  })

  test('an empty database must be migrated first', async () => {
    const { url, drop } = await createTestDatabase({ schema: 'empty' })
    cleanups.push(drop)
    const { exitCode, printed } = await run(url, ['doctor'])
    expect(printed).toMatch(/ x LiteLLM's tables are not here .* run express-litellm migrate/)
    expect(exitCode).toBe(1)
  })

  test('missing rights, a time zone and a replica-like server are told', async () => {
    const { url, sql, drop } = await createTestDatabase()
    cleanups.push(drop)
    const role = `role_${Date.now()}`
    await sql.unsafe(`
      create role ${role} login password 'x';
      alter role ${role} set timezone = 'Asia/Tokyo';
      alter role ${role} set default_transaction_read_only = on;
      grant select on all tables in schema public to ${role}`)
    cleanups.push(() => {})
    const other = new URL(url)
    other.username = role
    other.password = 'x'
    const { exitCode, printed } = await run(other.href, ['doctor'])
    await sql.unsafe(`drop owned by ${role}; drop role ${role}`)
    expect(printed).toContain(' x rights: this role may not insert "LiteLLM_SpendLogs"')
    expect(printed).toContain(' x transactions are read-only for this role')
    expect(printed).toContain(' ! time zone: Asia/Tokyo')
    expect(exitCode).toBe(1)
  })
})

describe('reconcile', () => {
  test('lists every difference, corrects it with --fix, and says the second time that all agrees', async () => {
    const { url, sql, write, drop } = await createLedger()
    cleanups.push(drop)
    await write(cents(10))
    const agreed = { exitCode: 0, printed: 'Totals and daily tables agree with the log', warned: '' }
    expect(await run(url, ['reconcile'])).toEqual(agreed)
    await sql`update "LiteLLM_UserTable" set spend = spend + 1 where user_id = 'u1'`
    const found = await run(url, ['reconcile', '--settle', '0'])
    expect(found).toMatchObject({ exitCode: 1, warned: 'Correct them with --fix' })
    expect(found.printed).toMatch(/^LiteLLM_UserTable \(user_id "u1"\): spend is 1\.02, the log says 0\.02$/)
    const fixed = await run(url, ['reconcile', '--settle', '10ms', '--fix'])
    expect(fixed).toMatchObject({ exitCode: 0, printed: expect.stringMatching(/; corrected$/), warned: '' })
    expect(await run(url, ['reconcile', '--fix'])).toEqual(agreed)
    await assertLedgerConsistent(sql)
  })

  test('an interruption is told with the command to go on, and that goes on', async () => {
    const { url, sql, write, drop } = await createLedger()
    cleanups.push(drop)
    await write(cents(3))
    await sql`update "LiteLLM_UserTable" set spend = spend + 1 where user_id = 'u1'`
    const { exitCode, warned } = await run(url, ['reconcile', '--since', '2026-03-01', '--fix'], {
      stopRequested: Promise.resolve(),
    })
    expect(exitCode).toBe(1)
    expect(warned).toBe(
      'Interrupted. Go on with: express-litellm reconcile --since 2026-03-01 --fix --resume 2026-03-04',
    )
    const goOn = warned.split('express-litellm ')[1]!.split(' ')
    expect((await run(url, [...goOn, '--settle', '0'])).exitCode).toBe(0)
    await assertLedgerConsistent(sql)
  })

  test.each([
    [['reconcile', '--since', 'yesterday'], '--since must be a day such as 2026-03-01, not "yesterday".'],
    [['reconcile', '--resume', 'x'], '--resume must be a day such as 2026-03-01, or totals, not "x".'],
    [['reconcile', '--settle', 'long'], '--settle must be a duration such as 20s, not "long".'],
    [['dlq', 'eat'], 'dlq can list, show, replay, purge, not "eat". See `express-litellm help`.'],
    [['dlq', 'purge'], 'Say which: express-litellm dlq purge <id>, or --all.'],
    [['dlq', 'show', 'x'], 'There is no dead letter x. See: express-litellm dlq list'],
  ])('a mistake is one sentence: %j', async (argv, sentence) => {
    expect(await run('postgres://127.0.0.1:1/x', argv)).toEqual({ exitCode: 1, printed: '', warned: sentence })
  })
})

describe('migrate', () => {
  test('an interruption is told, and the same command does the rest', async () => {
    const { url, drop } = await createTestDatabase({ schema: 'empty' })
    cleanups.push(drop)
    const { exitCode, printed, warned } = await run(url, ['migrate'], { stopRequested: Promise.resolve() })
    expect([exitCode, printed]).toEqual([1, 'Nothing was migrated.'])
    expect(warned).toMatch(/^Interrupted\. Go on with the same command: 0001-/)
    expect(await run(url, ['migrate'])).toMatchObject({
      exitCode: 0,
      printed: expect.stringMatching(/^Migrated: 0001-/),
    })
  })
})

describe('dlq', () => {
  async function setup() {
    const base = await setupLedger()
    await base.sql.unsafe(POISON)
    const ledger = base.open('journal')
    for (const callId of ['bad-1', 'bad-2'])
      await ledger.record(spendEvent({ callId, deployment: { model: 'poison' } }))
    await ledger.flush()
    const ids = async () =>
      (await run(base.url, ['dlq', 'list', '--journal', base.dir])).printed.match(/^\d{15}-[0-9a-f]{8}/gm) ?? []
    return { ...base, ids, dlq: (...argv: string[]) => run(base.url, ['dlq', ...argv, '--journal', base.dir]) }
  }

  test('lists and shows what was refused and why, beside a running gateway', async () => {
    const { dlq, ids } = await setup()
    const { printed } = await dlq('list')
    expect(printed).toMatch(/^\d{15}-[0-9a-f]{8} {2}20\d\d-.*Z {2}23514 {2}.*no_poison/)
    const [first] = await ids()
    expect(JSON.parse((await dlq('show', first!)).printed)).toMatchObject({ call_id: 'bad-1', model: 'poison' })
  })

  test('replays what the database takes now, once, and keeps the rest', async () => {
    const { dlq, ids, sql } = await setup()
    expect(await dlq('replay', '--all')).toMatchObject({ exitCode: 1, printed: '0 of 2 dead letters are written' })
    expect(await ids()).toHaveLength(2)
    await sql`alter table "LiteLLM_SpendLogs" drop constraint no_poison`
    const [first] = await ids()
    expect(await dlq('replay', first!)).toMatchObject({ exitCode: 0, printed: '1 of 1 dead letters are written' })
    expect(await dlq('replay', '--all')).toMatchObject({ exitCode: 0, printed: '1 of 1 dead letters are written' })
    expect((await dlq('list')).printed).toBe('There are no dead letters.')
    expect(await sql`select spend from "LiteLLM_UserTable" where user_id = 'u1'`).toEqual([{ spend: 0.02 }])
    await assertLedgerConsistent(sql)
  })

  test('an interruption leaves the rest for the same command again', async () => {
    const { ids, dir, url, sql } = await setup()
    await sql`alter table "LiteLLM_SpendLogs" drop constraint no_poison`
    const argv = ['dlq', 'replay', '--all', '--journal', dir]
    const { exitCode, printed, warned } = await run(url, argv, { stopRequested: Promise.resolve() })
    expect([exitCode, printed]).toEqual([1, '0 of 2 dead letters are written'])
    expect(warned).toMatch(/^Interrupted\. Go on with the same command/)
    expect(await ids()).toHaveLength(2)
    expect(await run(url, argv)).toMatchObject({ exitCode: 0, printed: '2 of 2 dead letters are written' })
  })

  test('stops when the database is away, and loses nothing', async () => {
    const { ids, dir } = await setup()
    const { exitCode, warned } = await run('postgres://127.0.0.1:1/x', ['dlq', 'replay', '--all', '--journal', dir])
    expect([exitCode, warned]).toEqual([1, expect.stringMatching(/^The database does not answer/)])
    expect(await ids()).toHaveLength(2)
  })

  test('removes what nobody wants', async () => {
    const { dlq, ids } = await setup()
    const [first] = await ids()
    expect((await dlq('purge', first!)).printed).toBe('1 dead letters are gone')
    expect(await ids()).toHaveLength(1)
  })
})
