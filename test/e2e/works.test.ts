import type { ServerResponse } from 'node:http'
import { describe, expect, test } from '@jest/globals'
import OpenAI from 'openai'
import { assertLedgerConsistent } from '../../src/testing/index.ts'
import { startApp, type TestAppOptions } from '../support/app.ts'
import { cleanups } from '../support/cleanups.ts'
import { relayingTo } from '../support/relaying-app.ts'
import { until } from '../support/until.ts'
import { type RecordedRequest, type Script, sendJson, startUpstream } from '../support/upstream.ts'

/** What the upstream says is `state`, and may change. */
async function setup(state: { answer: unknown }, options: Partial<TestAppOptions> = {}) {
  const script: Script = (res, request) =>
    typeof state.answer === 'function'
      ? state.answer(res, request)
      : typeof state.answer === 'string'
        ? res.writeHead(200, { 'content-type': 'application/x-jsonl' }).end(state.answer)
        : sendJson(res, 200, state.answer)
  const upstream = await startUpstream(script)
  cleanups.push(upstream.close)
  const app = await startApp({
    upstream: upstream.url,
    app: relayingTo(upstream.url),
    ...options,
  })
  cleanups.push(app.close)
  const { secret, hashedToken } = await app.key({ metadata: { allow_foreign_resources: true } })
  const get = (path: string, key = secret) =>
    fetch(app.url + path, { headers: { authorization: `Bearer ${key}` } }).then((res) => res.text())
  const charged = async () => (await app.rows()).filter(({ spend }) => spend > 0)
  return { app, get, charged, secret, hashedToken }
}

const now = () => Math.floor(Date.now() / 1000)
const batch = (status: string, rest: object = {}) => ({
  id: 'batch_1',
  object: 'batch',
  endpoint: '/v1/chat/completions',
  model: 'gpt-4o-2024-08-06',
  status,
  created_at: now() - 600,
  request_counts: { total: 2, completed: 2, failed: 0 },
  usage: {
    input_tokens: 1_000_000,
    input_tokens_details: { cached_tokens: 0 },
    output_tokens: 100_000,
    output_tokens_details: { reasoning_tokens: 40_000 },
    total_tokens: 1_100_000,
  },
  ...rest,
})
const open = { usage: null }

describe('a batch', () => {
  test('is charged once, at batch prices, when it is first seen to be done, however often it is fetched', async () => {
    const state: { answer: unknown } = { answer: batch('in_progress', open) }
    const { app, get, charged, secret, hashedToken } = await setup(state)
    const client = new OpenAI({ baseURL: `${app.url}/v1`, apiKey: secret })
    expect((await client.batches.retrieve('batch_1')).status).toBe('in_progress')
    expect(await charged()).toEqual([])
    state.answer = batch('completed', { completed_at: now() })
    for (const path of ['/v1/batches/batch_1', '/batches/batch_1', '/openai/v1/batches/batch%5F1?x=1']) await get(path)
    const rows = await charged()
    expect(rows).toHaveLength(1)
    expect(rows[0]).toMatchObject({
      request_id: 'batch_1_batch_cost',
      call_type: 'aretrieve_batch',
      api_key: hashedToken,
      model: 'gpt-4o-2024-08-06',
      prompt_tokens: 1_000_000,
      completion_tokens: 100_000,
    })
    // 1.25 and 5 dollars for a million: half of what the calls would cost.
    expect(rows[0]!.spend).toBeCloseTo(1.25 + 0.5, 9)
    expect(rows[0]!.metadata).toMatchObject({ usage_source: 'reported', usage_object: { output_tokens: 100_000 } })
    const fetches = (await app.rows()).filter(({ spend }) => spend === 0)
    expect(fetches.map((row) => row.call_type)).toEqual(
      Array(4).fill(expect.stringMatching(/^(aretrieve_batch|pass_)/)),
    )
    expect(fetches.every((row) => row.total_tokens === 0)).toBe(true)
    await assertLedgerConsistent(app.sql)
  })

  test('is charged once by two gateways, and by one that has LiteLLM beside it', async () => {
    const state = { answer: batch('completed') }
    const first = await setup(state)
    await first.app.sql`
      insert into "LiteLLM_SpendLogs" (request_id, call_type, api_key, spend, total_tokens, "startTime", "endTime")
      values ('batch_2_batch_cost', 'aretrieve_batch', '', 1, 1, now(), now())`
    await first.get('/v1/batches/batch_1')
    await first.app.rows()
    const second = await setup(state, { options: { databaseUrl: first.app.databaseUrl } })
    await second.get('/v1/batches/batch_1', first.secret)
    await second.app.rows()
    state.answer = batch('completed', { id: 'batch_2' })
    await first.get('/v1/batches/batch_2')
    const rows = await first.charged()
    expect(rows.map((row) => row.request_id).sort()).toEqual(['batch_1_batch_cost', 'batch_2_batch_cost'])
    const [key] = await first.app.sql`select spend from "LiteLLM_VerificationToken" where token = ${first.hashedToken}`
    expect(key!.spend).toBeCloseTo(1.75, 9)
  })

  test('that was cancelled or has expired is charged for what was done by then', async () => {
    const { get, charged } = await setup({ answer: batch('cancelled') })
    await get('/v1/batches/batch_1')
    expect(await charged()).toHaveLength(1)
  })

  test('of more tokens than a column holds is charged for all of them', async () => {
    const usage = { input_tokens: 4_000_000_000, output_tokens: 600_000_000, total_tokens: 4_600_000_000 }
    const counts = { request_counts: { total: 50_000, completed: 50_000, failed: 0 } }
    const { app, get, charged } = await setup({ answer: batch('completed', { usage, ...counts }) })
    await get('/v1/batches/batch_1')
    const [row] = await charged()
    expect(row!.spend).toBeCloseTo(4_000 * 1.25 + 600 * 5, 6)
    expect(row!.metadata.usage_object).toMatchObject({ prompt_tokens: 4_000_000_000 })
    await assertLedgerConsistent(app.sql)
  })

  test.each([
    ['whose counts have yet to come', batch('completed', open)],
    [
      'whose counts are all 0 so far',
      batch('completed', { usage: { input_tokens: 0, output_tokens: 0, total_tokens: 0 } }),
    ],
    [
      'that ended more than 30 days ago: its row may be gone',
      batch('completed', { completed_at: now() - 31 * 86_400 }),
    ],
    ['that is being cancelled', batch('cancelling')],
  ])('%s is not charged', async (_, answer) => {
    const { get, charged } = await setup({ answer })
    await get('/v1/batches/batch_1')
    expect(await charged()).toEqual([])
  })

  test('is priced by the deployment that it is fetched from', async () => {
    const { get, charged } = await setup({ answer: batch('completed') })
    await get('/v1/batches/batch_1?model=gpt-4o')
    const [row] = await charged()
    expect(row).toMatchObject({ model_group: 'gpt-4o' })
    expect(row!.spend).toBeCloseTo(0.5 + 0.1, 9)
  })

  test('of which a whole list is fetched is not charged', async () => {
    const { get, charged } = await setup({ answer: { object: 'list', data: [batch('completed')] } })
    await get('/v1/batches')
    expect(await charged()).toEqual([])
  })
})

