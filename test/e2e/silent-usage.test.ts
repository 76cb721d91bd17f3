import { generateKeyPairSync } from 'node:crypto'
import { once } from 'node:events'
import { request } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { brotliCompressSync, gzipSync, zstdCompressSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { ANSWERED_SHAPES, type AnsweredShape } from '../support/answers-by-shape.ts'
import { AWS_KEYS } from '../support/aws.ts'
import { type ScriptedApp, startScriptedApp } from '../support/scripted-app.ts'
import { type Script, sendJson } from '../support/upstream.ts'

const PRICE = { input_cost_per_token: 1e-6, output_cost_per_token: 2e-6 }

const TOKEN_PATH = '/google-token'
const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })

/** The clouds, which have no plain key. */
const ACCESS: Readonly<Record<string, (url: string) => object>> = {
  bedrock: (url) => ({
    aws_bedrock_runtime_endpoint: url.replace('/v1', ''),
    aws_region_name: 'us-east-1',
    aws_access_key_id: AWS_KEYS.accessKeyId,
    aws_secret_access_key: AWS_KEYS.secretAccessKey,
  }),
  vertex_ai: (url) => ({
    api_base: url.replace('/v1', ''),
    vertex_location: 'europe-west1',
    vertex_credentials: {
      type: 'service_account',
      project_id: 'my-project',
      private_key_id: 'key-1',
      private_key: privateKey.export({ type: 'pkcs8', format: 'pem' }),
      client_email: 'gateway@my-project.iam.gserviceaccount.com',
      token_uri: url + TOKEN_PATH,
    },
  }),
}

let answer: Script
let scripted: ScriptedApp
beforeAll(async () => {
  scripted = await startScriptedApp(
    (res, sent) => {
      if (sent.url.endsWith(TOKEN_PATH)) sendJson(res, 200, { access_token: 'ya29.token', expires_in: 3_600 })
      else answer(res, sent)
    },
    (api_base) => ({
      models: Object.entries(ANSWERED_SHAPES).map(([shape, { provider }]) => ({
        model_name: shape,
        litellm_params: {
          model: `${provider}/some-model`,
          ...(ACCESS[provider]?.(api_base) ?? { api_base, api_key: 'sk-provider' }),
          ...PRICE,
        },
      })),
    }),
  )
})
afterAll(() => scripted.close())

interface Made {
  readonly row: Record<string, any>
  readonly status: number
  /** As it arrived, not decoded. */
  readonly bytes: Buffer
}

/** Makes one call, and checks that its row and its key agree. */
async function make(shape: string, streamed: boolean, script: Script, more: object = {}): Promise<Made> {
  const { path, streamPath = path, body, stream } = ANSWERED_SHAPES[shape]!
  const { app, key } = scripted
  answer = script
  const before = (await app.rows()).length
  const asked = { ...body, ...more, model: shape, ...(stream && { stream: streamed }) }
  const to = (streamed ? streamPath : path).replace('{model}', shape)
  const recorded = once(app.gateway.events, 'spend:record')
  const { status, bytes } = await post(app.url + to, key.secret, asked)
  await recorded
  const rows = (await app.rows()).slice(before)
  expect(rows).toHaveLength(1)
  const [{ spend }] =
    (await app.sql`select spend from "LiteLLM_VerificationToken" where token = ${key.hashedToken}`) as any
  const [{ sum }] = (await app.sql`select sum(spend) from "LiteLLM_SpendLogs"`) as any
  expect(spend).toBeCloseTo(Number(sum), 12)
  return { row: rows[0]!, status, bytes }
}

/** Without a client that decodes. */
async function post(url: string, secret: string, body: object): Promise<{ status: number; bytes: Buffer }> {
  const { promise, resolve, reject } = Promise.withResolvers<{ status: number; bytes: Buffer }>()
  const headers = { authorization: `Bearer ${secret}`, 'content-type': 'application/json' }
  const req = request(url, { method: 'POST', headers }, (res) => {
    buffer(res).then((bytes) => resolve({ status: res.statusCode!, bytes }), reject)
  })
  req.once('error', reject)
  req.end(JSON.stringify(body))
  return await promise
}

