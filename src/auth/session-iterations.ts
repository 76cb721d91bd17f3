import { oncePer } from '../once-per.ts'
import type { Call, VirtualKey } from '../types.ts'
import type { RateDescriptor } from './rate-descriptor.ts'

const HOUR_MS = 3_600_000

/** How many calls each session of this key may make in an hour: as its agent says, else its own metadata. */
export const iterationsOf = oncePer(({ agent, metadata }: VirtualKey): number | null => {
  const most = agent?.maxIterations ?? metadata.max_iterations
  const number = typeof most === 'string' && most.trim() !== '' ? Number(most) : most
  return typeof number === 'number' && Number.isFinite(number) ? Math.trunc(number) : null
})

/** LiteLLM's `max_iterations`, against agents that go round in circles. Calls without a session are in none. */
export function sessionIterations(key: VirtualKey, call: Call | undefined): RateDescriptor | undefined {
  const most = call?.sessionId === undefined ? null : iterationsOf(key)
  if (most === null) return undefined
  const session = call!.sessionId!
  return {
    name: 'session_iterations',
    value: `${key.owners.agentId ?? ''}:${session}`,
    limits: { requests: most },
    windowMs: HOUR_MS,
    sentence: (used) =>
      `Max iterations exceeded for session ${session}. Current count: ${used}, max_iterations: ${most}.`,
  }
}
