import type { IncomingMessage } from 'node:http'
import type { RequestContext } from '../call/request/context.ts'
import { callRouteOf } from '../call/request/read-call.ts'
import { clientIpOf } from '../call/request/request-facts.ts'
import type { ErrorCode } from '../errors.ts'
import type { Gateway } from '../gateway.ts'
import { memoizeByObject } from '../lib/memoize.ts'
import type { Call, Outcome, SpendEvent, VirtualKey } from '../types.ts'

/** LiteLLM leaves a failure row for each key that it does not know. A scanner would fill the table with them. */
const ROW_EVERY_MS = 60_000
/** Addresses that are remembered. Of more, the oldest are forgotten. */
const MAX_ADDRESSES = 10_000

const UNKNOWN: ReadonlySet<ErrorCode | undefined> = new Set<ErrorCode>(['unknown_key', 'not_a_virtual_key'])

/** Lets one row a minute pass for each address. */
export class RowEveryMinute {
  readonly #last = new Map<string, number>()

  admits(address: string, nowMs: number): boolean {
    const last = this.#last.get(address)
    if (last !== undefined && nowMs - last < ROW_EVERY_MS) return false
    this.#last.delete(address)
    this.#last.set(address, nowMs)
    if (this.#last.size > MAX_ADDRESSES) this.#last.delete(this.#last.keys().next().value!)
    return true
  }
}

const rowsOf = memoizeByObject((_: Gateway['calls']) => new RowEveryMinute())

/**
 * The event of a call that was refused because nobody knows its key: under the hash of what was sent, without a model, as
 * its body was not read. `undefined` where the address had one within this minute, and for other calls.
 */
export function unknownKeyEvent(
  req: IncomingMessage,
  { callId, presented }: RequestContext,
  outcome: Outcome,
  { calls }: Pick<Gateway, 'calls'>,
): SpendEvent | undefined {
  if (presented === undefined || !UNKNOWN.has(outcome.error?.refusal)) return undefined
  const { path, reader } = callRouteOf(req, calls.readers)
  const clientIp = clientIpOf(req, calls)
  if (!reader || !rowsOf(calls).admits(clientIp ?? '', outcome.endedAt.getTime())) return undefined
  const call: Call = {
    ...{ shape: reader.shape, callType: reader.callType, upstreamPath: path, modelGroup: '', stream: false },
    ...{ tags: [], metadata: {}, userAgent: req.headers['user-agent'], clientIp },
  }
  return { callId, key: strangerOf(presented), call, path, outcome, cost: undefined }
}

function strangerOf(hashedToken: string): VirtualKey {
  const nothing = { models: [], blocked: false, spend: 0, metadata: {}, teamMetadata: {} }
  return { hashedToken, master: false, owners: {}, ...nothing }
}