const json = (body: string | Buffer, headers: Record<string, string> = {}) =>
  ((res) => res.writeHead(200, { 'content-type': 'application/json', ...headers }).end(body)) satisfies Script

const pieces = (
  parts: readonly (string | Buffer)[],
  type = 'text/event-stream',
  headers: Record<string, string> = {},
) =>
  ((res) => {
    res.writeHead(200, { 'content-type': type, ...headers })
    for (const part of parts) res.write(part)
    res.end()
  }) satisfies Script

const SILENT: Readonly<Record<string, (figures: readonly string[]) => unknown>> = {
  'an empty object': () => ({}),
  nulls: (figures) => Object.fromEntries(figures.map((name) => [name, null])),
  'an empty list': () => [],
  'names that are not known': () => ({ tokens_in: 7, tokens_out: 8 }),
  zeros: (figures) => Object.fromEntries(figures.map((name) => [name, 0])),
  'a text': () => 'unknown',
}

const CASES = Object.entries(ANSWERED_SHAPES).flatMap(([shape, answered]) =>
  Object.keys(SILENT).flatMap((kind) =>
    (answered.stream ? [false, true] : [false]).map((streamed) => [shape, kind, streamed] as const),
  ),
)

describe('usage that says nothing', () => {
  test.each(CASES)('%s: %s (streamed: %j) is estimated, and says so', async (shape, kind, streamed) => {
    const answered: AnsweredShape = ANSWERED_SHAPES[shape]!
    const usage = SILENT[kind]!(answered.figures)
    const script = streamed
      ? pieces(answered.stream!(usage), answered.streamType)
      : json(JSON.stringify(answered.whole(usage)))
    const { row, status } = await make(shape, streamed, script)
    expect([status, row.status]).toEqual([200, 'success'])
    expect(row.metadata).toMatchObject({ usage_source: 'estimated', usage_complete: false })
    expect(row.prompt_tokens).toBeGreaterThan(3)
    // Ten words and a full stop.
    if (answered.writes) expect(row.completion_tokens).toBe(10)
    expect(row.spend).toBeCloseTo(row.prompt_tokens * 1e-6 + row.completion_tokens * 2e-6, 12)
  })

  test.each(['openai-chat', 'anthropic-messages', 'gemini-generate'])(
    '%s: usage of the input alone has its output counted',
    async (shape) => {
      const { figures, whole, stream } = ANSWERED_SHAPES[shape]!
      const usage = { [figures[0]!]: 40 }
      for (const script of [json(JSON.stringify(whole(usage))), pieces(stream!(usage))]) {
        const { row } = await make(shape, script !== undefined, script)
        expect([row.prompt_tokens, row.completion_tokens]).toEqual([40, 10])
        expect(row.metadata.usage_source).toBe('estimated')
      }
    },
  )

  test('takes back nothing that was said before', async () => {
    const usage = { prompt_tokens: 40, completion_tokens: 50 }
    const { stream } = ANSWERED_SHAPES['openai-chat']!
    const said = stream!(usage)
    const { row } = await make('openai-chat', true, pieces([...said.slice(0, -1), ...stream!({}).slice(-2)]))
    expect([row.prompt_tokens, row.completion_tokens, row.metadata.usage_source]).toEqual([40, 50, 'reported'])
  })

  test('of a request that a guardrail has stopped is true', async () => {
    const { whole } = ANSWERED_SHAPES['bedrock-converse']!
    const stopped = {
      ...whole({ inputTokens: 0, outputTokens: 0, totalTokens: 0 }),
      stopReason: 'guardrail_intervened',
    }
    const { row } = await make('bedrock-converse', false, json(JSON.stringify(stopped)))
    expect([row.spend, row.metadata.usage_source]).toEqual([0, 'reported'])
  })
})

