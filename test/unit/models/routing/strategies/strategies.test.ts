import { describe, expect, test } from '@jest/globals'
import { createMemoryState } from '../../../../../src/models/routing/memory-state.ts'
import { STRATEGIES, type StrategyName } from '../../../../../src/models/routing/strategies/strategies.ts'
import type { Ask, TryResult } from '../../../../../src/models/routing/strategies/strategy.ts'
import type { Deployment } from '../../../../../src/types.ts'
import { readRouterSettings } from '../../../../support/router-settings.ts'
import { clock, deployment, seededRandom } from '../make.ts'

const CALLS = 10_000
/** Five standard deviations of the share of a fair choice in 10,000 calls is at most 0.025. */
const BOUND = 0.025

const ASK: Ask = { group: 'gpt-4o', stream: false, inputTokens: 10 }
const DONE: TryResult = {
  success: true,
  timedOut: false,
  durationMs: 1000,
  promptTokens: 10,
  completionTokens: 10,
}

function setup(name: StrategyName, args = {}) {
  const time = clock()
  const strategy = STRATEGIES[name]({
    state: createMemoryState(time.now),
    random: seededRandom(),
    now: time.now,
    pricePerToken: ({ price }) => price?.input_cost_per_token as number | undefined,
    args: readRouterSettings({ routing_strategy_args: args }).strategyArgs,
  })
  /** The share of each deployment when every call ends before the next one begins. */
  function shares(deployments: readonly Deployment[], calls = CALLS, ask = ASK, result: Partial<TryResult> = {}) {
    const counts = new Map(deployments.map(({ id }) => [id, 0]))
    for (let index = 0; index < calls; index++) {
      const chosen = strategy.choose(deployments, ask)
      if (!chosen) continue
      counts.set(chosen.id, counts.get(chosen.id)! + 1)
      strategy.begin?.(chosen, ask)
      strategy.end?.(chosen, ask, { ...DONE, ...result })
    }
    return Object.fromEntries([...counts].map(([id, count]) => [id, count / calls]))
  }
  return { strategy, shares, time }
}

function expectShares(actual: Record<string, number>, expected: Record<string, number>) {
  for (const [id, share] of Object.entries(expected)) expect(Math.abs(actual[id]! - share)).toBeLessThan(BOUND)
}

test.each(Object.keys(STRATEGIES) as StrategyName[])(
  '%s spreads equal deployments evenly over 10,000 calls',
  (name) => {
    const { shares } = setup(name)
    const third = 1 / 3
    expectShares(shares([deployment('a'), deployment('b'), deployment('c')]), { a: third, b: third, c: third })
  },
)

test.each(Object.keys(STRATEGIES) as StrategyName[])('%s uses the only deployment there is', (name) => {
  expect(setup(name).shares([deployment('a')], 10)).toEqual({ a: 1 })
})

describe('simple-shuffle', () => {
  test.each([
    ['weight', { weight: 7 }, { weight: 3 }, { a: 0.7, b: 0.3 }],
    ['rpm', { rpm: 900 }, { rpm: 100 }, { a: 0.9, b: 0.1 }],
    ['tpm', { tpm: 20_000 }, { tpm: 60_000 }, { a: 0.25, b: 0.75 }],
    ['weight before rpm', { weight: 1, rpm: 99 }, { weight: 1, rpm: 1 }, { a: 0.5, b: 0.5 }],
    ['the weight that one has: the other counts as 0', { weight: 1 }, { rpm: 9 }, { a: 1, b: 0 }],
    ['the weight that only the second has', {}, { weight: 9 }, { a: 0, b: 1 }],
    ['rpm, where all weights are 0', { weight: 0, rpm: 1 }, { weight: 0, rpm: 3 }, { a: 0.25, b: 0.75 }],
    ['weights that are all 0', { weight: 0 }, { weight: 0 }, { a: 0.5, b: 0.5 }],
    ['a weight of 0', { weight: 0 }, { weight: 2 }, { a: 0, b: 1 }],
  ])('shares by %s', (_what, a, b, expected) => {
    expectShares(setup('simple-shuffle').shares([deployment('a', 'g', a), deployment('b', 'g', b)]), expected)
  })
})

