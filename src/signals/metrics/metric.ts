import type { LabelName, Observed } from './labels.ts'
import type { MetricKind } from './series.ts'

/** How the values that several processes have of one series make one. Default: counts are added, of a gauge the greatest holds. */
export type Together = 'sum' | 'least' | 'greatest'

/** A metric of LiteLLM's that finished calls feed. */
export interface CallMetric {
  /** As LiteLLM's settings name it; a counter is written with `_total` at its end. */
  readonly name: string
  readonly kind: MetricKind
  /** What is counted or measured, with its unit. */
  readonly help: string
  readonly labels: readonly LabelName[]
  /** Of which observations. */
  readonly of: Observed['kind']
  /** How much this observation adds, sets or observes; `undefined`: it does not concern this metric. */
  read(observed: Observed): number | undefined
  /** Of a histogram. `latency`: what `prometheus_latency_buckets` sets. */
  readonly buckets?: 'latency' | 'client'
  /** Labels that say here what another says elsewhere. */
  readonly relabel?: Readonly<Partial<Record<LabelName, LabelName>>>
  /** A label without a value is empty here, not `None`. */
  readonly blank?: true
  readonly together?: Together
}

/** Upper bounds in seconds, as LiteLLM has them: of latencies, and the ones that Python's client takes by itself. */
export const BUCKETS: Readonly<Record<NonNullable<CallMetric['buckets']>, readonly number[]>> = {
  latency: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60, 120, 300, 420, 600],
  client: [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10],
}

/** The name on the wire. */
export function wireName({ name, kind }: { readonly name: string; readonly kind: MetricKind }): string {
  return kind === 'counter' && !name.endsWith('_total') ? `${name}_total` : name
}

/** Seconds between two moments, where both are known. */
export function secondsBetween(from: Date | undefined, to: Date | undefined): number | undefined {
  if (!from || !to) return undefined
  const seconds = (to.getTime() - from.getTime()) / 1_000
  return seconds >= 0 ? seconds : undefined
}

/** Nothing is counted for nothing. */
export function positive(amount: number | undefined): number | undefined {
  return amount !== undefined && amount > 0 ? amount : undefined
}
