import type { Json } from '../types.ts'

/** LiteLLM's settings of health checks. */
export interface HealthSettings {
  /** `background_health_checks`. Off: no deployment is ever probed, because probes are billed. */
  readonly enabled: boolean
  readonly intervalMs: number
  readonly timeoutMs: number
  readonly concurrency: number
  readonly groups?: readonly string[]
  /** Off: answers tell the models and nothing about where they are. */
  readonly details: boolean
}

const DEFAULTS = { intervalSeconds: 300, timeoutSeconds: 60, concurrency: 10 }

export function healthSettingsOf(general: Json, env: Readonly<Record<string, string | undefined>>): HealthSettings {
  const { background_health_check_model_groups: groups } = general
  const seconds = positive(general.health_check_interval) ?? positive(env.DEFAULT_HEALTH_CHECK_INTERVAL)
  return {
    enabled: general.background_health_checks === true,
    intervalMs: (seconds ?? DEFAULTS.intervalSeconds) * 1_000,
    timeoutMs: (positive(env.HEALTH_CHECK_TIMEOUT_SECONDS) ?? DEFAULTS.timeoutSeconds) * 1_000,
    concurrency: Math.ceil(positive(general.health_check_concurrency) ?? DEFAULTS.concurrency),
    ...(Array.isArray(groups) && { groups: groups.map(String) }),
    details: general.health_check_details !== false,
  }
}

function positive(value: unknown): number | undefined {
  const number = Number(value)
  return number > 0 && Number.isFinite(number) ? number : undefined
}
