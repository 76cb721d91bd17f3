import { expect, test } from '@jest/globals'
import { COLUMNS } from '../../../../src/ledger/record/columns.ts'
import { FIELD_END, LINE_END } from '../../../../src/ledger/record/fields.ts'
import { jsonOf, lineOf } from '../../../../src/ledger/record/row-line.ts'
import { toSpendRecord } from '../../../../src/ledger/record/spend-log-row.ts'
import { readSpendRecord } from '../../../../src/ledger/record/spend-record.ts'
import { spendEvent } from '../../../support/spend-event.ts'

const ENDS = `a${FIELD_END}b${LINE_END}c`

test('a row as JSON has what its line has, each member under its name', () => {
  const { text } = toSpendRecord(spendEvent({ callId: 'c1', call: { endUserId: 'e1', clientIp: '10.0.0.1' } }))
  const row = JSON.parse(text)
  expect(row).toMatchObject({
    api_key: 'a'.repeat(64),
    user: 'u1',
    model_id: 'd1',
    cache_key: 'Cache OFF',
    call_id: 'c1',
    provider_id: 'chatcmpl-c1',
    spend: 0.01,
    total_tokens: 120,
    cache_write_tokens: 5,
    startTime: '2026-03-04T23:59:59.500Z',
    request_duration_ms: 2250,
    model: 'gpt-4o-2024-08-06',
    model_group: 'gpt',
    end_user: 'e1',
    requester_ip_address: '10.0.0.1',
    session_id: 'c1',
    agent_id: null,
    status: 'success',
    endpoint: '/chat/completions',
    metadata: { usage_source: 'reported' },
  })
  const seldom = ['budget_windows', 'tools', 'response', 'proxy_server_request', 'messages']
  expect(Object.keys(row)).toEqual(Object.keys(COLUMNS).filter((name) => !seldom.includes(name)))
})

test('a record that was kept as JSON is the same record', () => {
  const event = spendEvent({
    key: { owners: { agentId: 'agent' }, budgetWindows: [{ duration: '1d', maxBudget: 1 }] },
    call: { endUserId: 'tab\t, line\n, quote", backslash\\ and \u{1f600}', tags: ['t'] },
    cost: 1e-9,
  })
  for (const prompts of [undefined, { maxStringLength: 100 }] as const) {
    const record = toSpendRecord(event, { prompts } as never)
    expect(readSpendRecord(record.text)).toEqual(record)
    expect(readSpendRecord(record.line)).toEqual(record)
  }
})

test.each(['null', '7', '{}', '{"call_id":"c"}', '{"call_id":7,"spend":1}', '{"call_id":"c","spend":"1"}', 'no JSON'])(
  '%s is no record',
  (text) => {
    expect(() => readSpendRecord(text)).toThrow(SyntaxError)
  },
)

test('what ends fields and lines is taken out of texts, and harmless in JSON', () => {
  const event = spendEvent({ callId: ENDS, call: { endUserId: ENDS, metadata: { note: ENDS } } })
  const { line, text } = toSpendRecord(event)
  expect(line.split(FIELD_END)).toHaveLength(Object.keys(COLUMNS).length)
  expect(line).not.toContain(LINE_END)
  expect(JSON.parse(text)).toMatchObject({
    call_id: 'abc',
    end_user: 'abc',
    metadata: { litellm_call_id: 'abc', requester_metadata: { note: ENDS } },
  })
})

test('members that a row lacks are empty fields', () => {
  const line = lineOf({ call_id: 'c', agent_id: null, metadata: {} })
  expect(line.replaceAll(FIELD_END, '')).toBe('c{}')
  expect(JSON.parse(jsonOf(line))).toMatchObject({ call_id: 'c', user: '', spend: null, agent_id: null, metadata: {} })
})
