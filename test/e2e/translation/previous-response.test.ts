import { afterEach, describe, expect, test } from '@jest/globals'
import OpenAI from 'openai'
import { startApp } from '../../support/app.ts'
import { startStrictProviders } from '../../support/strict/strict-providers.ts'

const closers: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

const PROVIDERS = ['anthropic', 'gemini', 'bedrock', 'cohere', 'ollama', 'hosted_vllm']
const TOOLS = ['get_weather', 'get_time'].map((name) => ({
  type: 'function' as const,
  name,
  strict: false,
  parameters: { type: 'object', properties: { city: { type: 'string' }, note: { type: 'string' } } },
}))

async function setup(options: object = { storePromptsInSpendLogs: true }) {
  const providers = await startStrictProviders()
  closers.push(providers.close)
  const models = Object.entries(providers.params).map(([model_name, litellm_params]) => ({
    model_name,
    litellm_params,
  }))
  const app = await startApp({ upstream: '', models, options: { ...options, config: { model_list: models } } })
  closers.push(app.close)
  const key = await app.key({ user_id: 'u1' })
  return { app, providers, models, key, ask: asker(app.url, key.secret) }
}

/** One response after the other, streamed or whole. */
function asker(baseURL: string, apiKey: string) {
  const client = new OpenAI({ baseURL: `${baseURL}/v1`, apiKey, maxRetries: 0 })
  return async (body: OpenAI.Responses.ResponseCreateParamsNonStreaming, stream = false) =>
    stream
      ? await client.responses.stream({ ...body, stream: true }).finalResponse()
      : await client.responses.create(body)
}

describe.each(PROVIDERS)('%s', (model) => {
  test.each([false, true])('goes on from what the log keeps (streamed: %s)', async (stream) => {
    const { app, providers, ask } = await setup()
    const first = await ask({ model, input: 'turn 2', instructions: 'Be brief.', tools: TOOLS }, stream)
    const calls = first.output.flatMap((item) => (item.type === 'function_call' ? [item] : []))
    expect(calls).toHaveLength(2)
    const input = calls.map(({ call_id }, at) => ({
      type: 'function_call_output' as const,
      call_id,
      output: 'ab'[at]!,
    }))
    const second = await ask({ model, input, tools: TOOLS, previous_response_id: first.id }, stream)
    expect(second.output_text).toBe('Answer: a & b')
    expect(second.previous_response_id).toBe(first.id)
    const third = await ask({ model, input: 'And now?', tools: TOOLS, previous_response_id: second.id }, stream)
    expect(third.output_text).toBe('You said: And now?')
    const asked = String(providers.requests.at(-1)?.body)
    for (const said of ['turn 2', 'Looking 2.', 'get_time', 'Answer: a & b', 'And now?']) expect(asked).toContain(said)
    // The instructions of an earlier response are not those of the next.
    expect(asked).not.toContain('Be brief.')
    expect(providers.refused).toEqual([])
    const rows = await app.rows()
    expect(new Set(rows.map(({ session_id }) => session_id)).size).toBe(1)
    expect(rows.map(({ proxy_server_request }) => proxy_server_request.previous_response_id)).toEqual([
      undefined,
      first.id,
      second.id,
    ])
    expect(rows.map(({ response }) => response.choices[0].message.role)).toEqual(Array(3).fill('assistant'))
  })
})

test('an id is one that LiteLLM reads', async () => {
  const { app, ask } = await setup()
  for (const model of PROVIDERS) {
    const { id } = await ask({ model, input: 'Hi' })
    const [head, at, row] = Buffer.from(id.replace('resp_', ''), 'base64').toString().split(';')
    const last = (await app.rows()).at(-1)!
    expect([head, at]).toEqual([`litellm:custom_llm_provider:${last.custom_llm_provider}`, `model_id:${last.model_id}`])
    // Our fakes give the same id to every answer: the first row of each provider has it.
    expect([last.request_id, last.metadata.provider_request_id]).toContain(row?.replace('response_id:', ''))
  }
})

