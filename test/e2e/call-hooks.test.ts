import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { type CustomLogger, createLiteLLM, type LiteLLMOptions } from '../../src/index.ts'
import { defaultModels, startApp } from '../support/app.ts'
import { cleanups } from '../support/cleanups.ts'
import { chatCompletion, sendJson, startUpstream } from '../support/upstream.ts'

async function setup(callbacks: CustomLogger[], options: LiteLLMOptions = {}, settings: object = {}) {
  const upstream = await startUpstream((res, { body }) => {
    if (!body.includes('"stream":true')) return sendJson(res, 200, chatCompletion({ content: 'the answer' }))
    res.writeHead(200, { 'content-type': 'text/event-stream' })
    for (const content of ['a', 'b']) {
      res.write(
        `data: ${JSON.stringify({ id: 'c1', object: 'chat.completion.chunk', choices: [{ index: 0, delta: { content } }] })}\n\n`,
      )
    }
    res.end('data: [DONE]\n\n')
  })
  cleanups.push(() => upstream.close())
  const app = await startApp({
    upstream: upstream.url,
    options: {
      config: { model_list: defaultModels(upstream.url), litellm_settings: settings },
      callbacks: callbacks.length > 0 ? callbacks : undefined,
      ...options,
    },
  })
  cleanups.push(() => app.close())
  const faults: string[] = []
  app.gateway.events.on('fault', ({ where }) => faults.push(where))
  const { secret } = await app.key({ key_alias: 'mine' })
  const ask = async (more: object = {}) => {
    const body = { model: 'gpt-4o', messages: [{ role: 'user', content: 'the prompt' }], ...more }
    const response = await app.post('/v1/chat/completions', secret, body)
    return { status: response.status, headers: response.headers, text: await response.text() }
  }
  return { ...app, upstream, faults, ask }
}

test('preCall changes the body, in the order of the loggers, and knows the key', async () => {
  const seen: unknown[] = []
  const { ask, upstream, rows } = await setup([
    {
      preCall: (body, { key, modelGroup, callType }) => {
        seen.push([key?.alias, modelGroup, callType])
        return { body: { ...body, temperature: 0 } }
      },
    },
    { preCall: async (body) => ({ body: { ...body, top_p: body?.temperature } }) },
  ])
  expect((await ask()).status).toBe(200)
  expect(JSON.parse(String(upstream.requests[0]!.body))).toMatchObject({ temperature: 0, top_p: 0 })
  expect(seen).toEqual([['mine', 'gpt-4o', 'acompletion']])
  expect((await rows())[0]).toMatchObject({ model_group: 'gpt-4o' })
})

test('preCall refuses with its words, nobody is asked, and the row says so', async () => {
  const { ask, upstream, rows } = await setup([{ preCall: () => ({ refuse: 'Not on Sundays.', status: 403 }) }])
  const { status, text } = await ask()
  expect([status, JSON.parse(text).error.message]).toEqual([403, 'Not on Sundays.'])
  expect(upstream.requests).toEqual([])
  expect((await rows())[0]).toMatchObject({ status: 'failure', spend: 0 })
})

test('a preCall that throws lets nothing pass, and tells the client nothing of why', async () => {
  const { ask, upstream, faults } = await setup([
    {
      preCall() {
        throw new Error('canary')
      },
    },
  ])
  const { status, text } = await ask()
  expect([status, text.includes('canary'), upstream.requests.length, faults]).toEqual([500, false, 0, ['preCall']])
})

test('a stream is shown event by event, as the client gets it', async () => {
  const events: any[] = []
  const { ask } = await setup([{ onStreamEvent: (event) => events.push(event) }])
  const { text } = await ask({ stream: true })
  expect(text).toContain('[DONE]')
  expect(events.map(({ choices }) => choices[0].delta.content)).toEqual(['a', 'b'])
})

test('postCall adds headers, to answers and to refusals, and none that would break them', async () => {
  const added = { 'x-team': 'red', 'content-length': '1', 'x-bad': 'a\nb' }
  const seen: unknown[] = []
  const { ask } = await setup([
    {
      postCall(call, { statusCode, provider }) {
        seen.push([call.stream, statusCode, provider])
        return added
      },
    },
  ])
  for (const stream of [false, true]) {
    const { status, headers, text } = await ask({ stream })
    expect([status, headers.get('x-team'), headers.get('x-bad')]).toEqual([200, 'red', null])
    expect(text.length).toBeGreaterThan(20)
  }
  expect(seen).toEqual([
    [false, 200, 'openai'],
    [true, 200, 'openai'],
  ])
})

test('what the other hooks throw is a fault, and changes no answer', async () => {
  const logger: CustomLogger = {
    onStreamEvent() {
      throw new Error('one')
    },
    postCall() {
      throw new Error('two')
    },
  }
  const { ask, faults } = await setup([logger])
  const { status, text } = await ask({ stream: true })
  expect([status, text.includes('[DONE]')]).toEqual([200, true])
  expect(new Set(faults)).toEqual(new Set(['onStreamEvent', 'postCall']))
})

test('the hooks of a file beside the configuration are asked, and a file that cannot be loaded lets nothing pass', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'hooks-'))
  cleanups.push(() => rm(dir, { recursive: true, force: true }))
  const [good, bad] = [join(dir, 'good.mjs'), join(dir, 'bad.mjs')]
  await writeFile(good, `export default { preCall: () => ({ refuse: 'by the file' }) }`)
  await writeFile(bad, 'export default {{')
  const refused = await (await setup([], {}, { callbacks: [good] })).ask()
  expect([refused.status, JSON.parse(refused.text).error.message]).toEqual([400, 'by the file'])
  const { ask, gateway } = await setup([], {}, { callbacks: [bad] })
  expect((await ask()).status).toBe(500)
  await expect(gateway.ready()).rejects.toMatchObject({ code: 'hook_failed' })
})

test('a logger without a method is an error', () => {
  const callbacks = [{ name: 'empty' }]
  expect(() => createLiteLLM({ enabled: false, config: {}, callbacks })).toThrow(
    'must have one of the methods onSuccess',
  )
})
