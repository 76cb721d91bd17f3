import type { Compat } from '../../admission/facts/compat.ts'
import type { ErrorCode } from '../../errors.ts'
import type { GatewayEventMap } from '../../events.ts'
import { rowStatus } from '../../ledger/record/error-information.ts'
import type { Deployment, EndedCall, SpendEvent } from '../../types.ts'
import type { LimitType, Observed } from './labels.ts'

export type FindDeployment = (id: string) => Deployment | undefined

const LIMITS: readonly LimitType[] = ['requests', 'tokens']

/** Of a request whose key is unknown only some leave an event: a scanner would fill the log. */
const UNKNOWN_KEY: ReadonlySet<ErrorCode | undefined> = new Set<ErrorCode>(['unknown_key', 'not_a_virtual_key'])

/** What a finished call has to say: itself, each of its tries, its fallback, and its limits. */
export function observationsOf(seen: SpendEvent, find: FindDeployment, compat?: Compat): Observed[] {
  const event = asRecorded(seen, compat)
  const { outcome, deployment, limits } = event
  // `refusedRequest` tells of it, whether it leaves a row or not, and without the hash of what nobody knows.
  if (UNKNOWN_KEY.has(outcome.error?.refusal)) return []
  return [
    { kind: 'call', outcome, event, deployment },
    ...triesOf(event, find),
    ...fallbackOf(event),
    ...(limits ? LIMITS.map((limit): Observed => ({ kind: 'limit', outcome, event, limit })) : []),
  ]
}

/** As the row tells it: a stream that its client has left was answered. */
function asRecorded(event: SpendEvent, compat: Compat | undefined): SpendEvent {
  const { error: _, ...outcome } = event.outcome
  if (!outcome.aborted || outcome.status === rowStatus(event, compat)) return event
  return { ...event, outcome: { ...outcome, status: 'success', statusCode: 200, aborted: false } }
}

/** A request that was refused before its key and body were known: no event tells of it. */
export function refusedRequest({ outcome, modelGroup }: EndedCall): Observed | undefined {
  return modelGroup === undefined && outcome.status === 'failure' ? { kind: 'call', outcome } : undefined
}

export function cooldownOf(
  { deploymentId, status, class: name }: GatewayEventMap['deployment:cool'][0],
  find: FindDeployment,
): Observed {
  const now = new Date()
  const outcome = { status: 'failure', statusCode: status, usageSource: 'none', aborted: false } as const
  return {
    kind: 'cooldown',
    outcome: { ...outcome, startedAt: now, endedAt: now },
    deployment: find(deploymentId),
    failure: { class: name, status },
  }
}

/** The tries that failed before, and the one that ended the call. What the gateway refused has asked nobody. */
function triesOf(event: SpendEvent, find: FindDeployment): Observed[] {
  const { outcome, deployment, route } = event
  const before = (route?.failures ?? []).map(
    ({ deploymentId, ...failure }): Observed => ({
      kind: 'try',
      outcome: { ...outcome, usage: undefined },
      event,
      deployment: find(deploymentId),
      failure,
    }),
  )
  if (!deployment) return before
  const { error, statusCode, aborted } = outcome
  const failure = error && !aborted ? { class: error.class, status: statusCode } : undefined
  return [...before, { kind: 'try', outcome, event, deployment, failure }]
}

function fallbackOf(event: SpendEvent): Observed[] {
  const { route, outcome } = event
  const failure = route?.failures.at(-1)
  if (!route || route.fallbacks === 0 || !failure) return []
  return [{ kind: 'fallback', outcome, event, failure, fallback: route.group }]
}
