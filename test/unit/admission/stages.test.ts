import { describe, expect, test } from '@jest/globals'
import type { Refusal } from '../../../src/admission/facts/refusal.ts'
import type { RateLimits } from '../../../src/admission/limits/rate-limits.ts'
import { ENFORCE, type Policy, REPORT } from '../../../src/admission/policies.ts'
import type { CallReservations } from '../../../src/admission/reserve-call.ts'
import { createStages } from '../../../src/admission/stages.ts'
import { aCall, someFacts } from './support/facts.ts'

const OVER_BUDGET: Refusal = { code: 'budget_exceeded', budget: 'key' }
const OVER_RATE: Refusal = { code: 'rate_limited' }

interface Against {
  readonly blocked?: boolean
  readonly own?: Refusal
  readonly elsewhere?: Refusal
  readonly rate?: Refusal | Error
}

/** Stages that write down what they are asked, with what is to be found against the call. */
function setup(policy: Policy, { blocked = false, own, elsewhere, rate }: Against = {}) {
  const asked: string[] = []
  const held: CallReservations = {
    isShared: true,
    reserve() {
      asked.push('own')
      return { over: own, cost: 1 }
    },
    async reserveShared(_call, cost) {
      asked.push(`shared ${cost}`)
      return elsewhere
    },
    reserveInstead: () => undefined,
    grow: () => {},
    settle: (_callId, cost) => void asked.push(`settled at ${cost}`),
  }
  const count = (how: string) => async () => {
    asked.push(how)
    if (rate instanceof Error) throw rate
    return { refusal: rate, headers: rate ? {} : { 'x-ratelimit': '1' } }
  }
  const limits = { admit: count('rates'), look: count('rates, uncounted') } as unknown as RateLimits
  const walk = createStages({ settings: {}, held, limits, policy })
  const facts = someFacts({ blocked, limits: { rpm: 1 } })
  const enter = async (call = aCall()) =>
    await walk({ callId: 'a', facts, call, now: new Date(0), expected: { cost: 1, tokens: 1 } })
  return { asked, enter, walk, facts }
}

describe.each([
  ['enforce', ENFORCE],
  ['report', REPORT],
] as const)('to %s', (_mode, policy) => {
  test('a call that nothing stands against goes through all stages in their order', async () => {
    const { asked, enter } = setup(policy)
    expect(await enter()).toEqual({ refusal: undefined, reported: [], headers: { 'x-ratelimit': '1' } })
    expect(asked).toEqual(['own', 'shared 1', 'rates'])
  })

  test('a request that calls no model is checked, and takes nothing', async () => {
    const { asked, walk, facts } = setup(policy)
    await walk({ callId: 'a', facts, now: new Date(0), expected: { cost: 0, tokens: 0 } })
    expect(asked).toEqual([])
  })

  test('a call whose limits cannot be asked gives back what it has reserved', async () => {
    const { asked, enter } = setup(policy, { rate: new Error('The store is away') })
    await expect(enter()).rejects.toThrow('The store is away')
    expect(asked.at(-1)).toBe('settled at 0')
  })
})

test.each<[Against, Refusal['code'], readonly string[]]>([
  [{ blocked: true, own: OVER_BUDGET }, 'blocked_key', []],
  [{ own: OVER_BUDGET, rate: OVER_RATE }, 'budget_exceeded', ['own']],
  [{ elsewhere: OVER_BUDGET, rate: OVER_RATE }, 'budget_exceeded', ['own', 'shared 1']],
  [{ rate: OVER_RATE }, 'rate_limited', ['own', 'shared 1', 'rates', 'settled at 0']],
])('the first refusal ends a call that is held to it: %j', async (against, code, stages) => {
  const { asked, enter } = setup(ENFORCE, against)
  expect(await enter()).toMatchObject({ refusal: { code }, reported: [] })
  expect(asked).toEqual(stages)
})

test('a report tells everything once, goes on, and counts for no limit', async () => {
  const { asked, enter } = setup(REPORT, { blocked: true, own: OVER_BUDGET, elsewhere: OVER_BUDGET, rate: OVER_RATE })
  const { refusal, reported } = await enter()
  expect(refusal).toBeUndefined()
  expect(reported.map(({ code }) => code)).toEqual(['blocked_key', 'budget_exceeded', 'rate_limited'])
  expect(asked).toEqual(['own', 'shared 1', 'rates, uncounted'])
})
