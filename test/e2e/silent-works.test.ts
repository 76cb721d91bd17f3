import { describe, expect, test } from '@jest/globals'
import { assertLedgerConsistent } from '../../src/testing/index.ts'
import { startApp } from '../support/app.ts'
import { cleanups } from '../support/cleanups.ts'
import { relayingTo } from '../support/relaying-app.ts'
import { until } from '../support/until.ts'
import { sendJson, startUpstream } from '../support/upstream.ts'

const MODEL = 'gpt-4o-2024-08-06'
const SAID = 'The quick brown fox jumps over the lazy dog.'
/** Four bytes to a token. */
const SAID_TOKENS = 11
const QUESTION = 'Say something about a fox, please.'
const now = Math.floor(Date.now() / 1000)

/** An upstream that keeps these documents by path, and knows nothing else. `asked`: the paths that it was asked for. */
async function setup(kept: Readonly<Record<string, unknown>>) {
  const asked: string[] = []
  const upstream = await startUpstream((res, { url }) => {
    asked.push(url)
    const found = kept[url.split('?')[0]!.replace(/^\/v1/, '')]
    if (found === undefined) return sendJson(res, 404, { error: { message: 'No such thing' } })
    if (typeof found === 'string') res.writeHead(200, { 'content-type': 'application/x-jsonl' }).end(found)
    else sendJson(res, 200, found)
  })
  cleanups.push(upstream.close)
  const app = await startApp({
    upstream: upstream.url,
    app: relayingTo(upstream.url),
  })
  cleanups.push(app.close)
  const { secret } = await app.key({ metadata: { allow_foreign_resources: true } })
  const get = (path: string) =>
    fetch(app.url + path, { headers: { authorization: `Bearer ${secret}` } }).then((res) => res.text())
  const works = async () => (await app.rows()).filter(({ request_id }) => request_id.endsWith('_cost'))
  /** The row of the work, once it is there. */
  const fetched = async (path: string) => {
    for (let n = 0; n < 3; n++) await get(path)
    await until(async () => (await works()).length > 0)
    const rows = await works()
    expect(rows).toHaveLength(1)
    await assertLedgerConsistent(app.sql)
    return rows[0]!
  }
  return { app, get, works, fetched, asked }
}

const doubtOf = (row: Record<string, any>) =>
  Object.fromEntries(row.metadata.usage_doubt.map((one: any) => [one.figure, one]))

const SILENT: readonly [string, object][] = [
  ['is missing', {}],
  ['is null', { usage: null }],
  ['is empty', { usage: {} }],
  ['is zeros', { usage: { prompt_tokens: 0, completion_tokens: 0, input_tokens: 0, output_tokens: 0 } }],
  ['has names that are not known', { usage: { tokens_in: 9 } }],
]

const chat = (rest: object) => ({
  id: 'c1',
  object: 'chat.completion',
  model: MODEL,
  choices: [{ index: 0, message: { role: 'assistant', content: SAID }, finish_reason: 'stop' }],
  ...rest,
})
const outputLine = (custom_id: string, body: object) =>
  `${JSON.stringify({ id: 'r1', custom_id, response: { status_code: 200, body }, error: null })}\n`
const failedLine = (custom_id: string) =>
  `${JSON.stringify({ custom_id, response: { status_code: 400, body: { error: { message: QUESTION } } } })}\n`
const inputLine = (custom_id: string, content: string) =>
  `${JSON.stringify({ custom_id, url: '/v1/chat/completions', body: { model: MODEL, messages: [{ role: 'user', content }] } })}\n`
/** Of a message of so many characters: a token for each four, and four for the message. */
const INPUT_TOKENS = 100 + 4
const INPUT = inputLine('a', 'x'.repeat(400)) + inputLine('b', 'x'.repeat(4_000)) + inputLine('c', 'x'.repeat(40_000))

