import type { Alert } from './alert.ts'

/** A call that is under way. */
export interface RunningCall {
  readonly callId: string
  readonly startedAt: Date
  readonly modelGroup?: string
  readonly apiBase?: string
  readonly keyAlias?: string
  readonly teamAlias?: string
}

export interface HangingCallsOptions {
  /** `alerting_threshold`. */
  readonly thresholdMs: number
  running(): readonly RunningCall[]
  tell(alert: Alert): void
  /** A call may take so much longer before it counts. Default: LiteLLM's minute. */
  readonly bufferMs?: number
}

const BUFFER_MS = 60_000
/** The oldest calls, as many as LiteLLM looks at. */
const MOST = 20
/** Of one model at most so often. */
const PERIOD_MS = 60_000
const LONGEST_PAUSE_MS = 60_000

/** Looks for calls that have not ended in time, every half of that time. */
export function watchHangingCalls({ thresholdMs, running, tell, bufferMs = BUFFER_MS }: HangingCallsOptions): {
  close(): void
} {
  const timer = setInterval(look, Math.max(20, Math.min(thresholdMs / 2, LONGEST_PAUSE_MS))).unref()
  return { close: () => clearInterval(timer) }

  function look(): void {
    const now = new Date()
    const before = now.getTime() - thresholdMs - bufferMs
    const hanging = running()
      .filter(({ startedAt, modelGroup }) => modelGroup !== undefined && startedAt.getTime() <= before)
      .sort((one, other) => one.startedAt.getTime() - other.startedAt.getTime())
    for (const call of hanging.slice(0, MOST)) tell(alertOf(call, now))
  }

  function alertOf({ modelGroup, apiBase, keyAlias, teamAlias }: RunningCall, now: Date): Alert {
    const lines = [
      `\`Requests are hanging - ${thresholdMs / 1_000}s+ request time\``,
      `Request Model: \`${modelGroup}\``,
      `API Base: \`${apiBase ?? 'None'}\``,
      `Key Alias: \`${keyAlias ?? 'None'}\``,
      `Team Alias: \`${teamAlias ?? 'None'}\``,
    ]
    const id = `hanging ${modelGroup} ${apiBase ?? '-'}`
    return {
      id,
      type: 'llm_requests_hanging',
      level: 'Medium',
      message: lines.join('\n'),
      at: now,
      periodMs: PERIOD_MS,
    }
  }
}