test.each([
  [
    { a: 3, b: 1 },
    { a: 0.75, b: 0.25 },
  ],
  [{ b: 2 }, { a: 0, b: 1 }],
  [{ gone: 1 }, { a: 1, b: 0 }],
])("a key's weights %j stand in place of the deployments' own", (weights, expected) => {
  const [a, b] = [deployment('a', 'g', { weight: 1 }), deployment('b')]
  expectShares(setup('simple-shuffle').shares([a, b], CALLS, { ...ASK, weights }), expected)
})

describe('least-busy', () => {
  test('chooses the deployment with the fewest calls under way', () => {
    const { strategy } = setup('least-busy')
    const [a, b, c] = [deployment('a'), deployment('b'), deployment('c')]
    for (const busy of [a, a, c, c, b]) strategy.begin!(busy, ASK)
    expect(strategy.choose([a, b, c], ASK)).toBe(b)
    strategy.end!(a, ASK, DONE)
    strategy.end!(a, ASK, { ...DONE, success: false })
    expect(strategy.choose([a, b, c], ASK)).toBe(a)
  })

  test('keeps 10,000 calls that overlap within one of each other', () => {
    const { strategy } = setup('least-busy')
    const all = [deployment('a'), deployment('b'), deployment('c')]
    const busy = new Map(all.map(({ id }) => [id, 0]))
    for (let index = 0; index < CALLS; index++) {
      const chosen = strategy.choose(all, ASK)!
      strategy.begin!(chosen, ASK)
      busy.set(chosen.id, busy.get(chosen.id)! + 1)
    }
    expect(Math.max(...busy.values()) - Math.min(...busy.values())).toBeLessThanOrEqual(1)
  })
})

describe.each(['usage-based-routing', 'usage-based-routing-v2'] as const)('%s', (name) => {
  test('evens out tokens, not calls', () => {
    const { strategy } = setup(name)
    const all = [deployment('a'), deployment('b')]
    const tokens: Record<string, number> = { a: 0, b: 0 }
    const random = seededRandom(2)
    for (let index = 0; index < CALLS; index++) {
      const chosen = strategy.choose(all, ASK)!
      const promptTokens = Math.floor(random() * (chosen.id === 'a' ? 900 : 100))
      strategy.begin?.(chosen, ASK)
      strategy.end!(chosen, ASK, { ...DONE, promptTokens })
      tokens[chosen.id]! += promptTokens + DONE.completionTokens
    }
    expect(Math.abs(tokens.a! - tokens.b!)).toBeLessThanOrEqual(2 * 910)
  })

  test('never goes over tpm, and begins anew with the next minute', () => {
    const { strategy, shares, time } = setup(name)
    const small = [deployment('a', 'g', { tpm: 100 })]
    expect(shares(small, 10)).toEqual({ a: 0.5 })
    expect(strategy.choose(small, ASK)).toBeUndefined()
    time.advance(60_000)
    expect(strategy.choose(small, ASK)?.id).toBe('a')
  })

  test('goes round a deployment that is full', () => {
    const full = deployment('full', 'g', { tpm: 5 })
    expect(setup(name).shares([full, deployment('open')], 100)).toEqual({ full: 0, open: 1 })
  })
})

test('usage-based-routing stops one request short of rpm once a deployment was seen, as LiteLLM does', () => {
  expect(setup('usage-based-routing').shares([deployment('a', 'g', { rpm: 5 })], 10)).toEqual({ a: 0.4 })
})

test('usage-based-routing-v2 uses rpm to the last request, and counts it when it begins', () => {
  const { strategy, shares } = setup('usage-based-routing-v2')
  expect(shares([deployment('a', 'g', { rpm: 5 })], 10)).toEqual({ a: 0.5 })
  const one = deployment('b', 'g', { rpm: 1 })
  strategy.begin!(one, ASK)
  expect(strategy.choose([one], ASK)).toBeUndefined()
})

