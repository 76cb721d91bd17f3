import type { RequestListener } from 'node:http'
import { expect, test } from '@jest/globals'
import compression from 'compression'
import connect from 'connect'
import express, { type Request, type Response } from 'express'
import {
  type Gateway,
  getContext,
  litellmAuth,
  litellmCache,
  litellmErrors,
  litellmProxy,
  litellmSpend,
} from '../../src/index.ts'
import { defaultModels, startApp } from '../support/app.ts'
import { cleanups } from '../support/cleanups.ts'
import { until } from '../support/until.ts'
import { chatCompletion, chatEvents, sendJson, startUpstream } from '../support/upstream.ts'

async function setup(app: (gateway: Gateway) => RequestListener, models?: (url: string) => readonly object[]) {
  const upstream = await startUpstream((res, { body }) => {
    if (!JSON.parse(body.toString()).stream) return sendJson(res, 200, chatCompletion())
    res.writeHead(200, { 'content-type': 'text/event-stream' }).end(chatEvents().join(''))
  })
  cleanups.push(upstream.close)
  const litellm_settings = { cache: true, cache_params: { type: 'local' } }
  const config = { model_list: models?.(upstream.url) ?? [], litellm_settings }
  const started = await startApp({ upstream: upstream.url, app, options: { config } })
  cleanups.push(started.close)
  const { secret } = await started.key()
  const chat = (more: object = {}, headers: Record<string, string> = {}) =>
    started.post('/v1/chat/completions', secret, { model: 'gpt-4o', messages: [], ...more }, headers)
  return {
    upstream,
    app: started,
    chat,
    stored: (count: number) => until(() => started.gateway.cache!.gauges().stored === count),
  }
}

test('a chain of your own with a handler of your own is cached, whole and streamed', async () => {
  let handled = 0
  const { app, chat, stored } = await setup((gateway) =>
    express().use(
      ...[litellmAuth({ gateway, aliases: false }), litellmSpend({ gateway }), litellmCache({ gateway })],
      (req: Request, res: Response) => {
        handled++
        if (!getContext(req).call!.stream) return void res.json(chatCompletion())
        res.type('text/event-stream')
        for (const event of chatEvents()) res.write(event)
        res.end()
      },
      litellmErrors(),
    ),
  )
  const first = await (await chat()).text()
  await stored(1)
  const again = await chat()
  expect(await again.text()).toBe(first)
  expect(again.headers.get('x-litellm-cache-key')).toMatch(/^[0-9a-f]{64}$/)
  await (await chat({ stream: true })).text()
  await stored(2)
  expect(await (await chat({ stream: true })).text()).toContain('[DONE]')
  expect(handled).toBe(2)
  const rows = await app.rows()
  expect(rows.map(({ cache_hit, total_tokens }) => [cache_hit, total_tokens])).toEqual([
    ['None', 30],
    ['True', 30],
    ['False', 30],
    ['True', 30],
  ])
  expect(rows.filter(({ cache_hit }) => cache_hit === 'True').map(({ spend }) => spend)).toEqual([0, 0])
})

test.each([
  ['Express', () => express() as unknown as connect.Server],
  ['Connect', () => connect()],
])('%s: answers that a middleware before compresses are stored as they were', async (_, create) => {
  const { upstream, chat, stored } = await setup(
    (gateway) =>
      create()
        .use(compression({ threshold: 0 }) as connect.NextHandleFunction)
        .use(litellmSpend({ gateway }))
        .use(litellmAuth({ gateway }))
        .use(litellmCache({ gateway }))
        .use(litellmProxy({ gateway }))
        .use(litellmErrors() as connect.ErrorHandleFunction) as unknown as RequestListener,
    defaultModels,
  )
  const first = await (await chat()).json()
  await stored(1)
  const again = await chat({}, { 'accept-encoding': 'gzip' })
  expect(again.headers.get('content-encoding')).toBe('gzip')
  expect(await again.json()).toEqual(first)
  expect(upstream.requests.length).toBe(1)
})
