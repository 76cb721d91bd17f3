import { describe, expect, test } from '@jest/globals'
import { roomIn } from '../../../../src/admission/budgets/budget-reservations.ts'
import { ExpectedOutput } from '../../../../src/admission/budgets/expected-output.ts'
import { ReservedAmounts } from '../../../../src/admission/budgets/reserved-amounts.ts'

const state = { max: 10, spent: 4, reserved: 3, running: 1, exceededBy: '>=' } as const

test.each([
  ['now', {}, 3],
  ['later', {}, 3.01],
  ['now', { running: 0, reserved: 0 }, 100],
  ['never', { spent: 10 }, 1],
  ['never', { spent: 10 }, 0],
  ['now', { reserved: 6 }, 0],
  ['later', { reserved: 6 }, 0.01],
  ['never', { spent: 10, exceededBy: '>', running: 0, reserved: 0 }, 1],
  ['later', { spent: 10, exceededBy: '>' }, 1],
  ['now', { max: 0, spent: 0, exceededBy: '>' }, 1],
  ['never', { max: 0, spent: 0 }, 1],
] as const)('room %s: %j for %p', (room, changed, needed) => {
  expect(roomIn({ ...state, ...changed }, needed)).toBe(room)
})

/** A random number generator that says the same for the same seed. */
function randomOf(seed: number): () => number {
  let a = seed
  return () => {
    a = (a + 0x6d2b79f5) | 0
    let t = Math.imul(a ^ (a >>> 15), 1 | a)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}

interface Run {
  readonly seed: number
  readonly agents: number
  readonly budget: number
  readonly limit: number
  /** Output tokens of the next answer. */
  tokens(random: () => number): number
  readonly learns?: boolean
  readonly streams?: boolean
}

const PRICE = 1e-5

/** Agents that call again and again until they hear that the budget is spent. Calls that have to wait do so. */
function simulate({ seed, agents, budget, limit, tokens, learns = true, streams = false }: Run) {
  const random = randomOf(seed)
  const output = new ExpectedOutput({ learns })
  const reserved = new ReservedAmounts()
  const pair = { hashedToken: 'k', modelGroup: 'm' }
  const estimate = { cost: limit * PRICE, tokens: 0, output: limit, costOf: (n: number) => n * PRICE }
  const waiting: string[] = Array.from({ length: agents }, (_, index) => `${index}`)
  const running = new Map<string, number>()
  let [spent, calls, mostAtOnce, spentAtFirstRefusal] = [0, agents, 0, Number.NaN]

  /** `true`: admitted or refused for good; `false`: it waits. */
  function enter(callId: string): boolean {
    const needed = output.begin(callId, pair, estimate)
    const others = reserved.besides(callId, 'b')
    const room = roomIn({ max: budget, spent, exceededBy: '>=', ...others }, needed)
    if (room !== 'now') output.refuse(callId)
    if (room === 'later') return false
    if (room === 'never') {
      spentAtFirstRefusal = Number.isNaN(spentAtFirstRefusal) ? spent : spentAtFirstRefusal
      output.end(callId)
      return true
    }
    reserved.put(callId, new Map([['b', Math.min(needed, budget - spent - others.reserved)]]))
    running.set(callId, Math.min(limit, tokens(random)))
    mostAtOnce = Math.max(mostAtOnce, running.size)
    return true
  }

  for (;;) {
    while (waiting.length > 0 && enter(waiting[0]!)) waiting.shift()
    if (running.size === 0) break
    const ids = [...running.keys()]
    const callId = ids[Math.floor(random() * ids.length)]!
    const used = running.get(callId)!
    if (streams) {
      const other = ids[Math.floor(random() * ids.length)]!
      const amount = output.grow(other, Math.floor(running.get(other)! * random()))
      if (amount !== undefined) reserved.raise(other, amount)
    }
    running.delete(callId)
    output.end(callId, used)
    reserved.release(callId)
    spent += used * PRICE
    waiting.push(`${calls++}`)
    if (waiting.length > agents * 2) throw new Error('More wait than there are')
  }
  return { spent, spentAtFirstRefusal, mostAtOnce }
}

const SEEDS = Array.from({ length: 20 }, (_, index) => index + 1)

describe('200 agents on one dollar, each with an output limit of 32,000 tokens', () => {
  const agents = { agents: 200, budget: 1, limit: 32_000 }
  const usual = (random: () => number) => 100 + Math.floor(random() * 400)

  test.each(SEEDS)(
    'use at least 95 %% before the first refusal, and overshoot by less than one call (seed %p)',
    (seed) => {
      for (const streams of [false, true]) {
        const { spent, spentAtFirstRefusal, mostAtOnce } = simulate({ seed, ...agents, tokens: usual, streams })
        expect(spentAtFirstRefusal).toBeGreaterThanOrEqual(0.95)
        expect(spent).toBeLessThan(1 + 500 * PRICE)
        expect(mostAtOnce).toBeGreaterThan(50)
      }
    },
  )

  test.each(SEEDS)('also when one answer in a hundred is twenty times as long (seed %p)', (seed) => {
    const tokens = (random: () => number) => usual(random) * (random() < 0.01 ? 20 : 1)
    const { spent, spentAtFirstRefusal } = simulate({ seed, ...agents, tokens })
    expect(spentAtFirstRefusal).toBeGreaterThanOrEqual(0.95)
    expect(spent).toBeLessThan(1 + 10_000 * PRICE)
  })
})

test.each(SEEDS)(
  'whatever calls use, calls that reserve the most overshoot by less than one call (seed %p)',
  (seed) => {
    const random = randomOf(seed)
    const limit = Math.ceil(random() * 40_000)
    const run = { seed, agents: Math.ceil(random() * 100), budget: random() * 5, limit, learns: false }
    const { spent, spentAtFirstRefusal } = simulate({ ...run, tokens: () => Math.ceil(random() * limit) })
    expect(spentAtFirstRefusal).toBeGreaterThanOrEqual(run.budget)
    expect(spent).toBeLessThan(run.budget + limit * PRICE)
  },
)

test.each(SEEDS)('short answers one after the other let no burst of long ones through (seed %p)', (seed) => {
  const random = randomOf(seed)
  const output = new ExpectedOutput()
  const reserved = new ReservedAmounts()
  const estimate = { cost: 0.32, tokens: 0, output: 32_000, costOf: (n: number) => n * PRICE }
  const pair = { hashedToken: 'k', modelGroup: 'm' }
  for (let count = 0; count < 100; count++) {
    output.begin('short', pair, estimate)
    output.end('short', 1 + Math.floor(random() * 3))
  }
  let admitted = 0
  for (let index = 0; index < 200; index++) {
    const needed = output.begin(`${index}`, pair, estimate)
    const others = reserved.besides(`${index}`, 'b')
    if (roomIn({ max: 1, spent: 0, exceededBy: '>=', ...others }, needed) === 'now') {
      reserved.put(`${index}`, new Map([['b', needed]]))
      admitted++
    } else output.refuse(`${index}`)
  }
  expect(admitted * 0.32).toBeLessThanOrEqual(1)
})
