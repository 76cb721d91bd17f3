import { readFileSync } from 'node:fs'
import Anthropic from '@anthropic-ai/sdk'
import { describe, expect, test } from '@jest/globals'
import express, { type RequestHandler } from 'express'
import OpenAI from 'openai'
import { litellmAuth, litellmErrors, litellmSpend, meter } from '../../src/index.ts'
import { startApp } from '../support/app.ts'
import { cleanups } from '../support/cleanups.ts'
import { chatCompletion, chatEvents, type Script, sendJson, startUpstream } from '../support/upstream.ts'
import { contentTypeOf, fixture } from '../unit/usage/replay.ts'

/** An app with a route of its own, whose handler calls the upstream itself. */
async function setup(script: Script, handler: (url: string) => RequestHandler, route = '/summary', path = route) {
  const upstream = await startUpstream(script)
  cleanups.push(upstream.close)
  const app = await startApp({
    upstream: upstream.url,
    app: (gateway) =>
      express()
        .post(route, litellmAuth({ gateway }), litellmSpend({ gateway }), handler(upstream.url))
        .use(litellmErrors()),
  })
  cleanups.push(app.close)
  const { secret } = await app.key()
  return { app, post: () => app.post(path, secret, { text: 'Something long' }) }
}

const openai = (baseURL: string) => new OpenAI({ baseURL, apiKey: 'sk-provider', maxRetries: 0 })
const MESSAGES = [{ role: 'user' as const, content: 'Hi' }]
const ROW = {
  status: 'success',
  call_type: 'acompletion',
  model: 'gpt-4o-2024-08-06',
  custom_llm_provider: 'openai',
  prompt_tokens: 10,
  completion_tokens: 20,
}
/** 10 × 2.5e-6 + 20 × 1e-5 */
const DOLLARS = 0.000225

const chat: Script = (res, { body }) => {
  if (!JSON.parse(body.toString()).stream) return sendJson(res, 200, chatCompletion())
  res.writeHead(200, { 'content-type': 'text/event-stream' }).end(chatEvents().join(''))
}

describe('an answer that a handler got from an SDK itself', () => {
  test('a completion: metered, and priced by the model that it names', async () => {
    const { app, post } = await setup(chat, (url) => async (req, res) => {
      const completion = await openai(url).chat.completions.create({ model: 'gpt-4o', messages: MESSAGES })
      const { choices } = meter(req, completion)
      res.json({ summary: choices[0]!.message.content })
    })
    expect(await (await post()).json()).toEqual({ summary: 'Hello!' })
    const rows = await app.rows()
    expect(rows).toHaveLength(1)
    expect(rows[0]).toMatchObject(ROW)
    expect(rows[0]!.spend).toBeCloseTo(DOLLARS, 12)
  })

  test('the text of one', async () => {
    const { app, post } = await setup(chat, () => (req, res) => {
      meter(req, JSON.stringify(chatCompletion()))
      res.send('done')
    })
    await post()
    expect((await app.rows())[0]).toMatchObject(ROW)
  })

  test('a stream of chunks: each is handed on as it comes', async () => {
    const { app, post } = await setup(chat, (url) => async (req, res) => {
      const options = { model: 'gpt-4o', messages: MESSAGES, stream_options: { include_usage: true } }
      const stream = meter(req, await openai(url).chat.completions.create({ ...options, stream: true }))
      for await (const chunk of stream) res.write(chunk.choices[0]?.delta.content ?? '')
      res.end()
    })
    expect(await (await post()).text()).toBe('Hello é€𝄞')
    const rows = await app.rows()
    expect(rows).toHaveLength(1)
    expect(rows[0]).toMatchObject(ROW)
    expect(rows[0]!.metadata.usage_source).toBe('reported')
    expect(rows[0]!.spend).toBeCloseTo(DOLLARS, 12)
  })

  test('a stream of Anthropic’s events', async () => {
    const events = readFileSync('test/fixtures/usage/anthropic-messages/claude-sonnet-4-5-cached.sse')
    const { app, post } = await setup(
      (res) => res.writeHead(200, { 'content-type': 'text/event-stream' }).end(events),
      (url) => async (req, res) => {
        const anthropic = new Anthropic({ baseURL: url.replace(/\/v1$/, ''), apiKey: 'sk-provider' })
        const call = { model: 'any-claude', max_tokens: 10, messages: MESSAGES }
        const stream = meter(req, await anthropic.messages.create({ ...call, stream: true }))
        for await (const event of stream) res.write(`${event.type}\n`)
        res.end()
      },
    )
    await post()
    const [row] = await app.rows()
    expect(row).toMatchObject({
      status: 'success',
      call_type: 'anthropic_messages',
      custom_llm_provider: 'anthropic',
      completion_tokens: 503,
    })
    expect(row!.spend).toBeGreaterThan(0)
  })

  test('the bytes of an HTTP answer', async () => {
    const { app, post } = await setup(chat, (url) => async (req, res) => {
      const body = JSON.stringify({ model: 'gpt-4o', stream: true, messages: MESSAGES })
      const answer = await fetch(`${url}/chat/completions`, { method: 'POST', body })
      let size = 0
      for await (const bytes of meter(req, answer.body!)) size += bytes.length
      res.json({ size })
    })
    expect(await (await post()).json()).toEqual({ size: Buffer.byteLength(chatEvents().join('')) })
    expect((await app.rows())[0]).toMatchObject(ROW)
  })

  test('a stream that breaks off fails the call, and what was said counts', async () => {
    const { app, post } = await setup(
      (res) => {
        res.writeHead(200, { 'content-type': 'text/event-stream' })
        res.write(chatEvents().slice(0, 3).join(''), () => setTimeout(() => res.destroy(), 50))
      },
      (url) => async (req, res) => {
        const options = { model: 'gpt-4o', messages: MESSAGES, stream: true as const }
        const stream = meter(req, await openai(url).chat.completions.create(options))
        try {
          for await (const chunk of stream) res.write(chunk.choices[0]?.delta.content ?? '')
        } finally {
          res.end()
        }
      },
    )
    await post().then((response) => response.text())
    const [row] = await app.rows()
    expect(row).toMatchObject({ status: 'failure' })
    expect(row!.metadata.usage_source).toBe('estimated')
    expect(row!.completion_tokens).toBeGreaterThan(0)
  })
})

