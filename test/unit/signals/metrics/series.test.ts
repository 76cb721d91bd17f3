import { expect, test } from '@jest/globals'
import { Family, type FamilyOptions } from '../../../../src/signals/metrics/series.ts'

function setup(options: Partial<FamilyOptions> = {}) {
  const family = new Family({ kind: 'counter', name: 'calls_total', labels: ['model'], maxSeries: 2, ...options })
  const put = (model: string, amount: number) => {
    const series = family.seriesOf([model])
    if (series) family.put(series, amount)
  }
  return { family, put }
}

test('a counter adds what has the same labels', () => {
  const { family, put } = setup()
  put('a', 1)
  put('b', 5)
  put('a', 2)
  expect(family.samples()).toEqual([
    { labels: { model: 'a' }, value: 3 },
    { labels: { model: 'b' }, value: 5 },
  ])
})

test('beyond its bound a counter counts all together, so that sums stay exact', () => {
  const { family, put } = setup()
  for (const model of ['a', 'b', 'c', 'd', 'a']) put(model, 1)
  expect(family.samples()).toEqual([
    { labels: { model: 'a' }, value: 2 },
    { labels: { model: 'b' }, value: 1 },
    { labels: { model: 'other' }, value: 2 },
  ])
})

test('beyond its bound a gauge keeps what it has', () => {
  const { family, put } = setup({ kind: 'gauge' })
  for (const [index, model] of ['a', 'b', 'c', 'a'].entries()) put(model, index)
  expect(family.samples().map(({ value }) => value)).toEqual([3, 1])
})

test('the buckets of a histogram are cumulated, with the bounds as Python writes them', () => {
  const { family, put } = setup({ kind: 'histogram', name: 'seconds', buckets: [0.5, 1, 2] })
  for (const seconds of [0.5, 0.75, 1.5, 9]) put('a', seconds)
  expect(family.samples()).toEqual([
    { metricName: 'seconds_bucket', labels: { model: 'a', le: '0.5' }, value: 1 },
    { metricName: 'seconds_bucket', labels: { model: 'a', le: '1.0' }, value: 2 },
    { metricName: 'seconds_bucket', labels: { model: 'a', le: '2.0' }, value: 3 },
    { metricName: 'seconds_bucket', labels: { model: 'a', le: '+Inf' }, value: 4 },
    { metricName: 'seconds_sum', labels: { model: 'a' }, value: 11.75 },
    { metricName: 'seconds_count', labels: { model: 'a' }, value: 4 },
  ])
})
