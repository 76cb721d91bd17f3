import type { ServerResponse } from 'node:http'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { startApp, type TestApp } from '../support/app.ts'
import { type RecordedRequest, type ScriptedUpstream, sendJson, startUpstream } from '../support/upstream.ts'

/** What every call uses: 4,096 tokens at 100 dollars a million. */
const TOKENS = 4_096
const COST = 0.4096
const BUDGET = 0.5
const CALLS = 100

let upstream: ScriptedUpstream
let app: TestApp
/** Settles when the gateway has all calls of a test. No call is answered, and charged, before. */
let allCame: Promise<void>

const USAGES = {
  openai: (input: number, output: number) => ({
    ...{ object: 'chat.completion', choices: [] },
    usage: { prompt_tokens: input, completion_tokens: output, total_tokens: input + output },
  }),
  responses: (input: number, output: number) => ({
    ...{ object: 'response', status: 'completed', output: [] },
    usage: { input_tokens: input, output_tokens: output, total_tokens: input + output },
  }),
  anthropic: (input: number, output: number) => ({
    ...{ type: 'message', role: 'assistant', content: [], stop_reason: 'end_turn' },
    usage: { input_tokens: input, output_tokens: output },
  }),
  gemini: (input: number, output: number) => ({
    candidates: [{ content: { parts: [{ text: 'a' }] }, finishReason: 'STOP' }],
    usageMetadata: { promptTokenCount: input, candidatesTokenCount: output, totalTokenCount: input + output },
  }),
}

/** Answers in the format of the path, as if the largest limit in the body had been used. */
function usageFor(url: string, isInput: boolean) {
  const [input, output] = isInput ? [TOKENS, 1] : [1, TOKENS]
  if (url.includes('generateContent')) return USAGES.gemini(input, output)
  if (url.includes('/messages')) return USAGES.anthropic(input, output)
  return url.includes('/responses') ? USAGES.responses(input, output) : USAGES.openai(input, output)
}

async function answerWhenAllCame(res: ServerResponse, { url, body }: RecordedRequest) {
  await allCame
  const isInput = /previous_response_id|file-1/.test(body.toString())
  sendJson(res, 200, { id: `r-${upstream.requests.length}-${Math.random()}`, ...usageFor(url, isInput) })
}

function untilAllCame(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  let come = 0
  app.server.on('request', function count() {
    if (++come < CALLS) return
    app.server.off('request', count)
    resolve()
  })
  return promise
}

beforeAll(async () => {
  // OpenAI and Anthropic refuse a second name of a limit. Other servers that speak their APIs obey it.
  upstream = await startUpstream(answerWhenAllCame, { strict: false })
  const base = upstream.url.replace('/v1', '')
  const prices = { input_cost_per_token: 1e-4, output_cost_per_token: 1e-4, max_input_tokens: TOKENS }
  const entry = (model_name: string, model: string, api_base: string) => ({
    model_name,
    litellm_params: { model, api_base, api_key: 'k', ...prices },
    model_info: { max_input_tokens: TOKENS },
  })
  app = await startApp({
    upstream: upstream.url,
    models: [
      entry('openai', 'openai/nameless', upstream.url),
      entry('claude', 'anthropic/nameless', base),
      entry('gemini', 'gemini/nameless', base),
    ],
  })
})

afterAll(async () => {
  await app.close()
  await upstream.close()
})

const MESSAGES = { messages: [{ role: 'user', content: 'a' }] }
const chat = (rest: object) => ['/v1/chat/completions', { model: 'openai', ...MESSAGES, ...rest }] as const
const completions = (rest: object) => ['/v1/completions', { model: 'openai', prompt: 'a', ...rest }] as const
const responses = (rest: object) => ['/v1/responses', { model: 'openai', input: 'a', ...rest }] as const
const messages = (rest: object) => ['/v1/messages', { model: 'claude', ...MESSAGES, ...rest }] as const
const gemini = (rest: object) =>
  ['/v1beta/models/gemini:generateContent', { contents: [{ parts: [{ text: 'a' }] }], ...rest }] as const

test.each([
  chat({ max_completion_tokens: 1, max_tokens: TOKENS }),
  chat({ max_tokens: 1, max_completion_tokens: TOKENS }),
  chat({ max_tokens: 1e-9 }),
  chat({ max_tokens: 1, n: `${TOKENS}` }),
  chat({ max_output_tokens: 1 }),
  chat({ max_tokens: 1, messages: [{ role: 'user', content: [{ type: 'file', file: { file_id: 'file-1' } }] }] }),
  completions({ max_tokens: 1, best_of: TOKENS }),
  completions({ max_tokens: 64, prompt: Array(64).fill('a') }),
  responses({ max_tokens: 1 }),
  responses({ max_output_tokens: 1, previous_response_id: 'resp_from_elsewhere' }),
  responses({ max_output_tokens: 1, input: [{ content: [{ type: 'input_file', file_id: 'file-1' }] }] }),
  messages({ max_tokens: TOKENS, max_completion_tokens: 1 }),
  gemini({ generationConfig: { maxOutputTokens: 1 }, generation_config: { max_output_tokens: TOKENS } }),
  gemini({ generationConfig: { maxOutputTokens: 1, candidate_count: `${TOKENS}` } }),
])('100 calls at once stay within a budget of half a dollar and one call: %s %j', async (path, body) => {
  // Files and responses from elsewhere are for keys that may use them. For others these calls end with 404.
  const key = await app.key({ max_budget: BUDGET, metadata: { allow_foreign_resources: true } })
  upstream.forget()
  allCame = untilAllCame()
  const answers = await Promise.all(Array.from({ length: CALLS }, () => app.post(path, key.secret, body)))
  await Promise.all(answers.map((answer) => answer.text()))
  const statuses = answers.map(({ status }) => status)
  expect(statuses.filter((status) => status !== 200 && status !== 422)).toEqual([])
  const answered = statuses.filter((status) => status === 200).length
  expect(answered).toBeGreaterThan(0)
  expect(upstream.requests.length).toBe(answered)
  await app.gateway.flush()
  const [row] = await app.sql`select spend from "LiteLLM_VerificationToken" where token = ${key.hashedToken}`
  expect(row!.spend).toBeGreaterThanOrEqual(answered * COST)
  expect(row!.spend).toBeLessThan(BUDGET + COST + 1e-3)
})