const batch = (rest: object = {}) => ({
  id: 'batch_1',
  object: 'batch',
  endpoint: '/v1/chat/completions',
  model: MODEL,
  status: 'completed',
  created_at: now - 600,
  request_counts: { total: 3, completed: 3, failed: 0 },
  input_file_id: 'file-in',
  output_file_id: 'file-out',
  usage: null,
  ...rest,
})
const TOLD = { usage: { prompt_tokens: 1_000, completion_tokens: 500 } }

describe('a line of a batch whose usage', () => {
  test.each(SILENT)('%s is estimated by what was asked and answered', async (_, usage) => {
    const lines = outputLine('a', chat(usage)) + outputLine('b', chat(TOLD)) + failedLine('c')
    const { fetched, asked } = await setup({
      '/batches/batch_1': batch(),
      '/files/file-out/content': lines,
      '/files/file-in/content': INPUT,
    })
    const row = await fetched('/v1/batches/batch_1')
    expect([row.prompt_tokens, row.completion_tokens]).toEqual([1_000 + INPUT_TOKENS, 500 + SAID_TOKENS])
    expect(row.metadata).toMatchObject({ usage_source: 'estimated', usage_complete: false })
    expect(row.spend).toBeGreaterThan(0)
    expect(asked.filter((url) => url.includes('/files/'))).toHaveLength(2)
  })

  test('is absurd is counted instead, and the row says so', async () => {
    const absurd = { usage: { prompt_tokens: 1e18, completion_tokens: 1e18 } }
    const { fetched } = await setup({
      '/batches/batch_1': batch(),
      '/files/file-out/content': outputLine('b', chat(TOLD)) + outputLine('a', chat(absurd)),
      '/files/file-in/content': INPUT,
    })
    const row = await fetched('/v1/batches/batch_1')
    expect([row.prompt_tokens, row.completion_tokens]).toEqual([1_000 + INPUT_TOKENS, 500 + SAID_TOKENS])
    expect(doubtOf(row)).toMatchObject({ prompt_tokens: { reported: 1e18 }, completion_tokens: { reported: 1e18 } })
    expect(row.metadata.usage_source).toBe('estimated')
  })

  test('is missing has its output counted where the input file is gone', async () => {
    const { fetched } = await setup({
      '/batches/batch_1': batch(),
      '/files/file-out/content': outputLine('a', chat({})),
    })
    const row = await fetched('/v1/batches/batch_1')
    expect([row.prompt_tokens, row.completion_tokens]).toEqual([0, SAID_TOKENS])
    expect(row.metadata.usage_source).toBe('estimated')
  })

  test('and all others are told leaves the input file alone', async () => {
    const { fetched, asked } = await setup({
      '/batches/batch_1': batch(),
      '/files/file-out/content': outputLine('a', chat(TOLD)),
    })
    expect((await fetched('/v1/batches/batch_1')).metadata.usage_source).toBe('reported')
    expect(asked.filter((url) => url.includes('/files/'))).toEqual(['/v1/files/file-out/content'])
  })
})

describe('a line of results that is too long to be parsed', () => {
  const LONG = 'x'.repeat(9 << 20)
  const long = (rest: object) => chat({ data: [{ b64_json: LONG }], ...rest })
  const setupBatch = (lines: string) =>
    setup({ '/batches/batch_1': batch(), '/files/file-out/content': lines, '/files/file-in/content': INPUT })

  test('is charged by the usage at its end', async () => {
    const lines = outputLine('a', long({ usage: { prompt_tokens: 70, completion_tokens: 4_000 } }))
    const { fetched } = await setupBatch(lines + outputLine('b', chat(TOLD)) + failedLine('c'))
    const row = await fetched('/v1/batches/batch_1')
    expect([row.prompt_tokens, row.completion_tokens]).toEqual([1_070, 4_500])
    expect(row.metadata.usage_source).toBe('reported')
  })

  test('and says no usage is charged by its input, and a fault tells it', async () => {
    const { app, fetched } = await setupBatch(outputLine('b', chat(TOLD)) + outputLine('a', long({})))
    const faults: string[] = []
    app.gateway.events.on('fault', ({ where, error }) => void faults.push(`${where}: ${error}`))
    const row = await fetched('/v1/batches/batch_1')
    expect([row.prompt_tokens, row.completion_tokens]).toEqual([1_000 + INPUT_TOKENS, 500])
    expect(row.metadata.usage_source).toBe('estimated')
    expect(faults).toEqual([expect.stringMatching(/^usage of batch_1_batch_cost: .*1 of the results .* too long/)])
  })
})

