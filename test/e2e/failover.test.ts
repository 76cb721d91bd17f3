import { describe, expect, test } from '@jest/globals'
import { startApp } from '../support/app.ts'
import { cleanups } from '../support/cleanups.ts'
import { until } from '../support/until.ts'
import { chatCompletion, chatEvents, type Script, sendJson, startUpstream } from '../support/upstream.ts'

const PRICE = { input_cost_per_token: 1e-6, output_cost_per_token: 2e-6 }

/** Two deployments of one model group, the first to be tried first; and one of another. */
async function setup(first: Script, settings: object = {}, second: Script = answer) {
  const [one, two] = [await startUpstream(first), await startUpstream(second, { strict: false })]
  cleanups.push(one.close, two.close)
  const model = (name: string, api_base: string, order: number) => ({
    model_name: name,
    litellm_params: { model: `openai/${name}-upstream`, api_base, api_key: 'k', order, ...PRICE },
    model_info: { id: `${name}-${order}` },
  })
  const app = await startApp({
    upstream: '',
    options: {
      config: {
        model_list: [
          model('main', one.url, 1),
          model('main', two.url, 2),
          model('alone', one.url, 1),
          model('spare', two.url, 1),
        ],
        router_settings: { num_retries: 0, retry_after: 0, ...settings },
      },
    },
  })
  cleanups.push(app.close)
  const { secret } = await app.key()
  const chat = (body: object = {}) => app.post('/v1/chat/completions', secret, { model: 'main', messages: [], ...body })
  return { one, two, app, chat }
}

const answer: Script = (res, { body }) => {
  if (!JSON.parse(body.toString()).stream) return sendJson(res, 200, chatCompletion())
  res.writeHead(200, { 'content-type': 'text/event-stream' }).end(chatEvents().join(''))
}
const failing =
  (status: number, headers: Record<string, string> = {}): Script =>
  (res) =>
    sendJson(res, status, { error: { message: 'no', type: 'some_error' } }, headers)

describe('an upstream that fails before its first byte is not noticed by the client', () => {
  test.each<[string, Script]>([
    ['500', failing(500)],
    ['503', failing(503)],
    ['429 with retry-after', failing(429, { 'retry-after': '1' })],
    ['401', failing(401)],
    [
      'an error as the first event of a 200 stream',
      (res) => {
        res.writeHead(200, { 'content-type': 'text/event-stream' })
        res.end('data: {"error":{"message":"overloaded","code":503}}\n\n')
      },
    ],
    [
      'such an error that arrives in pieces',
      async (res) => {
        res.writeHead(200, { 'content-type': 'text/event-stream' })
        for (const piece of ['event: er', 'ror\ndata: {"error":{"mess', 'age":"overloaded","code":503}}\n\n']) {
          res.write(piece)
          await new Promise((resolve) => setTimeout(resolve, 20))
        }
        res.end()
      },
    ],
    [
      'a cut within the first event of a 200 stream',
      async (res) => {
        res.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: {"cho')
        await new Promise((resolve) => setTimeout(resolve, 20))
        res.destroy()
      },
    ],
    ['a cut before the head', (res) => void res.destroy()],
    [
      'a cut in the middle of a JSON body',
      (res, { body }) => {
        if (JSON.parse(body.toString()).stream) return void res.destroy()
        res.writeHead(200, { 'content-type': 'application/json', 'content-length': '500' })
        res.write('{"id":')
        setTimeout(() => res.destroy(), 20)
      },
    ],
  ])('%s', async (_, first) => {
    const { app, chat, one, two } = await setup(first)
    for (const stream of [false, true]) {
      const before = one.requests.length + two.requests.length
      const response = await chat({ stream })
      expect(response.status).toBe(200)
      const text = await response.text()
      const model = 'main'
      expect(text).toBe(
        stream ? chatEvents({ usage: false, model }).join('') : JSON.stringify(chatCompletion({ model })),
      )
      expect(response.headers.get('x-litellm-model-id')).toBe('main-2')
      expect(one.requests.length + two.requests.length).toBeGreaterThan(before)
    }
    const rows = await app.rows()
    expect(rows.map(({ status, spend, model_id }) => [status, spend, model_id])).toEqual([
      ['success', expect.closeTo(0.00005, 12), 'main-2'],
      ['success', expect.closeTo(0.00005, 12), 'main-2'],
    ])
    expect(rows[0]!.metadata.router_metadata.failed_attempts).toEqual([expect.objectContaining({ model_id: 'main-1' })])
  })
})

test('what will fail everywhere is tried once: 400 goes to the client as it is', async () => {
  const { app, chat, one, two } = await setup(failing(400))
  const response = await chat({ model: 'alone' })
  expect(response.status).toBe(400)
  expect(await response.json()).toEqual({ error: { message: 'no', type: 'some_error' } })
  expect([one.requests.length, two.requests.length]).toEqual([1, 0])
  expect(await app.rows()).toHaveLength(1)
})

test('retries are counted, the last failure is the one the client sees, one row is left', async () => {
  const { app, chat, one } = await setup(failing(500), { num_retries: 2 })
  const response = await chat({ model: 'alone' })
  expect(response.status).toBe(500)
  expect(one.requests).toHaveLength(3)
  const rows = await app.rows()
  expect(rows).toHaveLength(1)
  expect(rows[0]).toMatchObject({ status: 'failure', spend: 0, metadata: { attempted_retries: 2 } })
})

test('a fallback serves the call under its own name, and the row says so', async () => {
  const { app, chat, two } = await setup(failing(500), { fallbacks: [{ alone: ['spare'] }] })
  const response = await chat({ model: 'alone', fallbacks_are_mine: true })
  expect(response.status).toBe(200)
  expect(response.headers.get('x-litellm-attempted-fallbacks')).toBe('1')
  expect(JSON.parse(two.requests[0]!.body.toString())).toEqual({
    model: 'spare-upstream',
    messages: [],
    fallbacks_are_mine: true,
  })
  const [row] = await app.rows()
  expect(row).toMatchObject({
    model_group: 'spare',
    model_id: 'spare-1',
    metadata: { original_model_group: 'alone', attempted_fallbacks: 1 },
  })
})

test('parameters of the deployment are those of calls that do not set them', async () => {
  const upstream = await startUpstream(answer)
  cleanups.push(upstream.close)
  const litellm_params = { model: 'openai/m', api_base: upstream.url, api_key: 'k', max_tokens: 4096, temperature: 0.5 }
  const app = await startApp({ upstream: '', models: [{ model_name: 'main', litellm_params }] })
  cleanups.push(app.close)
  const { secret } = await app.key()
  await app.post(
    '/v1/chat/completions',
    secret,
    '{"model":"main","messages":[],"temperature":1,"seed":12345678901234567890}',
  )
  expect(upstream.requests[0]!.body.toString()).toBe(
    '{"model":"m","messages":[],"temperature":1,"seed":12345678901234567890,"max_tokens":4096}',
  )
})

test('what is meant for the router stays here', async () => {
  const { chat, one } = await setup(answer)
  await (await chat({ num_retries: 1, timeout: 30, seed: 7 })).text()
  expect(JSON.parse(one.requests[0]!.body.toString())).toEqual({ model: 'main-upstream', messages: [], seed: 7 })
})

test('a deployment that keeps failing is left alone for a while', async () => {
  const { chat, one } = await setup(failing(429), { cooldown_time: 60 })
  for (let count = 0; count < 5; count++) expect((await chat()).status).toBe(200)
  expect(one.requests).toHaveLength(1)
})

test('when all are cooling down the client is told when to come back', async () => {
  const { chat } = await setup(failing(429), { cooldown_time: 60, allowed_fails: 0 }, failing(429))
  await (await chat()).text()
  const response = await chat()
  expect(response.status).toBe(429)
  expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0)
  expect(await response.json()).toMatchObject({
    error: { message: expect.stringContaining('No deployments available') },
  })
})

