import type { Refusal } from '../auth/refusal.ts'
import type { RequestContext } from '../context.ts'
import type { Gateway } from '../gateway.ts'
import { type NowOrLater, whenKnown } from '../now-or-later.ts'
import type { Try } from '../routing/action.ts'
import type { Call } from '../types.ts'

type HoldingGateway = Partial<Pick<Gateway, 'events' | 'gate'>>

/** Holds what a call may cost at a fallback, before it is asked: it may be dearer. The refusal where no budget has room. */
export function holdFallback(
  { gate, events }: HoldingGateway,
  { callId, key }: RequestContext,
  call: Call,
  { group, params }: Try,
): NowOrLater<Refusal | undefined> {
  if (!key || !gate?.fallBack) return undefined
  const meant = { ...call, modelGroup: group, json: { ...call.json, ...params } }
  return whenKnown(gate.fallBack({ callId, key, call: meant }), ({ refusal, reported }) => {
    for (const { code, message } of reported) {
      events?.tell('key:report', { code, message, hashedToken: key.hashedToken })
    }
    return refusal
  })
}
