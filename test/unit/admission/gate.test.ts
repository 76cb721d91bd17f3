import { describe, expect, test } from '@jest/globals'
import type { AdmissionControl, AdmissionControlOptions } from '../../../src/admission/admission-control.ts'
import { BudgetReservations } from '../../../src/admission/budgets/budget-reservations.ts'
import type { SharedBudgets } from '../../../src/admission/budgets/shared-budgets.ts'
import type { FactsStore } from '../../../src/admission/facts/facts-store.ts'
import { RateLimits } from '../../../src/admission/limits/rate-limits.ts'
import { LiteLLMError } from '../../../src/errors.ts'
import type { Call, Usage, VirtualKey } from '../../../src/types.ts'
import { usageOf } from '../../../src/usage/shapes/reader.ts'
import { aCall, aKey, aProject, aTeam } from './support/facts.ts'
import { aGate } from './support/gate.ts'

const HUNDRED_TOKENS: Usage = {
  ...{ promptTokens: 60, completionTokens: 40, cacheReadTokens: 0, cacheWriteTokens: 0, cacheWrite1hTokens: 0 },
  ...{ reasoningTokens: 0, promptDetails: {}, completionDetails: {}, quantities: {}, raw: undefined },
}

test('a call passes and learns what is left', async () => {
  const { enter } = setup()
  expect(await enter('a', { limits: { rpm: 2 } })).toEqual({
    reported: [],
    headers: { 'x-ratelimit-api_key-limit-requests': '2', 'x-ratelimit-api_key-remaining-requests': '1' },
  })
})

test('the checks come first, then budgets, then rates', async () => {
  const { enter } = setup({ estimate: () => ({ cost: 1, tokens: 0 }) })
  const tight = { maxBudget: 1, limits: { rpm: 0 }, readAt: new Date() }
  expect((await enter('a', { ...tight, blocked: true })).refusal?.code).toBe('blocked_key')
  expect((await enter('b', { ...tight, spend: 1 })).refusal?.code).toBe('budget_exceeded')
  expect((await enter('c', tight)).refusal?.code).toBe('rate_limited')
  // The one that was refused for its rate has given back what it held.
  expect((await enter('d', { ...tight, limits: {} })).refusal).toBeUndefined()
  expect((await enter('e', { ...tight, limits: {} })).refusal?.code).toBe('budget_exceeded')
})

test('200 calls at once on a key with 0.50 left: 50 pass', async () => {
  const { enter } = setup({ estimate: () => ({ cost: 0.01, tokens: 0 }) })
  const key = { maxBudget: 0.5, readAt: new Date() }
  const passages = await Promise.all(Array.from({ length: 200 }, (_, i) => enter(`${i}`, key)))
  expect(passages.filter(({ refusal }) => !refusal)).toHaveLength(50)
})

test('what a call has used counts for the next', async () => {
  const { gate, enter } = setup()
  const key = { maxBudget: 1, limits: { tpm: 100 }, readAt: new Date() }
  await enter('a', key)
  await gate.settle('a', { cost: 0.5, usage: HUNDRED_TOKENS })
  expect((await enter('b', key)).refusal?.code).toBe('rate_limited')
  await enter('c', { ...key, limits: {} })
  await gate.settle('c', { cost: 0.5 })
  expect((await enter('d', { ...key, limits: {} })).refusal?.code).toBe('budget_exceeded')
})

test('end users, tags and everybody are looked up only when they matter', async () => {
  const asked: string[] = []
  const store: Partial<FactsStore> = {
    endUser: async (id) => void asked.push(id) as undefined,
    tags: async (names) => [...names.map((name) => ({ name, spend: asked.push(name), maxBudget: 0 }))],
    agent: async (id) => void asked.push(id) as undefined,
    globalSpend: async () => void asked.push('everybody') as undefined,
  }
  const plain = setup({}, store)
  await plain.enter('a')
  // A key that is for an agent is for no other.
  await plain.enter('b', { owners: { agentId: 'own' } }, { agentId: 'other' })
  expect(asked).toEqual([])
  const { enter } = setup({ settings: { maxBudget: 1 } }, store)
  const { refusal } = await enter('a', {}, { endUserId: 'e', tags: ['x'], agentId: 'agent' })
  expect(asked).toEqual(['e', 'agent', 'x', 'everybody'])
  expect(refusal?.message).toContain('Tag=x')
})