describe('a batch whose provider does not count', () => {
  const line = (model: string, usage: object) =>
    `${JSON.stringify({ id: 'batch_req_1', custom_id: 'x', response: { status_code: 200, body: { model, usage } }, error: null })}\n`
  const failed = `${JSON.stringify({ id: 'batch_req_2', response: { status_code: 400, body: { error: {} } } })}\n`
  const chat = { prompt_tokens: 600_000, completion_tokens: 0, total_tokens: 600_000 }
  const response = { input_tokens: 400_000, output_tokens: 0, total_tokens: 400_000 }
  const lines = line('gpt-4o-2024-08-06', chat) + failed + line('gpt-4o-2024-08-06', response)
  const done = batch('completed', { usage: null, model: null, output_file_id: 'file-1' })

  /** The file is answered with the next of these. */
  const answering =
    (asked: string[], ...files: ((res: ServerResponse) => void)[]) =>
    (res: ServerResponse, { url, headers }: RecordedRequest) => {
      if (!url.includes('/files/')) return sendJson(res, 200, done)
      asked.push(`${url} ${headers.authorization}`)
      files.shift()!(res)
    }
  const whole = (res: ServerResponse) => void res.writeHead(200).end(lines)

  test('is charged by its output file, which is asked for once', async () => {
    const asked: string[] = []
    const { app, get, charged, hashedToken } = await setup({ answer: answering(asked, whole) })
    for (let n = 0; n < 2; n++) await get('/v1/batches/batch_1')
    await until(async () => (await charged()).length > 0)
    expect(asked).toEqual(['/v1/files/file-1/content Bearer sk-ours'])
    const rows = await charged()
    expect(rows).toMatchObject([
      { request_id: 'batch_1_batch_cost', api_key: hashedToken, prompt_tokens: 1_000_000, model: 'gpt-4o-2024-08-06' },
    ])
    expect(rows[0]!.spend).toBeCloseTo(1.25, 9)
    await assertLedgerConsistent(app.sql)
  })

  test.each<[string, (res: ServerResponse) => void]>([
    ['is refused', (res) => sendJson(res, 404, { error: {} })],
    ['breaks off', (res) => cutAfter(res, line('gpt-4o-2024-08-06', chat))],
  ])('is charged by the next fetch when its file %s', async (_, broken) => {
    const asked: string[] = []
    const { app, get, charged } = await setup({ answer: answering(asked, broken, whole) })
    const faults: unknown[] = []
    app.gateway.events.on('fault', ({ where }) => faults.push(where))
    await get('/v1/batches/batch_1')
    await until(() => faults.length > 0)
    expect(faults).toEqual(['usage of batch_1_batch_cost'])
    expect(await charged()).toEqual([])
    await get('/v1/batches/batch_1')
    await until(async () => (await charged()).length > 0)
    expect((await charged())[0]!.prompt_tokens).toBe(1_000_000)
  })
})