test('after the first byte nothing is tried again', async () => {
  const { chat, two } = await setup((res) => {
    res.writeHead(200, { 'content-type': 'text/event-stream' })
    res.write(chatEvents()[0])
    setTimeout(() => res.destroy(), 20)
  })
  const response = await chat({ stream: true })
  await expect(response.text()).rejects.toThrow()
  expect(two.requests).toHaveLength(0)
})

test('a client that leaves while another try is waited for is not served any more', async () => {
  const { app, one } = await setup(failing(500), { num_retries: 3, retry_after: 5 })
  const client = new AbortController()
  const { secret } = await app.key()
  const call = fetch(`${app.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${secret}` },
    body: JSON.stringify({ model: 'alone', messages: [] }),
    signal: client.signal,
  })
  await until(() => one.requests.length > 0)
  client.abort()
  await expect(call).rejects.toThrow()
  await until(async () => (await app.rows()).length > 0)
  expect(one.requests).toHaveLength(1)
  expect((await app.rows())[0]).toMatchObject({
    status: 'failure',
    metadata: { error_information: { error_code: '499' } },
  })
})

describe('when the client leaves', () => {
  const slow: Script = (res, { body }) => {
    const { stream } = JSON.parse(body.toString())
    setTimeout(() => {
      if (!stream) return sendJson(res, 200, chatCompletion())
      res.end(chatEvents().slice(1).join(''))
    }, 150)
    if (stream) res.writeHead(200, { 'content-type': 'text/event-stream' }).write(chatEvents()[0])
  }

  test('an answer that is not streamed is read to its end, and charged', async () => {
    const { app, one } = await setup(slow)
    const client = new AbortController()
    const { secret } = await app.key()
    const call = fetch(`${app.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${secret}` },
      body: JSON.stringify({ model: 'main', messages: [] }),
      signal: client.signal,
    })
    await until(() => one.requests.length > 0)
    client.abort()
    await expect(call).rejects.toThrow()
    await until(async () => (await app.rows()).length > 0)
    const [row] = await app.rows()
    expect(row).toMatchObject({ prompt_tokens: 10, completion_tokens: 20, metadata: { usage_source: 'reported' } })
    expect(row!.spend).toBeCloseTo(0.00005, 12)
    expect(one.aborted).toBe(0)
  })
})
