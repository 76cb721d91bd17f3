import { gzipSync } from 'node:zlib'
import Anthropic from '@anthropic-ai/sdk'
import { afterEach, describe, expect, test } from '@jest/globals'
import OpenAI from 'openai'
import { startApp } from '../../support/app.ts'
import { type StrictOptions, startStrictProviders } from '../../support/strict/strict-providers.ts'
import { sendJson } from '../../support/upstream.ts'

/* Tries of a translated call: errors, fallbacks to providers of other APIs, and parameters that cannot be said. */

const closers: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

interface Given extends StrictOptions {
  readonly params?: object
  readonly settings?: object
  readonly config?: object
}

async function setup({ params = {}, settings, config, ...options }: Given = {}) {
  const providers = await startStrictProviders(options)
  closers.push(providers.close)
  const model_list = Object.entries(providers.params).map(([model_name, own]) => ({
    model_name,
    litellm_params: { ...own, ...params },
  }))
  const router_settings = { num_retries: 0, disable_cooldowns: true, ...settings }
  const app = await startApp({ upstream: '', options: { config: { model_list, router_settings, ...config } } })
  closers.push(app.close)
  const { secret } = await app.key()
  const chat = (model: string, more: object = {}) =>
    app.post('/v1/chat/completions', secret, { model, messages: [{ role: 'user', content: 'Hi' }], ...more })
  return { app, providers, secret, chat, paths: () => providers.requests.map(({ url }) => url) }
}

const failing =
  (
    path: RegExp,
    status: number,
    body: object,
    headers: Record<string, string> = {},
  ): NonNullable<StrictOptions['before']> =>
  (res, { url }) => {
    if (!path.test(url)) return false
    sendJson(res, status, body, headers)
    return true
  }

describe('a fallback to a provider of another API', () => {
  const settings = { fallbacks: [{ hosted_vllm: ['anthropic'] }, { anthropic: ['hosted_vllm'] }] }

  test('is asked in that API, from what the client said', async () => {
    const { app, chat, paths, providers } = await setup({
      settings,
      before: failing(/chat\/completions/, 500, { error: { message: 'no' } }),
    })
    const answer = await chat('hosted_vllm', { seed: 1 })
    expect(answer.status).toBe(200)
    expect(answer.headers.get('x-litellm-dropped-params')).toBe('seed')
    expect(await answer.json()).toMatchObject({ choices: [{ message: { content: 'You said: Hi' } }] })
    expect(paths()).toEqual(['/v1/chat/completions', '/v1/messages'])
    expect(providers.refused).toEqual([])
    const [row] = await app.rows()
    expect(row).toMatchObject({ status: 'success', custom_llm_provider: 'anthropic', prompt_tokens: 100 })
    expect(row!.metadata).toMatchObject({
      translated_from: 'openai-chat',
      dropped_params: ['seed'],
      attempted_fallbacks: 1,
    })
  })

  test('back to one that the client speaks is not translated', async () => {
    const { app, chat, paths } = await setup({
      settings,
      before: failing(/messages/, 529, { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } }),
    })
    const answer = await chat('anthropic', { seed: 1 })
    expect(answer.status).toBe(200)
    expect(answer.headers.get('x-litellm-dropped-params')).toBeNull()
    expect(paths()).toEqual(['/v1/messages', '/v1/chat/completions'])
    const [row] = await app.rows()
    expect(row).toMatchObject({ status: 'success', custom_llm_provider: 'hosted_vllm', call_type: 'acompletion' })
    expect(row!.metadata).not.toHaveProperty('translated_from')
  })

  test('follows a stream whose first event is an error', async () => {
    const error = { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } }
    const { app, chat } = await setup({
      settings,
      before: (res, { url }) => {
        if (!url.endsWith('/messages')) return false
        res.writeHead(200, { 'content-type': 'text/event-stream' })
        res.end(`event: error\ndata: ${JSON.stringify(error)}\n\n`)
        return true
      },
    })
    const answer = await chat('anthropic', { stream: true })
    expect(await answer.text()).toContain('data: [DONE]')
    expect(await app.rows()).toMatchObject([{ status: 'success', custom_llm_provider: 'hosted_vllm' }])
  })
})

