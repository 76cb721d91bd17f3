import { describe, expect, test } from '@jest/globals'
import { timeZoneOf } from '../../../../src/admission/facts/time-zone.ts'
import { toSpendRecord } from '../../../../src/ledger/record/spend-log-row.ts'
import { type EventParts, spendEvent } from '../../../support/spend-event.ts'

const row = (parts: EventParts = {}) => JSON.parse(toSpendRecord(spendEvent(parts)).text)

describe('who is charged', () => {
  test('the master key has a name of its own and the default user', () => {
    expect(row({ key: { master: true, owners: {} } })).toMatchObject({
      api_key: 'litellm_proxy_master_key',
      user: 'default_user_id',
      team_id: '',
    })
  })

  test('an agent of the key is named', () => {
    expect(row({ key: { owners: { agentId: 'a1' } } }).agent_id).toBe('a1')
    expect(row({ call: { agentId: 'a2' } }).agent_id).toBe('a2')
    expect(row({ key: { owners: { agentId: 'a1' } }, call: { agentId: 'a2' } }).agent_id).toBe('a1')
    expect(row({}).agent_id).toBeNull()
  })
})

describe('which id', () => {
  test("the provider's travels beside ours", () => {
    expect(row({ callId: 'c1' })).toMatchObject({ call_id: 'c1', provider_id: 'chatcmpl-c1' })
  })

  test.each([
    ['none', undefined],
    ['empty', ''],
    ['too long to be told apart', 'x'.repeat(2000)],
  ])("the provider's is left out when it is %s", (_, responseId) => {
    expect(row({ outcome: { responseId } }).provider_id).toBe('')
  })
})

describe('numbers that cannot be stored', () => {
  test.each([
    [Number.NaN, 0],
    [Number.POSITIVE_INFINITY, 0],
    [-1, 0],
    [undefined, 0],
    [0, 0],
    [0.25, 0.25],
  ])('a cost of %s is a spend of %s', (cost, spend) => {
    expect(row({ cost }).spend).toBe(spend)
  })

  test('tokens stay within an integer', () => {
    const usage = { ...spendEvent().outcome.usage!, promptTokens: 1e12, completionTokens: Number.NaN }
    expect(row({ outcome: { usage } })).toMatchObject({ prompt_tokens: 2_147_483_647, completion_tokens: 0 })
  })

  test('a clock that went back is no negative duration', () => {
    expect(row({ outcome: { endedAt: new Date(0) } }).request_duration_ms).toBe(0)
  })

  test('an impossible time gives way to another of the call', () => {
    const { startTime } = row({ outcome: { startedAt: new Date(Number.NaN), firstByteAt: undefined } })
    expect(startTime).toBe('2026-03-05T00:00:01.750Z')
  })
})

test('a call counts in the window of the day by the clock of the zone', () => {
  const at = new Date('2026-03-04T22:30:00Z')
  const event = spendEvent({
    key: { budgetWindows: [{ duration: '1d', maxBudget: 1 }] },
    outcome: { startedAt: at, endedAt: at },
  })
  const startIn = (timeZone?: string) => {
    const { text } = toSpendRecord(event, { timeZone: timeZone ? timeZoneOf(timeZone) : undefined })
    return JSON.parse(text).budget_windows[0].window_start
  }
  expect([startIn(), startIn('Europe/Berlin'), startIn('Asia/Tokyo')]).toEqual([
    '2026-03-04T00:00:00.000Z',
    '2026-03-03T23:00:00.000Z',
    '2026-03-04T15:00:00.000Z',
  ])
})

test('no secret is written', () => {
  const baseUrl = 'https://me:pass@host.example/v1?key=provider-secret#x'
  expect(row({ deployment: { baseUrl } }).api_base).toBe('https://host.example/v1')
  expect(toSpendRecord(spendEvent()).text).not.toContain('provider-secret')
})
