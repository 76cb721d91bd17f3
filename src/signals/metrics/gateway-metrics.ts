import type { Deployment, SpendGauges } from '../../types.ts'
import type { OutboxGauges } from '../outbox/outbox.ts'
import type { Together } from './metric.ts'
import type { MetricKind, Sample } from './series.ts'

/** What is looked at when somebody reads the metrics. */
export interface GatewaySources {
  deployments(): readonly Deployment[]
  /** How long a deployment is out of use, in milliseconds. */
  coolingMs(deployment: Deployment): number
  /** Whether the last try of a deployment failed, by its id. */
  readonly lastTries: ReadonlyMap<string, boolean>
  /** Calls under way. */
  openCalls(): number
  /** Calls that hold a reservation of a budget. */
  reservedCalls(): number
  /** `undefined` without a ledger of our own. */
  spend(): SpendGauges | undefined
  readonly unpricedCalls: number
  /** What callbacks have been told, by their names. */
  callbacks(): readonly (readonly [name: string, gauges: OutboxGauges])[]
  /** How late it was, in nanoseconds, since it was last read. */
  readonly eventLoop: { percentile(percent: number): number; readonly max: number }
}

export interface GatewayMetric {
  readonly name: string
  readonly kind: Exclude<MetricKind, 'histogram'>
  readonly help: string
  readonly labels: readonly string[]
  readonly together?: Together
  collect(sources: GatewaySources): readonly Sample[]
}

/** How often the delay of the event loop is sampled. */
export const EVENT_LOOP_PERIOD_MS = 20

const PLACE = ['litellm_model_name', 'model_id', 'api_base', 'api_provider'] as const

/** LiteLLM's metrics that no call feeds. */
export const STATE_METRICS: readonly GatewayMetric[] = [
  {
    name: 'litellm_deployment_state',
    kind: 'gauge',
    help: '0: the last try succeeded, 1: it failed, 2: the deployment rests',
    labels: PLACE,
    collect: ({ deployments, coolingMs, lastTries }) =>
      deployments().flatMap((deployment) => {
        const failed = lastTries.get(deployment.id)
        const value = coolingMs(deployment) > 0 ? 2 : Number(failed)
        return Number.isNaN(value) ? [] : [{ labels: placeOf(deployment), value }]
      }),
  },
  limitOf('rpm', 'Requests a minute that the configuration gives a deployment'),
  limitOf('tpm', 'Tokens a minute that the configuration gives a deployment'),
  share('litellm_in_flight_requests', 'Calls under way', ({ openCalls }) => openCalls()),
  ofCallbacks(
    'litellm_callback_logging_failures_metric',
    'counter',
    'Times that a callback could not be told: told again, refused or given up',
    ({ retries, refused, dropped }) => retries + refused + dropped,
    'callback_name',
  ),
]