describe('an error of the provider', () => {
  test.each([
    [429, { type: 'error', error: { type: 'rate_limit_error', message: 'Slow down' } }],
    [413, { type: 'error', error: { type: 'request_too_large', message: 'Too large' } }],
    [529, { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } }],
  ])('of status %s reaches an OpenAI client with its words', async (status, body) => {
    const headers = { 'retry-after': '7', 'request-id': 'req_1' }
    const { app, secret } = await setup({ before: failing(/messages/, status, body, headers) })
    const client = new OpenAI({ baseURL: `${app.url}/v1`, apiKey: secret, maxRetries: 0 })
    const messages = [{ role: 'user' as const, content: 'Hi' }]
    const error = await client.chat.completions.create({ model: 'anthropic', messages }).catch((cause) => cause)
    expect(error).toBeInstanceOf(OpenAI.APIError)
    expect(error).toMatchObject({ status, type: body.error.type, message: expect.stringContaining(body.error.message) })
    expect([error.headers.get('retry-after'), error.headers.get('request-id')]).toEqual(['7', 'req_1'])
    expect(await app.rows()).toMatchObject([{ status: 'failure', custom_llm_provider: 'anthropic' }])
  })

  test('reaches Claude Code in Anthropic’s shape', async () => {
    const body = { error: { message: 'Slow down', type: 'rate_limit', code: 'x' } }
    const { app, secret } = await setup({ before: failing(/completions/, 429, body, { 'retry-after': '7' }) })
    const client = new Anthropic({ baseURL: app.url, apiKey: secret, maxRetries: 0 })
    const messages = [{ role: 'user' as const, content: 'Hi' }]
    const error = await client.messages
      .create({ model: 'hosted_vllm', max_tokens: 10, messages })
      .catch((cause) => cause)
    expect(error).toBeInstanceOf(Anthropic.RateLimitError)
    expect(error.error).toMatchObject({ type: 'error', error: { type: 'rate_limit_error', message: 'Slow down' } })
    expect(error.headers.get('retry-after')).toBe('7')
  })

  test('within a stream ends it with an error that SDKs throw', async () => {
    const event = { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } }
    const start = {
      type: 'message_start',
      message: { id: 'm', content: [], usage: { input_tokens: 9, output_tokens: 1 } },
    }
    const { app, secret } = await setup({
      before: (res) => {
        res.writeHead(200, { 'content-type': 'text/event-stream' })
        res.end([start, event].map((one) => `event: ${one.type}\ndata: ${JSON.stringify(one)}\n\n`).join(''))
        return true
      },
    })
    const client = new OpenAI({ baseURL: `${app.url}/v1`, apiKey: secret, maxRetries: 0 })
    const messages = [{ role: 'user' as const, content: 'Hi' }]
    const stream = await client.chat.completions.create({ model: 'anthropic', messages, stream: true })
    const read = async () => {
      for await (const _ of stream);
    }
    await expect(read()).rejects.toThrow('Overloaded')
    expect(await app.rows()).toMatchObject([{ status: 'failure', prompt_tokens: 9 }])
  })

  test('a redirect is none that a client could follow', async () => {
    const { chat } = await setup({
      before: (res) => {
        res.writeHead(302, { location: 'http://169.254.169.254/' }).end()
        return true
      },
    })
    const answer = await chat('anthropic')
    expect(answer.status).toBe(502)
    expect(answer.headers.get('location')).toBeNull()
  })
})

describe('an answer that is not what was asked for', () => {
  const whole = {
    content: [{ type: 'text', text: 'Hello' }],
    usage: { input_tokens: 1, output_tokens: 2 },
    stop_reason: 'end_turn',
  }

  test('is read although it is compressed', async () => {
    const { app, chat } = await setup({
      before: (res) => {
        res.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' })
        res.end(gzipSync(JSON.stringify(whole)))
        return true
      },
    })
    const answer = await chat('anthropic')
    expect(answer.headers.get('content-encoding')).toBeNull()
    expect(await answer.json()).toMatchObject({ choices: [{ message: { content: 'Hello' } }] })
    expect(await app.rows()).toMatchObject([{ prompt_tokens: 1, completion_tokens: 2 }])
  })

  test('and whole instead of streamed becomes a stream', async () => {
    const { chat } = await setup({ before: failing(/messages/, 200, whole) })
    const text = await (await chat('anthropic', { stream: true })).text()
    expect(text).toContain('"content":"Hello"')
    expect(text).toMatch(/data: \[DONE\]\n\n$/)
  })

  test('and no JSON is an error, and tried elsewhere', async () => {
    const { chat } = await setup({
      settings: { fallbacks: [{ anthropic: ['gemini'] }] },
      before: (res, { url }) => {
        if (!url.endsWith('/messages')) return false
        res.writeHead(200, { 'content-type': 'text/html' }).end('<h1>Welcome</h1>')
        return true
      },
    })
    expect((await chat('anthropic')).headers.get('x-litellm-model-group')).toBe('gemini')
  })
})