describe('totals of a batch that its requests cannot have', () => {
  const totals = { usage: { input_tokens: 1e18, output_tokens: 1e18, total_tokens: 2e18 } }

  test('are counted by its files instead, and the row says so', async () => {
    const { fetched } = await setup({
      '/batches/batch_1': batch(totals),
      '/files/file-out/content': outputLine('a', chat(TOLD)),
    })
    const row = await fetched('/v1/batches/batch_1')
    expect([row.prompt_tokens, row.completion_tokens]).toEqual([1_000, 500])
    expect(doubtOf(row).prompt_tokens.reported).toBeGreaterThan(1e15)
  })

  test('are charged nothing where there is no file, and the row says so', async () => {
    const { fetched } = await setup({ '/batches/batch_1': batch({ ...totals, output_file_id: null }) })
    const row = await fetched('/v1/batches/batch_1')
    expect([row.spend, row.prompt_tokens, row.metadata.usage_source]).toEqual([0, 0, 'estimated'])
    expect(Object.keys(doubtOf(row))).toEqual(['prompt_tokens', 'completion_tokens'])
  })
})

describe('the results of a batch of messages', () => {
  const line = (usage: object) =>
    `${JSON.stringify({
      custom_id: 'x',
      result: {
        type: 'succeeded',
        message: { model: 'claude-haiku-4-5-20251001', content: [{ type: 'text', text: SAID }], ...usage },
      },
    })}\n`
  const PATH = '/anthropic/v1/messages/batches/msgbatch_1/results'

  test.each([...SILENT, ['is absurd', { usage: { input_tokens: 1e18, output_tokens: 1e18 } }] as const])(
    'whose usage %s have their output counted',
    async (kind, usage) => {
      const { fetched } = await setup({
        '/messages/batches/msgbatch_1/results': line(usage) + line({ usage: { input_tokens: 30, output_tokens: 20 } }),
      })
      const row = await fetched(PATH)
      expect([row.prompt_tokens, row.completion_tokens]).toEqual([30, 20 + SAID_TOKENS])
      expect(row.metadata.usage_source).toBe('estimated')
      if (kind === 'is absurd') expect(doubtOf(row).completion_tokens.reported).toBe(1e18)
    },
  )

  test.each([
    ['at its end', { usage: { input_tokens: 70, output_tokens: 400_000 } }, [100, 400_020], 0],
    ['nowhere, which a fault tells', {}, [30, 20], 3],
  ])('with a line that is too long to be parsed and says its usage %s', async (_, usage, expected, count) => {
    const content = [{ type: 'text', text: 'x'.repeat(34 << 20) }]
    const { app, fetched } = await setup({
      '/messages/batches/msgbatch_1/results':
        line({ content, ...usage }) + line({ usage: { input_tokens: 30, output_tokens: 20 } }),
    })
    const faults: string[] = []
    app.gateway.events.on('fault', ({ error }) => void faults.push(String(error)))
    const row = await fetched(PATH)
    expect([row.prompt_tokens, row.completion_tokens]).toEqual(expected)
    expect(faults).toEqual(Array.from({ length: count }, () => expect.stringContaining('too long to be read')))
  })
})