test('a budget window is filled once with what was spent before', async () => {
  const asked: string[] = []
  const { enter } = setup(
    {},
    {
      async spendSince({ entity, id }) {
        asked.push(`${entity} ${id}`)
        return 5
      },
    },
  )
  const key: Partial<VirtualKey> = { budgetWindows: [{ duration: '1d', maxBudget: 5 }] }
  const passages = await Promise.all([enter('a', key), enter('b', key), enter('c', key)])
  expect(passages.map(({ refusal }) => refusal?.code)).toEqual(Array(3).fill('budget_exceeded'))
  expect(asked).toEqual(['key hash'])
})

test('a window that nobody can fill refuses nobody', async () => {
  const { enter } = setup({}, { spendSince: async () => undefined })
  expect((await enter('a', { budgetWindows: [{ duration: '1d', maxBudget: 5 }] })).refusal).toBeUndefined()
})

test('in report mode nothing is refused, everything is told, and spend counts', async () => {
  const { gate, enter } = setup({ mode: 'report', estimate: () => ({ cost: 1, tokens: 0 }) })
  const key = { maxBudget: 1, limits: { rpm: 0 }, models: ['other'], readAt: new Date() }
  const first = await enter('a', key)
  expect(first.refusal).toBeUndefined()
  expect(first.reported.map(({ code }) => code)).toEqual(['key_model_denied', 'rate_limited'])
  await gate.settle('a', { cost: 1 })
  const second = await enter('b', key)
  expect(second.refusal).toBeUndefined()
  expect(second.reported.map(({ code }) => code)).toEqual(['key_model_denied', 'budget_exceeded', 'rate_limited'])
  await gate.settle('b', { cost: 1 })
  expect((await enter('c', { ...key, maxBudget: 1.5 })).reported.map(({ code }) => code)).toContain('budget_exceeded')
})

test('in report mode a call that would have been refused does not count for the limits of others', async () => {
  const { enter } = setup({ mode: 'report', estimate: () => ({ cost: 1, tokens: 0 }) })
  const team = { owners: { teamId: 't' }, team: aTeam({ limits: { rpm: 1, tpm: 1 } }), readAt: new Date() }
  const poor = { ...team, hashedToken: 'poor', maxBudget: 0 }
  for (const callId of ['a', 'b']) {
    expect((await enter(callId, poor)).reported.map(({ code }) => code)).toEqual(['budget_exceeded'])
  }
  expect((await enter('c', team)).reported).toEqual([])
  expect((await enter('d', poor)).reported.map(({ code }) => code)).toEqual(['budget_exceeded', 'rate_limited'])
})

test('in report mode a budget that running calls fill is told too', async () => {
  const { enter } = setup({ mode: 'report', estimate: () => ({ cost: 1, tokens: 0 }) })
  const key = { owners: { teamId: 't' }, team: aTeam({ maxBudget: 1 }), readAt: new Date() }
  expect((await enter('a', key)).reported).toEqual([])
  expect((await enter('b', key)).reported.map(({ code }) => code)).toEqual(['budget_exceeded'])
})