test('a completion that a handler simply answers with is metered without being told', async () => {
  const { app, post } = await setup(chat, () => (_, res) => void res.json(chatCompletion()))
  await post()
  const [row] = await app.rows()
  expect(row).toMatchObject({ ...ROW, call_type: 'pass_through_endpoint' })
  expect(row!.spend).toBeCloseTo(DOLLARS, 12)
})

describe('a handler that passes on what a provider says in its own API', () => {
  const CASES: readonly [string, string, object, number][] = [
    [
      '/model/us.anthropic.claude-sonnet-4-5-20250929-v1:0/converse-stream',
      'bedrock-converse/claude-sonnet-4-5-cache-read.eventstream',
      { prompt_tokens: 1324, completion_tokens: 5, custom_llm_provider: 'bedrock' },
      2 * 3.3e-6 + 1322 * 3.3e-7 + 5 * 1.65e-5,
    ],
    [
      '/model/anthropic.claude-3-5-haiku-20241022-v1%3A0/invoke-with-response-stream',
      'bedrock-invoke/claude-3-5-haiku-cached.eventstream',
      { prompt_tokens: 18_135, completion_tokens: 50, model: 'anthropic.claude-3-5-haiku-20241022-v1:0' },
      4 * 8e-7 + 18_131 * 1e-6 + 50 * 4e-6,
    ],
    [
      '/model/anthropic.claude-3-5-haiku-20241022-v1%3A0/invoke',
      'bedrock-invoke/claude-3-5-haiku-cached.json',
      { prompt_tokens: 18_135, completion_tokens: 50, custom_llm_provider: 'bedrock' },
      4 * 8e-7 + 18_131 * 1e-6 + 50 * 4e-6,
    ],
    [
      '/v1/projects/p/locations/global/publishers/google/models/gemini-2.5-flash:streamGenerateContent',
      'gemini-generate/gemini-2.5-flash-vertex.sse',
      { prompt_tokens: 7, completion_tokens: 61, custom_llm_provider: 'vertex_ai' },
      7 * 3e-7 + 61 * 2.5e-6,
    ],
    [
      '/v1/projects/p/locations/global/publishers/anthropic/models/claude-sonnet-4-5@20250929:streamRawPredict',
      'anthropic-messages/claude-sonnet-4-search.sse',
      { prompt_tokens: 15_665, completion_tokens: 795, model: 'claude-sonnet-4-5@20250929' },
      15_665 * 3e-6 + 795 * 1.5e-5 + 0.01,
    ],
    [
      '/v1/messages',
      'anthropic-messages/claude-opus-4-6-compaction.json',
      { prompt_tokens: 61_067, completion_tokens: 1912, custom_llm_provider: 'anthropic' },
      61_067 * 5e-6 + 1912 * 2.5e-5,
    ],
  ]

  test.each(CASES)('%s: %s', async (path, name, wanted, dollars) => {
    const bytes = fixture(name)
    const { app, post } = await setup(
      chat,
      () => (_, res) => {
        res.setHeader('content-type', contentTypeOf(name))
        for (let at = 0; at < bytes.length; at += 100) res.write(bytes.subarray(at, at + 100))
        res.end()
      },
      '/{*path}',
      path,
    )
    const response = await post()
    expect(Buffer.from(await response.arrayBuffer()).equals(bytes)).toBe(true)
    const rows = await app.rows()
    expect(rows).toHaveLength(1)
    expect(rows[0]).toMatchObject({ status: 'success', ...wanted })
    expect(rows[0]!.metadata).toMatchObject({ usage_source: 'reported', usage_complete: true })
    expect(rows[0]!.spend).toBeCloseTo(dollars, 12)
  })

  test('a damaged frame says nothing: what was relayed is counted, and marked so', async () => {
    const bytes = Buffer.from(fixture('bedrock-converse/nova-micro-plain.eventstream'))
    bytes[bytes.length - 1]! ^= 1
    const { app, post } = await setup(
      chat,
      () => (_, res) => {
        res.setHeader('content-type', 'application/vnd.amazon.eventstream')
        res.end(bytes)
      },
      '/{*path}',
      '/model/amazon.nova-micro-v1:0/converse-stream',
    )
    expect(Buffer.from(await (await post()).arrayBuffer()).equals(bytes)).toBe(true)
    const [row] = await app.rows()
    expect(row!.metadata).toMatchObject({ usage_source: 'estimated', usage_complete: false })
    expect(row!.completion_tokens).toBe(1)
  })
})

test('what is no answer of a model costs nothing and is not estimated', async () => {
  const { app, post } = await setup(chat, () => (_, res) => void res.json({ ok: true }))
  await post()
  const [row] = await app.rows()
  expect(row).toMatchObject({ prompt_tokens: 0, spend: 0 })
  expect(row!.metadata.usage_source).toBe('none')
})

test('without litellmSpend it says what is missing', () => {
  expect(() => meter({} as express.Request, {})).toThrow('meter() needs litellmSpend() earlier in the chain')
})
