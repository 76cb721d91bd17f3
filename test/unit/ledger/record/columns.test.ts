import { expect, test } from '@jest/globals'
import { COLUMN_LIST } from '../../../../src/ledger/record/columns.ts'
import { FIELD_END } from '../../../../src/ledger/record/fields.ts'
import { toSpendRecord } from '../../../../src/ledger/record/spend-log-row.ts'
import { usageOf } from '../../../../src/usage/shapes/reader.ts'
import { spendEvent } from '../../../support/spend-event.ts'

/** Each column with a value that no other has. In the order of a line: journals of older versions hold such lines. */
const LINE: readonly (readonly [name: string, field: string])[] = [
  ['api_key', 'the-hash'],
  ['user', 'the-user'],
  ['team_id', 'the-team'],
  ['organization_id', 'the-organization'],
  ['project_id', 'the-project'],
  ['model_id', 'the-deployment'],
  ['custom_llm_provider', 'the-provider'],
  ['api_base', 'https://the-base/'],
  ['cache_hit', 'None'],
  ['cache_key', 'Cache OFF'],
  ['call_id', 'the-call'],
  ['provider_id', 'the-response'],
  ['call_type', 'aembedding'],
  ['spend', '0.25'],
  ['total_tokens', '33'],
  ['prompt_tokens', '31'],
  ['completion_tokens', '2'],
  ['cache_read_tokens', '3'],
  ['cache_write_tokens', '4'],
  ['startTime', '2026-01-01T00:00:01.000Z'],
  ['endTime', '2026-01-01T00:00:09.000Z'],
  ['completionStartTime', '2026-01-01T00:00:03.000Z'],
  ['request_duration_ms', '8000'],
  ['model', 'the-model'],
  ['model_group', 'the-group'],
  ['request_tags', '["the-tag"]'],
  ['end_user', 'the-end-user'],
  ['requester_ip_address', 'the-address'],
  ['session_id', 'the-session'],
  ['agent_id', 'the-agent'],
  ['status', 'failure'],
  ['endpoint', '/embeddings'],
  ['metadata', expect.stringContaining('"user_api_key":"the-hash"') as never],
  ['budget_windows', expect.stringContaining('"window_duration":"1d"') as never],
  ['response', '{"answered":true}'],
  ['proxy_server_request', '{"messages":["said"]}'],
  ['messages', '[{"role":"user","content":["said"]}]'],
  ['cache_saving', '0'],
  ['tools', ''],
]

const EVENT = spendEvent({
  callId: 'the-call',
  cost: 0.25,
  key: {
    hashedToken: 'the-hash',
    owners: {
      userId: 'the-user',
      teamId: 'the-team',
      organizationId: 'the-organization',
      projectId: 'the-project',
      agentId: 'the-agent',
    },
    budgetWindows: [{ duration: '1d', maxBudget: 1 }],
  },
  call: {
    callType: 'aembedding',
    modelGroup: 'the-group',
    stream: true,
    headerTags: ['the-tag'],
    endUserId: 'the-end-user',
    clientIp: 'the-address',
    sessionId: 'the-session',
  },
  deployment: {
    id: 'the-deployment',
    provider: 'the-provider',
    baseUrl: 'https://u:p@the-base/?key=k',
    model: 'the-model',
  },
  outcome: {
    status: 'failure',
    responseId: 'the-response',
    usage: usageOf({ promptTokens: 31, completionTokens: 2, cacheReadTokens: 3, cacheWriteTokens: 4, raw: {} }),
    startedAt: new Date('2026-01-01T00:00:01Z'),
    firstByteAt: new Date('2026-01-01T00:00:03Z'),
    endedAt: new Date('2026-01-01T00:00:09Z'),
  },
})

test('each field of a line is the one that its column says, in the order that journals hold', () => {
  const event = { ...EVENT, request: { messages: ['said'] }, answer: { answered: true } }
  const { line } = toSpendRecord(event, { prompts: { maxLength: 100 } })
  const fields = line.split(FIELD_END)
  const named = COLUMN_LIST.map(([name], at) => [name, fields[at]])
  expect(named).toEqual(LINE)
  expect(fields).toHaveLength(LINE.length)
})
