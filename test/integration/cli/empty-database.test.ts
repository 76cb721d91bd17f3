import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { packageProgram } from '../../../src/cli/postgres/package-program.ts'
import { serve } from '../../../src/cli/serve/serve.ts'
import { ConfigError } from '../../../src/errors.ts'
import { createLiteLLM } from '../../../src/index.ts'
import { MIGRATIONS } from '../../../src/upkeep/migrations/migrations.ts'
import { startApp } from '../../support/app.ts'
import { cleanups } from '../../support/cleanups.ts'
import { createTestDatabase } from '../../support/database.ts'
import { startLine } from '../../support/database-line.ts'
import { until } from '../../support/until.ts'

const MASTER = 'sk-master-of-empty'
const NAMES = MIGRATIONS.map(({ name }) => name)

/** A whole start on an empty database, at a port that the system chooses. */
interface StartOptions {
  readonly migrate: boolean
  readonly required?: boolean
  /** Of what stands in the way before the start. */
  readonly sql?: string
  readonly away?: boolean
}

async function start({ migrate, required = false, sql, away = false }: StartOptions) {
  const database = await createTestDatabase({ schema: 'empty' })
  cleanups.push(() => database.drop())
  if (sql) await database.sql.unsafe(sql)
  const line = await startLine(database.url)
  cleanups.push(line.close)
  if (away) line.cut()
  const cwd = await mkdtemp(join(tmpdir(), 'empty-'))
  cleanups.push(() => rm(cwd, { recursive: true, force: true }))
  const printed: string[] = []
  const warned: string[] = []
  const { promise: stopRequested, resolve: stop } = Promise.withResolvers<void>()
  const config = JSON.stringify({
    general_settings: { master_key: MASTER },
    litellm_db: {
      database_url: line.url,
      is_required: required,
      min_conns: 1,
      health_check_interval: '50ms',
      connect_timeout: '2s',
    },
    model_list: [{ model_name: 'm', litellm_params: { model: 'openai/m', api_key: 'sk-1' } }],
  })
  await writeFile(join(cwd, 'config.yaml'), config)
  const around = {
    env: {},
    cwd,
    print: (line: string) => void printed.push(line),
    warn: (line: string) => void warned.push(line),
    stopRequested,
  }
  const ended = serve({ config: join(cwd, 'config.yaml'), port: 0, host: '127.0.0.1', migrate }, packageProgram, around)
  ended.catch(() => {})
  cleanups.push(async () => {
    stop()
    await ended.catch(() => {})
  })
  const url = async () => {
    await until(() => /http:\/\/\S+:\d+/.test(printed.join()))
    return /http:\/\/\S+:\d+/.exec(printed.join())![0]
  }
  return { database, line, printed, warned, ended, url }
}

