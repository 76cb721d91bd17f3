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

/** As the section `general_settings` gives them. */
export interface HealthSource {
  readonly backgroundHealthChecks?: boolean
  readonly backgroundHealthCheckModelGroups?: readonly string[]
  /** Milliseconds. */
  readonly healthCheckInterval?: number
  readonly healthCheckConcurrency?: number
  readonly healthCheckDetails?: boolean
}

const DEFAULTS = { intervalSeconds: 300, timeoutSeconds: 60, concurrency: 10 }

export function healthSettingsOf(
  general: HealthSource,
  env: Readonly<Record<string, string | undefined>>,
): HealthSettings {
  const { backgroundHealthCheckModelGroups: groups } = general
  const seconds = positive(env.DEFAULT_HEALTH_CHECK_INTERVAL) ?? DEFAULTS.intervalSeconds
  return {
    enabled: general.backgroundHealthChecks === true,
    intervalMs: positive(general.healthCheckInterval) ?? seconds * 1_000,
    timeoutMs: (positive(env.HEALTH_CHECK_TIMEOUT_SECONDS) ?? DEFAULTS.timeoutSeconds) * 1_000,
    concurrency: Math.ceil(positive(general.healthCheckConcurrency) ?? DEFAULTS.concurrency),
    ...(groups && { groups }),
    details: general.healthCheckDetails !== false,
  }
}

function positive(value: unknown): number | undefined {
  const number = Number(value)
  return number > 0 && Number.isFinite(number) ? number : undefined
}
