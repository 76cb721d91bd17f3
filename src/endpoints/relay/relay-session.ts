import type { Socket } from 'node:net'
import type { OpenCall } from '../../call/answer/open-calls.ts'
import { errorOf } from '../../call/answer/outcome-of.ts'
import { chargeCall, recordedCall } from '../../call/forward/charge-call.ts'
import { endedCallOf, type RequestContext } from '../../call/request/context.ts'
import type { Gateway } from '../../gateway.ts'
import type { Outcome, OutcomeError } from '../../types.ts'
import { createFrameReader } from '../../upstream/relay/relay-frames.ts'
import { SessionMeter } from '../../usage/meter/session-meter.ts'

type SessionGateway = Pick<Gateway, 'sink' | 'prices' | 'pricing' | 'events'> & Partial<Pick<Gateway, 'openCalls'>>

/** One WebSocket session on its way into the ledger: one row, when it is over. */
export interface RelayedSession {
  /** The upstream agreed. From now on its messages are read for usage. */
  open(upstream: Socket): void
  fail(status: number, message: string): void
  /** Settles `context.outcome` and, when the caller is known, records the session. Once. */
  end(): void
}

/** `hangUp` closes the client's connection. */
export function createSession(context: RequestContext, gateway: SessionGateway, hangUp: () => void): RelayedSession {
  const meter = new SessionMeter()
  let firstByteAt: Date | undefined
  let error: OutcomeError | undefined
  let over = false
  let isCut = false
  let settle: (outcome: Outcome) => void = () => {}
  context.outcome = new Promise((resolve) => {
    settle = resolve
  })
  const openCall: OpenCall = { callId: context.callId, context, lastOfConnection: () => {}, cut, stop: end }
  gateway.openCalls?.add(openCall)

  return {
    open(upstream) {
      const reader = createFrameReader(read)
      upstream.on('data', (bytes: Buffer) => {
        firstByteAt ??= new Date()
        reader.push(bytes)
      })
    },
    fail(status, message) {
      error ??= errorOf(status, message)
    },
    end: () => void end(),
  }

  async function end(): Promise<void> {
    if (over) return
    over = true
    const outcome = outcomeOf()
    settle(outcome)
    await recordSession(context, gateway, outcome)
    gateway.openCalls?.remove(openCall)
  }

  function cut(): void {
    isCut = true
    error ??= errorOf(503, 'The gateway shut down before the session was over.')
    hangUp()
  }

  function read(text: string): void {
    try {
      meter.read(text)
    } catch (cause) {
      gateway.events.tell('fault', { error: cause, where: 'realtime session' })
    }
  }

  function outcomeOf(): Outcome {
    const { usage, usageSource, responseId } = meter.get()
    return {
      status: error ? 'failure' : 'success',
      statusCode: error ? Number(error.code) : 101,
      usage,
      usageSource: isCut && usageSource === 'reported' ? 'partial' : usageSource,
      responseId,
      startedAt: context.startedAt,
      firstByteAt,
      endedAt: new Date(),
      aborted: false,
      error,
    }
  }
}

async function recordSession(context: RequestContext, gateway: SessionGateway, outcome: Outcome): Promise<void> {
  const { callId, key, call, deployment } = context
  // Requests without a known key leave no row.
  if (!key || !call) return
  const event = { callId, key, ...recordedCall(call, deployment), outcome, ...chargeCall(context, outcome, gateway) }
  const recorded = gateway.sink.record(event)
  gateway.events.tell('spend:record', { event })
  gateway.events.tell('call:end', endedCallOf(context, outcome))
  // A sink that refuses the call has told why.
  await Promise.allSettled([recorded])
}
