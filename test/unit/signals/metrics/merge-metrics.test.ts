import { expect, test } from '@jest/globals'
import { countsOf, type MetricValues, mergeMetrics } from '../../../../src/signals/metrics/merge-metrics.ts'
import { wireName } from '../../../../src/signals/metrics/metric.ts'
import { METRICS } from '../../../../src/signals/metrics/metric-table.ts'

const metric = (
  type: MetricValues['type'],
  name: string,
  ...values: [label: string, value: number][]
): MetricValues => ({
  ...{ name, type, help: '' },
  values: values.map(([label, value]) => ({ labels: { label }, value })),
})

test('counts of several processes are added, series by series', () => {
  const one = [metric('counter', 'calls_total', ['a', 1], ['b', 2])]
  const other = [metric('counter', 'calls_total', ['b', 3], ['c', 4]), metric('counter', 'tries_total', ['a', 5])]
  expect(mergeMetrics([one, other, []])).toEqual([
    metric('counter', 'calls_total', ['a', 1], ['b', 5], ['c', 4]),
    metric('counter', 'tries_total', ['a', 5]),
  ])
})

test('so are the parts of a histogram, each for itself', () => {
  const seconds = (bucket: number, sum: number): MetricValues => ({
    ...{ name: 'seconds', type: 'histogram', help: '' },
    values: [
      { metricName: 'seconds_bucket', labels: { le: '1' }, value: bucket },
      { metricName: 'seconds_sum', labels: {}, value: sum },
    ],
  })
  expect(mergeMetrics([[seconds(1, 0.5)], [seconds(2, 1.5)]])).toEqual([seconds(3, 2)])
})

test.each([
  ['express_litellm_ledger_waiting_calls', 7],
  ['litellm_remaining_api_key_budget_metric', 3],
  ['express_litellm_ledger_oldest_waiting_seconds', 4],
])('the gauge %s of processes with 3 and 4 says %d', (name, value) => {
  const { together } = [...METRICS.calls, ...METRICS.gateway].find((one) => wireName(one) === name)!
  const gauge = (value: number) => ({ ...metric('gauge', name, ['a', value]), together })
  expect(mergeMetrics([[gauge(3)], [gauge(4)]])).toEqual([gauge(value)])
})

test('a process that is gone leaves its counts and no state', () => {
  const count = metric('counter', 'calls_total', ['a', 1])
  expect(countsOf([count, metric('gauge', 'open', ['a', 1])])).toEqual([count])
})
