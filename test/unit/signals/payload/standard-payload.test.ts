import { expect, test } from '@jest/globals'
import { toSpendRecord } from '../../../../src/ledger/record/spend-log-row.ts'
import { type PayloadOptions, standardPayload } from '../../../../src/signals/payload/standard-payload.ts'
import type { SpendEvent } from '../../../../src/types.ts'
import { type EventParts, spendEvent } from '../../../support/spend-event.ts'

/** Of LiteLLM 1.106's StandardLoggingPayload; those that it leaves out without a router of its own are not there. */
const FIELDS = [
  ...['api_base', 'cache_hit', 'cache_key', 'call_type', 'completionStartTime', 'completion_tokens', 'cost_breakdown'],
  ...['custom_llm_provider', 'endTime', 'end_user', 'error_information', 'error_str', 'guardrail_information'],
  ...['hidden_params', 'id', 'litellm_call_id', 'messages', 'metadata', 'model', 'model_group', 'model_id'],
  ...['model_map_information', 'model_parameters', 'prompt_tokens', 'request_model_access_groups', 'request_tags'],
  ...['requester_ip_address', 'response', 'response_cost', 'response_cost_failure_debug_info', 'response_time'],
  ...['saved_cache_cost', 'session_id', 'standard_built_in_tools_params', 'startTime', 'status', 'status_fields'],
  ...['stream', 'total_tokens', 'trace_id', 'user_agent'],
]

const REQUEST = {
  model: 'gpt',
  messages: [{ role: 'user', content: 'the prompt' }],
  temperature: 0.5,
  api_key: 'sk-canary-of-the-client',
}

function setup(parts: EventParts = {}, options: Partial<PayloadOptions> = {}, more: Partial<SpendEvent> = {}) {
  const event: SpendEvent = {
    ...spendEvent(parts),
    request: REQUEST,
    answer: { choices: [{ message: { role: 'assistant', content: 'the answer' } }] },
    path: '/v1/chat/completions',
    ...more,
  }
  const payload = standardPayload(event, {
    redactsMessages: false,
    redactsKey: false,
    excluded: [],
    tags: {},
    ...options,
  })
  return { event, payload: payload as Record<string, any> }
}

test('it has the fields that LiteLLM has', () => {
  expect(Object.keys(setup().payload).sort()).toEqual([...FIELDS].sort())
})

test('id, cost, tokens and times are those of the row', () => {
  const { event, payload } = setup()
  const row = JSON.parse(toSpendRecord(event).text)
  expect(payload.id).toBe(row.provider_id)
  expect(payload.response_cost).toBe(row.spend)
  expect([payload.prompt_tokens, payload.completion_tokens, payload.total_tokens]).toEqual([
    row.prompt_tokens,
    row.completion_tokens,
    row.total_tokens,
  ])
  expect(new Date(payload.startTime * 1_000).toISOString()).toBe(row.startTime)
  expect(new Date(payload.endTime * 1_000).toISOString()).toBe(row.endTime)
  expect(payload.request_tags).toEqual(row.request_tags)
  expect(payload.metadata.user_api_key_hash).toBe(row.api_key)
  expect(payload.metadata.usage_object).toEqual(row.metadata.usage_object)
  expect([payload.model, payload.model_group]).toEqual([row.model, row.model_group])
})

test('without an id of the provider the id is that of the call', () => {
  const { event, payload } = setup({ outcome: { responseId: undefined } })
  expect([payload.id, payload.litellm_call_id]).toEqual([event.callId, event.callId])
})

test('what was asked and answered, with the parameters, and without what lets in', () => {
  const { payload } = setup()
  expect(payload.messages).toEqual([{ role: 'user', content: 'the prompt' }])
  expect(payload.response.choices[0].message.content).toBe('the answer')
  expect(payload.model_parameters).toEqual({ temperature: 0.5 })
  expect(JSON.stringify(payload)).not.toContain('canary')
})

test('with `turn_off_message_logging` neither prompt nor answer is told', () => {
  const { payload } = setup({}, { redactsMessages: true })
  expect(payload.messages).toEqual([{ role: 'user', content: 'redacted-by-litellm' }])
  expect(payload.response).toEqual({ text: 'redacted-by-litellm' })
  expect(JSON.stringify(payload)).not.toMatch(/the prompt|the answer/)
})

test('with `redact_user_api_key_info` nothing about the key is told', () => {
  const { payload } = setup({}, { redactsKey: true })
  expect(Object.keys(payload.metadata).filter((name) => name.startsWith('user_api_key'))).toEqual([
    'user_api_key_end_user_id',
    'user_api_key_request_route',
  ])
  expect(JSON.stringify(payload)).not.toMatch(/the alias|the team|a{64}/)
})

test('what the response cache had to do with it', () => {
  const { payload } = setup({ cost: 0 }, {}, { cache: { hit: true, key: 'k' }, savedCost: 0.5 })
  expect(payload).toMatchObject({ cache_hit: true, cache_key: 'k', saved_cache_cost: 0.5, response_cost: 0 })
})

test('fields that are excluded are not there', () => {
  const { payload } = setup({}, { excluded: ['messages', 'response'] })
  expect(Object.keys(payload).sort()).toEqual(
    FIELDS.filter((name) => name !== 'messages' && name !== 'response').sort(),
  )
})

test("the secrets of a key's own callbacks are not told", () => {
  const { payload } = setup({ key: { metadata: { logging: [{ callback_vars: { secret: 'canary' } }], team: 'x' } } })
  expect(payload.metadata.user_api_key_auth_metadata).toEqual({ team: 'x' })
})

test('long texts are cut', () => {
  const { payload } = setup({}, {}, { request: { messages: [{ role: 'user', content: 'x'.repeat(300_000) }] } })
  expect(payload.messages[0].content.length).toBeLessThan(110_000)
  expect(payload.messages[0].content).toContain('litellm_truncated skipped')
})

test('a stream that its client has left has the status of its row', () => {
  const error = { code: '499', class: 'ClientDisconnected', message: '' }
  const outcome = { status: 'failure', statusCode: 499, aborted: true, error } as const
  const { event, payload } = setup({ call: { stream: true }, outcome })
  expect(payload.status).toBe(JSON.parse(toSpendRecord(event).text).status)
})

test('a failed call says why', () => {
  const error = { code: '500', class: 'InternalServerError', message: 'The upstream answered with an error' }
  const { payload } = setup({
    outcome: { status: 'failure', statusCode: 500, error, usage: undefined },
    cost: undefined,
  })
  expect(payload).toMatchObject({
    status: 'failure',
    status_fields: { llm_api_status: 'failure' },
    response_cost: 0,
    total_tokens: 0,
    error_str: error.message,
    error_information: { error_code: '500', error_class: 'InternalServerError', llm_provider: 'openai' },
  })
})