describe('the results of a batch of messages', () => {
  const line = (model: string, input: number, output: number) =>
    `${JSON.stringify({
      custom_id: 'x',
      result: { type: 'succeeded', message: { model, usage: { input_tokens: input, output_tokens: output } } },
    })}\n`
  const failed = `${JSON.stringify({ custom_id: 'y', result: { type: 'errored', error: {} } })}\n`
  const sonnet = 'claude-sonnet-4-20250514'
  const haiku = 'claude-haiku-4-5-20251001'
  const PATH = '/anthropic/v1/messages/batches/msgbatch_1/results'

  test('are charged once, by model, in whatever order they come', async () => {
    const state = {
      answer: line(sonnet, 600_000, 10_000) + line(haiku, 1_000_000, 0) + failed + line(sonnet, 400_000, 0),
    }
    const { get, charged, app } = await setup(state)
    expect(await get(PATH)).toBe(state.answer)
    const other = await setup(
      { answer: line(sonnet, 1_000_000, 10_000) + line(haiku, 1_000_000, 0) },
      { options: { databaseUrl: app.databaseUrl } },
    )
    await other.get(PATH, (await app.key({ metadata: { allow_foreign_resources: true } })).secret)
    await other.app.rows()
    const rows = (await charged()).sort((a, b) => (a.model < b.model ? -1 : 1))
    expect(rows).toMatchObject([
      { model: haiku, prompt_tokens: 1_000_000, completion_tokens: 0 },
      { model: sonnet, prompt_tokens: 1_000_000, completion_tokens: 10_000 },
    ])
    expect(rows[0]!.spend).toBeCloseTo(0.5, 9)
    expect(rows[1]!.spend).toBeCloseTo(1.5 + 0.075, 9)
  })

  test('that were cut off are not charged: whoever fetches them whole is', async () => {
    const state: { answer: unknown } = { answer: (res: ServerResponse) => cutAfter(res, line(sonnet, 600_000, 10_000)) }
    const { app, get, charged } = await setup(state)
    await get(PATH).catch(() => {})
    await until(async () => (await app.rows()).length > 0)
    expect(await charged()).toEqual([])
    state.answer = line(sonnet, 600_000, 10_000)
    await get(PATH)
    expect(await charged()).toHaveLength(1)
  })
})

function cutAfter(res: ServerResponse, text: string) {
  res.writeHead(200, { 'content-type': 'application/x-jsonl' }).write(text, () => setTimeout(() => res.destroy(), 50))
}

describe('a response in the background', () => {
  const response = (status: string, rest: object = {}) => ({
    id: 'resp_1',
    object: 'response',
    status,
    background: true,
    model: 'gpt-4o-2024-08-06',
    created_at: now(),
    output: [],
    usage: status === 'completed' ? { input_tokens: 1_000_000, output_tokens: 0, total_tokens: 1_000_000 } : null,
    ...rest,
  })

  test('is charged once, when it is first seen to be done', async () => {
    const state = { answer: response('queued') }
    const { app, get, charged, secret } = await setup(state)
    await app.post('/openai/v1/responses', secret, { model: 'gpt-4o', input: 'x', background: true })
    await get('/v1/responses/resp_1')
    expect(await charged()).toEqual([])
    state.answer = response('completed')
    for (let n = 0; n < 3; n++) await get('/v1/responses/resp_1')
    const rows = await charged()
    expect(rows).toMatchObject([
      { request_id: 'resp_1_background_cost', call_type: 'aresponses', prompt_tokens: 1_000_000 },
    ])
    expect(rows[0]!.spend).toBeCloseTo(2.5, 9)
  })

  test('whose call was told the usage, in a stream, is not charged again', async () => {
    const state = { answer: response('completed') }
    const { app, get, charged, secret } = await setup(state)
    await app.post('/openai/v1/responses', secret, { model: 'gpt-4o', input: 'x', background: true })
    await app.rows()
    await get('/v1/responses/resp_1')
    expect(await charged()).toMatchObject([{ request_id: 'resp_1' }])
  })

  test('and no other is charged when it is fetched', async () => {
    const { get, charged } = await setup({ answer: response('completed', { background: false }) })
    await get('/v1/responses/resp_1')
    expect(await charged()).toEqual([])
  })
})
