import { expect, test } from '@jest/globals'
import type { Refusal } from '../../../src/admission/facts/refusal.ts'
import { withBudgetFallbacks } from '../../../src/admission/with-budget-fallbacks.ts'
import type { VirtualKey } from '../../../src/types.ts'
import { aCall, aKey, aTeam } from './support/facts.ts'
import { aGate } from './support/gate.ts'

const daily = (max_budget: number) => ({ max_budget, budget_duration: '1d' })

/** Calls of one dollar each. */
function setup(key: Partial<VirtualKey>, mode: 'enforce' | 'report' = 'enforce') {
  const gate = withBudgetFallbacks(aGate({ estimate: () => ({ cost: 1, tokens: 0 }), mode }))
  let calls = 0
  const enter = async (modelGroup = 'opus') => {
    const { refusal, modelGroup: instead } = await gate.admit({
      callId: `${++calls}`,
      key: aKey({ readAt: new Date(), ...key }),
      call: aCall({ modelGroup }),
    })
    return refusal?.message ?? instead ?? 'as asked'
  }
  return { gate, enter }
}

const CHAIN = {
  modelMaxBudget: { opus: daily(1), sonnet: daily(2) },
  budgetFallbacks: { opus: ['sonnet', 'haiku'] },
}

test('a call goes to the first fallback that the key has a budget for', async () => {
  const { enter } = setup(CHAIN)
  const went: string[] = []
  for (let count = 0; count < 5; count++) went.push(await enter())
  expect(went).toEqual(['as asked', 'sonnet', 'sonnet', 'haiku', 'haiku'])
})

test('what it costs counts for the model that it went to', async () => {
  const { gate, enter } = setup({ ...CHAIN, modelMaxBudget: { opus: daily(1), sonnet: daily(1.5) } })
  expect([await enter(), await enter()]).toEqual(['as asked', 'sonnet'])
  await gate.settle('1', { cost: 0 })
  await gate.settle('2', { cost: 1.5 })
  expect([await enter(), await enter('sonnet')]).toEqual(['as asked', expect.stringContaining('model=sonnet')])
})

test('when all are spent, the budget of the model that was asked for is the reason', async () => {
  const { enter } = setup({ ...CHAIN, budgetFallbacks: { opus: ['sonnet'] } })
  for (let count = 0; count < 3; count++) await enter()
  expect(await enter()).toMatch(
    /^LiteLLM Virtual Key: hash, key_alias: None, exceeded budget for model=opus\. Reserved/,
  )
})

test.each([
  ['keyModel', 'sonnet'],
  ['teamModel', undefined],
] as const)('a spent budget of kind %s leads to %s, whatever its message says', async (budget, instead) => {
  const message = 'LiteLLM Virtual Key: hash, key_alias: None, exceeded budget for model=opus'
  const refusal: Refusal = { code: 'budget_exceeded', budget, message: budget === 'keyModel' ? 'Spent.' : message }
  const { modelGroup } = await withBudgetFallbacks({
    admit: ({ call }) => ({ reported: [], headers: {}, ...(call?.modelGroup === 'opus' ? { refusal } : {}) }),
    settle: async () => {},
  }).admit({ callId: 'a', key: aKey(CHAIN), call: aCall({ modelGroup: 'opus' }) })
  expect(modelGroup).toBe(instead)
})

test('a model without fallbacks is refused as ever', async () => {
  const { enter } = setup(CHAIN)
  expect([await enter('sonnet'), await enter('sonnet')]).toEqual(['as asked', 'as asked'])
  expect(await enter('sonnet')).toContain('exceeded budget for model=sonnet')
})

test('another budget that is spent leads nowhere', async () => {
  const { enter } = setup({ ...CHAIN, maxBudget: 1 })
  expect(await enter()).toBe('as asked')
  expect(await enter()).toContain('Budget has been exceeded! Key=key')
})

test('a fallback that the key or its team may not call is passed over', async () => {
  const spent =
    /^LiteLLM Virtual Key: hash, key_alias: None, exceeded budget for model=opus\. Reserved by 1 running call/
  expect(await twice({ ...CHAIN, models: ['opus'] })).toMatch(spent)
  expect(await twice({ ...CHAIN, models: ['opus', 'haiku'] })).toBe('haiku')
  const ofTeam = { owners: { teamId: 't' }, team: aTeam({ models: ['opus'] }) }
  expect(await twice({ ...CHAIN, ...ofTeam })).toMatch(spent)
})

test('an alias is held to the budget of what it stands for, and goes where that has fallbacks', async () => {
  const aliases = { quick: 'opus', haiku: 'sonnet' }
  const { enter } = setup({ ...CHAIN, aliases })
  expect([await enter('quick'), await enter('quick')]).toEqual(['as asked', 'sonnet'])
})

test('a fallback that is an alias is held to what it stands for', async () => {
  const aliases = { sonnet: 'dear' }
  expect(await twice({ ...CHAIN, aliases, models: ['opus', 'sonnet'] })).toContain('exceeded budget for model=opus')
  expect(await twice({ ...CHAIN, aliases, models: ['opus', 'dear'] })).toBe('sonnet')
})

test('a body that goes on as it came is led nowhere', async () => {
  const gate = withBudgetFallbacks(aGate({ estimate: () => ({ cost: 1, tokens: 0 }) }))
  const key = aKey({ readAt: new Date(), ...CHAIN })
  const enter = (callId: string) => gate.admit({ callId, key, call: aCall({ modelGroup: 'opus' }), verbatim: true })
  expect((await enter('1')).refusal).toBeUndefined()
  expect((await enter('2')).refusal?.message).toContain('exceeded budget for model=opus')
})

test('a model that the key may not call leads nowhere', async () => {
  expect(await twice({ ...CHAIN, models: ['sonnet'] })).toContain("model 'opus' is not available")
})

test('in report mode calls go where they ask to', async () => {
  const { enter } = setup(CHAIN, 'report')
  expect([await enter(), await enter()]).toEqual(['as asked', 'as asked'])
})

async function twice(key: Partial<VirtualKey>): Promise<string> {
  const { enter } = setup(key)
  await enter()
  return await enter()
}
