import { oldestBeyond } from '../../lib/memoize.ts'
import type { Deployment } from '../../types.ts'

export interface OutageSettings {
  /** `outage_alert_ttl`: failures within this time count together. */
  readonly windowMs: number
  readonly minorAt: number
  readonly majorAt: number
}

export interface Outage {
  readonly size: 'Minor' | 'Major'
  /** Statuses of the failures within the window, oldest first. */
  readonly statuses: readonly number[]
  readonly lastAt: Date
}

interface Failure {
  readonly status: number
  readonly at: number
}

const MAX_DEPLOYMENTS = 10_000
const TIMEOUT = 408

/** Counts failed tries of each deployment. */
export class OutageCounts {
  readonly #settings: OutageSettings
  readonly #failures = new Map<string, Failure[]>()

  constructor(settings: OutageSettings) {
    this.#settings = settings
  }

  /** What this failure makes of those before it. Only time-outs and errors of servers are signs of an outage, as in LiteLLM. */
  add(deploymentId: string, status: number, now: Date): Outage | undefined {
    if (status !== TIMEOUT && status < 500) return undefined
    const { windowMs, minorAt, majorAt } = this.#settings
    const since = now.getTime() - windowMs
    const recent = (this.#failures.get(deploymentId) ?? []).filter(({ at }) => at > since)
    recent.push({ status, at: now.getTime() })
    this.#failures.delete(deploymentId)
    this.#failures.set(deploymentId, recent.slice(-Math.max(minorAt, majorAt)))
    for (const oldest of oldestBeyond(this.#failures, MAX_DEPLOYMENTS)) this.#failures.delete(oldest)
    if (recent.length < minorAt) return undefined
    const statuses = recent.map((failure) => failure.status)
    return { size: recent.length >= majorAt ? 'Major' : 'Minor', statuses, lastAt: now }
  }
}

/** LiteLLM's text. */
export function outageText(
  { size, statuses, lastAt }: Outage,
  deployment: Deployment,
  apiBase: string,
  now: Date,
): string {
  const { model, litellmModel = model, provider } = deployment
  const timeouts = statuses.filter((status) => status === TIMEOUT).length
  const errors = [
    ['Timeout Errors', timeouts],
    ['API Errors', statuses.length - timeouts],
  ].flatMap(([name, count]) => (count ? [`\n${name}: ${count}\n`] : []))
  const secondsAgo = (now.getTime() - lastAt.getTime()) / 1_000
  return [
    `\n\n\n*⚠️ ${size} Service Outage*\n`,
    `\n\n*Model Name:* \`${litellmModel}\`\n*Provider:* \`${provider}\`\n*API Base:* \`${apiBase}\`\n`,
    `\n\n*Errors:*\n${errors.join('')}\n`,
    `\n*Last Check:* \`${secondsAgo}s ago\`\n\n\n`,
  ].join('')
}