describe('an answer that is compressed otherwise than its header says', () => {
  const { whole, stream } = ANSWERED_SHAPES['openai-chat']!
  const usage = { prompt_tokens: 40, completion_tokens: 50, total_tokens: 90 }
  const body = Buffer.from(JSON.stringify(whole(usage)))
  const events = Buffer.from(stream!(usage).join(''))
  const WRONG: Readonly<Record<string, readonly [coding: string | undefined, (bytes: Buffer) => Buffer]>> = {
    'twice, named once': ['gzip', (bytes) => gzipSync(gzipSync(bytes))],
    'twice, named twice': ['gzip, gzip', (bytes) => gzipSync(gzipSync(bytes))],
    'twice in different codings': ['br, gzip', (bytes) => gzipSync(brotliCompressSync(bytes))],
    'once, named twice': ['gzip, gzip', gzipSync],
    'by another coding': ['br', gzipSync],
    'by a newer coding': ['gzip', zstdCompressSync],
    'without being named': [undefined, gzipSync],
    'not at all, named gzip': ['gzip', (bytes) => bytes],
    'not at all, named br': ['br', (bytes) => bytes],
    'not at all, named deflate': ['deflate', (bytes) => bytes],
    'not at all, named by an unknown name': ['constructor', (bytes) => bytes],
  }

  test.each(Object.keys(WRONG).flatMap((how) => [false, true].map((streamed) => [how, streamed] as const)))(
    '%s (streamed: %j) is read as it is, and arrives byte for byte',
    async (how, streamed) => {
      const [coding, encode] = WRONG[how]!
      const sent = encode(streamed ? events : body)
      const headers: Record<string, string> = coding ? { 'content-encoding': coding } : {}
      const script = streamed ? pieces([sent], undefined, headers) : json(sent, headers)
      const { row, bytes } = await make('openai-chat', streamed, script)
      expect(bytes.equals(sent)).toBe(true)
      expect([row.prompt_tokens, row.completion_tokens, row.metadata.usage_source]).toEqual([40, 50, 'reported'])
    },
  )

  test.each([false, true])('in no known coding (streamed: %j) is estimated', async (streamed) => {
    const sent = Buffer.from(Array.from({ length: 400 }, (_, at) => (at * 197 + 128) % 256))
    const headers = { 'content-encoding': 'gzip' }
    const script = streamed ? pieces([sent], undefined, headers) : json(sent, headers)
    const { row } = await make('openai-chat', streamed, script, { max_tokens: 30 })
    expect(row.metadata.usage_source).toBe('estimated')
    expect(row.prompt_tokens).toBeGreaterThan(3)
    // A quarter of its bytes, but no more than the request allows.
    expect(row.completion_tokens).toBe(30)
  })
})