const post = (url: string, path: string, body: object) =>
  fetch(url + path, {
    method: 'POST',
    headers: { authorization: `Bearer ${MASTER}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })

test('`serve` makes the tables of an empty database, says so, and is ready', async () => {
  const { url, printed } = await start({ migrate: true })
  const at = await url()
  expect(printed[0]).toBe(`The tables of the database are up to date. Applied now: ${NAMES.join(', ')}`)
  expect((await fetch(`${at}/health/readiness`)).status).toBe(200)
  expect((await post(at, '/key/generate', {})).status).toBe(200)
})

test('without migration readiness is 503 with the sentence that helps, until somebody migrates', async () => {
  const { url, database } = await start({ migrate: false })
  const at = await url()
  const readiness = await fetch(`${at}/health/readiness`)
  expect([readiness.status, await readiness.json()]).toEqual([
    503,
    { status: 'unhealthy', db: 'no tables', detail: expect.stringContaining('run `express-litellm migrate`') },
  ])
  await packageProgram.migrate(database.sql)
  expect((await fetch(`${at}/health/readiness`)).status).toBe(200)
  expect((await post(at, '/key/generate', {})).status).toBe(200)
})

test('a database that is required and has no tables refuses the start', async () => {
  const { ended } = await start({ migrate: false, required: true })
  await expect(ended).rejects.toThrow(ConfigError)
  await expect(ended).rejects.toThrow('The database has no LiteLLM tables: run `express-litellm migrate`')
})

const IN_THE_WAY = 'create view "LiteLLM_BudgetTable" as select 1 as one'
const FAILED = /^Migration 0001-budgets failed: .*LiteLLM_BudgetTable.* use an empty database.*express-litellm migrate/s

test('a start with a migration that fails says which and what to do; it is not ready until somebody has done it', async () => {
  const { url, database, warned, printed } = await start({ migrate: true, sql: IN_THE_WAY })
  const at = await url()
  expect(warned.filter((line) => line.startsWith('Migration'))).toEqual([expect.stringMatching(FAILED)])
  const readiness = await fetch(`${at}/health/readiness`)
  expect([readiness.status, await readiness.json()]).toEqual([
    503,
    { status: 'unhealthy', db: 'no tables', detail: expect.stringContaining('run `express-litellm migrate`') },
  ])
  expect((await fetch(`${at}/health/liveliness`)).status).toBe(200)
  expect((await post(at, '/key/generate', {})).status).toBe(503)
  expect(printed.join()).not.toContain('Applied now')

  await database.sql.unsafe('drop view "LiteLLM_BudgetTable"')
  expect((await packageProgram.migrate(database.sql)).applied).toEqual(NAMES)
  expect((await fetch(`${at}/health/readiness`)).status).toBe(200)
})

test('a start with a migration that fails ends where the database is required, with the same sentence', async () => {
  const { ended } = await start({ migrate: true, required: true, sql: IN_THE_WAY })
  await expect(ended).rejects.toThrow(FAILED)
  await expect(ended).rejects.toThrow(ConfigError)
})

test('a database that is away at the start is migrated when it comes', async () => {
  const { url, line, printed } = await start({ migrate: true, away: true })
  const at = await url()
  expect((await fetch(`${at}/health/readiness`)).status).toBe(503)
  line.mend()
  await until(() => printed.some((text) => text.includes('Applied now')))
  expect(printed.filter((text) => text.includes('Applied now'))).toEqual([
    `The tables of the database are up to date. Applied now: ${NAMES.join(', ')}`,
  ])
  await until(async () => (await fetch(`${at}/health/readiness`)).status === 200)
  expect((await post(at, '/key/generate', {})).status).toBe(200)
})

test('a database that comes later, and in which a migration fails, says so once', async () => {
  const { url, line, warned } = await start({ migrate: true, away: true, sql: IN_THE_WAY })
  const at = await url()
  line.mend()
  await until(() => warned.some((text) => FAILED.test(text)))
  expect((await fetch(`${at}/health/readiness`)).status).toBe(503)
  expect(warned.filter((text) => FAILED.test(text))).toHaveLength(1)
})

test('a migration that fails is told by name, and a required database refuses the start', async () => {
  const database = await createTestDatabase({ schema: 'empty' })
  cleanups.push(() => database.drop())
  await database.sql`create schema express_litellm`
  await database.sql`create table express_litellm.migrations (name int)`
  await expect(packageProgram.migrate(database.sql)).rejects.toThrow(
    /^Migration 0001-budgets failed: .*express-litellm migrate/s,
  )
})

test('management calls on an empty database say what to do, and budgets are not asked for', async () => {
  const app = await startApp({ upstream: 'http://127.0.0.1:1', database: { schema: 'empty' } })
  cleanups.push(() => app.close())
  const faults: unknown[] = []
  app.gateway.events.on('fault', (fault) => faults.push(fault))
  app.gateway.events.on('budget:reset-failed', (fault) => faults.push(fault))
  const body = { user_id: 'u', team_alias: 't', organization_alias: 'o', max_budget: 1 }
  for (const path of ['/key/generate', '/user/new', '/team/new', '/customer/new', '/budget/new', '/organization/new']) {
    const answer = await app.post(path, 'sk-master-of-the-tests', body)
    expect([path, answer.status, await answer.json()]).toEqual([
      path,
      503,
      { error: expect.objectContaining({ message: expect.stringContaining('run `express-litellm migrate`') }) },
    ])
  }
  const headers = { authorization: 'Bearer sk-master-of-the-tests' }
  for (const path of ['/spend/logs?api_key=x', '/user/list', '/key/list', '/key/info?key=x']) {
    expect([path, (await fetch(app.url + path, { headers })).status]).toEqual([path, 503])
  }
  await expect(app.gateway.ready()).rejects.toThrow('The database has no LiteLLM tables')
  expect(faults).toEqual([])
})

test('a gateway in code that started before its tables works once they are made', async () => {
  const database = await createTestDatabase({ schema: 'empty' })
  cleanups.push(() => database.drop())
  const gateway = createLiteLLM({ databaseUrl: database.url, masterKey: MASTER, minConns: 1, config: {} })
  cleanups.push(() => gateway.close())
  await until(async () => (await gateway.database()) === 'no tables')
  await packageProgram.migrate(database.sql)
  expect(await gateway.database()).toBe('connected')
  await gateway.ready()
})
