import { describe, expect, test } from '@jest/globals'
import type { TestAppOptions } from '../support/app.ts'
import { cleanups } from '../support/cleanups.ts'
import { startScriptedApp } from '../support/scripted-app.ts'
import { chatCompletion, chatEvents, type Script, sendJson } from '../support/upstream.ts'

async function setup(script: Script, options: Partial<TestAppOptions> = {}) {
  const started = await startScriptedApp(script, options)
  cleanups.push(started.close)
  return started
}

const stream =
  (pieces: readonly string[]): Script =>
  (res) => {
    res.writeHead(200, { 'content-type': 'text/event-stream' })
    for (const piece of pieces) res.write(piece)
    res.end()
  }

const MESSAGES = [{ role: 'user', content: 'Hi' }]

describe('a JSON answer', () => {
  test('reaches the client byte for byte but for the name of its model, with its cost in a header, and leaves one row', async () => {
    const answer = JSON.stringify(chatCompletion(), null, 2)
    const { app, key, upstream } = await setup((res) =>
      res.writeHead(200, { 'content-type': 'application/json' }).end(answer),
    )
    const response = await app.post('/v1/chat/completions', key.secret, { model: 'gpt-4o', messages: MESSAGES })

    expect(response.status).toBe(200)
    expect(await response.text()).toBe(answer.replace('"model": "gpt-4o-2024-08-06"', '"model":"gpt-4o"'))
    expect(Number(response.headers.get('x-litellm-response-cost'))).toBeCloseTo(0.00005, 12)
    expect(response.headers.get('x-litellm-call-id')).toMatch(/^[0-9a-f-]{36}$/)
    expect(response.headers.get('x-litellm-model-id')).toBeTruthy()
    expect(upstream.requests).toHaveLength(1)
    expect(upstream.requests[0]!.url).toBe('/v1/chat/completions')
    expect(JSON.parse(upstream.requests[0]!.body.toString()).model).toBe('gpt-4o-2024-08-06')

    const rows = await app.rows()
    expect(rows).toHaveLength(1)
    expect(rows[0]).toMatchObject({
      request_id: 'chatcmpl-1',
      call_type: 'acompletion',
      api_key: key.hashedToken,
      prompt_tokens: 10,
      completion_tokens: 20,
      total_tokens: 30,
      model: 'openai/gpt-4o-2024-08-06',
      model_group: 'gpt-4o',
      custom_llm_provider: 'openai',
      status: 'success',
    })
    expect(rows[0]!.spend).toBeCloseTo(0.00005, 12)
  })

  test('credentials and cookies of the client stay here, those of the upstream too', async () => {
    const { app, key, upstream } = await setup((res) =>
      sendJson(res, 200, chatCompletion(), { 'set-cookie': 'a=b', 'openai-organization': 'org' }),
    )
    const response = await app.post(
      '/v1/chat/completions',
      key.secret,
      { model: 'gpt-4o', messages: MESSAGES },
      { cookie: 'c=d', 'x-api-key': 'x' },
    )
    expect(response.headers.get('set-cookie')).toBeNull()
    expect(response.headers.get('openai-organization')).toBeNull()
    const { headers } = upstream.requests[0]!
    expect(headers.authorization).toBe('Bearer sk-provider')
    expect(headers.cookie).toBeUndefined()
    expect(headers['x-api-key']).toBeUndefined()
    expect(JSON.stringify(headers)).not.toContain(key.secret)
  })
})

describe('a stream', () => {
  test('loses only the usage event that the client did not ask for, and its usage is in the row', async () => {
    const { app, key, upstream } = await setup(stream(chatEvents()))
    const response = await app.post('/v1/chat/completions', key.secret, {
      model: 'gpt-4o',
      stream: true,
      messages: MESSAGES,
    })
    expect(await response.text()).toBe(chatEvents({ usage: false, model: 'gpt-4o' }).join(''))
    expect(JSON.parse(upstream.requests[0]!.body.toString()).stream_options).toEqual({ include_usage: true })
    const rows = await app.rows()
    expect(rows).toHaveLength(1)
    expect(rows[0]).toMatchObject({ prompt_tokens: 10, completion_tokens: 20, status: 'success' })
  })

  test('is passed on as it is, but for the name of its model, when the client asked for usage itself', async () => {
    const { app, key, upstream } = await setup(stream(chatEvents()))
    const body = { model: 'gpt-4o', stream: true, messages: MESSAGES, stream_options: { include_usage: true } }
    const response = await app.post('/v1/chat/completions', key.secret, body)
    expect(await response.text()).toBe(chatEvents({ model: 'gpt-4o' }).join(''))
    expect(JSON.parse(upstream.requests[0]!.body.toString()).stream_options).toEqual({ include_usage: true })
    expect((await app.rows())[0]).toMatchObject({ prompt_tokens: 10, completion_tokens: 20 })
  })
})

test('closing tells where every call is', async () => {
  const { app, key } = await setup((res, { body }) => {
    if (!JSON.parse(body.toString()).stream)
      return void res.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(chatCompletion()))
    res.writeHead(200, { 'content-type': 'text/event-stream' }).write(chatEvents()[0])
  })
  await (await app.post('/v1/chat/completions', key.secret, { model: 'gpt-4o', messages: MESSAGES })).text()
  const open = await app.post('/v1/chat/completions', key.secret, { model: 'gpt-4o', stream: true, messages: MESSAGES })
  const closed = await app.gateway.close({ timeoutMs: 100 })
  expect(closed).toMatchObject({ flushed: 2, journaled: 0, lost: 0, openStreams: 0 })
  expect(closed.cut).toMatchObject([{ modelGroup: 'gpt-4o', usageSource: 'none', row: 'written' }])
  await open.body!.cancel().catch(() => {})
})