describe('a parameter that the provider’s API does not have', () => {
  test('is refused in LiteLLM’s words where nothing may be dropped', async () => {
    const { chat, paths } = await setup({ config: { litellm_settings: { drop_params: false } } })
    const refused = await chat('anthropic', { seed: 1, frequency_penalty: 0.5 })
    expect(refused.status).toBe(400)
    const { error } = (await refused.json()) as any
    expect(error.message).toContain("anthropic does not support parameters: ['seed', 'frequency_penalty']")
    expect(paths()).toEqual([])
    // The call's own word comes first.
    expect((await chat('anthropic', { seed: 1, drop_params: true })).status).toBe(200)
  })

  test('is sent where the operator allows it', async () => {
    const { chat, providers } = await setup({ params: { allowed_openai_params: ['seed'] } })
    const answer = await chat('gemini', { logit_bias: { 1: 1 } })
    expect(answer.headers.get('x-litellm-dropped-params')).toBe('logit_bias')
    await chat('anthropic', { seed: 5 })
    expect(JSON.parse(providers.requests.at(-1)!.body.toString())).toMatchObject({ seed: 5 })
  })
})

test('what the operator adds reaches the provider, and what is the gateway’s does not', async () => {
  const { chat, providers } = await setup({ params: { extra_body: { inference_geo: 'us' }, top_k: 5 } })
  await chat('anthropic', {
    metadata: { tags: ['a'] },
    session_id: 's',
    request_tags: ['t'],
    extra_headers: { 'x-own': '1', authorization: 'Bearer x' },
  })
  const { body, headers } = providers.requests[0]!
  expect(JSON.parse(body.toString())).toEqual({
    model: 'claude-sonnet-4-5',
    max_tokens: 64_000,
    messages: [{ role: 'user', content: [{ type: 'text', text: 'Hi' }] }],
    top_k: 5,
    inference_geo: 'us',
  })
  expect(headers).toMatchObject({ 'x-own': '1', 'x-api-key': 'sk-provider', 'anthropic-version': '2023-06-01' })
  expect(headers.authorization).toBeUndefined()
})

test.each([false, true])('rows hold the conversation where prompts are stored, streamed: %s', async (stream) => {
  const { app, chat } = await setup({ config: { general_settings: { store_prompts_in_spend_logs: true } } })
  await (await chat('anthropic', { stream })).text()
  const [row] = await app.rows()
  expect(JSON.stringify(row!.messages)).toContain('Hi')
  // As LiteLLM keeps it: what the client sent, and the answer in OpenAI's chat.
  expect(row!.proxy_server_request).toMatchObject({ model: 'anthropic', messages: [{ role: 'user', content: 'Hi' }] })
  expect(row!.response).toMatchObject({ choices: [{ message: { content: 'You said: Hi' } }] })
})

test('an earlier response that is not known is named, and nothing is asked', async () => {
  const { app, secret, paths } = await setup()
  const body = { model: 'anthropic', input: 'Hi', previous_response_id: 'resp_1' }
  const refused = await app.post('/v1/responses', secret, body)
  expect([400, 404]).toContain(refused.status)
  expect(await refused.text()).toMatch(/resp_1|previous_response_id/)
  expect(paths()).toEqual([])
})

describe('a body that no client library makes', () => {
  test('may name members as no header can: they are left out, and named as far as a header can', async () => {
    const { chat } = await setup()
    const answer = await chat('anthropic', { 'a\r\nb: c': 1, ünïq: 2, ['x'.repeat(5_000)]: 3 })
    expect(answer.status).toBe(200)
    const dropped = String(answer.headers.get('x-litellm-dropped-params'))
    expect(dropped.split(',').sort()).toEqual(['?n?q', 'a??b??c', 'x'.repeat(64)])
  })

  test.each([
    [{ type: { toString: 1 } }, 'messages[0].content[0].type'],
    [{ type: 'text', text: { toString: 1 } }, 'messages[0].content[0].text'],
    [{ type: 'tool_use', id: 'a', name: { toString: 1 } }, 'messages[0].content[0].name'],
  ])('is refused as the fault of the client, in its API’s shape: %j', async (block, param) => {
    const { app, secret, paths } = await setup()
    const body = { model: 'hosted_vllm', max_tokens: 5, messages: [{ role: 'user', content: [block] }], tools: [block] }
    const answer = await app.post('/v1/messages', secret, body)
    expect(answer.status).toBe(400)
    expect(await answer.json()).toMatchObject({ type: 'error', error: { type: 'invalid_request_error', param } })
    expect(paths()).toEqual([])
    expect(await app.rows()).toHaveLength(1)
  })

  test.each([{ type: 'constructor' }, { type: '__proto__' }])(
    'is sent without what nobody knows: %j',
    async (block) => {
      const { app, secret } = await setup()
      const body = {
        model: 'hosted_vllm',
        max_tokens: 5,
        messages: [{ role: 'user', content: [block] }],
        tools: [block],
      }
      expect((await app.post('/v1/messages', secret, body)).status).toBe(200)
    },
  )
})
