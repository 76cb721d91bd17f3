import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import { expect, test } from '@jest/globals'
import { startApp } from '../support/app.ts'
import { cleanups } from '../support/cleanups.ts'
import { chatCompletion, chatEvents, sendJson, startUpstream } from '../support/upstream.ts'

/** An upstream that answers when it is told to. */
async function setup(params: object, router_settings: object = {}) {
  const open: ServerResponse[] = []
  const upstream = await startUpstream((res) => void open.push(res))
  const spare = await startUpstream((res) => sendJson(res, 200, chatCompletion({ id: '' })))
  cleanups.push(upstream.close, spare.close)
  const model = (model_name: string, api_base: string, more: object) => ({
    model_name,
    litellm_params: { model: 'openai/gpt-4o', api_base, api_key: 'k', ...more },
  })
  const app = await startApp({
    upstream: '',
    options: {
      config: {
        model_list: [model('main', upstream.url, params), model('spare', spare.url, {})],
        router_settings: { num_retries: 0, ...router_settings },
      },
    },
  })
  cleanups.push(app.close)
  const { secret } = await app.key()
  const chat = (body: object = {}, signal?: AbortSignal) =>
    fetch(`${app.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'main', messages: [], ...body }),
      signal,
    })
  const arrived = async (n: number) => {
    while (upstream.requests.length < n) await new Promise(setImmediate)
  }
  /** Long enough for a request that is not held back. */
  const settled = async () => {
    for (let turn = 0; turn < 50; turn++) await (await fetch(`${app.url}/health/liveliness`)).text()
  }
  const finish = (n: number) => sendJson(open[n]!, 200, chatCompletion({ id: '' }))
  return { app, open, upstream, spare, chat, arrived, settled, finish }
}

test.each([
  ['max_parallel_requests of the deployment', { max_parallel_requests: 2 }, {}],
  ["the router's default_max_parallel_requests", {}, { default_max_parallel_requests: 2 }],
  ['rpm, as in LiteLLM', { rpm: 2 }, {}],
])('%s: two are under way, the third waits for one of them to end', async (_, params, settings) => {
  const { app, upstream, chat, arrived, settled, finish } = await setup(params, settings)
  const answers = [chat(), chat(), chat()]
  await arrived(2)
  await settled()
  expect(upstream.requests).toHaveLength(2)
  finish(0)
  await arrived(3)
  finish(1)
  finish(2)
  expect((await Promise.all(answers)).map(({ status }) => status)).toEqual([200, 200, 200])
  expect(await app.rows()).toHaveLength(3)
})

test('a stream holds its place to its end, or when only a rate is known to its beginning', async () => {
  for (const [params, atOnce] of [
    [{ max_parallel_requests: 1 }, 1],
    [{ rpm: 1 }, 2],
  ] as const) {
    const { open, upstream, chat, arrived, settled } = await setup(params)
    const events = chatEvents()
    const answers = [chat({ stream: true }), chat({ stream: true })]
    await arrived(1)
    open[0]!.writeHead(200, { 'content-type': 'text/event-stream' }).write(events[0])
    await settled()
    expect(upstream.requests).toHaveLength(atOnce)
    open[0]!.end(events.slice(1).join(''))
    await arrived(2)
    open[1]!.writeHead(200, { 'content-type': 'text/event-stream' }).end(events.join(''))
    for (const answer of await Promise.all(answers)) expect(await answer.text()).toContain('[DONE]')
  }
})

test('a client that leaves while it waits is not served to nobody, and its row costs nothing', async () => {
  const { app, upstream, chat, arrived, settled, finish } = await setup({ max_parallel_requests: 1 })
  const first = chat()
  await arrived(1)
  const leaving = new AbortController()
  const second = chat({ user: 'second' }, leaving.signal).catch(() => 'left')
  await settled()
  const ended = once(app.gateway.events, 'call:end')
  leaving.abort()
  expect(await second).toBe('left')
  await ended
  finish(0)
  expect((await first).status).toBe(200)
  await settled()
  expect(upstream.requests).toHaveLength(1)
  const rows = await app.rows()
  expect(rows.find((row) => row.end_user === 'second')).toMatchObject({ status: 'failure', spend: 0 })
})

test('one that waits for longer than its time-out goes on to a fallback', async () => {
  const { chat, arrived, spare, finish } = await setup(
    { max_parallel_requests: 1 },
    { fallbacks: [{ main: ['spare'] }] },
  )
  const first = chat()
  await arrived(1)
  const second = await chat({ timeout: 0.05 })
  expect(second.status).toBe(200)
  expect(spare.requests).toHaveLength(1)
  expect(second.headers.get('x-litellm-attempted-fallbacks')).toBe('1')
  finish(0)
  expect((await first).status).toBe(200)
})