describe('a call that falls back', () => {
  const DOLLARS: Record<string, number> = { cheap: 1, dear: 3, free: 0 }
  const priced: AdmissionControlOptions['estimate'] = ({ modelGroup }) => ({
    cost: DOLLARS[modelGroup]!,
    tokens: 0,
    free: modelGroup === 'free',
  })
  const rich = { maxBudget: 5, readAt: new Date() }
  const cheap = { modelGroup: 'cheap' }
  const codeOf = async (passage: ReturnType<NonNullable<AdmissionControl['fallBack']>>) => (await passage).refusal?.code

  test('holds what it may cost there', async () => {
    const { enter, fallBack } = setup({ estimate: priced })
    await enter('a', rich, cheap)
    await enter('b', rich, cheap)
    expect(await codeOf(fallBack('a', rich, { modelGroup: 'dear' }))).toBeUndefined()
    // 3 and 1 are held: one more of 1 fits, a second does not.
    expect(await codeOf(enter('c', rich, cheap))).toBeUndefined()
    expect(await codeOf(enter('d', rich, cheap))).toBe('budget_exceeded')
  })

  test('is refused where there is no room, and goes on holding what it held', async () => {
    const { gate, enter, fallBack } = setup({ estimate: priced })
    for (const callId of ['a', 'b', 'c']) await enter(callId, rich, cheap)
    expect(await codeOf(fallBack('a', rich, { modelGroup: 'dear' }))).toBeUndefined()
    expect(await codeOf(fallBack('b', rich, { modelGroup: 'dear' }))).toBe('budget_exceeded')
    await gate.settle('a', { cost: 0 })
    expect(await codeOf(fallBack('b', rich, { modelGroup: 'dear' }))).toBeUndefined()
    await gate.settle('b', { cost: 0 })
    await gate.settle('c', { cost: 0 })
    expect(await codeOf(enter('e', rich, { modelGroup: 'dear' }))).toBeUndefined()
  })

  test('holds nothing at a model that is free', async () => {
    const { enter, fallBack } = setup({ estimate: priced })
    await enter('a', { ...rich, maxBudget: 1 }, cheap)
    expect(await codeOf(fallBack('a', { ...rich, maxBudget: 1 }, { modelGroup: 'free' }))).toBeUndefined()
    expect(await codeOf(enter('b', { ...rich, maxBudget: 1 }, cheap))).toBeUndefined()
  })

  test('is held to the budget of the model that it falls back to', async () => {
    const { enter, fallBack } = setup({ estimate: priced })
    const key = { ...rich, maxBudget: 50, modelMaxBudget: { dear: { max_budget: 3, budget_duration: '1d' } } }
    for (const callId of ['a', 'b']) expect(await codeOf(enter(callId, key, cheap))).toBeUndefined()
    expect(await codeOf(fallBack('a', key, { modelGroup: 'dear' }))).toBeUndefined()
    expect((await fallBack('b', key, { modelGroup: 'dear' })).refusal?.message).toContain('budget for model=dear')
  })

  test('passes in report mode, and it is told', async () => {
    const { enter, fallBack } = setup({ estimate: priced, mode: 'report' })
    await enter('a', { ...rich, maxBudget: 3 }, cheap)
    await enter('b', { ...rich, maxBudget: 3 }, cheap)
    const { refusal, reported } = await fallBack('a', { ...rich, maxBudget: 3 }, { modelGroup: 'dear' })
    expect([refusal, reported.map(({ code }) => code)]).toEqual([undefined, ['budget_exceeded']])
  })

  test.each(['enforce', 'report'] as const)(
    'in %s mode is made without room where the settings say so, and counts',
    async (mode) => {
      const settings = { enforceFallbackBudget: false }
      const { gate, enter, fallBack } = setup({ estimate: priced, mode, settings })
      const dear = { modelGroup: 'dear' }
      const key = { ...rich, maxBudget: 50, modelMaxBudget: { dear: { max_budget: 3, budget_duration: '1d' } } }
      await enter('a', key, cheap)
      await enter('b', key, dear)
      expect(await fallBack('a', key, dear)).toEqual({ reported: [] })
      await gate.settle('a', { cost: 3 })
      await gate.settle('b', { cost: 0 })
      const { refusal, reported } = await enter('c', key, dear)
      expect((refusal ?? reported[0])?.code).toBe('budget_exceeded')
    },
  )

  test('holds nothing once it has ended, or when it never entered', async () => {
    const reservations = new BudgetReservations()
    const { gate, enter, fallBack } = setup({ estimate: priced, reservations })
    await enter('a', rich, cheap)
    await gate.settle('a', { cost: 1 })
    expect(await fallBack('a', rich, { modelGroup: 'dear' })).toEqual({ reported: [] })
    expect(await fallBack('never', rich, { modelGroup: 'dear' })).toEqual({ reported: [] })
    expect(reservations.running).toBe(0)
  })

  test('holds what other processes count too, and nothing there when it ends meanwhile', async () => {
    const admitted: [string, number][] = []
    const settled: [string, number][] = []
    let meanwhile = async () => {}
    const shared: SharedBudgets = {
      async admit({ callId, estimate }) {
        admitted.push([callId, estimate])
        await meanwhile()
        return { ends: [] }
      },
      grow: () => {},
      settle: (callId, cost) => settled.push([callId, cost]),
    }
    const { gate, enter, fallBack } = setup({ estimate: priced, shared })
    await enter('a', rich, cheap)
    expect(await codeOf(fallBack('a', rich, { modelGroup: 'dear' }))).toBeUndefined()
    meanwhile = () => gate.settle('a', { cost: 2 })
    await fallBack('a', rich, { modelGroup: 'dear' })
    expect(admitted).toEqual([
      ['a', 1],
      ['a', 3],
      ['a', 3],
    ])
    expect(settled).toEqual([
      ['a', 2],
      ['a', 0],
    ])
  })
})

