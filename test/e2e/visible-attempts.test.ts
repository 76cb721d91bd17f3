import { once } from 'node:events'
import { connect } from 'node:net'
import { describe, expect, test } from '@jest/globals'
import { startApp } from '../support/app.ts'
import { cleanups } from '../support/cleanups.ts'
import { chatCompletion, type Script, sendJson, startUpstream } from '../support/upstream.ts'

const answer: Script = (res) => sendJson(res, 200, chatCompletion({ id: '' }))
const failing: Script = (res) => sendJson(res, 500, { error: { message: 'no' } })

async function setup(models: (one: string, two: string) => readonly object[], config: object = {}) {
  const [one, two] = [await startUpstream(failing), await startUpstream(answer, { strict: false })]
  cleanups.push(one.close, two.close)
  const app = await startApp({ upstream: '', options: { config: { model_list: models(one.url, two.url), ...config } } })
  cleanups.push(app.close)
  return { one, two, app, key: await app.key({ max_budget: 5, tpm_limit: 100_000, rpm_limit: 100 }) }
}

const model = (model_name: string, api_base: string, more: object = {}, id?: string) => ({
  model_name,
  litellm_params: { model: 'openai/gpt-4o', api_base, api_key: 'k', ...more },
  ...(id && { model_info: { id } }),
})

test('every failed try is told as an event, a cooldown too, and headers tell the rest', async () => {
  const models = (one: string, two: string) => [
    model('main', one, { order: 1, cooldown_time: 30, timeout: 20 }, 'first'),
    model('main', two, { order: 2, timeout: 20 }, 'second'),
  ]
  const { app, key, one, two } = await setup(models, {
    router_settings: { num_retries: 1, allowed_fails: 1, retry_after: 0 },
  })
  const told: unknown[] = []
  app.gateway.events.on('call:try-failed', (failed) => told.push(failed))
  app.gateway.events.on('deployment:cool', (cooled) => told.push(cooled))
  const response = await app.post('/v1/chat/completions', key.secret, { model: 'main', messages: [] })
  expect(response.status).toBe(200)
  const callId = response.headers.get('x-litellm-call-id')
  const failed = { callId, deploymentId: 'first', modelGroup: 'main', class: 'InternalServerError', status: 500 }
  const told1 = { ...failed, model: 'gpt-4o', host: new URL(one.url).host, message: expect.stringContaining('no') }
  const next = {
    deploymentId: 'first',
    modelGroup: 'main',
    model: 'gpt-4o',
    host: told1.host,
    afterMs: expect.any(Number),
  }
  const { callId: _, ...cooled } = failed
  expect(told).toEqual([
    { ...told1, next },
    { ...cooled, ms: 30_000 },
    { ...told1, next: { ...next, deploymentId: 'second', host: new URL(two.url).host } },
  ])
  expect(Object.fromEntries(response.headers)).toMatchObject({
    'x-litellm-model-id': 'second',
    'x-litellm-model-group': 'main',
    'x-litellm-attempted-fallbacks': '0',
    'x-litellm-attempted-retries': '2',
    'x-litellm-timeout': '20.0',
    'x-litellm-key-tpm-limit': '100000',
    'x-litellm-key-rpm-limit': '100',
    'x-litellm-key-max-budget': '5.0',
  })
})

describe('parameters', () => {
  const BODY = '{ "model":"m", "logit_bias":{}, "seed":12345678901234567890,\n "messages":[] ,"user":"u"}'

  test('that the provider refuses are taken out, with drop_params, and every other byte stays', async () => {
    const { app, key, two } = await setup(
      (_, url) => [
        model('m', url, { model: 'groq/llama', additional_drop_params: ['user'] }),
        model('kept', url, { model: 'groq/llama', drop_params: false }),
      ],
      { litellm_settings: { drop_params: true } },
    )
    expect((await app.post('/v1/chat/completions', key.secret, BODY)).status).toBe(200)
    expect(two.requests[0]!.body.toString()).toBe('{ "model":"llama", "seed":12345678901234567890,\n "messages":[]}')
    await app.post('/v1/chat/completions', key.secret, BODY.replace('"m"', '"kept"'))
    expect(two.requests[1]!.body.toString()).toBe(BODY.replace('"m"', '"llama"'))
  })

  test('that are for LiteLLM go to another LiteLLM, and to nobody else', async () => {
    const { app, key, two } = await setup((_, url) => [
      model('m', url),
      model('proxy', url, { model: 'litellm_proxy/gpt-4o' }),
    ])
    const own =
      '"messages":[],"tags":["a"],"litellm_metadata":{},"litellm_session_id":"s","cache":{"no-cache":true},"mock_response":"pong"'
    await app.post('/v1/chat/completions', key.secret, `{"model":"m",${own},"seed":1}`)
    await app.post('/v1/chat/completions', key.secret, `{"model":"proxy",${own}}`)
    expect(two.requests.map(({ body }) => body.toString())).toEqual([
      '{"model":"gpt-4o","messages":[],"seed":1}',
      `{"model":"gpt-4o",${own}}`,
    ])
    expect(await app.rows()).toMatchObject([{ session_id: 's' }, { session_id: 's' }])
  })

  test('of a deployment go to the calls that know them', async () => {
    const { app, key, two } = await setup((_, url) => [model('m', url, { max_tokens: 7 })])
    await app.post('/v1/chat/completions', key.secret, '{"model":"m","messages":[]}')
    await app.post('/v1/chat/completions', key.secret, '{"model":"m","messages":[],"max_completion_tokens":9}')
    await app.post('/v1/embeddings', key.secret, '{"model":"m","input":"x"}')
    await app.post('/v1/responses', key.secret, '{"model":"m","input":"x"}')
    expect(two.requests.map(({ body }) => body.toString())).toEqual([
      '{"model":"gpt-4o","messages":[],"max_tokens":7}',
      '{"model":"gpt-4o","messages":[],"max_completion_tokens":9}',
      '{"model":"gpt-4o","input":"x"}',
      '{"model":"gpt-4o","input":"x","max_output_tokens":7}',
    ])
  })
})

test.each([
  ['http://169.254.169.254', 400],
  ['http://gateway', 400],
  ['x:', 400],
])('a target with a host of its own is refused: %s, %d', async (origin, status) => {
  const { app, key, two } = await setup((_, url) => [model('m', url)])
  const body = '{"model":"m","messages":[]}'
  const socket = connect(Number(new URL(app.url).port), '127.0.0.1')
  socket.write(
    `POST ${origin}/v1/chat/completions HTTP/1.1\r\nhost: a\r\nauthorization: Bearer ${key.secret}\r\n` +
      `content-type: application/json\r\nconnection: close\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
  )
  const [first] = (await once(socket, 'data')) as [Buffer]
  socket.destroy()
  expect(Number(/^HTTP\/1\.1 (\d+)/.exec(first.toString())?.[1])).toBe(status)
  expect(two.requests).toHaveLength(0)
})
