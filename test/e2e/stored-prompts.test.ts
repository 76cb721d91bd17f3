import { expect, test } from '@jest/globals'
import type { LiteLLMOptions } from '../../src/index.ts'
import { startApp } from '../support/app.ts'
import { cleanups } from '../support/cleanups.ts'
import { chatCompletion, chatEvents, sendJson, startUpstream } from '../support/upstream.ts'

/** Two calls with the same prompt, one of them streamed; all that was told about them; and their rows. */
async function setup(options: LiteLLMOptions, general_settings = {}, litellm_settings = {}) {
  const upstream = await startUpstream((res, { body }) => {
    if (!JSON.parse(body.toString()).stream) return sendJson(res, 200, chatCompletion({ content: ANSWER }))
    res.writeHead(200, { 'content-type': 'text/event-stream' })
    res.end(chatEvents({ id: 'chatcmpl-2', words: [ANSWER.slice(0, 9), ANSWER.slice(9)] }).join(''))
  })
  cleanups.push(upstream.close)
  const model = { model: 'openai/gpt-4o', api_base: upstream.url, api_key: 'sk-provider' }
  const config = { model_list: [{ model_name: 'gpt-4o', litellm_params: model }], general_settings, litellm_settings }
  const app = await startApp({ upstream: upstream.url, options: { config, ...options } })
  cleanups.push(app.close)
  const told: unknown[] = []
  for (const name of ['spend:record', 'spend:flush', 'spend:drop', 'call:end'] as const)
    app.gateway.events.on(name, (event: unknown) => told.push(event))
  const { secret } = await app.key()
  for (const stream of [false, true]) {
    const messages = [{ role: 'user', content: PROMPT }]
    const response = await app.post('/v1/chat/completions', secret, {
      model: 'gpt-4o',
      messages,
      stream,
      api_key: 'sk-hidden',
    })
    await response.text()
  }
  const rows = await app.rows()
  return { rows, text: JSON.stringify(rows), told: JSON.stringify(told) }
}

const PROMPT = `the prompt ${'x'.repeat(3_000)}`
const ANSWER = 'the whole answer'

test.each([
  ['in code', { storePromptsInSpendLogs: true }, {}],
  ['in the file', {}, { store_prompts_in_spend_logs: true }],
])('asked for %s, prompts and answers are in the rows, cut, and nowhere else', async (_, options, general) => {
  const { rows, text, told } = await setup(options, general)
  expect(rows).toHaveLength(2)
  for (const { proxy_server_request, response, messages } of rows) {
    expect(proxy_server_request.messages[0].content).toMatch(
      /^the prompt x+\.\.\. \(litellm_truncated skipped \d+ chars\)/,
    )
    expect(response.choices[0].message.content).toBe(ANSWER)
    expect(messages).toEqual(proxy_server_request.messages)
  }
  expect(text).not.toContain('sk-hidden')
  expect(told).not.toContain(ANSWER)
  expect(told).not.toContain('the prompt')
})

test.each([
  ['by default', {}, {}, {}],
  ['without log messages', {}, { store_prompts_in_spend_logs: true }, { turn_off_message_logging: true }],
])('%s neither prompt nor answer is in a row', async (_, options, general, litellm) => {
  const { rows, text } = await setup(options, general, litellm)
  expect(rows).toHaveLength(2)
  expect(text).not.toContain('the prompt')
  expect(text).not.toContain(ANSWER)
})