describe('a batch of messages that was ordered here', () => {
  const PATH = '/anthropic/v1/messages/batches'
  const MESSAGE = { model: 'claude-haiku-4-5-20251001', role: 'assistant', content: [{ type: 'text', text: SAID }] }
  const asking = (custom_id: string, content: string, system?: string) => ({
    custom_id,
    params: { model: MESSAGE.model, max_tokens: 100, system, messages: [{ role: 'user', content }] },
  })
  const line = (custom_id: string, rest: object) =>
    `${JSON.stringify({ custom_id, result: { type: 'succeeded', message: { ...MESSAGE, ...rest } } })}\n`
  const failed = (custom_id: string) => `${JSON.stringify({ custom_id, result: { type: 'errored', error: {} } })}\n`
  const TOLD_OF_A = { usage: { input_tokens: 30, output_tokens: 20 } }
  /** 400 characters and 800, a token for each four, and four for the message. */
  const REQUESTS = [
    asking('a', 'x'.repeat(400)),
    asking('b', 'x'.repeat(500), 'x'.repeat(299)),
    asking('c', 'x'.repeat(400)),
  ]
  const MEAN = (104 + 204 + 104) / 3

  /** Takes orders as Anthropic does, and tells these results of each. */
  async function setupOrders(results: string) {
    const upstream = await startUpstream((res, { method, url, body }) => {
      if (method === 'GET' && url === '/v1/messages/batches/msgbatch_7/results')
        return res.writeHead(200, { 'content-type': 'application/x-jsonl' }).end(results)
      if (method !== 'POST' || url !== '/v1/messages/batches')
        return sendJson(res, 404, { type: 'error', error: { type: 'not_found_error', message: url } })
      const { requests, ...rest } = JSON.parse(body.toString())
      expect(rest).toEqual({})
      for (const { custom_id, params, ...others } of requests) {
        expect([others, custom_id, params.stream]).toEqual([{}, expect.stringMatching(/^[\w-]{1,64}$/), undefined])
        expect(params).toMatchObject({ model: MESSAGE.model, max_tokens: 100, messages: [{ role: 'user' }] })
      }
      sendJson(res, 200, {
        id: 'msgbatch_7',
        type: 'message_batch',
        processing_status: 'in_progress',
        results_url: null,
      })
    })
    cleanups.push(upstream.close)
    const start = async (options: object = {}) => {
      const app = await startApp({ upstream: upstream.url, app: relayingTo(upstream.url), ...options })
      cleanups.push(app.close)
      return app
    }
    const app = await start()
    const { secret } = await app.key()
    const headers = { authorization: `Bearer ${secret}`, 'content-type': 'application/json' }
    const order = async (requests: readonly object[] = REQUESTS) => {
      const res = await fetch(app.url + PATH, { method: 'POST', headers, body: JSON.stringify({ requests }) })
      expect(res.status).toBe(200)
      await res.text()
    }
    const fetched = async (url = app.url) => {
      const res = await fetch(`${url}${PATH}/msgbatch_7/results`, { headers })
      expect([res.status, await res.text()]).toEqual([200, results])
    }
    const row = async (from = app) => {
      const works = async () => {
        // Writes what `from` has recorded.
        await from.rows()
        return (await app.rows()).filter(({ request_id }) => request_id.endsWith('_cost'))
      }
      await until(async () => (await works()).length > 0)
      const rows = await works()
      expect(rows).toHaveLength(1)
      await assertLedgerConsistent(app.sql)
      return rows[0]!
    }
    return { app, start, order, fetched, row }
  }

  test.each(SILENT)('has the input of lines whose usage %s estimated, on average', async (_, usage) => {
    const { order, fetched, row } = await setupOrders(line('a', TOLD_OF_A) + line('b', usage) + line('c', usage))
    await order()
    for (let n = 0; n < 2; n++) await fetched()
    const found = await row()
    expect([found.prompt_tokens, found.completion_tokens]).toEqual([30 + Math.round(2 * MEAN), 20 + 2 * SAID_TOKENS])
    expect(found.metadata).toMatchObject({ usage_source: 'estimated', usage_complete: false })
    expect(found.spend).toBeGreaterThan(0)
  })

  test('is estimated by another process too', async () => {
    const { app, start, order, fetched, row } = await setupOrders(line('b', {}))
    await order()
    const written = () => app.sql`select from express_litellm.resources where input_per_request is not null`
    await until(async () => (await written().catch(() => [])).length > 0)
    const other = await start({ options: { databaseUrl: app.databaseUrl } })
    await fetched(other.url)
    expect((await row(other)).prompt_tokens).toBe(Math.round(MEAN))
  })

  test('is reported where all lines say their usage, and lines that failed count nothing', async () => {
    const { order, fetched, row } = await setupOrders(line('a', TOLD_OF_A) + failed('b') + failed('c'))
    await order()
    await fetched()
    const found = await row()
    expect([found.prompt_tokens, found.completion_tokens, found.metadata.usage_source]).toEqual([30, 20, 'reported'])
  })

  test('has only the output of its lines counted where the order says nothing to read', async () => {
    const { order, fetched, row } = await setupOrders(line('a', {}))
    await order([])
    await fetched()
    const found = await row()
    expect([found.prompt_tokens, found.completion_tokens]).toEqual([0, SAID_TOKENS])
  })
})

