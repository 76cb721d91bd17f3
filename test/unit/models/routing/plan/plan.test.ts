import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { failureOfAnswer, failureOfConnection } from '../../../../../src/models/routing/cooldown/error-class.ts'
import type { Try } from '../../../../../src/models/routing/plan/action.ts'
import { createRouter } from '../../../../../src/models/routing/router.ts'
import type { Deployment, Json } from '../../../../../src/types.ts'
import { readRouterSettings } from '../../../../support/router-settings.ts'
import { drive, type Fault } from '../drive.ts'
import { call, clock, deployment, seededRandom } from '../make.ts'

function setup(deployments: readonly Deployment[], routerSettings: Json = {}) {
  const time = clock()
  const settings = readRouterSettings(routerSettings)
  const router = createRouter(deployments, { settings, now: time.now, random: seededRandom() })
  const run = (group: string, faultOf: (id: string) => Fault | undefined, json?: Json) =>
    drive(router, call(group, { json }), (tried) => faultOf(tried.try.id))
  /** The groups a call goes through when everything fails. */
  const path = (group: string, fault: Fault = BROKEN, json?: Json) =>
    run(group, () => fault, json).tries.map((tried) => tried.group)
  return { router, time, run, path }
}

const BROKEN: Fault = { failure: failureOfAnswer(500) }
const LIMITED: Fault = { failure: failureOfAnswer(429) }
const TOO_LONG: Fault = { failure: failureOfAnswer(400, { error: { code: 'context_length_exceeded' } }) }
const REFUSED: Fault = { failure: failureOfAnswer(400, { error: { code: 'content_filter' } }) }

const ABCD = ['a', 'b', 'c', 'd'].map((group) => deployment(`${group}1`, group))

describe('fallbacks', () => {
  const fallbacks = [{ a: ['b', 'c'] }, { b: ['d'] }]

  test('are tried in depth before breadth, each once', () => {
    expect(setup(ABCD, { num_retries: 0, fallbacks }).path('a')).toEqual(['a', 'b', 'd', 'c'])
  })

  test('end the call at the first that works', () => {
    const { tries, end } = setup(ABCD, { num_retries: 0, fallbacks }).run('a', (id) =>
      id === 'd1' ? undefined : BROKEN,
    )
    expect([tries.map(({ group, fallbacks: depth }) => [group, depth]), end]).toEqual([
      [
        ['a', 0],
        ['b', 1],
        ['d', 2],
      ],
      undefined,
    ])
  })

  test('that are passed over are not tried again, and their own fallbacks wait until they fail', () => {
    const { router } = setup(ABCD, { num_retries: 2, fallbacks })
    const first = router.next(call('a'), undefined, [])
    const failed = { tried: first as Try, failure: BROKEN.failure }
    const gone = { ...failed, tried: { ...(first as Try), retries: 9 } }
    const second = router.next(call('a'), undefined, [gone])
    const passed = { tried: second as Try, failure: BROKEN.failure, passedOver: true }
    expect(second).toMatchObject({ group: 'b' })
    const third = router.next(call('a'), undefined, [gone, passed])
    expect(third).toMatchObject({ group: 'c', fallbacks: 1 })
    expect(router.next(call('a'), undefined, [gone, passed, { ...passed, tried: third as Try }])).toEqual({
      giveUp: 'failed',
      failure: BROKEN.failure,
    })
  })

  test('do not go round in circles', () => {
    const circle = [{ a: ['b'] }, { b: ['c', 'a'] }, { c: ['a', 'b'] }]
    expect(setup(ABCD, { num_retries: 0, fallbacks: circle }).path('a')).toEqual(['a', 'b', 'c'])
  })

  test('go no deeper than max_fallbacks', () => {
    const chain = [{ a: ['b'] }, { b: ['c'] }, { c: ['d'] }]
    const path = (max: number) => setup(ABCD, { num_retries: 0, fallbacks: chain, max_fallbacks: max }).path('a')
    expect([path(0), path(1), path(2), path(9)]).toEqual([['a'], ['a', 'b'], ['a', 'b', 'c'], ['a', 'b', 'c', 'd']])
  })

  test('skip groups that nobody serves and groups that are cooling down', () => {
    const { run, path } = setup([...ABCD, deployment('b2', 'b')], {
      fallbacks: [{ a: ['x', 'b', 'c'] }],
      num_retries: 1,
    })
    expect(run('b', () => LIMITED).tries).toHaveLength(2)
    expect(new Set(path('a'))).toEqual(new Set(['a', 'c']))
  })

  test('of a group that is cooling down are tried in its place', () => {
    const { run, path } = setup([...ABCD, deployment('b2', 'b')], { fallbacks, num_retries: 1 })
    run('b', (id) => (id.startsWith('b') ? LIMITED : undefined))
    expect([...new Set(path('a'))]).toEqual(['a', 'd', 'c'])
  })

  test('have their own lists for prompts that are too long or refused', () => {
    const settings = { fallbacks, context_window_fallbacks: [{ a: ['d'] }], content_policy_fallbacks: [{ a: ['c'] }] }
    expect(setup(ABCD, settings).path('a', TOO_LONG)).toEqual(['a', 'd'])
    expect(setup(ABCD, settings).path('a', REFUSED)).toEqual(['a', 'c'])
    expect(setup(ABCD, { fallbacks, context_window_fallbacks: [{ x: ['d'] }] }).path('a', TOO_LONG)).toEqual([
      'a',
      'b',
      'd',
      'c',
    ])
  })

  test('may change the body', () => {
    const { run } = setup(ABCD, { fallbacks: [{ a: [{ model: 'b', max_tokens: 5 }] }], num_retries: 0 })
    expect(run('a', (id) => (id === 'b1' ? undefined : BROKEN)).tries.at(-1)).toMatchObject({
      group: 'b',
      params: { max_tokens: 5 },
    })
  })

  test('may come from the request, for its own group', () => {
    const { path } = setup(ABCD, { num_retries: 0, fallbacks })
    expect(path('a', BROKEN, { fallbacks: ['c'] })).toEqual(['a', 'c'])
    expect(path('a', BROKEN, { disable_fallbacks: true })).toEqual(['a'])
    expect(path('a', BROKEN, { fallbacks: [] })).toEqual(['a'])
  })

  test('serve a model group nobody serves', () => {
    expect(setup(ABCD, { num_retries: 0, default_fallbacks: ['d'] }).path('missing')).toEqual(['d'])
  })
})

