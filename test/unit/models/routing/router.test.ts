import { expect, test } from '@jest/globals'
import { createMemoryState } from '../../../../src/models/routing/memory-state.ts'
import { createRouter, type RouterOptions } from '../../../../src/models/routing/router.ts'
import type { Deployment, Json } from '../../../../src/types.ts'
import { readRouterSettings } from '../../../support/router-settings.ts'
import { call, clock, deployment, key, seededRandom } from './make.ts'

function setup(deployments: readonly Deployment[], routerSettings: Json = {}, options: RouterOptions = {}) {
  const time = clock()
  const settings = readRouterSettings(routerSettings)
  const router = createRouter(deployments, { settings, random: seededRandom(), now: time.now, ...options })
  return { router, time }
}

const DONE = { success: true, timedOut: false, durationMs: 100, promptTokens: 5, completionTokens: 5 }
const RATE_LIMITED = { ...DONE, success: false, failure: { class: 'RateLimitError', status: 429 } } as const

test('it chooses a deployment of the model group that is asked for', () => {
  const { router } = setup([deployment('a', 'gpt-4o'), deployment('b', 'claude')])
  expect(router.choose(call('claude'), key())?.id).toBe('b')
})

test('it chooses nothing for a model group nobody serves', () => {
  expect(setup([deployment('a')]).router.choose(call('missing'), undefined)).toBeUndefined()
})

test('it lists the public names', () => {
  const { router } = setup([deployment('a'), deployment('w', 'openai/*')], { model_group_alias: { smart: 'gpt-4o' } })
  expect(router.modelGroups()).toEqual(['gpt-4o', 'openai/*', 'smart'])
})

test('it works without any option', () => {
  expect(createRouter([deployment('a')]).choose(call(), undefined)?.id).toBe('a')
})

test('a deployment that reports 429 is left alone until its cooldown ends', () => {
  const { router, time } = setup([deployment('a'), deployment('b')])
  const [a] = [deployment('a')]
  router.track(a, call())(RATE_LIMITED)
  expect(router.coolingMs(a)).toBe(5000)
  const chosen = () => new Set(Array.from({ length: 50 }, () => router.choose(call(), undefined)?.id))
  expect(chosen()).toEqual(new Set(['b']))
  time.advance(5000)
  expect(chosen()).toEqual(new Set(['a', 'b']))
})

test('a tracked try ends once', () => {
  const { router } = setup([deployment('a'), deployment('b')], { routing_strategy: 'least-busy' })
  const [a, b] = [deployment('a'), deployment('b')]
  const end = router.track(a, call())
  router.track(a, call())
  router.track(b, call())
  end(DONE)
  end(DONE)
  router.track(b, call())
  expect(router.choose(call(), undefined)?.id).toBe('a')
  router.track(a, call())
  router.track(a, call())
  expect(router.choose(call(), undefined)?.id).toBe('b')
})

test('only the lowest order is used while it can be', () => {
  const first = deployment('first', 'gpt-4o', { order: 1 })
  const { router } = setup([deployment('none'), deployment('second', 'gpt-4o', { order: 2 }), first])
  const chosen = () => new Set(Array.from({ length: 30 }, () => router.choose(call(), undefined)?.id))
  expect(chosen()).toEqual(new Set(['first']))
  router.track(first, call())(RATE_LIMITED)
  expect(chosen()).toEqual(new Set(['second']))
})

test('pre-call checks leave out what is too small or has no request left, when they are on', () => {
  const small = deployment('small', 'gpt-4o', { order: 1, maxInputTokens: 10 })
  const slow = deployment('slow', 'gpt-4o', { order: 2, rpm: 1 })
  const long = call('gpt-4o', { body: Buffer.alloc(100) })
  const on = setup([small, slow], { enable_pre_call_checks: true }).router
  expect(on.choose(call(), undefined)?.id).toBe('small')
  expect(on.choose(long, undefined)?.id).toBe('slow')
  on.track(slow, long)(DONE)
  expect(on.next(long, undefined, [])).toMatchObject({ giveUp: 'rate_limited', failure: { status: 429 } })
  expect(setup([small, slow]).router.choose(long, undefined)?.id).toBe('small')
})

test('a prompt that fits nowhere goes to the context window fallbacks', () => {
  const { router } = setup([deployment('s', 'small', { maxInputTokens: 10 }), deployment('l', 'large')], {
    enable_pre_call_checks: true,
    context_window_fallbacks: [{ small: ['large'] }],
  })
  const action = router.next(call('small', { body: Buffer.alloc(100) }), undefined, [])
  expect(action).toMatchObject({ try: { id: 'l' }, group: 'large', fallbacks: 1 })
})

