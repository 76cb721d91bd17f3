import { LABELS, type LabelName, type LabelSettings, labelValue, type Observed } from './labels.ts'
import { BUCKETS, type CallMetric, wireName } from './metric.ts'
import type { ChosenMetric, ChosenMetrics, CustomLabel } from './metrics-settings.ts'
import type { RegisteredMetric } from './registry.ts'
import { Family, type Series } from './series.ts'

/** Sets of labels whose series are remembered; then they are looked up again. */
const MAX_CELLS = 20_000

/** The series that observations with the same labels go to: one for each metric of their kind. */
type Cell = (Series | undefined)[]

interface CallFamily extends ChosenMetric {
  readonly family: Family
}

/**
 * Adds what is observed to the series of all metrics. To work out some twenty labels for some twenty metrics costs more
 * than to add, so observations that cannot differ in any label share a cell, which is found by one text.
 */
export class CallFamilies {
  readonly #labels: LabelSettings
  readonly #custom: readonly CustomLabel[]
  readonly #families: Readonly<Record<Observed['kind'], readonly CallFamily[]>>
  readonly #cells = new Map<string, Cell>()

  constructor({ calls, custom, latencyBuckets, maxSeries }: ChosenMetrics, labels: LabelSettings) {
    this.#labels = labels
    this.#custom = custom
    const families = calls.map((chosen) => {
      const { metric } = chosen
      const buckets =
        metric.buckets === 'latency' ? (latencyBuckets ?? BUCKETS.latency) : metric.buckets && BUCKETS[metric.buckets]
      const names = [...chosen.labels, ...custom.map(({ name }) => name)]
      const family = new Family({ kind: metric.kind, name: wireName(metric), labels: names, buckets, maxSeries })
      return { ...chosen, family }
    })
    const ofKind = (kind: Observed['kind']) => families.filter(({ metric }) => metric.of === kind)
    this.#families = {
      call: ofKind('call'),
      try: ofKind('try'),
      fallback: ofKind('fallback'),
      limit: ofKind('limit'),
      cooldown: ofKind('cooldown'),
    }
  }

  put(observed: Observed): void {
    const families = this.#families[observed.kind]
    const custom = this.#custom.map(({ read }) => (observed.event && read(observed.event)) ?? 'None')
    const cell = this.#cellOf(cellKey(observed, this.#labels, custom))
    for (let index = 0; index < families.length; index++) {
      const { metric, family, labels } = families[index]!
      const amount = metric.read(observed)
      if (amount === undefined) continue
      // A series appears when there is something to count on it.
      cell[index] ??= family.seriesOf(this.#valuesOf(observed, metric, labels, custom))
      const series = cell[index]
      if (series) family.put(series, amount)
    }
  }

  metrics(): RegisteredMetric[] {
    return Object.values(this.#families)
      .flat()
      .map(({ metric, family }) => {
        const { kind: type, help, together } = metric
        const head = { name: wireName(metric), type, help, together }
        return { ...head, get: async () => ({ ...head, values: family.samples() }) }
      })
  }

  #cellOf(key: string): Cell {
    const found = this.#cells.get(key)
    if (found) return found
    if (this.#cells.size >= MAX_CELLS) this.#cells.clear()
    const cell: Cell = []
    this.#cells.set(key, cell)
    return cell
  }

  #valuesOf(
    observed: Observed,
    { blank, relabel }: CallMetric,
    labels: readonly LabelName[],
    custom: readonly string[],
  ): readonly string[] {
    const values = labels.map((label) => {
      const value = LABELS[relabel?.[label] ?? label](observed, this.#labels)
      return value === undefined && blank ? '' : labelValue(value)
    })
    return [...values, ...custom.map(labelValue)]
  }
}

/** Everything that labels are made of. What follows from a key or a deployment is in its id. */
function cellKey(observed: Observed, { endUsers }: LabelSettings, custom: readonly string[]): string {
  const { kind, outcome, event, deployment, failure, fallback, limit } = observed
  const { key, call, route } = event ?? {}
  return [
    kind,
    key?.hashedToken,
    key?.alias,
    key?.owners.teamAlias,
    key?.owners.userEmail,
    deployment?.id,
    deployment?.model,
    call?.modelGroup,
    route?.group,
    outcome.statusCode,
    outcome.error?.class,
    outcome.error?.refusal,
    failure?.class,
    failure?.status,
    endUsers ? call?.endUserId : '',
    call?.clientIp,
    call?.userAgent,
    call?.stream,
    event?.path,
    event?.costParts?.serviceTier ?? outcome.usage?.serviceTier,
    event?.intended?.provider,
    fallback,
    limit,
    ...custom,
  ].join('\0')
}