describe('retries', () => {
  test('prefer deployments that have not failed in this call', () => {
    const { run } = setup(
      ['a', 'b', 'c'].map((id) => deployment(id)),
      { num_retries: 5 },
    )
    const ids = run('gpt-4o', () => BROKEN).tries.map(({ try: { id } }) => id)
    expect([new Set(ids.slice(0, 3)).size, ids.length]).toEqual([3, 6])
  })

  test('wait longer and longer at the only deployment', () => {
    const { tries } = setup([deployment('a')], { num_retries: 6 }).run('gpt-4o', () => BROKEN)
    const floors = tries.map(({ afterMs }, retry) => [afterMs, retry] as const).slice(1)
    expect(floors).toHaveLength(6)
    for (const [afterMs, retry] of floors) {
      const least = Math.min(500 * 2 ** (retry - 1), 8000)
      expect(afterMs).toBeGreaterThanOrEqual(least)
      expect(afterMs).toBeLessThanOrEqual(least + 750)
    }
  })

  test('are as many as the request asks for', () => {
    const { run } = setup([deployment('a')])
    expect(run('gpt-4o', () => BROKEN, { num_retries: 0 }).tries).toHaveLength(1)
    expect(run('gpt-4o', () => BROKEN, { num_retries: 4 }).tries).toHaveLength(5)
  })

  test('are counted anew for each fallback', () => {
    const { path } = setup(ABCD, { num_retries: 1, fallbacks: [{ a: ['b'] }] })
    expect(path('a')).toEqual(['a', 'a', 'b', 'b'])
  })

  test('follow the last failure, not the first', () => {
    let calls = 0
    const { run } = setup([deployment('a')], { num_retries: 5 })
    const { tries, end } = run('gpt-4o', () => (calls++ === 0 ? BROKEN : TOO_LONG))
    expect([tries.length, end?.failure.class]).toEqual([2, 'ContextWindowExceededError'])
  })
})

describe('order', () => {
  const ordered = [
    deployment('third', 'gpt-4o'),
    deployment('first', 'gpt-4o', { order: 1 }),
    deployment('second', 'gpt-4o', { order: 2 }),
  ]

  test('the next one is used when the lower one has failed for good, before any fallback', () => {
    const { run } = setup([...ordered, deployment('spare', 'spare')], {
      num_retries: 1,
      fallbacks: [{ 'gpt-4o': ['spare'] }],
    })
    const { tries } = run('gpt-4o', () => BROKEN)
    expect(tries.map(({ try: { id } }) => id)).toEqual([
      'first',
      'first',
      'second',
      'second',
      'third',
      'third',
      'spare',
      'spare',
    ])
  })

  test('fallbacks for the very failure go before the next one', () => {
    const { run } = setup([...ordered, deployment('long', 'long')], {
      context_window_fallbacks: [{ 'gpt-4o': ['long'] }],
    })
    expect(run('gpt-4o', () => TOO_LONG).tries.map(({ try: { id } }) => id)).toEqual(['first', 'long'])
  })

  test('the next one is used when the lower one is over its limits', () => {
    const full = deployment('full', 'gpt-4o', { order: 1, tpm: 1 })
    const { run } = setup([full, deployment('open', 'gpt-4o', { order: 2 })], {
      routing_strategy: 'usage-based-routing-v2',
    })
    expect(run('gpt-4o', () => undefined, { messages: 'long enough' }).tries[0]?.try.id).toBe('open')
  })
})

