import { randomUUID } from 'node:crypto'
import { expect, test } from '@jest/globals'
import { startApp } from '../support/app.ts'
import { cleanups } from '../support/cleanups.ts'
import { until } from '../support/until.ts'
import { type Script, sendJson, startUpstream } from '../support/upstream.ts'

const sse = (events: readonly object[], named: boolean) =>
  events.map((event) => {
    const { type } = event as { type?: string }
    return `${named ? `event: ${type}\n` : ''}data: ${JSON.stringify(event)}\n\n`
  })

const usage = { prompt_tokens: 5, completion_tokens: 7, total_tokens: 12 }
const message = { type: 'message', id: 'msg_1', role: 'assistant', status: 'completed' }
const text = { type: 'output_text', text: 'Hello you', annotations: [] }
const response = {
  ...{ id: 'resp_1', object: 'response', created_at: 1, model: 'gpt-4o', status: 'completed', error: null },
  output: [{ ...message, content: [text] }],
  usage: { input_tokens: 5, output_tokens: 7, total_tokens: 12 },
}
const claude = {
  ...{
    id: 'msg_1',
    type: 'message',
    role: 'assistant',
    model: 'claude-3',
    stop_reason: 'end_turn',
    stop_sequence: null,
  },
  content: [{ type: 'text', text: 'Hello you' }],
  usage: { input_tokens: 5, output_tokens: 7 },
}

/** What each API answers, whole and as a stream. */
const WHOLE: Readonly<Record<string, object>> = {
  '/v1/completions': {
    ...{ id: 'cmpl-1', object: 'text_completion', created: 1, model: 'gpt-3.5-turbo-instruct', usage },
    choices: [{ index: 0, text: 'Hello you', logprobs: null, finish_reason: 'stop' }],
  },
  '/v1/responses': response,
  '/v1/messages': claude,
  '/v1/rerank': {
    id: 'rr',
    results: [{ index: 0, relevance_score: 0.9 }],
    meta: { billed_units: { search_units: 1 } },
  },
  '/v1/audio/transcriptions': {
    text: 'hello',
    usage: { type: 'tokens', input_tokens: 5, output_tokens: 3, total_tokens: 8 },
  },
}

const completionChunk = (choice: object) => ({
  ...{ id: 'cmpl-1', object: 'text_completion', created: 1, model: 'gpt-3.5-turbo-instruct' },
  choices: [{ index: 0, logprobs: null, finish_reason: null, ...choice }],
})
const STREAMED: Readonly<Record<string, readonly string[]>> = {
  '/v1/completions': [
    ...sse(
      [
        completionChunk({ text: 'Hello ' }),
        completionChunk({ text: 'you' }),
        completionChunk({ text: '', finish_reason: 'stop' }),
        { ...completionChunk({}), choices: [], usage },
      ],
      false,
    ),
    'data: [DONE]\n\n',
  ],
  '/v1/responses': sse(
    [
      { type: 'response.created', response: { ...response, status: 'in_progress', output: [] } },
      { type: 'response.output_text.delta', item_id: 'msg_1', output_index: 0, content_index: 0, delta: 'Hello you' },
      { type: 'response.completed', response },
    ],
    true,
  ),
  '/v1/messages': sse(
    [
      {
        type: 'message_start',
        message: { ...claude, content: [], stop_reason: null, usage: { input_tokens: 5, output_tokens: 1 } },
      },
      { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
      { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'Hello you' } },
      { type: 'content_block_stop', index: 0 },
      { type: 'message_delta', delta: { stop_reason: 'end_turn', stop_sequence: null }, usage: { output_tokens: 7 } },
      { type: 'message_stop' },
    ],
    true,
  ),
}

const script: Script = (res, { url, body }) => {
  const path = url.split('?')[0]!
  if (path === '/v1/embeddings') return sendJson(res, 200, embeddingsOf(JSON.parse(body.toString())))
  const isStream = body.includes('"stream":true')
  if (!isStream) return sendJson(res, 200, WHOLE[path]!)
  res.writeHead(200, { 'content-type': 'text/event-stream' }).end(STREAMED[path]!.join(''))
}

function embeddingsOf({ input }: { input: string | string[] }) {
  const data = [input].flat().map((item, index) => ({ object: 'embedding', index, embedding: [item.length, 0.5] }))
  const tokens = data.length * 3
  return {
    object: 'list',
    model: 'text-embedding-3-small',
    data,
    usage: { prompt_tokens: tokens, total_tokens: tokens },
  }
}

async function setup() {
  const upstream = await startUpstream(script, { strict: false })
  cleanups.push(upstream.close)
  const api_base = upstream.url
  const model = (model_name: string, litellm_params: object) => ({
    model_name,
    litellm_params: { api_key: 'k', ...litellm_params },
  })
  const config = {
    model_list: [
      model('gpt', { model: 'openai/gpt-4o', api_base }),
      model('instruct', { model: 'text-completion-openai/gpt-3.5-turbo-instruct', api_base }),
      model('emb', {
        model: 'openai/text-embedding-3-small',
        api_base,
        input_cost_per_token: 1e-6,
        output_cost_per_token: 0,
      }),
      model('claude', { model: 'anthropic/claude-3-5-haiku-20241022', api_base: api_base.replace('/v1', '') }),
      model('rr', { model: 'cohere/rerank-v3.5', api_base: `${api_base}` }),
      model('whisper', { model: 'openai/gpt-4o-mini-transcribe', api_base }),
    ],
    litellm_settings: { cache: true, cache_params: { type: 'local', namespace: `t-${randomUUID()}` } },
  }
  const app = await startApp({ upstream: '', options: { config } })
  cleanups.push(app.close)
  const { secret } = await app.key()
  const stored = (count: number) => until(() => app.gateway.cache!.gauges().stored === count)
  return { upstream, app, secret, stored, post: (path: string, body: object) => app.post(path, secret, body) }
}

