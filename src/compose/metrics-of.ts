import type { AdmissionControl } from '../admission/admission-control.ts'
import { wantsMetrics } from '../config/callbacks.ts'
import type { ResolvedOptions } from '../config/options.ts'
import type { GatewayMetrics } from '../gateway.ts'
import { isWildcard } from '../models/routing/wildcard.ts'
import { Metrics } from '../signals/metrics/metrics.ts'
import { chooseMetrics, type MetricsSettings } from '../signals/metrics/metrics-settings.ts'
import type { Rooms } from './open-rooms.ts'

type Parts = Pick<Rooms, 'events' | 'openCalls' | 'ledger' | 'router' | 'routing' | 'outboxes' | 'alerts'> & {
  readonly admission: AdmissionControl
}

/** The metrics of a gateway. They count from the start where the callback `prometheus` is configured. */
export function metricsOf(config: ResolvedOptions, parts: Parts): GatewayMetrics & Pick<Metrics, 'close' | 'ready'> {
  const { litellm } = config.settings
  const { events, openCalls, ledger, router, routing, outboxes, alerts, admission } = parts
  const userAgentTags = litellm.disableAddUserAgentToRequestTags !== true
  const metrics = new Metrics({
    events,
    compat: config.compat,
    chosen: chooseMetrics(settingsOf(config), { compat: config.compat, userAgentTags }),
    labels: {
      endUsers: litellm.enableEndUserCostTrackingPrometheusOnly === true,
      isKnownModel: (name) =>
        routing
          ? routing.catalog.deploymentsOf(name).length > 0
          : router.modelGroups().some((group) => group === name || isWildcard(group)),
    },
    sources: {
      deployments: () => routing?.router.models().map(({ deployment }) => deployment) ?? [],
      coolingMs: (deployment) => routing?.router.coolingMs(deployment) ?? 0,
      openCalls: () => openCalls.size,
      reservedCalls: () => admission.running?.() ?? 0,
      spend: () => ledger?.gauges(),
      callbacks: () =>
        [...outboxes, ...(alerts?.outboxes ?? [])].map((outbox) => [outbox.name, outbox.gauges()] as const),
    },
  })
  if (wantsMetrics(litellm)) metrics.start()
  return Object.assign(metrics, { needsKey: litellm.requireAuthForMetricsEndpoint !== false })
}

function settingsOf({ settings: { litellm } }: ResolvedOptions): MetricsSettings {
  return {
    config: litellm.prometheusMetricsConfig?.map(({ metrics, include_labels: includeLabels }) => ({
      metrics,
      includeLabels,
    })),
    excludeMetrics: litellm.prometheusExcludeMetrics,
    excludeLabels: litellm.prometheusExcludeLabels,
    latencyBuckets: litellm.prometheusLatencyBuckets,
    metadataLabels: litellm.customPrometheusMetadataLabels,
    tagLabels: litellm.customPrometheusTags,
    streamLabel: litellm.prometheusEmitStreamLabel,
    rateLimitLabels: litellm.prometheusEmitRateLimitLabels,
    maxSeries: litellm.prometheusMetricsMaxSeriesPerMetric,
  }
}
