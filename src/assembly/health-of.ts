import type { ResolvedOptions } from '../config/options.ts'
import type { Model } from '../routing/model.ts'
import { createHealthMonitor, type HealthMonitor } from '../upstream/health-monitor.ts'
import { type HealthSettings, healthSettingsOf } from '../upstream/health-settings.ts'
import type { Upstream } from '../upstream/upstream.ts'

export interface Health {
  /** `undefined` unless probes are switched on: they are billed. */
  readonly monitor: HealthMonitor | undefined
  readonly settings: HealthSettings
}

/** What `/health` knows beside the models themselves. Not started yet. */
export function healthOf(
  { settings: { general }, env }: ResolvedOptions,
  { upstream, models }: { upstream: Upstream; models: (() => readonly Model[]) | undefined },
): Health {
  const settings = healthSettingsOf(general, env)
  const monitor = settings.enabled && models ? createHealthMonitor({ ...settings, upstream, models }) : undefined
  return { monitor, settings }
}
