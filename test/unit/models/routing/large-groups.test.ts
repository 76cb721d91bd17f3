import { describe, expect, test } from '@jest/globals'
import { createMemoryState } from '../../../../src/models/routing/memory-state.ts'
import { createRouter } from '../../../../src/models/routing/router.ts'
import { STRATEGIES, type StrategyName } from '../../../../src/models/routing/strategies/strategies.ts'
import type { Ask, TryResult } from '../../../../src/models/routing/strategies/strategy.ts'
import type { Deployment, DeploymentRouting } from '../../../../src/types.ts'
import { readRouterSettings } from '../../../support/router-settings.ts'
import { call, clock, deployment, type key, seededRandom } from './make.ts'

/*
 * `choose`, which looks at every candidate, is the oracle for `drawFrom`, which looks at few: whatever a draw brings must be
 * what the oracle might bring, and as often.
 */

const NAMES = Object.keys(STRATEGIES) as StrategyName[]
const ASK: Ask = { group: 'g', stream: false, inputTokens: 10 }
const DRAWS = 2_000
const ROUNDS = 30

/** A strategy over a random group, what happens to it, and which part of the group can be used. */
function world(name: StrategyName, seed: number, isShared: boolean) {
  const random = seededRandom(seed)
  const upTo = (most: number) => Math.floor(random() * most)
  const time = clock()
  const memory = createMemoryState(time.now)
  const strategy = STRATEGIES[name]({
    state: isShared ? { ...memory, changes: undefined } : memory,
    random: seededRandom(seed + 1_000),
    now: time.now,
    pricePerToken: ({ price }) => price?.input_cost_per_token as number | undefined,
    args: { latencyTtlMs: 90_000, latencySamples: 3, latencyBuffer: upTo(2) },
  })
  const list = Array.from({ length: 1 + upTo(30) }, (_, index): Deployment => {
    const maybe = (value: number) => (upTo(3) === 0 ? value : undefined)
    const routing: DeploymentRouting = {
      weight: seed % 3 === 0 ? maybe(upTo(4)) : undefined,
      rpm: seed % 3 === 1 ? maybe(upTo(4)) : undefined,
      tpm: maybe(20 + upTo(100)),
    }
    return { ...deployment(`d${index}`, 'g', routing), price: { input_cost_per_token: upTo(3) } }
  })
  const ask: Ask = { group: 'g', stream: upTo(2) === 0, inputTokens: 10 }
  const open: Deployment[] = []
  function happen(): void {
    for (let events = upTo(3 * list.length); events > 0; events--) {
      if (upTo(40) === 0) time.advance(1_000 * upTo(100))
      const ended = upTo(3) === 0 ? undefined : open.splice(upTo(open.length), 1)[0]
      if (ended) strategy.end?.(ended, ask, resultOf(upTo))
      const begun = list[upTo(list.length)]!
      open.push(begun)
      strategy.begin?.(begun, ask)
    }
    if (upTo(2) === 0) memory.remove(`g:d0:latency`)
    if (upTo(2) === 0) memory.put(`g:d1:under-way`, { count: upTo(3), endsInMs: Number.POSITIVE_INFINITY })
  }
  const usable = () => {
    const share = [1, 0.5, 0.1, 0][upTo(4)]!
    return new Set(list.filter(() => random() < share))
  }
  return { strategy, list, ask, happen, usable }
}

function resultOf(upTo: (most: number) => number): TryResult {
  return {
    success: upTo(5) > 0,
    timedOut: upTo(9) === 0,
    durationMs: 100 * (1 + upTo(4)),
    firstByteMs: upTo(2) === 0 ? 50 * (1 + upTo(4)) : undefined,
    promptTokens: upTo(3),
    completionTokens: 1,
  }
}

function countsOf(choose: () => Deployment | undefined, times: number): Map<string, number> {
  const counts = new Map<string, number>()
  for (let index = 0; index < times; index++) {
    const id = choose()?.id ?? 'none'
    counts.set(id, (counts.get(id) ?? 0) + 1)
  }
  return counts
}

/** Of what was drawn, each as often as it was chosen, within six standard deviations of both. */
function expectAlike(drawn: Map<string, number>, chosen: ReadonlyMap<string, number>): void {
  const found = DRAWS - (drawn.get('none') ?? 0)
  drawn.delete('none')
  for (const id of drawn.keys()) expect([id, chosen.has(id)]).toEqual([id, true])
  // Too few say nothing of how often.
  if (found < 500) return
  for (const [id, count] of chosen) {
    const share = count / DRAWS
    const deviation = Math.sqrt(share * (1 - share) * (1 / found + 1 / DRAWS))
    expect(Math.abs((drawn.get(id) ?? 0) / found - share)).toBeLessThan(6 * deviation + 0.01)
  }
}

