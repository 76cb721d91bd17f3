import { afterAll, describe, expect, test } from '@jest/globals'
import { createLedger, type Ledger } from '../../support/ledger.ts'
import { LITELLM_VERSIONS } from '../../support/litellm-schema.ts'
import { type EventParts, spendEvent } from '../../support/spend-event.ts'

const ledgers: Ledger[] = []
afterAll(() => Promise.all(ledgers.map((ledger) => ledger.drop())))

/** What LiteLLM has in the row of a call, by column; times as UTC text. */
async function rowOf(ledger: Ledger, parts: EventParts) {
  await ledger.write([spendEvent(parts)])
  expect(ledger.drops).toEqual([])
  const [row] = await ledger.sql<[{ row: Record<string, unknown> }]>`
    select to_jsonb(l) as row from "LiteLLM_SpendLogs" as l order by "startTime" desc limit 1`
  return row.row
}

/** Columns that some versions do not have yet. */
const LATE = ['mcp_namespaced_tool_name', 'organization_id', 'agent_id']

function known(row: Record<string, unknown>, columns: readonly string[]) {
  return Object.fromEntries(Object.entries(row).filter(([name]) => !LATE.includes(name) || columns.includes(name)))
}

const HASH = 'a'.repeat(64)

const SUCCESS = {
  request_id: 'chatcmpl-c1',
  call_type: 'acompletion',
  api_key: HASH,
  spend: 0.01,
  total_tokens: 120,
  prompt_tokens: 100,
  completion_tokens: 20,
  startTime: '2026-03-04T23:59:59.5',
  endTime: '2026-03-05T00:00:01.75',
  completionStartTime: '2026-03-05T00:00:01.75',
  model: 'gpt-4o-2024-08-06',
  model_id: 'd1',
  model_group: 'gpt',
  custom_llm_provider: 'openai',
  api_base: 'https://api.openai.com/v1',
  user: 'u1',
  cache_hit: 'None',
  cache_key: 'Cache OFF',
  request_tags: ['User-Agent: curl', 'User-Agent: curl/8.5'],
  team_id: 't1',
  organization_id: 'o1',
  end_user: 'customer',
  requester_ip_address: '10.0.0.1',
  messages: {},
  response: {},
  proxy_server_request: {},
  session_id: 'a session',
  status: 'success',
  agent_id: null,
  mcp_namespaced_tool_name: null,
}

const CALL = { userAgent: 'curl/8.5', endUserId: 'customer', clientIp: '10.0.0.1', sessionId: 'a session' }

const CASES = LITELLM_VERSIONS.flatMap((schema) => [false, true].map((partitioned) => ({ schema, partitioned })))

describe.each(CASES)('LiteLLM $schema, partitioned: $partitioned', (version) => {
  async function setup() {
    const ledger = await createLedger(version)
    ledgers.push(ledger)
    return ledger
  }

  test('every column of a successful call', async () => {
    const { metadata, ...row } = await rowOf(await setup(), { callId: 'c1', call: CALL })
    expect(row).toEqual(known(SUCCESS, Object.keys(row)))
    expect(metadata).toMatchObject({ litellm_call_id: 'c1', status: null })
  })

  test('every column of a failed call that reached no deployment', async () => {
    const { metadata, ...row } = await rowOf(await setup(), {
      callId: 'c1',
      call: CALL,
      deployment: null,
      cost: undefined,
      outcome: {
        status: 'failure',
        statusCode: 429,
        usage: undefined,
        usageSource: 'none',
        responseId: undefined,
        error: { code: 'upstream_error', class: 'RateLimitError', message: 'slow down' },
      },
    })
    expect(row).toEqual(
      known(
        {
          ...SUCCESS,
          request_id: 'c1',
          status: 'failure',
          spend: 0,
          total_tokens: 0,
          prompt_tokens: 0,
          completion_tokens: 0,
          model: 'gpt',
          model_id: '',
          custom_llm_provider: '',
          api_base: '',
        },
        Object.keys(row),
      ),
    )
    expect(metadata).toMatchObject({
      status: 'failure',
      error_information: { error_code: '429', error_class: 'RateLimitError', error_message: 'slow down' },
    })
  })

  test('a call without key, end user and agent has empty texts', async () => {
    const row = await rowOf(await setup(), { callId: 'c1', key: null, outcome: { responseId: '' } })
    expect(row).toMatchObject({ request_id: 'c1', api_key: '', user: '', team_id: '', end_user: '', session_id: 'c1' })
  })

  test('a stream began with its first byte', async () => {
    const row = await rowOf(await setup(), { call: { stream: true } })
    expect(row.completionStartTime).toBe('2026-03-05T00:00:00.25')
  })
})

test('texts arrive as they are, whatever they hold', async () => {
  const ledger = await createLedger()
  ledgers.push(ledger)
  const odd = '\t a tab,\r\n lines, "quotes" \'and\' \\backslashes\\ {braces},\v\f, NULL, \\N and \u{1f600}'
  const row = await rowOf(ledger, { call: { endUserId: odd, sessionId: `${odd}\u001f\u001e`, metadata: { odd } } })
  expect(row).toMatchObject({ end_user: odd, session_id: odd, metadata: { requester_metadata: { odd } } })
})
