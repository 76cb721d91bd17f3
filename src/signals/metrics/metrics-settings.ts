import { requestTags, type TagOptions } from '../../ledger/record/request-tags.ts'
import { problems, suggest } from '../../lib/config-error.ts'
import type { Json, SpendEvent } from '../../types.ts'
import type { GatewayMetric } from './gateway-metrics.ts'
import { LABELS, type LabelName } from './labels.ts'
import type { CallMetric } from './metric.ts'
import { ABSENT_METRICS, METRICS } from './metric-table.ts'

/** LiteLLM's settings of metrics. */
export interface MetricsSettings {
  readonly config?: readonly { readonly metrics: readonly string[]; readonly includeLabels?: readonly string[] }[]
  readonly excludeMetrics?: readonly string[]
  readonly excludeLabels?: readonly string[]
  /** Seconds. */
  readonly latencyBuckets?: readonly number[]
  readonly metadataLabels?: readonly string[]
  readonly tagLabels?: readonly string[]
  readonly streamLabel?: boolean
  readonly rateLimitLabels?: boolean
  readonly maxSeries?: number
}

export interface ChosenMetric {
  readonly metric: CallMetric
  readonly labels: readonly LabelName[]
}

/** A label of the operator's own. */
export interface CustomLabel {
  readonly name: string
  read(event: SpendEvent): string | undefined
}

export interface ChosenMetrics {
  readonly calls: readonly ChosenMetric[]
  readonly gateway: readonly GatewayMetric[]
  readonly custom: readonly CustomLabel[]
  readonly latencyBuckets?: readonly number[]
  /** Of each metric. */
  readonly maxSeries: number
}

const MAX_SERIES = 10_000
const TITLE = 'Invalid settings of metrics:'

/** The metrics and labels that the settings leave. Throws a ConfigError that names what is unknown. */
export function chooseMetrics(settings: MetricsSettings, tags: TagOptions = {}): ChosenMetrics {
  const custom = [
    ...(settings.metadataLabels ?? []).map(metadataLabel),
    ...(settings.tagLabels ?? []).map((tag) => tagLabel(tag, tags)),
  ]
  const lines = unknownNames(settings, custom)
  if (lines.length > 0) throw problems(TITLE, lines)
  const isChosen = ({ name }: { readonly name: string }) => isNamed(name, settings)
  return {
    calls: METRICS.calls.filter(isChosen).map((metric) => ({ metric, labels: labelsOf(metric, settings) })),
    gateway: METRICS.gateway.filter(isChosen),
    custom,
    latencyBuckets: settings.latencyBuckets,
    maxSeries: settings.maxSeries ?? MAX_SERIES,
  }
}

/** LiteLLM's settings name counters without `_total`, but those whose names have it. */
function isNamed(name: string, { config = [], excludeMetrics = [] }: MetricsSettings): boolean {
  const names = [name, `${name}_total`]
  if (names.some((one) => excludeMetrics.includes(one))) return false
  return config.length === 0 || config.some(({ metrics }) => names.some((one) => metrics.includes(one)))
}

function labelsOf(metric: CallMetric, settings: MetricsSettings): readonly LabelName[] {
  const { config = [], excludeLabels = [], streamLabel, rateLimitLabels } = settings
  const all: readonly LabelName[] = [
    ...metric.labels,
    ...(streamLabel && metric.name === 'litellm_proxy_total_requests_metric' ? (['stream'] as const) : []),
    ...(rateLimitLabels && metric.name === 'litellm_proxy_failed_requests_metric'
      ? (['rate_limit_category', 'rate_limit_type'] as const)
      : []),
  ]
  // The last group that names a metric counts, as in LiteLLM.
  const included = config.findLast(
    ({ metrics, includeLabels }) => metrics.includes(metric.name) && includeLabels?.length,
  )?.includeLabels
  return all.filter((label) => !excludeLabels.includes(label) && (included?.includes(label) ?? true))
}

function unknownNames(settings: MetricsSettings, custom: readonly CustomLabel[]): string[] {
  const { config = [], excludeMetrics = [], excludeLabels = [] } = settings
  const here = [...METRICS.calls, ...METRICS.gateway].flatMap(({ name }) => [name, `${name}_total`])
  const metrics = new Set([...here, ...Object.keys(ABSENT_METRICS).flatMap((name) => [name, `${name}_total`])])
  const gateway = METRICS.gateway.flatMap((metric) => metric.labels)
  const labels = new Set<string>([...Object.keys(LABELS), ...gateway, ...custom.map(({ name }) => name)])
  const unknown = (setting: string, names: readonly string[], known: ReadonlySet<string>) =>
    names
      .filter((name) => !known.has(name))
      .map((name) => `\`litellm_settings.${setting}\`: ${name}${meant(name, known)}`)
  return [
    ...config.flatMap((group) => [
      ...unknown('prometheus_metrics_config', group.metrics, metrics),
      ...unknown('prometheus_metrics_config', group.includeLabels ?? [], labels),
    ]),
    ...unknown('prometheus_exclude_metrics', excludeMetrics, metrics),
    ...unknown('prometheus_exclude_labels', excludeLabels, labels),
  ]
}

function meant(name: string, known: ReadonlySet<string>): string {
  const near = suggest(name, [...known])
  return near === undefined ? ' is no metric or label.' : ` is no metric or label. Did you mean ${near}?`
}

function labelName(text: string): string {
  return text.replace(/[^a-zA-Z0-9_]/g, '_').replace(/^(?![a-zA-Z_])/, '_')
}

/** `metadata.team.name`: of the key, of the request, or of its log row; the last that has it. Only texts are shown. */
function metadataLabel(path: string): CustomLabel {
  const parts = path.replace(/^metadata\./, '').split('.')
  return {
    name: labelName(path),
    read({ key, call }) {
      const sources = [call.spendLogsMetadata ?? call.metadata.spend_logs_metadata, key?.metadata, call.metadata]
      return sources.map((source) => textAt(source, parts)).find((text) => text !== undefined)
    },
  }
}

function textAt(source: unknown, parts: readonly string[]): string | undefined {
  const found = parts.reduce<unknown>((at, part) => (isObject(at) ? at[part] : undefined), source)
  return typeof found === 'string' ? found : undefined
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null
}

/** "true" or "false": whether the call has this tag. `*` stands for anything. */
function tagLabel(tag: string, options: TagOptions): CustomLabel {
  const pattern = new RegExp(`^${tag.split('*').map(escaped).join('.*')}`)
  const matches = tag.includes('*') ? (one: string) => pattern.test(one) : (one: string) => one === tag
  return { name: labelName(`tag_${tag}`), read: (event) => String(requestTags(event, options).some(matches)) }
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')
}
