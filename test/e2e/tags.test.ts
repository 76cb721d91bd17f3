import { expect, test } from '@jest/globals'
import type { LiteLLMOptions } from '../../src/index.ts'
import { startApp } from '../support/app.ts'
import { cleanups } from '../support/cleanups.ts'
import { chatCompletion, sendJson, startUpstream } from '../support/upstream.ts'

/** The tags of one call with two of the client's own, a header, and a User-Agent: in its row, and charged. */
async function tagsOf(litellm_settings: object, options: LiteLLMOptions = {}) {
  const upstream = await startUpstream((res) => sendJson(res, 200, chatCompletion()))
  cleanups.push(upstream.close)
  const model = { model: 'openai/gpt-4o', api_base: upstream.url, api_key: 'sk-provider' }
  const config = { model_list: [{ model_name: 'gpt-4o', litellm_params: model }], litellm_settings }
  const app = await startApp({ upstream: upstream.url, options: { config, ...options } })
  cleanups.push(app.close)
  const { secret } = await app.key()
  const response = await fetch(`${app.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${secret}`, 'user-agent': 'curl/8', 'x-litellm-tags': 'a, b', 'x-app': 'shop' },
    body: JSON.stringify({ model: 'gpt-4o', messages: [] }),
  })
  expect(response.status).toBe(200)
  const [row] = await app.rows()
  const daily = await app.sql`select tag from "LiteLLM_DailyTagSpend"`
  return { row: row!.request_tags, charged: daily.map(({ tag }) => tag).sort() }
}

const AGENT = ['User-Agent: curl', 'User-Agent: curl/8']

test.each([
  ['unless told otherwise', {}, {}, ['a', 'b', ...AGENT]],
  ['without those of the User-Agent', { disable_add_user_agent_to_request_tags: true }, {}, ['a', 'b']],
  ['with headers', { extra_spend_tag_headers: ['X-App', 'x-none'] }, {}, ['a', 'b', ...AGENT, 'X-App: shop']],
  ["with the client's, as before", {}, { compat: '1.83' as const }, ['a', 'b', ...AGENT]],
  ["without the client's, who has no permission", {}, { compat: { clientTags: 'opt-in' as const } }, AGENT],
])('a call is charged to its tags: %s', async (_, settings, options, expected) => {
  const { row, charged } = await tagsOf(settings, options)
  expect(row).toEqual(expected)
  expect(charged).toEqual([...expected].sort())
})