test('a failure uses up no tokens', () => {
  const { shares } = setup('usage-based-routing-v2')
  expect(shares([deployment('a', 'g', { tpm: 20 })], 10, ASK, { success: false })).toEqual({ a: 1 })
})

describe('latency-based-routing', () => {
  function learned(args = {}) {
    const bundle = setup('latency-based-routing', args)
    const [slow, fast, near] = [deployment('slow'), deployment('fast'), deployment('near')]
    bundle.strategy.end!(slow, ASK, { ...DONE, durationMs: 4000 })
    bundle.strategy.end!(fast, ASK, { ...DONE, durationMs: 1000 })
    bundle.strategy.end!(near, ASK, { ...DONE, durationMs: 1100 })
    const chosen = (all: readonly Deployment[], ask = ASK) =>
      new Set(Array.from({ length: 200 }, () => bundle.strategy.choose(all, ask)!.id))
    return { ...bundle, slow, fast, near, chosen }
  }

  test('chooses the fastest per token', () => {
    const { chosen, slow, fast, near } = learned()
    expect(chosen([slow, fast, near])).toEqual(new Set(['fast']))
  })

  test('counts those within the buffer as equally fast', () => {
    const { chosen, slow, fast, near } = learned({ lowest_latency_buffer: 0.2 })
    expect(chosen([slow, fast, near])).toEqual(new Set(['fast', 'near']))
  })

  test('tries a deployment it has never seen', () => {
    const { chosen, fast } = learned()
    expect(chosen([fast, deployment('new')])).toEqual(new Set(['new']))
  })

  test('a timeout makes the fastest one the last choice until its samples end', () => {
    const { strategy, chosen, slow, fast, time } = learned({ ttl: 60 })
    strategy.end!(fast, ASK, { ...DONE, success: false, timedOut: true })
    expect(chosen([slow, fast])).toEqual(new Set(['slow']))
    time.advance(60_000)
    expect(chosen([slow, fast])).toEqual(new Set(['slow', 'fast']))
  })

  test('keeps the newest ten samples', () => {
    const { strategy, chosen, slow, fast } = learned()
    for (let index = 0; index < 10; index++) strategy.end!(slow, ASK, { ...DONE, durationMs: 10 })
    expect(chosen([slow, fast])).toEqual(new Set(['slow']))
  })

  test('compares streams by the time to their first byte', () => {
    const { strategy, chosen, slow, fast } = learned()
    const stream = { ...ASK, stream: true }
    strategy.end!(slow, stream, { ...DONE, durationMs: 9000, firstByteMs: 10 })
    strategy.end!(fast, stream, { ...DONE, durationMs: 1000, firstByteMs: 900 })
    expect([chosen([slow, fast], stream), chosen([slow, fast])]).toEqual([new Set(['slow']), new Set(['fast'])])
  })

  test('leaves out who is over a limit', () => {
    const { strategy, fast, slow } = learned()
    const limited = { ...fast, routing: { tpm: 25 } }
    expect(strategy.choose([limited, slow], ASK)).toBe(slow)
    expect(strategy.choose([limited], ASK)).toBeUndefined()
  })
})

describe('cost-based-routing', () => {
  const priced = (id: string, price: number, routing = {}) => ({
    ...deployment(id, 'g', routing),
    price: { input_cost_per_token: price },
  })

  test('chooses the cheapest, and takes an unknown price for dear', () => {
    const { shares } = setup('cost-based-routing')
    expect(shares([deployment('unknown'), priced('dear', 2), priced('cheap', 1)], 100)).toMatchObject({ cheap: 1 })
    expect(shares([deployment('unknown'), priced('dear', 2)], 100)).toMatchObject({ dear: 1 })
  })

  test('a price of 0 is the cheapest', () => {
    expect(setup('cost-based-routing').shares([priced('cheap', 1e-9), priced('free', 0)], 100)).toMatchObject({
      free: 1,
    })
  })

  test('goes on to the next when the cheapest is full', () => {
    const { shares } = setup('cost-based-routing')
    expect(shares([priced('cheap', 1, { rpm: 3 }), priced('dear', 2)], 10)).toEqual({ cheap: 0.3, dear: 0.7 })
  })
})
