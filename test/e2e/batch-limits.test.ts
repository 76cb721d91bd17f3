import { expect, test } from '@jest/globals'
import { defaultModels, MASTER_KEY, startApp } from '../support/app.ts'
import { cleanups } from '../support/cleanups.ts'
import { relayingTo } from '../support/relaying-app.ts'
import { sendJson, startUpstream } from '../support/upstream.ts'

const request = (model: string) =>
  JSON.stringify({
    url: '/v1/chat/completions',
    body: { model, messages: [{ role: 'user', content: 'x'.repeat(36) }] },
  })
/** The files were not made through the gateway. */
const FOREIGN = { metadata: { allow_foreign_resources: true } }
/** Thirteen tokens each. */
const FILES: Readonly<Record<string, string>> = {
  small: Array(3).fill(request('gpt-4o')).join('\n'),
  dear: [request('gpt-4o'), request('gpt-5')].join('\n'),
}

async function setup(litellm_settings: object = {}) {
  const asked: string[] = []
  const state = { status: 200 }
  const upstream = await startUpstream((res, { method, url: path }) => {
    asked.push(`${method} ${path}`)
    const [, name] = /\/files\/(\w+)\/content$/.exec(path) ?? []
    if (name === 'broken') return void sendJson(res, 500, {})
    if (name) return FILES[name] ? res.writeHead(200).end(FILES[name]) : sendJson(res, 404, {})
    sendJson(res, state.status, { id: 'batch_1', object: 'batch', status: 'validating' })
  })
  cleanups.push(upstream.close)
  const app = await startApp({
    upstream: upstream.url,
    options: { config: { model_list: defaultModels(upstream.url), litellm_settings } },
    app: relayingTo(upstream.url),
  })
  cleanups.push(app.close)
  const order = async (secret: string, input_file_id: string) => {
    const res = await app.post('/v1/batches', secret, { input_file_id, endpoint: '/v1/chat/completions' })
    const { error } = (await res.json()) as { error?: { message: string } }
    return [res.status, error?.message] as const
  }
  return { app, asked, state, order }
}

test('a batch is held to the rates of its key by what is in its file, and leaves a row when it is refused', async () => {
  const { app, asked, order } = await setup()
  const { secret } = await app.key({ rpm_limit: 5, ...FOREIGN })
  expect(await order(secret, 'small')).toEqual([200, undefined])
  expect(await order(secret, 'small')).toEqual([
    429,
    expect.stringMatching(
      /^Batch rate limit exceeded for api_key: \w+\. Batch contains 3 requests but only 2 requests /,
    ),
  ])
  expect(asked).toEqual(['GET /v1/files/small/content', 'POST /v1/batches', 'GET /v1/files/small/content'])
  const rows = await app.rows()
  expect(rows.map(({ call_type, status }) => [call_type, status])).toEqual([
    ['acreate_batch', 'success'],
    ['acreate_batch', 'failure'],
  ])
})

test('a file may name no model that a call of its key may not', async () => {
  const { app, asked, order } = await setup()
  const { secret } = await app.key({ models: ['gpt-4o'], ...FOREIGN })
  expect(await order(secret, 'small')).toEqual([200, undefined])
  expect(await order(secret, 'dear')).toEqual([403, expect.stringContaining('not authorized to use: model=gpt-5')])
  expect(asked.filter((path) => path.startsWith('POST'))).toHaveLength(1)
})

test('what an upstream does not make is given back to the day', async () => {
  const { app, state, order } = await setup()
  await app.sql`alter table "LiteLLM_VerificationToken" add column tpd_limit bigint`
  const { secret } = await app.key({ tpd_limit: 50, rpm_limit: 100, ...FOREIGN })
  state.status = 400
  for (let i = 0; i < 3; i++) expect((await order(secret, 'small'))[0]).toBe(400)
  state.status = 200
  expect(await order(secret, 'small')).toEqual([200, undefined])
  expect(await order(secret, 'small')).toEqual([429, expect.stringContaining('out of 50 TPD limit')])
})

test('nothing is read for who is limited by nothing; a file that is not there is the business of the upstream', async () => {
  const { app, asked, order } = await setup()
  expect(await order(MASTER_KEY, 'dear')).toEqual([200, undefined])
  expect(asked).toEqual(['POST /v1/batches'])
  const limited = await app.key({ rpm_limit: 5, ...FOREIGN })
  expect(await order(limited.secret, 'missing')).toEqual([200, undefined])
  expect(await order(limited.secret, 'broken')).toEqual([502, 'The input file of the batch could not be read.'])
})

test('a batch is held to the rates of the gateway too', async () => {
  const { app, asked, order } = await setup({ rpm: 5 })
  const { secret } = await app.key(FOREIGN)
  expect(await order(secret, 'small')).toEqual([200, undefined])
  const [status, message] = await order(secret, 'small')
  expect([status, message]).toEqual([429, expect.stringContaining('Batch rate limit exceeded for gateway: all.')])
  expect(asked.filter((path) => path === 'POST /v1/batches')).toHaveLength(1)
})