describe('a response in the background whose usage', () => {
  const response = (rest: object = {}) => ({
    id: 'resp_1',
    object: 'response',
    status: 'completed',
    background: true,
    model: MODEL,
    instructions: 'Be brief.',
    output: [{ type: 'message', role: 'assistant', content: [{ type: 'output_text', text: SAID }] }],
    ...rest,
  })
  const items = { data: [{ id: 'm1', role: 'user', content: [{ type: 'input_text', text: QUESTION }] }] }
  const WORDS = 10
  const path = '/v1/responses/resp_1'

  test.each(SILENT)('%s is charged once, by what was asked and answered', async (_, usage) => {
    const { fetched, asked } = await setup({
      '/responses/resp_1': response(usage),
      '/responses/resp_1/input_items': items,
    })
    const row = await fetched(path)
    expect(row).toMatchObject({ request_id: 'resp_1_background_cost', completion_tokens: WORDS })
    // The question, its message, and the instructions.
    expect(row.prompt_tokens).toBeGreaterThan(10)
    expect(row.prompt_tokens).toBeLessThan(25)
    expect(row.metadata).toMatchObject({ usage_source: 'estimated', usage_complete: false })
    expect(row.spend).toBeGreaterThan(0)
    expect(asked.filter((url) => url.includes('input_items'))).toHaveLength(1)
  })

  test('is missing is counted without the input of a provider that does not keep it', async () => {
    const { fetched } = await setup({ '/responses/resp_1': response() })
    const row = await fetched(path)
    expect(row.completion_tokens).toBe(WORDS)
    expect(row.prompt_tokens).toBeGreaterThan(0)
    expect(row.prompt_tokens).toBeLessThan(6)
  })

  test('is absurd is counted instead, and the row says so', async () => {
    const usage = { input_tokens: 1e18, output_tokens: 1e18 }
    const { fetched } = await setup({
      '/responses/resp_1': response({ usage }),
      '/responses/resp_1/input_items': items,
    })
    const row = await fetched(path)
    expect(row.completion_tokens).toBe(WORDS)
    expect(row.prompt_tokens).toBeLessThan(25)
    expect(doubtOf(row)).toMatchObject({ prompt_tokens: { reported: 1e18 }, completion_tokens: { reported: 1e18 } })
  })

  test.each(['failed', 'cancelled'])('is missing because it has %s is not charged', async (status) => {
    const { app, get, works } = await setup({ '/responses/resp_1': response({ status, output: [] }) })
    await get(path)
    await until(async () => (await app.rows()).length > 0)
    expect(await works()).toEqual([])
  })

  test('could not be asked for is charged by the next fetch', async () => {
    const kept: Record<string, unknown> = {
      '/responses/resp_1': response(),
      '/responses/resp_1/input_items': 'no JSON',
    }
    const { app, get, works, fetched } = await setup(kept)
    const faults: string[] = []
    app.gateway.events.on('fault', ({ where }) => void faults.push(where))
    await get(path)
    await until(() => faults.length > 0)
    expect(faults).toEqual(['usage of resp_1_background_cost'])
    expect(await works()).toEqual([])
    kept['/responses/resp_1/input_items'] = items
    expect((await fetched(path)).prompt_tokens).toBeGreaterThan(10)
  })
})