const CALLS: readonly [path: string, body: object][] = [
  ['/v1/completions', { model: 'instruct', prompt: 'Say' }],
  ['/v1/responses', { model: 'gpt', input: 'hey' }],
  ['/v1/messages', { model: 'claude', max_tokens: 10, messages: [{ role: 'user', content: 'm' }] }],
  ['/v1/rerank', { model: 'rr', query: 'q', documents: ['a'] }],
]

test.each(CALLS)('%s is answered from the cache byte for byte', async (path, body) => {
  const { upstream, app, post, stored } = await setup()
  const first = await (await post(path, body)).text()
  await stored(1)
  const again = await post(path, body)
  expect(await again.text()).toBe(first)
  expect(again.headers.get('x-litellm-cache-key')).not.toBeNull()
  expect(upstream.requests.length).toBe(1)
  const [made, hit] = await app.rows()
  expect(hit).toMatchObject({
    cache_hit: 'True',
    spend: 0,
    total_tokens: made!.total_tokens,
    call_type: made!.call_type,
  })
})

test.each(CALLS.slice(0, 3))('a stream of %s is told again', async (path, body) => {
  const { upstream, app, post, stored } = await setup()
  const asked = { ...body, stream: true }
  const first = await (await post(path, asked)).text()
  await stored(1)
  const again = await (await post(path, asked)).text()
  expect(upstream.requests.length).toBe(1)
  const said = (stream: string) =>
    stream
      .split('\n')
      .filter((line) => line.startsWith('data: {'))
      .map((line) => JSON.parse(line.slice(6)))
      .map(({ choices, delta, type }) => choices?.[0]?.text ?? (type?.endsWith('.delta') ? delta : delta?.text) ?? '')
      .join('')
  expect(said(again)).toBe('Hello you')
  expect(said(first)).toBe('Hello you')
  if (path === '/v1/messages') expect(again).toBe(first)
  const [made, hit] = await app.rows()
  expect(hit).toMatchObject({ cache_hit: 'True', spend: 0, total_tokens: 12 })
  expect(made).toMatchObject({ cache_hit: 'False', total_tokens: 12 })
})

test('a response is told again with all of its events', async () => {
  const { post, stored } = await setup()
  const asked = { model: 'gpt', input: 'hey', stream: true }
  await (await post('/v1/responses', asked)).text()
  await stored(1)
  const events = (await (await post('/v1/responses', asked)).text()).match(/^event: .*$/gm)
  expect(events?.map((event) => event.slice('event: response.'.length))).toEqual([
    ...['created', 'in_progress', 'output_item.added', 'content_part.added', 'output_text.delta', 'output_text.delta'],
    ...['output_text.done', 'content_part.done', 'output_item.done', 'completed'],
  ])
})

test('of embeddings only those are asked for that are not stored', async () => {
  const { upstream, app, post, stored } = await setup()
  const embed = async (input: unknown) =>
    (await (await post('/v1/embeddings', { model: 'emb', input })).json()) as ReturnType<typeof embeddingsOf>
  await embed(['a', 'bb'])
  await stored(2)
  const part = await embed(['bb', 'ccc', 'a'])
  expect(part.data).toEqual([
    { object: 'embedding', index: 0, embedding: [2, 0.5] },
    { object: 'embedding', index: 1, embedding: [3, 0.5] },
    { object: 'embedding', index: 2, embedding: [1, 0.5] },
  ])
  expect(part.usage).toEqual({ prompt_tokens: 9, total_tokens: 9 })
  expect(JSON.parse(upstream.requests[1]!.body.toString()).input).toEqual(['ccc'])
  await stored(3)
  const all = await embed(['ccc', 'a'])
  expect(all.data.map(({ embedding }) => embedding[0])).toEqual([3, 1])
  expect(await embed('a')).toMatchObject({ data: [{ index: 0, embedding: [1, 0.5] }], usage: { prompt_tokens: 3 } })
  expect(upstream.requests.length).toBe(2)
  const rows = await app.rows()
  expect(rows.map(({ cache_hit, prompt_tokens, spend }) => [cache_hit, prompt_tokens, spend])).toEqual([
    ['None', 6, 6e-6],
    ['None', 3, 3e-6],
    ['True', 6, 0],
    ['True', 3, 0],
  ])
})

test('a transcription is cached by its file and its fields', async () => {
  const { upstream, app, secret, stored } = await setup()
  const transcribe = async (file: string, fields: object = {}) => {
    const form = new FormData()
    for (const [name, value] of Object.entries({ model: 'whisper', ...fields })) form.append(name, value)
    form.append('file', new Blob([file]), 'a.wav')
    const headers = { authorization: `Bearer ${secret}` }
    return (await fetch(`${app.url}/v1/audio/transcriptions`, { method: 'POST', headers, body: form })).json()
  }
  const first = await transcribe('RIFF1')
  await stored(1)
  expect(await transcribe('RIFF1')).toEqual(first)
  expect(upstream.requests.length).toBe(1)
  await transcribe('RIFF2')
  await transcribe('RIFF1', { language: 'en' })
  expect(upstream.requests.length).toBe(3)
})