describe('giving up', () => {
  test('says that nobody serves the group', () => {
    expect(setup([]).run('a', () => BROKEN).end).toEqual({
      giveUp: 'unknown_group',
      failure: { class: 'NotFoundError', status: 404 },
      retryAfterMs: undefined,
    })
  })

  test('says that all are cooling down, and when the first of them is back', () => {
    const { run, time } = setup([deployment('a'), deployment('b')])
    run('gpt-4o', () => LIMITED)
    time.advance(1000)
    expect(run('gpt-4o', () => BROKEN)).toEqual({
      tries: [],
      end: { giveUp: 'cooling', failure: { class: 'RateLimitError', status: 429 }, retryAfterMs: 4000 },
    })
  })

  test('says that the tags allow none', () => {
    const { router } = setup([deployment('a', 'gpt-4o', { tags: ['paid'] })], { enable_tag_filtering: true })
    expect(router.next(call('gpt-4o', { tags: ['free'] }), undefined, [])).toMatchObject({ giveUp: 'tags' })
  })

  test('says that all are over their limits', () => {
    const { run } = setup([deployment('a', 'gpt-4o', { tpm: 0 })], { routing_strategy: 'usage-based-routing' })
    expect(run('gpt-4o', () => BROKEN).end).toMatchObject({ giveUp: 'rate_limited' })
  })

  test('reports the reason of the group that was asked for when its fallbacks cannot be used either', () => {
    const { run } = setup([deployment('a', 'gpt-4o', { tpm: 0 })], {
      routing_strategy: 'usage-based-routing',
      fallbacks: [{ 'gpt-4o': ['missing'] }],
    })
    expect(run('gpt-4o', () => BROKEN).end).toMatchObject({ giveUp: 'rate_limited' })
  })
})

test('every call ends, whatever is configured and whatever fails', () => {
  const group = fc.constantFrom('a', 'b', 'c', 'd', 'missing')
  const table = fc.array(fc.tuple(group, fc.array(group, { maxLength: 4 })), { maxLength: 5 })
  const fault = fc.constantFrom<Fault | undefined>(
    undefined,
    BROKEN,
    LIMITED,
    TOO_LONG,
    REFUSED,
    { failure: failureOfAnswer(401) },
    { failure: failureOfAnswer(404) },
    { failure: failureOfConnection('ETIMEDOUT'), retryAfterMs: 1e9 },
    { failure: failureOfConnection('ECONNRESET'), answered: true },
  )
  const list = fc.array(
    fc.record({
      group: fc.constantFrom('a', 'b', 'c', 'd', 'm*', '*'),
      order: fc.option(fc.integer({ min: 0, max: 2 }), { nil: undefined }),
      tpm: fc.option(fc.integer({ min: 0, max: 50 }), { nil: undefined }),
    }),
    { maxLength: 8 },
  )
  const settings = fc.record({
    routing_strategy: fc.constantFrom(
      'simple-shuffle',
      'least-busy',
      'usage-based-routing-v2',
      'latency-based-routing',
    ),
    num_retries: fc.integer({ min: 0, max: 3 }),
    max_fallbacks: fc.integer({ min: 0, max: 5 }),
    retry_policy: fc.constantFrom({}, { DefaultRetries: 2 }, { BadRequestErrorRetries: 3 }),
    fallbacks: table.map((entries) => entries.map(([name, groups]) => ({ [name]: groups }))),
    context_window_fallbacks: table.map((entries) => entries.map(([name, groups]) => ({ [name]: groups }))),
  })
  const faults = fc.array(fault, { minLength: 1, maxLength: 20 })
  fc.assert(
    fc.property(list, settings, faults, group, (entries, routerSettings, script, asked) => {
      const deployments = entries.map(({ group: name, ...routing }, index) => deployment(`d${index}`, name, routing))
      const { router } = setup(deployments, routerSettings)
      let calls = 0
      const { tries, end } = drive(router, call(asked, { json: {} }), () => script[calls++ % script.length])
      // Five groups, four orders each, four tries in each: more would be a plan that runs away.
      expect(tries.length).toBeLessThanOrEqual(5 * 4 * 4)
      for (const { afterMs, fallbacks } of tries) {
        expect(Number.isFinite(afterMs) && afterMs >= 0).toBe(true)
        expect(fallbacks).toBeLessThanOrEqual(routerSettings.max_fallbacks)
      }
      const stretches = tries.filter(({ group: name }, index) => tries[index - 1]?.group !== name)
      expect(new Set(stretches.map(({ group: name }) => name)).size).toBe(stretches.length)
      expect(end !== undefined || script[(calls - 1) % script.length] === undefined).toBe(true)
    }),
    { numRuns: 500, seed: 7 },
  )
})
