import { oldestBeyond } from '../../lib/memoize.ts'
import type { Estimate } from '../facts/estimate.ts'

/** Whose calls are alike: those of one key to one model group. */
export interface CallPair {
  readonly hashedToken: string
  readonly modelGroup: string
}

/** Answers that are remembered of each pair. */
const MAX_SAMPLES = 128
/** With fewer answers a percentile says nothing: twice the longest of them counts instead. */
const MIN_SAMPLES = 20
const PERCENTILE = 0.95
const MAX_PAIRS = 20_000
/** What a running stream has reserved ahead of what it has used: at least so many tokens. */
const AHEAD_TOKENS = 256
/** Each call that ends while others wait lets so many more reserve what they are expected to use. */
const GROWTH = 3

interface Pair {
  /** Output tokens of one answer each. */
  readonly samples: number[]
  /** Index of the sample that the next one replaces. */
  next: number
  /** Output tokens of an answer that most answers stay below; `undefined` before the first answer. */
  expected: number | undefined
  /** How many calls may have reserved less than they may use. */
  most: number
  running: number
  trusted: number
  /** Calls that were refused for lack of room, and may try again. */
  refused: number
}

interface Running {
  readonly pair: Pair
  readonly estimate: Estimate
  /** It has reserved what it is expected to use, and may use more. */
  readonly trusted: boolean
  /** Output tokens that it has reserved. */
  tokens: number
  /** It has used more than it was expected to. */
  outgrown: boolean
}

/**
 * How much of a budget each call reserves. A call reserves the most that it may cost: nothing less holds a budget, as an
 * answer may be as long as it was allowed to be, and one that is not streamed tells nothing before its end. For those who
 * would rather have more calls at once (`learns`): where that leaves others no room, calls reserve what 95 % of the latest answers of their key and model stayed below, and as they stream never less than
 * they have used. How many calls may do so at once grows only while calls are refused for lack of room, with each call
 * that stays within what it reserved, and never beyond four times the calls that run: short answers one after the other
 * earn no burst of long ones.
 */
export class ExpectedOutput {
  readonly #pairs = new Map<string, Pair>()
  readonly #running = new Map<string, Running>()
  readonly #refused = new Map<string, Pair>()
  readonly #learns: boolean

  /** `learns: false`: each call reserves the most that it may cost. */
  constructor({ learns = true }: { readonly learns?: boolean } = {}) {
    this.#learns = learns
  }

  /** US dollars to reserve for this call. A call that is asked about again, for another model, starts again. */
  begin(callId: string, of: CallPair, estimate: Estimate): number {
    this.#forget(callId)
    const { cost, output = 0, answers = 1, costOf } = estimate
    const pair = this.#pairOf(of)
    const expected = pair.expected === undefined ? output : Math.ceil(pair.expected * answers)
    const trusted = this.#learns && costOf !== undefined && expected < output && pair.trusted < pair.most
    const tokens = trusted ? expected : output
    this.#running.set(callId, { pair, estimate, trusted, tokens, outgrown: false })
    pair.running++
    if (trusted) pair.trusted++
    return trusted ? costOf(tokens) : cost
  }

  /** No budget had room for what the call was to reserve. */
  refuse(callId: string): void {
    const { pair } = this.#running.get(callId) ?? {}
    if (!pair) return
    this.#forget(callId)
    this.#refused.set(callId, pair)
    pair.refused++
  }

  /** A running call has used so many output tokens by now: US dollars to reserve instead, if they are more. */
  grow(callId: string, used: number): number | undefined {
    const call = this.#running.get(callId)
    const { cost, output = 0, costOf } = call?.estimate ?? {}
    if (!call || !costOf || cost === undefined) return undefined
    if (used <= call.tokens - AHEAD_TOKENS || call.tokens >= output) return undefined
    if (call.trusted && !call.outgrown && used > call.tokens) outgrow(call)
    call.tokens = Math.min(output, used + Math.max(AHEAD_TOKENS, used >> 1))
    return Math.min(cost, costOf(call.tokens))
  }

  /** The call has ended. `used`: its output tokens, where it was answered in full. */
  end(callId: string, used?: number): void {
    const call = this.#running.get(callId)
    if (call && this.#learns) learnFrom(call, used)
    this.#forget(callId)
  }

  #forget(callId: string): void {
    const refusedBy = this.#refused.get(callId)
    if (refusedBy && this.#refused.delete(callId)) refusedBy.refused--
    const call = this.#running.get(callId)
    if (!call) return
    this.#running.delete(callId)
    call.pair.running--
    if (call.trusted) call.pair.trusted--
  }

  #pairOf({ hashedToken, modelGroup }: CallPair): Pair {
    const name = `${hashedToken}:${modelGroup}`
    const found = this.#pairs.get(name)
    if (found) return found
    const pair = { samples: [], next: 0, expected: undefined, most: 0, running: 0, trusted: 0, refused: 0 }
    this.#pairs.set(name, pair)
    for (const oldest of oldestBeyond(this.#pairs, MAX_PAIRS)) this.#pairs.delete(oldest)
    return pair
  }
}

/** What was learned does not hold for it: fewer of those that begin now are trusted. */
function outgrow(call: Running): void {
  call.outgrown = true
  call.pair.most >>= 1
}

function learn(pair: Pair, tokens: number): void {
  pair.samples[pair.next] = tokens
  pair.next = (pair.next + 1) % MAX_SAMPLES
  pair.expected = expectedBy(pair.samples)
}

function expectedBy(samples: readonly number[]): number | undefined {
  if (samples.length < MIN_SAMPLES) return 2 * Math.max(...samples)
  return [...samples].sort((a, b) => a - b)[Math.ceil(PERCENTILE * samples.length) - 1]
}

function learnFrom(call: Running, used: number | undefined): void {
  const { pair, estimate, trusted, tokens, outgrown } = call
  if (used !== undefined) learn(pair, used / (estimate.answers ?? 1))
  if (outgrown) return
  if (trusted && used !== undefined && used > 2 * tokens) outgrow(call)
  else if (pair.refused > 0) pair.most = Math.min(pair.most + GROWTH, 4 * pair.running)
  else pair.most = Math.min(pair.most, pair.running)
}