describe('an answer with status 200 that is not what its type says', () => {
  const { whole, stream } = ANSWERED_SHAPES['openai-chat']!
  const usage = { prompt_tokens: 40, completion_tokens: 50, total_tokens: 90 }

  test.each([false, true])('a page of HTML (streamed: %j) is estimated', async (streamed) => {
    const page = '<html><body>The quick brown fox jumps over the lazy dog.</body></html>'
    const script = streamed ? pieces([page]) : json(page)
    const { row } = await make('openai-chat', streamed, script)
    expect(row.metadata.usage_source).toBe('estimated')
    expect(row.prompt_tokens).toBeGreaterThan(3)
    expect(row.completion_tokens).toBeGreaterThan(9)
    expect(row.completion_tokens).toBeLessThan(page.length)
  })

  test.each([false, true])('nothing at all (streamed: %j) has its input estimated', async (streamed) => {
    const { row } = await make('openai-chat', streamed, streamed ? pieces([]) : json(''))
    expect(row.metadata.usage_source).toBe('estimated')
    expect([row.prompt_tokens > 3, row.completion_tokens]).toEqual([true, 0])
  })

  test('broken JSON has the text in it counted', async () => {
    const broken = JSON.stringify(whole(usage)).slice(0, -60)
    const { row } = await make('openai-chat', false, json(broken))
    expect([row.metadata.usage_source, row.completion_tokens]).toEqual(['estimated', 10])
  })

  test.each(['application/json', 'text/plain'])('events as %s are read', async (type) => {
    const { row } = await make('openai-chat', true, pieces([stream!(usage).join('')], type))
    expect([row.prompt_tokens, row.completion_tokens, row.metadata.usage_source]).toEqual([40, 50, 'reported'])
  })

  test('one JSON document as events is read, and its text is counted once where it says nothing', async () => {
    const said = await make('openai-chat', true, pieces([JSON.stringify(whole(usage))]))
    expect([said.row.prompt_tokens, said.row.completion_tokens]).toEqual([40, 50])
    expect(said.row.metadata.usage_source).toBe('reported')
    const silent = await make('openai-chat', true, pieces([JSON.stringify(whole({}))]))
    expect([silent.row.completion_tokens, silent.row.metadata.usage_source]).toEqual([10, 'estimated'])
  })
})