test('two conversations from one response do not mix', async () => {
  const { providers, ask } = await setup()
  const model = 'hosted_vllm'
  const first = await ask({ model, input: 'The root.' })
  await ask({ model, input: 'The left branch.', previous_response_id: first.id })
  const right = await ask({ model, input: 'The right branch.', previous_response_id: first.id })
  await ask({ model, input: 'On.', previous_response_id: right.id })
  const asked = String(providers.requests.at(-1)?.body)
  for (const said of ['The root.', 'The right branch.', 'On.']) expect(asked).toContain(said)
  expect(asked).not.toContain('left branch')
})

test('another process reads it, and another model goes on', async () => {
  const { app, providers, models, key, ask } = await setup()
  const first = await ask({ model: 'gemini', input: 'Remember the blue door.' })
  const other = await startApp({
    upstream: '',
    options: { config: { model_list: models }, databaseUrl: app.databaseUrl, storePromptsInSpendLogs: true },
  })
  closers.push(other.close)
  await app.rows()
  const askThere = asker(other.url, key.secret)
  for (const model of ['anthropic', 'openai']) {
    const next = await askThere({ model, input: 'Which door?', previous_response_id: first.id })
    expect(next.output_text).toBe('You said: Which door?')
    expect(String(providers.requests.at(-1)?.body)).toContain('Remember the blue door.')
  }
  expect(providers.refused).toEqual([])
})

test('it is for its owner: the key, its user, its team', async () => {
  const { app, ask } = await setup()
  const model = 'hosted_vllm'
  const first = await ask({ model, input: 'My secret.' })
  const go = (secret: string) =>
    asker(app.url, secret)({ model, input: 'Tell me.', previous_response_id: first.id }).catch((error) => error)
  expect((await go((await app.key({ user_id: 'u1' })).secret)).output_text).toBe('You said: Tell me.')
  expect(await go((await app.key({ user_id: 'u2' })).secret)).toMatchObject({ status: 404 })
  expect(await go((await app.key()).secret)).toMatchObject({ status: 404 })
})

test('without the log it is a 400 that names the setting', async () => {
  const { ask } = await setup({})
  for (const model of ['hosted_vllm', 'gemini']) {
    const first = await ask({ model, input: 'Hi' })
    const error = await ask({ model, input: 'Go on.', previous_response_id: first.id }).catch((cause) => cause)
    expect(error).toMatchObject({ status: 400, param: 'previous_response_id' })
    expect(error.message).toContain('store_prompts_in_spend_logs')
  }
})

test('what was cut in the log is not taken for what was said', async () => {
  const { providers, ask } = await setup()
  const model = 'hosted_vllm'
  const first = await ask({ model, input: 'long '.repeat(1_000) })
  const asked = providers.requests.length
  const error = await ask({ model, input: 'Go on.', previous_response_id: first.id }).catch((cause) => cause)
  expect(error).toMatchObject({ status: 400, param: 'previous_response_id' })
  expect(error.message).toContain('MAX_STRING_LENGTH_PROMPT_IN_DB')
  expect(providers.requests).toHaveLength(asked)
})

test('a chain with a row that is gone is not taken for a whole one', async () => {
  const { app, ask } = await setup()
  const model = 'hosted_vllm'
  const first = await ask({ model, input: 'One.' })
  const second = await ask({ model, input: 'Two.', previous_response_id: first.id })
  await app.rows()
  await app.sql`delete from "LiteLLM_SpendLogs" where proxy_server_request ->> 'input' = 'One.'`
  const error = await ask({ model, input: 'Three.', previous_response_id: second.id }).catch((cause) => cause)
  expect(error).toMatchObject({ status: 400, param: 'previous_response_id' })
  expect(error.message).toContain('not kept any more')
})

