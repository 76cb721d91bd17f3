import type { MetricKind, Sample } from './series.ts'

/** One metric as a process has it. Plain data: it can be sent to another process. */
export interface MetricValues {
  readonly name: string
  readonly type: MetricKind
  readonly help: string
  readonly values: readonly Sample[]
}

/** Gauges of which each process has a share. Of the others the largest value holds, of what remains the smallest. */
const SHARES: ReadonlySet<string> = new Set([
  'litellm_in_flight_requests',
  'express_litellm_ledger_waiting_calls',
  'express_litellm_ledger_waiting_dollars',
  'express_litellm_ledger_journal_bytes',
  'express_litellm_reserved_calls',
  'express_litellm_callback_waiting_calls',
])

const add = (one: number, other: number) => one + other

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
  const together = combinerOf(first)
  const bySeries = new Map<string, Sample>()
  for (const sample of metrics.flatMap(({ values }) => values)) {
    const series = seriesKey(sample)
    const known = bySeries.get(series)
    bySeries.set(series, known ? { ...known, value: together(known.value, sample.value) } : sample)
  }
  return { ...first, values: [...bySeries.values()] }
}

function combinerOf({ name, type }: MetricValues): (one: number, other: number) => number {
  if (type !== 'gauge' || SHARES.has(name)) return add
  return name.includes('remaining') ? Math.min : Math.max
}

/** All processes write the labels of a metric in one order. */
function seriesKey({ metricName = '', labels }: Sample): string {
  return JSON.stringify([metricName, labels])
}
