import type { Together } from './metric.ts'
import type { MetricKind, Sample } from './series.ts'

/** One metric as a process has it. Plain data: it can be sent to another process. */
export interface MetricValues {
  readonly name: string
  readonly type: MetricKind
  readonly help: string
  readonly values: readonly Sample[]
  readonly together?: Together
}

const COMBINE: Readonly<Record<Together, (one: number, other: number) => number>> = {
  sum: (one, other) => one + other,
  least: Math.min,
  greatest: Math.max,
}

/** The metrics of several processes as those of one. */
export function mergeMetrics(lists: readonly (readonly MetricValues[])[]): readonly MetricValues[] {
  const byName = new Map<string, MetricValues[]>()
  for (const metric of lists.flat()) byName.set(metric.name, [...(byName.get(metric.name) ?? []), metric])
  return Array.from(byName.values(), merged)
}

/** What a process leaves behind when it is gone: counts go on, states do not. */
export function countsOf(metrics: readonly MetricValues[]): readonly MetricValues[] {
  return metrics.filter(({ type }) => type !== 'gauge')
}

function merged(metrics: readonly MetricValues[]): MetricValues {
  const [first] = metrics as [MetricValues]
  const { type, together = type === 'gauge' ? 'greatest' : 'sum' } = first
  const combine = COMBINE[together]
  const bySeries = new Map<string, Sample>()
  for (const sample of metrics.flatMap(({ values }) => values)) {
    const series = seriesKey(sample)
    const known = bySeries.get(series)
    bySeries.set(series, known ? { ...known, value: combine(known.value, sample.value) } : sample)
  }
  return { ...first, values: [...bySeries.values()] }
}

/** All processes write the labels of a metric in one order. */
function seriesKey({ metricName = '', labels }: Sample): string {
  return JSON.stringify([metricName, labels])
}
