import type { OpenCalls } from '../call/answer/open-calls.ts'
import type { GatewayEventMap, GatewayEvents } from '../events.ts'
import type { CutCall } from '../gateway.ts'
import type { Deadline } from '../lib/deadline.ts'
import { withTimeout } from '../lib/with-timeout.ts'
import type { SpendEvent } from '../types.ts'
import { countRoughly } from '../usage/tokens/count-tokens.ts'

/** How long the upstreams of calls that were cut are read on, where `onClientAbort` says so. */
const DRAIN_MS = 1_000
/** How long it may take after that until the last call is on record: its tokens may have to be counted. */
const RECORD_MS = 2_000
/** From then on they are not counted but guessed: a busy machine must not cost the row. */
const GUESS_MS = 1_000
const GUESS_EVERY_MS = 50

export interface SettledCalls {
  /** Calls that could not be settled in time. */
  readonly unsettled: number
  /** What became of each call that was cut. To be asked when the ledger is closed. */
  fates(): readonly CutCall[]
}

/**
 * Waits until no call is under way. At the deadline those that are left are cut, so that each is settled by what was
 * metered and handed to the ledger, as safe as was promised. Takes at most 4 s more than the deadline, and
 * mostly no time at all.
 */
export async function settleCalls(
  openCalls: OpenCalls,
  events: GatewayEvents,
  deadline: Deadline,
  keptBy: 'ledger' | 'sink',
): Promise<SettledCalls> {
  await Promise.race([openCalls.whenNone(), deadline.passed])
  const watched = watch(events)
  const cut = openCalls.cut()
  if (cut.length > 0) {
    await withTimeout(DRAIN_MS, openCalls.whenNone(), () => {})
    openCalls.stop()
    await withTimeout(RECORD_MS, openCalls.whenNone(), () => {})
    await guessing(withTimeout(GUESS_MS, openCalls.whenNone(), () => {}))
  }
  const unsettled = new Set(openCalls.ids())
  return {
    unsettled: unsettled.size,
    fates() {
      watched.end()
      return cut.flatMap((callId) => fateOf(callId) ?? [])
    },
  }

  /** Requests without a known key have no row, and no event. */
  function fateOf(callId: string): CutCall | undefined {
    const event = watched.recorded.get(callId)
    if (!event) return unsettled.has(callId) ? { callId, modelGroup: '', usageSource: 'none', row: 'lost' } : undefined
    const { call, outcome, cost } = event
    return { callId, modelGroup: call.modelGroup, usageSource: outcome.usageSource, cost, row: rowOf(callId) }
  }

  function rowOf(callId: string): CutCall['row'] {
    if (keptBy === 'sink') return 'sink'
    if (watched.dropped.has(callId)) return 'lost'
    return watched.written.has(callId) ? 'written' : 'journaled'
  }
}

/** The input of a call is counted after its output, so once is not enough. */
async function guessing(done: Promise<void>): Promise<void> {
  const timer = setInterval(countRoughly, GUESS_EVERY_MS)
  await done
  clearInterval(timer)
}

/** What the events say of the calls that are recorded from now on. */
function watch(events: GatewayEvents) {
  const recorded = new Map<string, SpendEvent>()
  const written = new Set<string>()
  const dropped = new Set<string>()
  const listeners: { readonly [K in keyof GatewayEventMap]?: (...args: GatewayEventMap[K]) => void } = {
    'spend:record': ({ event }) => recorded.set(event.callId, event),
    'spend:flush': ({ callIds = [] }) => addAll(written, callIds),
    'spend:drop': ({ callIds }) => addAll(dropped, callIds),
  }
  const entries = Object.entries(listeners) as [keyof GatewayEventMap, () => void][]
  for (const [name, listener] of entries) events.own.on(name, listener)
  return {
    recorded,
    written,
    dropped,
    end() {
      for (const [name, listener] of entries) events.own.off(name, listener)
    },
  }
}

function addAll(set: Set<string>, ids: readonly string[]): void {
  for (const id of ids) set.add(id)
}