test('a request brings fallbacks only for what its key may call', () => {
  const { router } = setup([deployment('a', 'mine'), deployment('b', 'theirs')])
  const asked = call('missing', { json: { fallbacks: ['theirs', 'mine'] } })
  expect(router.next(asked, key({ models: ['missing', 'mine'] }), [])).toMatchObject({ group: 'mine' })
  expect(router.next(asked, key(), [])).toMatchObject({ group: 'theirs' })
})

test('a request can refuse all fallbacks, and can pretend a failure to see them', () => {
  const { router } = setup([deployment('a', 'a'), deployment('b', 'b')], { fallbacks: [{ a: ['b'] }] })
  const pretend = { mock_testing_fallbacks: true }
  expect(router.next(call('a', { json: pretend }), undefined, [])).toMatchObject({ group: 'b' })
  expect(router.next(call('a', { json: { ...pretend, disable_fallbacks: true } }), undefined, [])).toMatchObject({
    giveUp: 'failed',
    failure: { class: 'InternalServerError' },
  })
})

test('it says how long to wait: by the request, the deployment, the router', () => {
  const { router } = setup([], { timeout: 30, stream_timeout: 20 })
  const [plain, own] = [deployment('a'), deployment('b', 'gpt-4o', { timeoutMs: 10_000 })]
  const stream = call('gpt-4o', { stream: true })
  expect(router.timeoutMs(plain, call(), {})).toBe(30_000)
  expect(router.timeoutMs(plain, stream, {})).toBe(20_000)
  expect(router.timeoutMs(own, stream, {})).toBe(10_000)
  expect(router.timeoutMs(own, call('gpt-4o', { json: { timeout: 5 } }), {})).toBe(5000)
  expect(router.timeoutMs(own, call('gpt-4o', { json: { timeout: 5 } }), { 'x-litellm-timeout': '2' })).toBe(2000)
})

test('the memory can be handed on to the router of a new list', () => {
  const time = clock()
  const state = createMemoryState(time.now)
  const old = setup([deployment('a'), deployment('b')], {}, { state, now: time.now }).router
  old.track(deployment('a'), call())(RATE_LIMITED)
  const { router } = setup([deployment('a'), deployment('c')], {}, { state, now: time.now })
  expect(router.coolingMs(deployment('a'))).toBe(5000)
  expect(router.choose(call(), undefined)?.id).toBe('c')
})

test.each([
  [{ input_cost_per_token: 1, output_cost_per_token: 2 }, 'b'],
  [{ output_cost_per_token: 0 }, 'a'],
  [undefined, 'b'],
])('cost-based routing takes %j of the deployment itself', (price, cheapest) => {
  const { router } = setup(
    [
      { ...deployment('a'), price },
      { ...deployment('b'), price: { input_cost_per_token: 1, output_cost_per_token: 1 } },
    ],
    { routing_strategy: 'cost-based-routing' },
  )
  expect(router.choose(call(), undefined)?.id).toBe(cheapest)
})

test('10,000 calls through the router are shared by weight, also over the groups of an alias', () => {
  const CALLS = 10_000
  const list = [
    deployment('a', 'x', { weight: 5 }),
    deployment('b', 'x', { weight: 3 }),
    deployment('c', 'y', { weight: 2 }),
  ]
  const { router } = setup(list, { model_group_alias: { both: ['x', 'y'] } })
  const counts: Record<string, number> = { a: 0, b: 0, c: 0 }
  for (let index = 0; index < CALLS; index++) {
    const chosen = router.choose(call('both'), undefined)!
    router.track(chosen, call('both'))(DONE)
    counts[chosen.id]!++
  }
  // Five standard deviations: 5 * sqrt(0.25 * 10,000).
  for (const [id, expected] of [
    ['a', 5000],
    ['b', 3000],
    ['c', 2000],
  ] as const) {
    expect(Math.abs(counts[id]! - expected)).toBeLessThan(250)
  }
})

test('what only a deployment has that cools down is asked for there all the same, and nothing else is', () => {
  const { router, time } = setup([deployment('a'), deployment('b'), deployment('c', 'other')])
  for (const id of ['a', 'c']) router.track(deployment(id, id === 'c' ? 'other' : undefined), call())(RATE_LIMITED)
  const chosen = (pinnedTo: readonly string[], group?: string) =>
    new Set(Array.from({ length: 30 }, () => router.choose({ ...call(group), pinnedTo }, undefined)?.id))
  expect(router.coolingMs(deployment('a'))).toBeGreaterThan(0)
  expect(chosen(['a'])).toEqual(new Set(['a']))
  // Of two copies, the one that can be called.
  expect(chosen(['a', 'b'])).toEqual(new Set(['b']))
  // Not made at any deployment that there is: the call goes where it would go anyway.
  expect(chosen(['gone'])).toEqual(new Set(['b']))
  time.advance(5000)
  expect(chosen(['a', 'b'])).toEqual(new Set(['a', 'b']))
})
