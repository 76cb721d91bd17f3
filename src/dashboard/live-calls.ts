import type { GatewayEvents } from '../events.ts'
import { toSpendRecord } from '../ledger/record/spend-log-row.ts'
import type { SpendEvent, VirtualKey } from '../types.ts'
import type { CallRow } from './answers.ts'

/** A call that has just been settled. */
export interface LiveCall {
  readonly id: string
  readonly event: SpendEvent
  /** Its row, made once for all who listen. */
  readonly row: CallRow
}

export interface LiveCalls {
  /**
   * What came after the call `lastId`, and all that comes, until what is returned is called. `missed`: some of it is not
   * known any more. `undefined`: too many listen.
   */
  listen(lastId: string | undefined, hear: (call: LiveCall) => void): Listening | undefined
}

export interface Listening {
  readonly earlier: readonly LiveCall[]
  readonly missed: boolean
  stop(): void
}

/** Calls that are told again to a page whose connection was lost. */
const MOST_KEPT = 200
const MOST_LISTENERS = 200

/** The calls of this process as they are settled. While no page listens, a call costs one addition. */
export function createLiveCalls(events: GatewayEvents): LiveCalls {
  // Another process counts from elsewhere: its numbers must not look like ours.
  const epoch = Date.now().toString(36)
  const listeners = new Set<(call: LiveCall) => void>()
  let kept: LiveCall[] = []
  let count = 0
  events.own.on('spend:record', ({ event }) => {
    count++
    if (listeners.size > 0) tell(event)
    else kept = []
  })

  return {
    listen(lastId, hear) {
      if (listeners.size >= MOST_LISTENERS) return undefined
      listeners.add(hear)
      return { ...since(lastId), stop: () => void listeners.delete(hear) }
    },
  }

  function tell(event: SpendEvent): void {
    const call: LiveCall = { id: `${epoch}-${count}`, event, row: rowOf(event) }
    kept.push(call)
    if (kept.length > MOST_KEPT) kept.shift()
    for (const hear of listeners) hear(call)
  }

  function since(lastId: string | undefined): Pick<Listening, 'earlier' | 'missed'> {
    if (lastId === undefined || lastId === `${epoch}-${count}`) return { earlier: [], missed: false }
    const at = kept.findIndex(({ id }) => id === lastId)
    return at === -1 ? { earlier: [], missed: true } : { earlier: kept.slice(at + 1), missed: false }
  }
}

/** Administrators see all calls; a user those of all own keys; the holder of a key without a user those of that key. */
export function maySeeCall({ event: { key } }: LiveCall, reader: VirtualKey, isAdmin: boolean): boolean {
  if (isAdmin) return true
  if (key === undefined) return false
  const { userId } = reader.owners
  return userId === undefined ? key.hashedToken === reader.hashedToken : key.owners.userId === userId
}

const MEMBERS = [
  ...(['call_type', 'startTime', 'endTime', 'completionStartTime', 'model', 'model_group', 'model_id'] as const),
  ...(['custom_llm_provider', 'api_key', 'status', 'spend', 'prompt_tokens', 'completion_tokens'] as const),
  ...(['cache_hit', 'user', 'team_id', 'end_user', 'session_id', 'request_tags', 'metadata'] as const),
]

/** As it will be in the log, without what was asked and answered: the event has none of it. */
function rowOf(event: SpendEvent): CallRow {
  const { call_id, provider_id, ...row } = JSON.parse(toSpendRecord(event).text)
  return {
    request_id: provider_id || call_id,
    ...Object.fromEntries(MEMBERS.map((name) => [name, row[name] ?? null])),
  } as unknown as CallRow
}
