import { expect, test } from '@jest/globals'
import { startDemoUpstream } from '../../../../src/cli/demo/demo-upstream.ts'
import { cleanups } from '../../../support/cleanups.ts'

async function setup() {
  const upstream = await startDemoUpstream()
  cleanups.push(() => upstream.stop())
  const { api_base } = upstream.modelList[0]!.litellm_params
  return async (path: string, body: object) => {
    const answer = await fetch(`${api_base}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: 'Bearer demo' },
      body: JSON.stringify({ model: 'gpt-4o-mini', ...body }),
    })
    return { status: answer.status, text: await answer.text() }
  }
}

const TOOLS = [{ type: 'function', function: { name: 'get_weather', parameters: {} } }]
const ask = (content: string) => [{ role: 'user', content }]

test('any chat is answered, with usage', async () => {
  const post = await setup()
  const { status, text } = await post('/chat/completions', { messages: ask('Hello') })
  expect(status).toBe(200)
  const { choices, usage } = JSON.parse(text)
  expect(choices[0].message.content).toContain('demo upstream')
  expect(usage.prompt_tokens + usage.completion_tokens).toBe(usage.total_tokens)
  expect(usage.completion_tokens).toBeGreaterThan(0)
})

test('a stream ends with its usage', async () => {
  const post = await setup()
  const stream = { stream: true, stream_options: { include_usage: true }, messages: ask('Hello') }
  const events = (await post('/chat/completions', stream)).text.trim().split('\n\n')
  expect(events.length).toBeGreaterThan(4)
  expect(events.at(-1)).toBe('data: [DONE]')
  expect(JSON.parse(events.at(-2)!.slice('data: '.length)).usage.total_tokens).toBeGreaterThan(0)
})

test('the weather is a tool call when tools are offered, until the tool has answered', async () => {
  const post = await setup()
  const asked = ask('What is the weather?')
  const first = JSON.parse((await post('/chat/completions', { messages: asked, tools: TOOLS })).text).choices[0].message
  expect(first.tool_calls[0].function).toEqual({ name: 'get_weather', arguments: '{"city":"Paris"}' })
  const messages = [...asked, first, { role: 'tool', tool_call_id: first.tool_calls[0].id, content: 'sunny' }]
  const second = JSON.parse((await post('/chat/completions', { messages, tools: TOOLS })).text).choices[0]
  expect(second.finish_reason).toBe('stop')
})

test('the weather without tools is a chat', async () => {
  const post = await setup()
  const { text } = await post('/chat/completions', { messages: ask('What is the weather?') })
  expect(JSON.parse(text).choices[0].message.content).toContain('demo upstream')
})

test('each text has an embedding, and there is usage', async () => {
  const post = await setup()
  const { text } = await post('/embeddings', { model: 'text-embedding-3-small', input: ['a', 'b'] })
  const { data, usage } = JSON.parse(text)
  expect(data.map((item: { embedding: number[] }) => item.embedding.length)).toEqual([1536, 1536])
  expect(usage.total_tokens).toBeGreaterThan(0)
})