describe('where budgets fail closed', () => {
  const settings = { failClosedBudgets: true }
  const budgeted = { maxBudget: 5, readAt: new Date() }

  test.each([
    ['a budget that is known', budgeted, undefined],
    ['a budget that may be out of date', { ...budgeted, unverified: true }, 'budget_unverifiable'],
    ['a budget that is spent anyway', { ...budgeted, spend: 5, unverified: true }, 'budget_exceeded'],
    [
      'a team with a budget that may be out of date',
      { team: aTeam({ maxBudget: 1 }), unverified: true },
      'budget_unverifiable',
    ],
    ['a key that is blocked', { ...budgeted, blocked: true, unverified: true }, 'blocked_key'],
    ['no budget', { unverified: true }, undefined],
  ] as [string, Partial<VirtualKey>, string | undefined][])('%s', async (_name, key, code) => {
    expect((await setup({ settings }).enter('a', key)).refusal?.code).toBe(code)
    // Unasked, LiteLLM goes on with what it has.
    if (code === 'budget_unverifiable') expect((await setup().enter('a', key)).refusal).toBeUndefined()
  })

  test('in report mode it is told', async () => {
    const { refusal, reported } = await setup({ settings, mode: 'report' }).enter('a', {
      ...budgeted,
      unverified: true,
    })
    expect([refusal, reported[0]?.code]).toEqual([undefined, 'budget_unverifiable'])
  })

  test('what other processes hold must be known', async () => {
    const shared: SharedBudgets = { admit: async () => undefined, grow: () => {}, settle: () => {} }
    const reservations = new BudgetReservations()
    expect((await setup({ settings, shared, reservations }).enter('a', budgeted)).refusal?.code).toBe(
      'budget_unverifiable',
    )
    expect(reservations.running).toBe(0)
    expect((await setup({ settings, shared }).enter('a')).refusal).toBeUndefined()
    expect((await setup({ shared }).enter('a', budgeted)).refusal).toBeUndefined()
  })

  test('rows that cannot be read refuse a call, and pass a fallback over', async () => {
    let away = false
    const endUser = async () => {
      if (away) throw new LiteLLMError('budget_unverifiable')
      return undefined
    }
    const { enter, fallBack } = setup({ settings }, { endUser })
    const call = { endUserId: 'e' }
    await enter('a', budgeted, call)
    away = true
    await expect(Promise.resolve(enter('b', budgeted, call))).rejects.toMatchObject({ code: 'budget_unverifiable' })
    expect((await fallBack('a', budgeted, { ...call, modelGroup: 'other' })).refusal?.code).toBe('budget_unverifiable')
  })
})

