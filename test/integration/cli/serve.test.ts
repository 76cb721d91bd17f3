import { chmod, mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { runCommand } from '../../../src/cli/commands/run-command.ts'
import type { Program, ServeOptions, ServeSettings } from '../../../src/cli/postgres/program.ts'
import { ConfigError } from '../../../src/errors.ts'
import { GatewayEvents } from '../../../src/events.ts'
import type { Gateway } from '../../../src/gateway.ts'
import { migrate } from '../../../src/upkeep/migrate.ts'
import { cleanups } from '../../support/cleanups.ts'
import { createTestDatabase } from '../../support/database.ts'
import { until } from '../../support/until.ts'

const DATABASE = { enabled: true, isRequired: false, prepare: true, connectTimeoutMs: 1_000 }
const DEPLOYMENT = {
  id: 'd',
  modelGroup: 'fast',
  model: 'm',
  provider: 'openai',
  baseUrl: 'http://127.0.0.1:1',
  headers: {},
}

const CLOSED = { flushed: 0, journaled: 0, lost: 0, openStreams: 0, cut: [] }

/** A whole start, with a gateway of three lines in the place of the real one. */
async function setup(settings: Partial<ServeSettings> = {}, gatewayParts: Partial<Gateway> = {}) {
  const cwd = await mkdtemp(join(tmpdir(), 'serve-'))
  await chmod(cwd, 0o755)
  cleanups.push(() => rm(cwd, { recursive: true, force: true }))
  const log: string[] = []
  const printed: string[] = []
  const warned: string[] = []
  const reloads: (() => void)[] = []
  let given: ServeOptions | undefined
  const program: Program = {
    resolveOptions: () => ({
      masterKey: 'sk-mine',
      database: { ...DATABASE, url: 'postgres://elsewhere/litellm' },
      durability: 'memory',
      workers: 1,
      spend: { rows: true, disabled: false },
      journal: { dir: join(cwd, '.express-litellm', 'journal') },
      deployments: [DEPLOYMENT],
      settings: { general: {} },
      accessLog: true,
      headersTimeoutMs: 15_000,
      bodyTimeoutMs: 60_000,
      rejectedModels: [],
      shutdown: { graceMs: 10_000, drainDelayMs: 0 },
      ...settings,
    }),
    readConfig: () => ({ litellm_settings: { drop_params: true } }),
    createGateway(optionsNow) {
      given = optionsNow()
      return fakeGateway(log, gatewayParts)
    },
    createMiddleware: () => (req, res, next) => {
      if (req.url === '/health/readiness') return res.end('{}')
      if (req.url !== '/slow') return next()
      res.write('begin')
      log.push('stream began')
      setTimeout(() => {
        res.end(' end')
        log.push('stream ended')
      }, 100)
    },
    migrate,
  }
  const stop = Promise.withResolvers<void>()
  const ready = Promise.withResolvers<string>()
  const around = {
    cwd,
    env: {},
    print(text: string) {
      printed.push(text)
      const url = /ready at (\S+)/.exec(text)?.[1]
      if (url) ready.resolve(url)
    },
    warn: (text: string) => void warned.push(text),
    onReload: (listener: () => void) => void reloads.push(listener),
    stopRequested: stop.promise,
  }
  const ended = runCommand(['serve', '--port', '0'], program, around)
  cleanups.push(() => {
    stop.resolve()
    return ended
  })
  return {
    cwd,
    log,
    printed,
    warned,
    reloads,
    ended,
    stop: stop.resolve,
    ready: Promise.race([ready.promise, ended]),
    options: () => given!,
  }
}

function fakeGateway(log: string[], parts: Partial<Gateway>): Gateway {
  return {
    events: new GatewayEvents(),
    router: { modelGroups: () => ['fast'], choose: () => undefined },
    spend: () => undefined,
    ready: async () => {},
    announceShutdown: () => {},
    async close() {
      // Idempotent, as the real one.
      if (log.at(-1) !== 'gateway closed') log.push('gateway closed')
      return CLOSED
    },
    ...parts,
  } as Gateway
}

test('a running stream ends before the gateway writes and closes, and the exit code is 0', async () => {
  const { ready, stop, ended, log } = await setup()
  const answer = await fetch(`${await ready}/slow`)
  stop()
  expect(await answer.text()).toBe('begin end')
  expect(await ended).toBe(0)
  expect(log).toEqual(['stream began', 'stream ended', 'gateway closed'])
})

test('SIGHUP reads the configuration again, and says what came of it', async () => {
  const report = { models: 1, rejectedModels: [], warnings: [], needsRestart: ['general_settings.database_url'] }
  const answers = [async () => report, () => Promise.reject(new ConfigError('No list.'))]
  const { ready, reloads, printed, warned } = await setup({}, { reload: () => answers.shift()!() })
  await ready
  await until(() => reloads.length === 1)
  reloads[0]!()
  await until(() => printed.includes('The configuration was read again: 1 model'))
  expect(warned.at(-1)).toContain('general_settings.database_url')
  reloads[0]!()
  await until(() => warned.at(-1) === 'The configuration was not taken, the old one stays. No list.')
})

test('with everything configured nothing is made, and no secret is printed', async () => {
  const { ready, options, printed, cwd } = await setup()
  await ready
  expect(options()).toEqual({ corsOrigins: ['*'] })
  expect(printed.join()).not.toContain('sk-')
  await expect(stat(join(cwd, '.express-litellm'))).rejects.toThrow('ENOENT')
})

test('where nobody chose, calls go through a journal, in a folder that git leaves alone', async () => {
  const { ready, options, cwd } = await setup({ durability: undefined })
  await ready
  expect(options()).toEqual({ durability: 'journal', corsOrigins: ['*'] })
  expect(await readFile(join(cwd, '.express-litellm', '.gitignore'), 'utf8')).toBe('*\n')
})

test('what waits in the journal is told at the end', async () => {
  const close = async () => ({ ...CLOSED, flushed: 5, journaled: 3 })
  const { ready, stop, ended, warned } = await setup({}, { close })
  await ready
  stop()
  expect(await ended).toBe(0)
  expect(warned).toEqual(['3 spend logs are in the journal: the next start writes them'])
})

test.each([
  [{ lost: 2 }, '2 spend logs are lost'],
  [{ openStreams: 1 }, '1 calls could not be settled in time: they leave no spend log'],
])('what is lost (%j) is told at the end, and the exit code is 1', async (lost, line) => {
  const { ready, stop, ended, warned } = await setup({}, { close: async () => ({ ...CLOSED, ...lost }) })
  await ready
  stop()
  expect(await ended).toBe(1)
  expect(warned).toEqual([line])
})

test('each call that was cut is told at the end', async () => {
  const cut = [
    { callId: 'a', modelGroup: 'fast', usageSource: 'estimated', cost: 0.5, row: 'written' },
    { callId: 'b', modelGroup: 'slow', usageSource: 'none', row: 'journaled' },
  ] as const
  const { ready, stop, ended, warned } = await setup({}, { close: async () => ({ ...CLOSED, cut }) })
  await ready
  stop()
  expect(await ended).toBe(0)
  expect(warned).toEqual([
    '2 calls were cut:',
    '  a fast: usage estimated from what was sent, $0.5; spend log written',
    '  b slow: nothing was answered yet; spend log in the journal',
  ])
})

test('models without a price are named, also those that are found before the database answers', async () => {
  const events = new GatewayEvents()
  const unpriced = { deploymentId: 'd', modelGroup: 'fast', model: 'm', provider: 'openai' }
  const ready = async () => events.tell('model:unpriced', unpriced)
  const database = { ...DATABASE, url: 'postgres://elsewhere/litellm', isRequired: true }
  const started = await setup({ database }, { events, ready })
  await started.ready
  expect(started.warned).toEqual([expect.stringContaining('Model fast (openai/m) has no price')])
})

describe('what only LiteLLM acts on', () => {
  const rows: Readonly<Record<string, string>> = {
    LiteLLM_MCPServerTable: `insert into "LiteLLM_MCPServerTable" (server_id) values ('s')`,
    LiteLLM_GuardrailsTable: `
      insert into "LiteLLM_GuardrailsTable" (guardrail_id, guardrail_name, litellm_params, updated_at)
      values ('g', 'pii', '{}', now())`,
    LiteLLM_PromptTable: `
      insert into "LiteLLM_PromptTable" (id, prompt_id, litellm_params, updated_at) values ('p', 'hello', '{}', now())`,
  }

  async function warnedOf(tables: readonly string[], sql = '') {
    const database = await createTestDatabase({ schema: 'empty' })
    cleanups.push(() => database.drop())
    await migrate(database.sql)
    await database.sql.unsafe(sql)
    for (const table of tables) await database.sql.unsafe(rows[table]!)
    const started = await setup({ database: { ...DATABASE, connectTimeoutMs: 10_000, url: database.url } })
    await started.ready
    started.stop()
    await started.ended
    return started.warned
  }

  test.each([
    [
      Object.keys(rows),
      'MCP servers (LiteLLM_MCPServerTable), guardrails (LiteLLM_GuardrailsTable), prompts (LiteLLM_PromptTable)',
    ],
    [['LiteLLM_PromptTable'], 'prompts (LiteLLM_PromptTable)'],
  ])('is named once where the database has it: %p', async (tables, named) => {
    expect(await warnedOf(tables)).toEqual([
      `The database has ${named}. This gateway does not act on them: only LiteLLM does`,
    ])
  })

  test('is not spoken of where there is none', async () => expect(await warnedOf([])).toEqual([]))

  test('is found where another of the tables is missing', async () => {
    const warned = await warnedOf(['LiteLLM_GuardrailsTable'], 'drop table "LiteLLM_PromptTable" cascade')
    expect(warned).toEqual([expect.stringContaining('has guardrails (LiteLLM_GuardrailsTable). ')])
  })
})

test('a missing master key is made once, kept for its owner alone, and not shown to the log of a real database', async () => {
  const { ready, stop, ended, options, printed, warned, cwd } = await setup({ masterKey: undefined })
  await ready
  stop()
  await ended
  const file = join(cwd, '.express-litellm', 'master-key')
  const kept = (await readFile(file, 'utf8')).trim()
  expect(options().masterKey).toBe(kept)
  expect(kept).toMatch(/^sk-[\w-]{32}$/)
  expect((await stat(file)).mode & 0o777).toBe(0o600)
  expect(printed.join()).not.toContain(kept)
  expect(warned.join()).toContain(file)
})

test('without a model there is a demo upstream, and the rest of the config stays', async () => {
  const { ready, options, printed } = await setup({ deployments: [] })
  await ready
  expect(options().config).toMatchObject({
    litellm_settings: { drop_params: true },
    model_list: [{ model_name: 'gpt-4o-mini' }, { model_name: 'gpt-4o' }, { model_name: 'text-embedding-3-small' }],
  })
  expect(printed.join()).toContain('demo upstream')
})

test('models that are kept in the database need no demo upstream', async () => {
  const { ready, options } = await setup({ deployments: [], settings: { general: { storeModelInDb: true } } })
  await ready
  expect(options().config).toBeUndefined()
})

test('without a database there is a local one with its tables, and a virtual key to try it with', async () => {
  const first = await setup({ database: DATABASE })
  await first.ready
  expect(first.options().databaseUrl).toMatch(/^postgres:\/\/postgres:[\w-]{32}@127\.0\.0\.1:\d+\/litellm$/)
  const secret = (await readFile(join(first.cwd, '.express-litellm', 'demo-key'), 'utf8')).trim()
  expect(first.printed.join()).toContain(`Bearer ${secret}`)
  expect(first.printed.join()).toMatch(/express-litellm logs/)
})

test('no database is started where it was said that there shall be none', async () => {
  const { ready, options } = await setup({ database: { ...DATABASE, enabled: false } })
  await ready
  expect(options().databaseUrl).toBeUndefined()
})

test('a required database that does not answer ends the start with one sentence, and everything is closed', async () => {
  const required = { ...DATABASE, isRequired: true, url: 'postgres://elsewhere/litellm' }
  const { ended, warned, log } = await setup(
    { database: required },
    { ready: () => Promise.reject(new Error('refused')) },
  )
  expect(await ended).toBe(1)
  expect(warned).toEqual(['The database does not answer, and it is required: refused.'])
  expect(log).toEqual(['gateway closed'])
})

test.each([
  ['a mistake of the operator comes without a stack', new ConfigError('Wrong port.'), /^Wrong port\.$/],
  ['a bug comes with its stack', new Error('a bug'), /^Error: a bug\n\s+at /],
])('%s', async (_claim, error, text) => {
  const warned: string[] = []
  const around = {
    cwd: '/',
    env: {},
    print: () => {},
    warn: (line: string) => void warned.push(line),
    stopRequested: Promise.resolve(),
  }
  const program = {
    resolveOptions: () => {
      throw error
    },
  } as unknown as Program
  expect(await runCommand(['serve'], program, around)).toBe(1)
  expect(warned[0]).toMatch(text)
})
