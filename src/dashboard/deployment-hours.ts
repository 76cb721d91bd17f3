import type { GatewayEvents } from '../events.ts'
import type { SpendEvent } from '../types.ts'
import type { DeploymentHour } from './answers.ts'

const MINUTES = 60
const MINUTE_MS = 60_000
/** Of each deployment and minute; what percentiles are made of. */
const MOST_SAMPLES = 100

/** One minute of one deployment. */
interface Minute {
  readonly at: number
  answered: number
  failed: number
  readonly wholeMs: number[]
  readonly firstByteMs: number[]
  tokens: number
  tokenMs: number
  readonly errors: Map<string, number>
}

/** Deployments beyond it are not followed: wildcards may stand for any number. */
const MOST_DEPLOYMENTS = 1_000

/** How each deployment has done in the last hour, as this process has seen it. Bounded by samples and deployments. */
export class DeploymentHours {
  readonly #now: () => number
  readonly #deployments = new Map<string, Minute[]>()
  readonly since: Date

  constructor({ own }: Pick<GatewayEvents, 'own'>, now: () => number = Date.now) {
    this.#now = now
    this.since = new Date(now())
    own.on('spend:record', ({ event }) => this.#answered(event))
    own.on('call:try-failed', ({ deploymentId, class: kind }) => this.#failed(deploymentId, kind))
  }

  /** `undefined`: it was not asked in this hour. */
  of(id: string): DeploymentHour | undefined {
    const known = this.#deployments.get(id)
    if (!known) return undefined
    const first = Math.floor(this.#now() / MINUTE_MS) - MINUTES + 1
    const minutes = known.filter(({ at }) => at >= first)
    const byMinute = new Map(minutes.map((minute) => [minute.at, minute]))
    const wholeMs = minutes.flatMap((minute) => minute.wholeMs).sort(ascending)
    const firstByteMs = minutes.flatMap((minute) => minute.firstByteMs).sort(ascending)
    const tokenMs = minutes.reduce((sum, minute) => sum + minute.tokenMs, 0)
    const errors: Record<string, number> = {}
    for (const [kind, times] of minutes.flatMap((minute) => [...minute.errors]))
      errors[kind] = (errors[kind] ?? 0) + times
    return {
      id,
      minutes: Array.from({ length: MINUTES }, (_, at) => {
        const { answered = 0, failed = 0 } = byMinute.get(first + at) ?? {}
        return [answered, failed] as const
      }),
      p50_ms: percentile(wholeMs, 0.5),
      p95_ms: percentile(wholeMs, 0.95),
      first_byte_p50_ms: percentile(firstByteMs, 0.5),
      tokens_per_second: tokenMs > 0 ? (1_000 * minutes.reduce((sum, { tokens }) => sum + tokens, 0)) / tokenMs : null,
      errors,
    }
  }

  #answered({ deployment, outcome, cache }: SpendEvent): void {
    if (!deployment || outcome.status === 'failure' || cache?.hit) return
    const minute = this.#minute(deployment.id)
    if (!minute) return
    const { startedAt, firstByteAt, endedAt, usage } = outcome
    const wholeMs = endedAt.getTime() - startedAt.getTime()
    minute.answered++
    sample(minute.wholeMs, wholeMs, minute.answered)
    if (firstByteAt) sample(minute.firstByteMs, firstByteAt.getTime() - startedAt.getTime(), minute.answered)
    minute.tokens += usage?.completionTokens ?? 0
    minute.tokenMs += wholeMs
  }

  #failed(id: string, kind: string): void {
    const minute = this.#minute(id)
    if (!minute) return
    minute.failed++
    minute.errors.set(kind, (minute.errors.get(kind) ?? 0) + 1)
  }

  #minute(id: string): Minute | undefined {
    const at = Math.floor(this.#now() / MINUTE_MS)
    const minutes = this.#deployments.get(id) ?? []
    const last = minutes.at(-1)
    if (last?.at === at) return last
    if (minutes.length === 0 && this.#deployments.size >= MOST_DEPLOYMENTS) return undefined
    const minute: Minute = {
      ...{ at, answered: 0, failed: 0, wholeMs: [], firstByteMs: [] },
      ...{ tokens: 0, tokenMs: 0, errors: new Map() },
    }
    minutes.push(minute)
    if (minutes.length > MINUTES) minutes.shift()
    this.#deployments.set(id, minutes)
    return minute
  }
}

/** Of more than are kept each has the same chance. */
function sample(samples: number[], value: number, seen: number): void {
  if (samples.length < MOST_SAMPLES) samples.push(value)
  else {
    const at = Math.floor(Math.random() * seen)
    if (at < MOST_SAMPLES) samples[at] = value
  }
}

function percentile(sorted: readonly number[], part: number): number | null {
  return sorted[Math.min(sorted.length - 1, Math.ceil(part * sorted.length) - 1)] ?? null
}

function ascending(a: number, b: number): number {
  return a - b
}