describe('a response that the log keeps', () => {
  const clientOf = (baseURL: string, apiKey: string) => new OpenAI({ baseURL: `${baseURL}/v1`, apiKey, maxRetries: 0 })

  test.each(PROVIDERS)('of %s is told as it was, without asking the provider', async (model) => {
    const { app, providers, key, ask } = await setup()
    const first = await ask({ model, input: 'turn 2', instructions: 'Be brief.', tools: TOOLS })
    const asked = providers.requests.length
    const { responses } = clientOf(app.url, key.secret)
    const found = await responses.retrieve(first.id)
    const plain = (items: readonly object[]) => items.map((item) => ({ ...item, id: undefined }))
    expect({ ...found, output: plain(found.output) }).toEqual({ ...first, output: plain(first.output) })
    expect(await responses.retrieve(first.id)).toEqual(found)
    expect(providers.requests).toHaveLength(asked)
    const rows = await app.rows()
    expect(rows.map(({ call_type, spend }) => [call_type, spend > 0]).slice(1)).toEqual(
      Array(2).fill(['aget_responses', false]),
    )
  })

  test('lists what it was asked with, page by page', async () => {
    const { app, key, ask } = await setup()
    const said = (role: 'user' | 'assistant', content: string) => ({ role, content })
    const input = [said('user', 'One.'), said('assistant', 'Two.'), said('user', 'Three.')]
    const { id } = await ask({ model: 'hosted_vllm', input })
    const { inputItems } = clientOf(app.url, key.secret).responses
    const texts: unknown[] = []
    for await (const item of inputItems.list(id, { limit: 2 })) texts.push((item as any).content)
    expect(texts).toEqual([
      [{ type: 'input_text', text: 'Three.' }],
      [{ type: 'output_text', text: 'Two.' }],
      [{ type: 'input_text', text: 'One.' }],
    ])
    const { data, has_more } = await inputItems.list(id, { order: 'asc' })
    expect([(data[0] as any).content[0].text, data.length, has_more]).toEqual(['One.', 3, false])
  })

  test('is for its owner, and only read', async () => {
    const { app, providers, key, ask } = await setup()
    const { id } = await ask({ model: 'hosted_vllm', input: 'My secret.' })
    const asked = providers.requests.length
    const own = clientOf(app.url, key.secret).responses
    const other = clientOf(app.url, (await app.key({ user_id: 'u2' })).secret).responses
    const errorOf = (call: Promise<unknown>) =>
      call.then(
        () => undefined,
        (error) => error,
      )
    for (const call of [other.retrieve(id), other.delete(id), other.inputItems.list(id)]) {
      expect(await errorOf(call)).toMatchObject({ status: 404 })
    }
    for (const call of [own.delete(id), own.cancel(id), own.retrieve(id, { stream: true })]) {
      const error = await errorOf(call)
      expect(error).toMatchObject({ status: 400 })
      expect(error.message).toContain('spend logs')
    }
    expect((await own.retrieve(id)).output_text).toBe('You said: My secret.')
    expect(providers.requests).toHaveLength(asked)
  })

  test('with texts that were cut is 400 to its owner, and 404 to others', async () => {
    const { app, key, ask } = await setup()
    const { id } = await ask({ model: 'hosted_vllm', input: 'long '.repeat(1_000) })
    const errorFor = (secret: string) =>
      clientOf(app.url, secret)
        .responses.retrieve(id)
        .catch((cause) => cause)
    const error = await errorFor(key.secret)
    expect(error).toMatchObject({ status: 400 })
    expect(error.message).toContain('MAX_STRING_LENGTH_PROMPT_IN_DB')
    expect(await errorFor((await app.key({ user_id: 'u2' })).secret)).toMatchObject({ status: 404 })
  })

  test('and one that it does not keep is a 404 that names the setting', async () => {
    const { app, providers, key, ask } = await setup({})
    const { id } = await ask({ model: 'gemini', input: 'Hi' })
    const asked = providers.requests.length
    const error = await clientOf(app.url, key.secret)
      .responses.retrieve(id)
      .catch((cause) => cause)
    expect(error).toMatchObject({ status: 404 })
    expect(error.message).toContain('store_prompts_in_spend_logs')
    expect(providers.requests).toHaveLength(asked)
  })
})
