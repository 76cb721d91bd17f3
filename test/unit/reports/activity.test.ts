import { expect, test } from '@jest/globals'
import { activityOf } from '../../../src/reports/activity.ts'
import type { ActivityRow } from '../../../src/reports/sql/daily-activity.ts'

function row(date: string, models: string | null, api_key: string, spend: number, entities = 'u'): ActivityRow {
  return {
    ...{ date, models, model_groups: models, api_key, spend, entities, prompt_tokens: 10, completion_tokens: 5 },
    ...{ providers: 'openai', endpoints: null, mcp_servers: null },
    ...{ api_requests: 2, successful_requests: 1, failed_requests: 1 },
    ...{ cache_read_input_tokens: 0, cache_creation_input_tokens: 0, timed_requests: 2 },
  }
}

const KEYS = new Map([
  ['k1', { key_alias: 'ci', team_id: 't', user_id: 'u', user_email: 'u@example.com', key_exists: true }],
])
const OPTIONS = { keys: KEYS, keyLimit: 100 }

test('days, values and keys have their own sums, and the whole is the sum of the days', () => {
  const rows = [row('2026-03-02', 'm', 'k1', 3), row('2026-03-02', 'm', 'k2', 1), row('2026-03-01', null, 'k1', 0.5)]
  const { results, metadata } = activityOf(rows, OPTIONS)
  expect(results.map(({ date, metrics }) => [date, metrics.spend, metrics.api_requests])).toEqual([
    ['2026-03-02', 4, 4],
    ['2026-03-01', 0.5, 2],
  ])
  const { models, api_keys } = results[0]!.breakdown
  expect(models.m!.metrics).toMatchObject({ spend: 4, total_tokens: 30, failed_requests: 2, timed_requests: 4 })
  expect(models.m!.api_key_breakdown.k1!.metrics.spend).toBe(3)
  expect(api_keys.k1).toMatchObject({ metrics: { spend: 3 }, metadata: { key_alias: 'ci', key_exists: true } })
  expect(api_keys.k2!.metadata).toMatchObject({ key_alias: null, user_email: null, key_exists: false })
  expect(results[1]!.breakdown.models).toEqual({})
  expect(metadata).toMatchObject({
    ...{ total_spend: 4.5, total_api_requests: 6, total_tokens: 45, page: 1, has_more: false },
    ...{ total_api_keys: 2, entity_total_api_keys: { u: 2 } },
  })
})

test('keys beyond the limit count in all sums but their own, and the dearest are kept', () => {
  const rows = [row('2026-03-02', 'm', 'k1', 1), row('2026-03-02', 'm', 'k2', 3), row('2026-03-01', 'm', 'k1', 1.5)]
  const { results, metadata } = activityOf(rows, { ...OPTIONS, keyLimit: 1 })
  expect(results.map(({ breakdown }) => Object.keys(breakdown.api_keys))).toEqual([['k2'], []])
  expect(results[0]!.breakdown.models.m!.metrics.spend).toBe(4)
  expect(Object.keys(results[0]!.breakdown.models.m!.api_key_breakdown)).toEqual(['k2'])
  expect(metadata).toMatchObject({ total_spend: 5.5, api_key_limit: 1, total_api_keys: 2 })
})

test('an entity has its metadata, and calls without one are told as unassigned', () => {
  const rows = [row('2026-03-02', 'm', 'k1', 1, 't1'), row('2026-03-02', 'm', 'k1', 2, '')]
  const entities = new Map([['t1', { team_alias: 'One' }]])
  const { breakdown } = activityOf(rows, { ...OPTIONS, entities }).results[0]!
  expect(breakdown.entities.t1!.metadata).toEqual({ team_alias: 'One' })
  expect(breakdown.entities.Unassigned!.metrics.spend).toBe(2)
})

test('a name that every object has is a name like any other', () => {
  const { results } = activityOf([row('2026-03-02', 'constructor', '__proto__', 1)], OPTIONS)
  expect(Object.keys(results[0]!.breakdown.models)).toEqual(['constructor'])
  expect(results[0]!.breakdown.models.constructor).toMatchObject({ metrics: { spend: 1 } })
})