describe.each(NAMES)('%s', (name) => {
  const seeds = Array.from({ length: ROUNDS }, (_, seed) => seed)

  test.each(seeds)('draws as it chooses, whatever has happened since (%i)', (seed) => {
    const { strategy, list, ask, happen, usable } = world(name, seed, seed % 5 === 4)
    const draw = strategy.drawFrom(list)
    for (let phase = 0; phase < 4; phase++) {
      happen()
      const open = usable()
      const candidates = list.filter((one) => open.has(one))
      expectAlike(
        countsOf(() => draw(ask, (one) => open.has(one)), DRAWS),
        countsOf(() => (candidates.length > 0 ? strategy.choose(candidates, ask) : undefined), DRAWS),
      )
    }
  })

  test('finds one in a large group that is fresh, at the first draw', () => {
    const { strategy } = world(name, 0, false)
    const list = Array.from({ length: 2_000 }, (_, index) => deployment(`fresh${index}`))
    let looked = 0
    const draw = strategy.drawFrom(list)
    const isUsable = () => {
      looked += 1
      return true
    }
    for (let calls = 0; calls < 100; calls++) expect(draw(ASK, isUsable)).toBeDefined()
    expect(looked).toBeLessThanOrEqual(200)
  })
})

describe('a router with a large group', () => {
  const HALF = 20
  /** Half of the group has order 1, the other order 2. The first two of each half are `gold`. */
  function setup(settings: object = {}, routing: DeploymentRouting = {}) {
    const time = clock()
    const group = Array.from({ length: 2 * HALF }, (_, index) =>
      deployment(`d${index}`, 'g', {
        order: 1 + Math.floor(index / HALF),
        tags: index % HALF < 2 ? ['gold'] : ['silver'],
        ...routing,
      }),
    )
    const router = createRouter(group, {
      settings: readRouterSettings({ allowed_fails: 0, cooldown_time: 60, ...settings }),
      random: seededRandom(),
      now: time.now,
    })
    const cool = (...ids: string[]) => {
      for (const one of group.filter(({ id }) => ids.includes(id))) {
        const failure = { class: 'InternalServerError', status: 500 } as const
        const tried = { success: false, timedOut: false, durationMs: 1, promptTokens: 0, completionTokens: 0 }
        router.track(one, call('g'))({ ...tried, failure })
      }
    }
    const chosen = (more = {}, of?: ReturnType<typeof key>) => {
      const ids = Array.from({ length: 300 }, () => router.choose(call('g', more), of)?.id)
      return [...new Set(ids)].sort()
    }
    return { router, group, cool, chosen, time }
  }
  const ids = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => `d${from + index}`)

  test('chooses any that is cool of the lowest order', () => {
    const { cool, chosen, time } = setup()
    expect(chosen()).toEqual(ids(0, HALF).sort())
    cool(...ids(3, HALF))
    expect(chosen()).toEqual(['d0', 'd1', 'd2'])
    cool('d0', 'd1', 'd2')
    expect(chosen()).toEqual(ids(HALF, 2 * HALF).sort())
    time.advance(60_000)
    expect(chosen()).toEqual(ids(0, HALF).sort())
  })

  test('by the tags of the call', () => {
    const { chosen } = setup({ enable_tag_filtering: true })
    expect(chosen({ tags: ['gold'] })).toEqual(['d0', 'd1'])
  })

  test('where a deployment has it filter by tags, too', () => {
    expect(setup({}, { tagFiltering: true }).chosen({ tags: ['gold'] })).toEqual(['d0', 'd1'])
  })

  test('what fits, and has requests left', () => {
    const { router, group, chosen } = setup({ enable_pre_call_checks: true }, { rpm: 1 })
    for (const one of group.slice(2)) router.track(one, call('g'))
    expect(chosen()).toEqual(['d0', 'd1'])
    const small = setup({ enable_pre_call_checks: true }, { maxInputTokens: 5 })
    expect(small.chosen({ json: { messages: 'long'.repeat(100) } })).toEqual([undefined])
  })

  test('what the call is pinned to', () => {
    expect(setup().chosen({ pinnedTo: ['d7'] })).toEqual(['d7'])
  })
})
