import { BUDGET_METRICS } from './budget-metrics.ts'
import { CALL_METRICS } from './call-metrics.ts'
import { DEPLOYMENT_METRICS } from './deployment-metrics.ts'
import { OWN_METRICS, STATE_METRICS } from './gateway-metrics.ts'
import { BUCKETS, wireName } from './metric.ts'

/** Every metric: those that finished calls feed, and those that are looked up when they are read. */
export const METRICS = {
  calls: [...CALL_METRICS, ...DEPLOYMENT_METRICS, ...BUDGET_METRICS],
  gateway: [...STATE_METRICS, ...OWN_METRICS],
} as const

/** A metric as documentation and dashboards speak of it. */
export interface DescribedMetric {
  /** On the wire. */
  readonly name: string
  readonly kind: 'counter' | 'gauge' | 'histogram'
  readonly help: string
  readonly labels: readonly string[]
  /** Upper bounds of a histogram, without +Inf. */
  readonly buckets?: readonly number[]
}

export function describedMetrics(): readonly DescribedMetric[] {
  return [
    ...METRICS.calls.map((metric) => ({
      name: wireName(metric),
      kind: metric.kind,
      help: metric.help,
      labels: metric.labels,
      buckets: metric.buckets && BUCKETS[metric.buckets],
    })),
    ...METRICS.gateway.map(({ name, kind, help, labels }) => ({ name, kind, help, labels })),
  ]
}
