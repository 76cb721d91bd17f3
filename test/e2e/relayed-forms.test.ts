import { once } from 'node:events'
import { type ClientRequest, request } from 'node:http'
import { describe, expect, test } from '@jest/globals'
import { MASTER_KEY, startApp } from '../support/app.ts'
import { cleanups } from '../support/cleanups.ts'
import { until } from '../support/until.ts'
import { type RecordedRequest, sendJson, startUpstream } from '../support/upstream.ts'

const MB = 1 << 20

/** Two accounts at an upstream that refuses fields which OpenAI does not know. */
async function setup() {
  const upstream = await startUpstream((res) => sendJson(res, 200, { id: 'file-1', object: 'file' }))
  cleanups.push(upstream.close)
  const deployment = (model_name: string, model: string, api_key: string) => ({
    model_name,
    litellm_params: { model, api_base: upstream.url, api_key },
  })
  const model_list = [
    deployment('second', 'openai/gpt-4o', 'sk-second'),
    deployment('proxy', 'litellm_proxy/theirs', 'sk-proxy'),
  ]
  const environment_variables = { OPENAI_API_KEY: 'sk-env', OPENAI_BASE_URL: upstream.url }
  const app = await startApp({ upstream: '', options: { config: { model_list, environment_variables } } })
  cleanups.push(app.close)
  const { secret } = await app.key({ metadata: { allow_client_tags: true }, aliases: { mine: 'second' } })
  return { app, upstream, secret, send: senderTo(app.url, secret) }
}

interface Sent {
  readonly path?: string
  readonly file?: number
  readonly length?: boolean
  /** Of the whole form, sent at first; the rest when `more` is called. */
  readonly first?: number
}

function senderTo(url: string, secret: string) {
  return (
    before: string,
    after = '',
    { path = '/v1/files', file = 10, length = true, first = Infinity }: Sent = {},
  ) => {
    const body = Buffer.concat([
      Buffer.from(before + FILE),
      Buffer.alloc(file, 'x'),
      Buffer.from(`\r\n${after}--Q7--\r\n`),
    ])
    const sent: ClientRequest = request(url + path, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${secret}`,
        'content-type': 'multipart/form-data; boundary=Q7',
        ...(length && { 'content-length': body.length }),
      },
    })
    sent.on('error', () => {})
    const answer = once(sent, 'response').then(async ([res]) => {
      let text = ''
      for await (const piece of res.setEncoding('utf8')) text += piece
      return { status: res.statusCode as number, text }
    })
    answer.catch(() => {})
    sent.write(body.subarray(0, first))
    const more = () => void sent.end(body.subarray(first))
    if (first >= body.length) more()
    return { answer, more, sent }
  }
}

const field = (name: string, value: string) =>
  `--Q7\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`
const FILE =
  '--Q7\r\nContent-Disposition: form-data; name="file"; filename="a.jsonl"\r\nContent-Type: text/plain\r\n\r\n'
const PURPOSE = field('purpose', 'batch') + field('expires_after[anchor]', 'created_at')

/** As a server reads them: every name with its values; a file is its size. */
async function fieldsOf({ body, headers }: RecordedRequest): Promise<Record<string, unknown>> {
  expect(body.length).toBe(Number(headers['content-length'] ?? body.length))
  const type = { 'content-type': headers['content-type']! }
  const form = await new Response(new Uint8Array(body), { headers: type }).formData()
  return Object.fromEntries([...form].map(([name, value]) => [name, typeof value === 'string' ? value : value.size]))
}

/** Members of the gateway in the ways that clients write them. */
const WAYS: Readonly<Record<string, string>> = {
  'as JSON': [
    field('metadata', JSON.stringify({ tags: ['a'] })),
    field('tags', '["b"]'),
    field('session_id', 'session-1'),
    field('custom_llm_provider', 'openai'),
    field('target_storage', 'default'),
  ].join(''),
  'in brackets': field('metadata[tags][]', 'a') + field('tags[]', 'b') + field('litellm_session_id', 'session-1'),
  'as LiteLLM has them': [
    field('litellm_metadata', JSON.stringify({ tags: ['a'] })),
    field('request_tags', '["b"]'),
    field('litellm_trace_id', 'session-1'),
    field('extra_body', '{"x": 1}'),
    field('extra_headers', '{"x": "1"}'),
  ].join(''),
}

const SIZES = { 'that is held': 10, 'that passes while it comes': 6 * MB }
const CASES = Object.keys(WAYS).flatMap((way) =>
  Object.entries(SIZES).flatMap(([size, file]) => [true, false].map((length) => [way, size, file, length] as const)),
)

describe('members of the gateway in a relayed form', () => {
  test.each(CASES)('%s are used and not sent upstream, in a form %s (%d bytes, length stated: %p)', async (...one) => {
    const [way, , file, length] = one
    const { app, upstream, send } = await setup()
    const { status, text } = await send(WAYS[way]! + PURPOSE, '', { file, length }).answer
    expect([status, text]).toEqual([200, '{"id":"file-1","object":"file"}'])
    const [asked] = upstream.requests
    expect(await fieldsOf(asked!)).toEqual({ purpose: 'batch', 'expires_after[anchor]': 'created_at', file })
    expect(asked!.headers.authorization).toBe('Bearer sk-env')
    const [row] = await app.rows()
    expect(row).toMatchObject({ call_type: 'acreate_file', session_id: 'session-1', status: 'success' })
    expect(row!.request_tags).toEqual(expect.arrayContaining(['a', 'b']))
  })

  test.each(['/openai/v1/files', '/v1/containers/cntr_1/files'])('are not sent upstream: %s', async (path) => {
    const { app, upstream } = await setup()
    const form = WAYS['in brackets']! + WAYS['as LiteLLM has them']
    const { status, text } = await senderTo(app.url, MASTER_KEY)(form, '', { path }).answer
    expect([status, text]).toEqual([200, expect.stringContaining('file-1')])
    expect(await fieldsOf(upstream.requests[0]!)).toEqual({ file: 10 })
  })

  test('behind the file of a small form are used too', async () => {
    const { app, upstream, send } = await setup()
    expect((await send(PURPOSE, WAYS['as JSON']).answer).status).toBe(200)
    expect(Object.keys(await fieldsOf(upstream.requests[0]!))).toEqual(['purpose', 'expires_after[anchor]', 'file'])
    expect((await app.rows())[0]!.session_id).toBe('session-1')
  })

  test.each(['metadata[tags][]', 'litellm_metadata', 'model'])(
    '`%s` behind the file of a large form is refused, and the upstream never gets its end',
    async (name) => {
      const { upstream, send } = await setup()
      const { status, text } = await send(PURPOSE, field(name, 'x'), { file: 6 * MB }).answer
      expect([status, text]).toEqual([400, expect.stringContaining(`\`${name}\` of a large form must come before`)])
      await until(() => upstream.aborted === 1)
      expect(upstream.requests).toEqual([])
    },
  )
})