/** Metrics that LiteLLM does not have. */
export const OWN_METRICS: readonly GatewayMetric[] = [
  share(
    'express_litellm_ledger_waiting_calls',
    'Calls that wait to be written, in memory and in the journal',
    ({ spend }) => spend()?.queued,
  ),
  gauge(
    'express_litellm_ledger_oldest_waiting_seconds',
    'Age of the oldest call that waits to be written',
    ({ spend }) => inSeconds(spend()?.oldestMs),
  ),
  share(
    'express_litellm_ledger_waiting_dollars',
    'US dollars of calls that are not known to be written',
    ({ spend }) => spend()?.unsettledDollars,
  ),
  share('express_litellm_ledger_journal_bytes', 'Size of the journal on disk', ({ spend }) => spend()?.journalBytes),
  counter('express_litellm_ledger_written_calls_total', 'Calls that were written', ({ spend }) => spend()?.written),
  counter(
    'express_litellm_ledger_retries_total',
    'Batches that had to be written again',
    ({ spend }) => spend()?.retried,
  ),
  counter(
    'express_litellm_ledger_dead_letters_total',
    'Calls that the database refuses for good',
    ({ spend }) => spend()?.quarantined,
  ),
  {
    name: 'express_litellm_ledger_dropped_calls_total',
    kind: 'counter',
    help: 'Calls that were given up, by the reason',
    labels: ['reason'],
    collect: ({ spend }) =>
      Object.entries(spend()?.dropped ?? {}).map(([reason, value]) => ({ labels: { reason }, value: value ?? 0 })),
  },
  counter(
    'express_litellm_unpriced_calls_total',
    'Calls that used something at an unknown price',
    (sources) => sources.unpricedCalls,
  ),
  share('express_litellm_reserved_calls', 'Calls that hold a reservation of a budget', ({ reservedCalls }) =>
    reservedCalls(),
  ),
  {
    ...ofCallbacks(
      'express_litellm_callback_waiting_calls',
      'gauge',
      'Calls that wait to be told to a callback',
      ({ waiting }) => waiting,
    ),
    together: 'sum',
  },
  ofCallbacks(
    'express_litellm_callback_oldest_waiting_seconds',
    'gauge',
    'Age of the oldest call that waits in a journal to be told to a callback',
    ({ oldestMs }) => oldestMs / 1_000,
  ),
  ofCallbacks(
    'express_litellm_callback_told_calls_total',
    'counter',
    'Calls that a callback was told',
    ({ delivered }) => delivered,
  ),
  ofCallbacks(
    'express_litellm_callback_lost_calls_total',
    'counter',
    'Calls that a callback refused, or that there was no room for',
    ({ refused, dropped }) => refused + dropped,
  ),
  {
    name: 'express_litellm_event_loop_delay_seconds',
    kind: 'gauge',
    help: 'How late the event loop was since the last reading',
    labels: ['quantile'],
    collect: ({ eventLoop }) => [
      { labels: { quantile: '0.5' }, value: lateness(eventLoop.percentile(50)) },
      { labels: { quantile: '0.99' }, value: lateness(eventLoop.percentile(99)) },
      { labels: { quantile: '1' }, value: lateness(eventLoop.max) },
    ],
  },
]

function ofCallbacks(
  name: string,
  kind: GatewayMetric['kind'],
  help: string,
  figure: (gauges: OutboxGauges) => number,
  label = 'callback',
): GatewayMetric {
  const collect: GatewayMetric['collect'] = ({ callbacks }) =>
    callbacks().map(([callback, gauges]) => ({ labels: { [label]: callback }, value: figure(gauges) }))
  return { name, kind, help, labels: [label], collect }
}

type Figure = (sources: GatewaySources) => number | undefined

function gauge(name: string, help: string, figure: Figure): GatewayMetric {
  return { name, kind: 'gauge', help, labels: [], collect: (sources) => sampleOf(figure(sources)) }
}

/** A gauge of which each process has a share. */
function share(name: string, help: string, figure: Figure): GatewayMetric {
  return { ...gauge(name, help, figure), together: 'sum' }
}

function counter(name: string, help: string, figure: Figure): GatewayMetric {
  return { ...gauge(name, help, figure), kind: 'counter' }
}

function limitOf(limit: 'rpm' | 'tpm', help: string): GatewayMetric {
  return {
    name: `litellm_deployment_${limit}_limit`,
    kind: 'gauge',
    help,
    labels: ['model_group', ...PLACE],
    collect: ({ deployments }) =>
      deployments().flatMap((deployment) => {
        const value = deployment.routing?.[limit]
        const labels = { model_group: deployment.modelGroup, ...placeOf(deployment) }
        return value === undefined ? [] : [{ labels, value }]
      }),
  }
}

function placeOf({ model, id, baseUrl, provider }: Deployment): Record<(typeof PLACE)[number], string> {
  return { litellm_model_name: model, model_id: id, api_base: baseUrl, api_provider: provider }
}

function sampleOf(value: number | undefined): readonly Sample[] {
  return value === undefined ? [] : [{ labels: {}, value }]
}

function inSeconds(ms: number | undefined): number | undefined {
  return ms === undefined ? undefined : ms / 1_000
}

/** A timer that is on time is seen after its own period. */
function lateness(value: number): number {
  return Number.isFinite(value) ? Math.max(0, value / 1e9 - EVENT_LOOP_PERIOD_MS / 1_000) : 0
}
