/** What prom-client writes of one series. */
export interface Sample {
  readonly metricName?: string
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

export type MetricKind = 'counter' | 'gauge' | 'histogram'

export interface FamilyOptions {
  readonly kind: MetricKind
  readonly name: string
  readonly labels: readonly string[]
  /** Upper bounds of a histogram, ascending; the last, +Inf, is implied. */
  readonly buckets?: readonly number[]
  /** Further label sets share one series, see `Family`. */
  readonly maxSeries: number
}

/** The label value of what is beyond the bound, as in LiteLLM. */
const OVERFLOW = 'other'

/** One label set of a metric, and its value. */
export interface Series {
  readonly labels: Readonly<Record<string, string>>
  value: number
  count: number
  /** Observations up to each bound, not cumulated. */
  readonly buckets: number[]
}

/**
 * All series of one metric. There are at most `maxSeries`; what comes then is counted on one series whose labels are all
 * `other`, so that sums stay exact. A gauge has none for that: a value that many share says nothing.
 */
export class Family {
  readonly #options: FamilyOptions
  readonly #series = new Map<string, Series>()

  constructor(options: FamilyOptions) {
    this.#options = options
  }

  /** The series with these values, in the order of the labels. */
  seriesOf(values: readonly string[]): Series | undefined {
    const key = values.join('\0')
    const found = this.#series.get(key)
    if (found) return found
    if (this.#series.size < this.#options.maxSeries) return this.#add(key, values)
    if (this.#options.kind === 'gauge') return undefined
    const shared = values.map(() => OVERFLOW)
    return this.#series.get(shared.join('\0')) ?? this.#add(shared.join('\0'), shared)
  }

  /** Adds to a counter, sets a gauge, observes for a histogram. */
  put(series: Series, amount: number): void {
    const { kind, buckets = [] } = this.#options
    if (kind === 'gauge') {
      series.value = amount
      return
    }
    series.value += amount
    series.count++
    if (kind !== 'histogram') return
    const index = buckets.findIndex((bound) => amount <= bound)
    if (index >= 0) series.buckets[index]!++
  }

  samples(): Sample[] {
    const { kind } = this.#options
    const all = [...this.#series.values()]
    return kind === 'histogram'
      ? all.flatMap((series) => this.#histogram(series))
      : all.map(({ labels, value }) => ({ labels, value }))
  }

  #add(key: string, values: readonly string[]): Series {
    const { labels, buckets = [] } = this.#options
    const named = Object.fromEntries(labels.map((label, index) => [label, values[index]!]))
    const series: Series = { labels: named, value: 0, count: 0, buckets: buckets.map(() => 0) }
    this.#series.set(key, series)
    return series
  }

  #histogram({ labels, value, count, buckets }: Series): Sample[] {
    const { name, buckets: bounds = [] } = this.#options
    let below = 0
    const counted = bounds.map((bound, index) => {
      below += buckets[index]!
      return { metricName: `${name}_bucket`, labels: { ...labels, le: boundText(bound) }, value: below }
    })
    return [
      ...counted,
      { metricName: `${name}_bucket`, labels: { ...labels, le: '+Inf' }, value: count },
      { metricName: `${name}_sum`, labels, value },
      { metricName: `${name}_count`, labels, value: count },
    ]
  }
}

/** As Python writes numbers, and so LiteLLM: series of before go on. */
function boundText(bound: number): string {
  return Number.isInteger(bound) ? `${bound}.0` : String(bound)
}
