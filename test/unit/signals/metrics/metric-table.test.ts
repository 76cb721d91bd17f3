import { readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { BUCKETS } from '../../../../src/signals/metrics/metric.ts'
import { ABSENT_METRICS, describedMetrics, METRICS } from '../../../../src/signals/metrics/metric-table.ts'

interface LiteLLMMetric {
  readonly name: string
  readonly type: string
  readonly labels: readonly string[]
  readonly buckets?: readonly number[]
}

/** What LiteLLM 1.106.12 registers. */
const LITELLM: readonly LiteLLMMetric[] = JSON.parse(readFileSync('test/fixtures/litellm-metrics.json', 'utf8'))

const ours: ReadonlyMap<string, LiteLLMMetric> = new Map([
  ...METRICS.calls.map(({ name, kind, labels, buckets }): [string, LiteLLMMetric] => [
    name,
    { name, type: kind, labels, ...(buckets && { buckets: BUCKETS[buckets] }) },
  ]),
  ...METRICS.gateway.map(({ name, kind, labels }): [string, LiteLLMMetric] => [name, { name, type: kind, labels }]),
])

test.each(LITELLM)('$name is as LiteLLM has it, or named as absent', (theirs) => {
  const found = ours.get(theirs.name)
  if (ABSENT_METRICS[theirs.name]) expect(found).toBeUndefined()
  else expect(found).toEqual(theirs)
})

test('what is named as absent is a metric of LiteLLM', () => {
  const names = new Set(LITELLM.map(({ name }) => name))
  expect(Object.keys(ABSENT_METRICS).filter((name) => !names.has(name))).toEqual([])
})

test('each metric has one name, and a help of one line', () => {
  const names = describedMetrics().map(({ name }) => name)
  expect(new Set(names).size).toBe(names.length)
  expect(describedMetrics().filter(({ help }) => help === '' || help.includes('\n'))).toEqual([])
})

test('counters end in _total, and nothing else does', () => {
  const wrong = describedMetrics().filter(({ name, kind }) => name.endsWith('_total') !== (kind === 'counter'))
  expect(wrong).toEqual([])
})