describe('a relayed form', () => {
  test('of any size reaches the upstream while it is sent, and is cut when its client leaves', async () => {
    const { app, upstream, send } = await setup()
    const { sent } = send(PURPOSE, '', { file: 40 * MB, first: 39 * MB })
    await until(() => sent.writableLength === 0)
    sent.destroy()
    await until(() => upstream.aborted === 1)
    const whole = send(PURPOSE, '', { file: 40 * MB })
    expect((await whole.answer).status).toBe(200)
    expect(await fieldsOf(upstream.requests[0]!)).toMatchObject({ file: 40 * MB })
    await until(async () => (await app.rows()).length === 2)
    expect((await app.rows()).map(({ status }) => status)).toEqual(['failure', 'success'])
  })

  test.each([
    ['model', 'second'],
    ['model', 'mine'],
    ['target_model_names', 'second, proxy'],
    ['target_model_names[]', 'second'],
  ])('goes to the account of the model that it names: %s=%s', async (name, model) => {
    const { app, upstream, send } = await setup()
    expect((await send(field(name, model) + PURPOSE).answer).status).toBe(200)
    expect(upstream.requests[0]!.headers.authorization).toBe('Bearer sk-second')
    expect(await fieldsOf(upstream.requests[0]!)).not.toHaveProperty([name])
    expect((await app.rows())[0]).toMatchObject({ call_type: 'acreate_file', model: 'openai/gpt-4o' })
  })

  test.each([
    ['model', 'second'],
    ['model', 'mine'],
    ['target_model_names', 'proxy,second'],
  ])('is refused where its key may not call that model: %s=%s', async (name, model) => {
    const { app, upstream } = await setup()
    const { secret } = await app.key({ models: ['proxy'], aliases: { mine: 'second' } })
    const { answer } = senderTo(app.url, secret)(field(name, model) + PURPOSE)
    expect((await answer).status).toBe(403)
    expect(upstream.requests).toEqual([])
  })

  test('goes to a deployment that is a LiteLLM gateway with its members, under that gateway’s name of the model', async () => {
    const gateway = await startUpstream((res) => sendJson(res, 200, { id: 'file-2' }), { strict: false })
    cleanups.push(gateway.close)
    const model_list = [
      { model_name: 'proxy', litellm_params: { model: 'litellm_proxy/theirs', api_base: gateway.url, api_key: 'k' } },
    ]
    const chained = await startApp({ upstream: '', options: { config: { model_list } } })
    cleanups.push(chained.close)
    const key = await chained.key()
    const form = field('model', 'proxy') + field('tags[]', 'a') + PURPOSE
    expect((await senderTo(chained.url, key.secret)(form).answer).status).toBe(200)
    expect(await fieldsOf(gateway.requests[0]!)).toMatchObject({ model: 'theirs', 'tags[]': 'a', purpose: 'batch' })
  })
})

test('members of the gateway in JSON for resources are not sent upstream either', async () => {
  const { app, upstream, secret } = await setup()
  const body = { name: 'store', metadata: { a: 'b' }, tags: ['a'], litellm_metadata: { tags: ['b'] } }
  expect((await app.post('/v1/vector_stores', secret, body)).status).toBe(200)
  expect(JSON.parse(upstream.requests[0]!.body.toString())).toEqual({ name: 'store', metadata: { a: 'b' } })
})