describe('figures that request and answer cannot mean', () => {
  const doubtOf = ({ metadata }: Made['row']) =>
    Object.fromEntries(metadata.usage_doubt.map((one: any) => [one.figure, one]))
  const TOTALS = Object.keys(ANSWERED_SHAPES).filter((shape) => shape !== 'cohere-chat' && shape !== 'rerank')
  const WAYS = TOTALS.flatMap((shape) =>
    (ANSWERED_SHAPES[shape]!.stream ? [false, true] : [false]).map((streamed) => [shape, streamed] as const),
  )

  test.each(WAYS)(
    '%s: totals of 1e18 (streamed: %j) are counted instead, and the row says so',
    async (shape, streamed) => {
      const { figures, whole, stream, streamType, writes } = ANSWERED_SHAPES[shape]!
      const usage = Object.fromEntries(figures.map((name) => [name, 1e18]))
      const script = streamed ? pieces(stream!(usage), streamType) : json(JSON.stringify(whole(usage)))
      const { row } = await make(shape, streamed, script)
      const { prompt_tokens, completion_tokens } = doubtOf(row)
      expect(prompt_tokens).toMatchObject({ reported: 1e18, most: expect.any(Number) })
      if (writes) expect(completion_tokens).toMatchObject({ reported: 1e18, most: expect.any(Number) })
      expect(row.metadata.usage_source).toBe('estimated')
      expect(row.prompt_tokens).toBeGreaterThan(3)
      expect(row.prompt_tokens).toBeLessThan(60)
      expect(row.completion_tokens).toBe(writes ? 10 : 0)
      expect(row.spend).toBeLessThan(1e-4)
    },
  )

  test.each(['1e18', 1e300, Number.MAX_SAFE_INTEGER, 2 ** 31])('%j is one of them', async (figure) => {
    const { whole } = ANSWERED_SHAPES['openai-chat']!
    const { row } = await make(
      'openai-chat',
      false,
      json(JSON.stringify(whole({ prompt_tokens: 9, completion_tokens: figure }))),
    )
    expect([row.prompt_tokens, row.completion_tokens]).toEqual([9, 10])
    expect(doubtOf(row).completion_tokens.reported).toBe(Number(figure))
  })

  test('a completion far beyond the stated limit is one, a long one within it is not', async () => {
    const { whole } = ANSWERED_SHAPES['openai-chat']!
    const script = json(JSON.stringify(whole({ prompt_tokens: 9, completion_tokens: 200_000 })))
    const beyond = await make('openai-chat', false, script, { max_completion_tokens: 100 })
    expect(beyond.row.completion_tokens).toBe(10)
    expect(doubtOf(beyond.row).completion_tokens).toMatchObject({ reported: 200_000, most: 101_600 })
    const within = await make('openai-chat', false, script, { max_completion_tokens: 200_000 })
    expect([within.row.completion_tokens, within.row.metadata.usage_doubt]).toEqual([200_000, undefined])
  })

  test('a long input of a call that searches is believed, of a plain one it is not', async () => {
    const { whole } = ANSWERED_SHAPES['openai-responses']!
    const script = json(JSON.stringify(whole({ input_tokens: 1_900_000, output_tokens: 9 })))
    const searching = await make('openai-responses', false, script, { tools: [{ type: 'web_search' }] })
    expect([searching.row.prompt_tokens, searching.row.metadata.usage_doubt]).toEqual([1_900_000, undefined])
    const plain = await make('openai-responses', false, script)
    expect(plain.row.prompt_tokens).toBeLessThan(60)
  })

  test.each([false, true])('audio beyond the completion, and beyond the prompt (streamed: %j)', async (streamed) => {
    const { whole, stream } = ANSWERED_SHAPES['openai-chat']!
    const usage = {
      prompt_tokens: 20,
      completion_tokens: 10,
      prompt_tokens_details: { audio_tokens: 1e9, text_tokens: 20 },
      completion_tokens_details: { audio_tokens: 1e18, text_tokens: 10 },
    }
    const script = streamed ? pieces(stream!(usage)) : json(JSON.stringify(whole(usage)))
    const { row } = await make('openai-chat', streamed, script)
    expect(doubtOf(row)).toMatchObject({
      'completion_tokens_details.audio_tokens': { reported: 1e18, most: 10 },
      'prompt_tokens_details.audio_tokens': { reported: 1e9, most: 20 },
    })
    // All of it audio, at the model's one price.
    expect(row.spend).toBeCloseTo(20e-6 + 20e-6, 12)
    expect(row.metadata.usage_object.completion_tokens_details).toMatchObject({ audio_tokens: 10, text_tokens: 0 })
    expect(row.metadata.usage_source).toBe('reported')
  })

  test.each([
    ['reads', { cached_tokens: 1e18 }],
    ['writes', { cache_write_tokens: 1e18 }],
    ['writes of an hour', { cache_creation_token_details: { ephemeral_1h_input_tokens: 1e18 } }],
    ['writes of five minutes', { cache_creation_token_details: { ephemeral_5m_input_tokens: 1e18 } }],
  ])('%s of a cache beyond the prompt', async (_name, details) => {
    const { whole } = ANSWERED_SHAPES['openai-chat']!
    const usage = { prompt_tokens: 20, completion_tokens: 10, prompt_tokens_details: details }
    const { row } = await make('openai-chat', false, json(JSON.stringify(whole(usage))))
    expect(row.metadata.usage_doubt).toHaveLength(1)
    expect(row.prompt_tokens).toBeLessThan(60)
    expect(row.spend).toBeLessThan(1e-4)
  })

  test('searches and a bill beyond all measure', async () => {
    const { whole } = ANSWERED_SHAPES['openai-chat']!
    const usage = { prompt_tokens: 20, completion_tokens: 10, num_search_queries: 1e18, cost: 1e18 }
    const { row } = await make('openai-chat', false, json(JSON.stringify(whole(usage))))
    expect(doubtOf(row)).toMatchObject({ webSearches: { reported: 1e18, most: 1000 }, cost: { reported: 1e18 } })
    expect(row.metadata.stated_cost).toBeUndefined()
    expect(row.metadata.billed_usage.quantities).toEqual({ webSearches: 1000 })
  })

  test('a client cannot claim a doubt', async () => {
    const { whole } = ANSWERED_SHAPES['openai-chat']!
    const script = json(JSON.stringify(whole({ prompt_tokens: 20, completion_tokens: 10 })))
    const { row } = await make('openai-chat', false, script, { metadata: { usage_doubt: 'no' } })
    expect(row.metadata.usage_doubt).toBeUndefined()
  })
})
