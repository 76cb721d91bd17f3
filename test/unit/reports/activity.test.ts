import { expect, test } from '@jest/globals'
import { activityOf } from '../../../src/reports/activity.ts'
import type { ActivityRow, Dimension } from '../../../src/reports/sql/daily-activity.ts'

const NOTHING = {
  cache_read_input_tokens: 0,
  cache_creation_input_tokens: 0,
  total_response_time_ms: 0,
  timed_requests: 0,
}

function row(date: string, dimension: Dimension, name: string, api_key: string, spend: number): ActivityRow {
  const calls = { api_requests: 2, successful_requests: 1, failed_requests: 1 }
  return { date, dimension, name, api_key, spend, prompt_tokens: 10, completion_tokens: 5, ...calls, ...NOTHING }
}

const KEYS = new Map([['k1', { key_alias: 'ci', team_id: 't', user_id: 'u', key_exists: true }]])

test('days, values and keys have their own sums, and the whole is the sum of the days', () => {
  const rows = [
    ...[row('2026-03-02', 'total', '', 'k1', 3), row('2026-03-02', 'total', '', 'k2', 1)],
    ...[row('2026-03-02', 'models', 'm', 'k1', 3), row('2026-03-02', 'models', 'm', 'k2', 1)],
    row('2026-03-01', 'total', '', 'k1', 0.5),
  ]
  const { results, metadata } = activityOf(rows, KEYS)
  expect(results.map(({ date, metrics }) => [date, metrics.spend, metrics.api_requests])).toEqual([
    ['2026-03-02', 4, 4],
    ['2026-03-01', 0.5, 2],
  ])
  const { models, api_keys } = results[0]!.breakdown
  expect(models.m!.metrics).toMatchObject({ spend: 4, total_tokens: 30, failed_requests: 2 })
  expect(models.m!.api_key_breakdown.k1!.metrics.spend).toBe(3)
  expect(api_keys.k1).toMatchObject({ metrics: { spend: 3 }, metadata: { key_alias: 'ci', key_exists: true } })
  expect(api_keys.k2!.metadata).toEqual({ key_alias: null, team_id: null, user_id: null, key_exists: false })
  expect(metadata).toMatchObject({
    total_spend: 4.5,
    total_api_requests: 6,
    total_tokens: 45,
    page: 1,
    has_more: false,
  })
})

test('a name that every object has is a name like any other', () => {
  const { results } = activityOf([row('2026-03-02', 'models', 'constructor', '__proto__', 1)], KEYS)
  expect(Object.keys(results[0]!.breakdown.models)).toEqual(['constructor'])
  expect(results[0]!.breakdown.models.constructor).toMatchObject({ metrics: { spend: 1 } })
})
