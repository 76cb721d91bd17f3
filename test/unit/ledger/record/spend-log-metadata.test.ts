import { describe, expect, test } from '@jest/globals'
import { spendLogMetadata } from '../../../../src/ledger/record/spend-log-metadata.ts'
import { type EventParts, spendEvent } from '../../../support/spend-event.ts'

const metadata = (parts: EventParts = {}) => JSON.parse(spendLogMetadata(spendEvent(parts)))

/** Every key that LiteLLM writes. */
const LITELLM = [
  'additional_usage_values user_api_key user_api_key_alias user_api_key_team_id user_api_key_org_id',
  'user_api_key_user_id user_api_key_team_alias spend_logs_metadata requester_ip_address applied_guardrails',
  'mcp_tool_call_metadata vector_store_request_metadata guardrail_information status proxy_server_request',
  'batch_models error_information usage_object model_map_information cold_storage_object_key',
  'user_api_key_project_id user_api_key_project_alias batch_successful_requests batch_failed_requests',
  'internal_call_origin eval_information litellm_overhead_time_ms attempted_retries max_retries',
  'attempted_fallbacks original_model_group cost_breakdown compression_savings autorouter_savings',
  'litellm_gateway_injected_cache litellm_call_id router_metadata routing_decision',
].flatMap((names) => names.split(' '))

test.each([
  ['a success', {}],
  ['a call without a key', { key: null, deployment: null }],
  ['a failure', { outcome: { status: 'failure' as const, usage: undefined } }],
])('%s has every key that LiteLLM writes', (_, parts) => {
  expect(Object.keys(metadata(parts))).toEqual(expect.arrayContaining(LITELLM))
})

describe('how the numbers were obtained', () => {
  test('reported usage is complete, and the price says where it is from', () => {
    expect(metadata()).toMatchObject({
      usage_source: 'reported',
      usage_complete: true,
      price: { source: 'map', key: 'gpt-4o' },
    })
  })

  test.each(['partial', 'estimated', 'none'] as const)('%s usage is not complete', (usageSource) => {
    expect(metadata({ outcome: { usageSource } })).toMatchObject({ usage_source: usageSource, usage_complete: false })
  })

  test('usage without a price is marked', () => {
    expect(metadata({ cost: undefined }).cost_unknown).toBe(true)
  })

  test('neither a free call nor one without usage is', () => {
    expect(metadata({ cost: 0 })).not.toHaveProperty('cost_unknown')
    expect(metadata({ cost: undefined, outcome: { usage: undefined } })).not.toHaveProperty('cost_unknown')
  })

  test("the usage has LiteLLM's names over the provider's own", () => {
    const usage = { ...spendEvent().outcome.usage!, raw: { input_tokens: 65, prompt_tokens: 7 } }
    expect(metadata({ outcome: { usage } }).usage_object).toMatchObject({
      input_tokens: 65,
      prompt_tokens: 100,
      completion_tokens: 20,
      total_tokens: 120,
      prompt_tokens_details: { cached_tokens: 30 },
      cache_read_input_tokens: 30,
      cache_creation_input_tokens: 5,
    })
  })
})

describe("the client's own metadata", () => {
  test('is kept, at the top and as requester_metadata', () => {
    expect(metadata({ call: { metadata: { trace: { id: 1 } } } })).toMatchObject({
      trace: { id: 1 },
      requester_metadata: { trace: { id: 1 } },
    })
  })

  test('cannot claim a key of ours or of LiteLLM', () => {
    const claims = {
      user_api_key: 'x',
      user_api_key_anything: 'x',
      litellm_call_id: 'x',
      usage_source: 'x',
      cost_unknown: true,
      provider_request_id: 'x',
      price: 'x',
      status: 'x',
    }
    const { requester_metadata, ...top } = metadata({ callId: 'c1', call: { metadata: claims } })
    expect(requester_metadata).toEqual(claims)
    expect(top).toMatchObject({ user_api_key: 'a'.repeat(64), litellm_call_id: 'c1', status: null })
    for (const name of ['cost_unknown', 'provider_request_id', 'user_api_key_anything'])
      expect(top).not.toHaveProperty(name)
  })

  test('never takes the place of a name that readers of LiteLLM look for, in any spelling', () => {
    const names = ['model_group', 'cost', 'spend', 'response_cost', 'team_id', 'tags', 'hidden_params', 'error_str']
    const claims = Object.fromEntries(
      [...names, ...LITELLM, 'Model_Group', 'User_Api_Key'].map((name) => [name, 'claim']),
    )
    const { requester_metadata, ...top } = metadata({ call: { metadata: claims } })
    expect(requester_metadata).toEqual(claims)
    expect(Object.values(top)).not.toContain('claim')
  })

  test('keeps the names by which people look for sessions', () => {
    const own = { session_id: 's', agent_name: 'a', conversation_name: 'c', department: 'd', topic: 't', user_id: 'u' }
    expect(metadata({ call: { metadata: own } })).toMatchObject(own)
  })

  test('spend_logs_metadata: the client first, then the key, then the team', () => {
    const { spend_logs_metadata } = metadata({
      call: { metadata: { spend_logs_metadata: { a: 'client' } } },
      key: {
        metadata: { spend_logs_metadata: { a: 'key', b: 'key' } },
        teamMetadata: { spend_logs_metadata: { a: 'team', b: 'team', c: 'team' } },
      },
    })
    expect(spend_logs_metadata).toEqual({ a: 'client', b: 'key', c: 'team' })
  })
})
