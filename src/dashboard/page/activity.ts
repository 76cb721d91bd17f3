import type { Activity, Metrics } from '../../reports/activity.ts'
import { useAsked } from './api.ts'
import { dayOf } from './parts/format.ts'
import { isFine, type Span } from './view.ts'

export type { Activity, Metrics }

interface By {
  readonly label: string
  /** Where the reports have it. */
  readonly part: keyof Activity['results'][number]['breakdown']
  /** Whose report it stands in, where that is not the users'. */
  readonly report?: 'team' | 'tag'
  /** The filter of the page of calls, and where it is known by its id or name. */
  readonly filter?: string
}

/** What the chart can be broken down by. */
export const BY: Readonly<Record<string, By>> = {
  model: { label: 'model', part: 'model_groups', filter: 'model' },
  key: { label: 'key', part: 'api_keys', filter: 'api_key' },
  user: { label: 'user', part: 'entities', filter: 'user_id' },
  team: { label: 'team', part: 'entities', report: 'team', filter: 'team_id' },
  tag: { label: 'tag', part: 'entities', report: 'tag' },
  provider: { label: 'provider', part: 'providers' },
  endpoint: { label: 'endpoint', part: 'endpoints' },
}

export interface ActivityAsked {
  /** For sums: each call once. */
  readonly whole?: Activity
  /** For what it is broken down by. A call with two tags stands under both. */
  readonly parts?: Activity
  readonly error?: ReturnType<typeof useAsked>['error']
  again(): void
}

const EVERY_MS = 30_000

/** Hours come from the log, days from the daily tables. */
export function useActivity(span: Span, by: string): ActivityAsked {
  const { report } = BY[by] ?? {}
  const days = new URLSearchParams({ start_date: dayOf(span.from), end_date: dayOf(span.to - 1) })
  const times = new URLSearchParams({
    start_time: new Date(span.from).toISOString(),
    end_time: new Date(span.to).toISOString(),
    step: String(span.stepMs / 1_000),
    entity: report ?? 'user',
  })
  const whole = useAsked<Activity>(
    isFine(span) ? `/user/recent/activity?${times}` : `/user/daily/activity/aggregated?${days}`,
    EVERY_MS,
  )
  const isSplit = !isFine(span) && report !== undefined
  const other = useAsked<Activity>(isSplit ? `/${report}/daily/activity/aggregated?${days}` : undefined, EVERY_MS)
  return {
    whole: whole.data,
    parts: isSplit ? other.data : whole.data,
    error: whole.error ?? (isSplit ? other.error : undefined),
    again() {
      whole.again()
      if (isSplit) other.again()
    },
  }
}

export const METRICS = {
  spend: { label: 'Spend', of: ({ spend }: Metrics) => spend },
  calls: { label: 'Calls', of: ({ api_requests }: Metrics) => api_requests },
  tokens: { label: 'Tokens', of: ({ total_tokens }: Metrics) => total_tokens },
  failed: { label: 'Failed', of: ({ failed_requests }: Metrics) => failed_requests },
} as const

export type MetricName = keyof typeof METRICS

export interface Ranked {
  readonly id: string
  readonly name: string
  readonly metrics: Metrics
}

/** Sums over all steps, the largest first. */
export function ranked({ results }: Activity, by: string, metric: MetricName): readonly Ranked[] {
  const sums = new Map<string, { -readonly [member in keyof Metrics]: Metrics[member] }>()
  for (const { breakdown } of results) {
    for (const [id, { metrics }] of Object.entries(breakdown[(BY[by] ?? BY.model!).part] ?? {})) {
      const sum = sums.get(id)
      if (!sum) sums.set(id, { ...metrics })
      else for (const member of Object.keys(sum) as (keyof Metrics)[]) sum[member] += metrics[member] ?? 0
    }
  }
  const { of } = METRICS[metric]
  return [...sums]
    .map(([id, metrics]) => ({ id, metrics, name: shownName(results, by, id) }))
    .sort((a, b) => of(b.metrics) - of(a.metrics) || b.metrics.api_requests - a.metrics.api_requests)
}

/** Keys are known by their hash; readers know them by their alias. */
function shownName(results: Activity['results'], by: string, id: string): string {
  if (by !== 'key') return id
  const found = results.map(({ breakdown }) => breakdown.api_keys?.[id]?.metadata?.key_alias).find(Boolean)
  return found ?? `${id.slice(0, 10)}…`
}

/** A line of the legend, and its part of each bar. */
export interface Series {
  /** What it stands for in the report. `undefined`: the rest. */
  readonly id?: string
  readonly name: string
  readonly values: readonly number[]
}

const MOST_SERIES = 6

/** At most six: beyond that the smallest are one. */
export function seriesOf(activity: Activity, span: Span, by: string, metric: MetricName): readonly Series[] {
  const { of } = METRICS[metric]
  const steps = new Map(activity.results.map((step) => [step.date, step]))
  const amountOf = (step: string, id: string) => {
    const found = steps.get(step)?.breakdown[(BY[by] ?? BY.model!).part]?.[id]
    return found ? of(found.metrics) : 0
  }
  const all = ranked(activity, by, metric)
  const own = all.length > MOST_SERIES ? all.slice(0, MOST_SERIES - 1) : all
  const rest = all.slice(own.length)
  const named: Series[] = own.map(({ id, name }) => ({
    id,
    name,
    values: span.steps.map((step) => amountOf(step, id)),
  }))
  if (rest.length === 0) return named
  const values = span.steps.map((step) => rest.reduce((sum, { id }) => sum + amountOf(step, id), 0))
  return [...named, { name: `${rest.length} others`, values }]
}