test('a session makes as many calls as its agent may in an hour, each session for itself, and no header tells', async () => {
  const { enter } = setup()
  const key = { owners: { agentId: 'a' }, agent: { id: 'a', maxIterations: 2 }, metadata: { max_iterations: 9 } }
  const call = async (sessionId?: string) => await enter(`${Math.random()}`, key, { sessionId })
  expect([await call('s'), await call('s')]).toEqual(Array(2).fill({ reported: [], headers: {} }))
  expect((await call('s')).refusal?.message).toBe(
    'Max iterations exceeded for session s. Current count: 3, max_iterations: 2.',
  )
  expect([(await call('other')).refusal, (await call()).refusal]).toEqual([undefined, undefined])
})

test('limits on input and on output hold what is expected of each, and count what each was', async () => {
  const { gate, enter } = setup({ estimate: () => ({ cost: 0, tokens: 100, input: 10, output: 90 }) })
  const limits = { model_itpm_limit: { 'gpt-4o': 20 }, model_otpm_limit: { 'gpt-4o': 1000 } }
  const key = { project: aProject({ modelLimits: limits }) }
  const refused = async (callId: string) => (await enter(callId, key)).refusal?.message
  expect([await refused('a'), await refused('b')]).toEqual([undefined, undefined])
  expect(await refused('c')).toMatch(/^Rate limit exceeded for model_per_project_itpm: p:gpt-4o\./)
  await gate.settle('a', { cost: 0, usage: usageOf({ promptTokens: 5, completionTokens: 800 }) })
  expect(await refused('d')).toBeUndefined()
  await gate.settle('d', { cost: 0, usage: usageOf({ promptTokens: 1, completionTokens: 800 }) })
  expect(await refused('e')).toMatch(/^Rate limit exceeded for model_per_project_otpm: p:gpt-4o\./)
})

test('a store of rates that fails holds no budget', async () => {
  const counters = { add: () => Promise.reject(new Error('redis is down')) }
  const reservations = new BudgetReservations()
  const { enter } = setup({ reservations, limits: new RateLimits({ counters }) })
  await expect(enter('a', { limits: { rpm: 1 } })).rejects.toThrow('redis is down')
  expect(reservations.running).toBe(0)
})

test('free calls are held to no budget', async () => {
  const { enter } = setup({ estimate: () => ({ cost: 0, tokens: 0, free: true }) })
  expect((await enter('a', { maxBudget: 0 })).refusal).toBeUndefined()
})

test('a route without a call is checked and not counted', async () => {
  const { gate } = setup()
  const request = { method: 'POST', path: '/key/generate' }
  const key = aKey({ limits: { rpm: 0 } })
  expect((await gate.admit({ callId: 'a', key, request })).refusal?.code).toBe('admin_only')
  expect(
    (await gate.admit({ callId: 'b', key, request: { method: 'GET', path: '/v1/models' } })).refusal,
  ).toBeUndefined()
})

function setup(options: Partial<AdmissionControlOptions> = {}, store: Partial<FactsStore> = {}) {
  const gate = aGate(options, store)
  return {
    gate,
    enter: (callId: string, key: Partial<VirtualKey> = {}, call: Partial<Call> = {}) =>
      gate.admit({ callId, key: aKey(key), call: aCall(call) }),
    fallBack: async (callId: string, key: Partial<VirtualKey>, call: Partial<Call>) =>
      gate.fallBack!({ callId, key: aKey(key), call: aCall(call) }),
  }
}
