import { expect, test } from '@jest/globals'
import { CHECKS, checkCall, LIST_CHECKS, reportCall } from '../../../src/admission/checks.ts'
import { MASTER_KEY } from '../../../src/admission/credential/credential.ts'
import type { Refusal } from '../../../src/admission/facts/refusal.ts'
import { refusalError } from '../../../src/admission/facts/refusal.ts'
import type { VirtualKey } from '../../../src/types.ts'
import { aCall, NOW, someFacts } from './support/facts.ts'

const PAST = new Date(NOW.getTime() - 1)

test.each([
  ['a fresh key passes', {}, undefined],
  ['a blocked key is refused', { blocked: true }, { code: 'blocked_key' }],
  [
    'a model that is not listed is refused',
    { models: ['gpt-4', 'x'] },
    {
      code: 'key_model_denied',
      param: 'model',
      message:
        "The requested model 'gpt-4o' is not available for this API key, or the model name is invalid. " +
        'Check the models available to you and try again.',
    },
  ],
  ['a listed model passes', { models: ['gpt-4o'] }, undefined],
  ['a key with a config of its own is not held to its models', { models: ['x'], config: { a: 1 } }, undefined],
  ['all-team-models leaves the decision to the team', { models: ['all-team-models'] }, undefined],
  [
    'an expired key is refused',
    { expiresAt: PAST },
    {
      code: 'expired_key',
      param: 'sk-...abcd',
      message:
        'Authentication Error - Expired Key. Key Expiry time 2026-02-16 11:59:59.999000+00:00 ' +
        'and current time 2026-02-16 12:00:00+00:00',
    },
  ],
  ['a key is good up to the moment of its expiry', { expiresAt: NOW }, undefined],
  [
    'a key that has spent its budget to the cent is refused',
    { spend: 10, maxBudget: 10, alias: 'robot' },
    {
      code: 'budget_exceeded',
      message: 'Budget has been exceeded! Key=robot (sk-...abcd) Current cost: 10.0, Max budget: 10.0',
    },
  ],
  [
    'a key without an alias or a name is still named',
    { spend: 0.3, maxBudget: 0.2, name: undefined },
    {
      code: 'budget_exceeded',
      message: 'Budget has been exceeded! Key=key (None) Current cost: 0.3, Max budget: 0.2',
    },
  ],
  ['a key below its budget passes', { spend: 9.99, maxBudget: 10 }, undefined],
  ['a budget of 0 refuses at once', { maxBudget: 0 }, { code: 'budget_exceeded' }],
  ['no budget is no limit', { spend: 1e9 }, undefined],
] as [string, Partial<VirtualKey>, Refusal | undefined][])('%s', (_claim, key, refusal) => {
  const found = checkCall(someFacts(key), aCall(), {}, NOW)
  if (refusal) expect(found).toMatchObject(refusal)
  else expect(found).toBeUndefined()
})

test.each([
  ['blocked goes before the model', { blocked: true, models: ['x'] }, 'blocked_key'],
  ['the model goes before expiry', { models: ['x'], expiresAt: PAST }, 'key_model_denied'],
  ['expiry goes before the budget', { expiresAt: PAST, maxBudget: 0 }, 'expired_key'],
] as [string, Partial<VirtualKey>, string][])('%s', (_claim, key, code) => {
  expect(checkCall(someFacts(key), aCall(), {}, NOW)?.code).toBe(code)
})

test.each([
  ['budget_exceeded', { maxBudget: 0 }, 400],
  ['expired_key', { expiresAt: PAST }, 400],
  ['key_model_denied', { models: ['x'] }, 401],
  ['blocked_key', { blocked: true }, undefined],
] as [string, Partial<VirtualKey>, number | undefined][])(
  '%s can have the status of older versions',
  (code, key, status) => {
    expect(checkCall(someFacts(key), aCall(), { compat: '1.83' }, NOW)).toMatchObject({ code })
    expect(checkCall(someFacts(key), aCall(), { compat: '1.83' }, NOW)?.status).toBe(status)
    expect(checkCall(someFacts(key), aCall(), { compat: 'current' }, NOW)?.status).toBeUndefined()
  },
)

test('single answers of older versions can be had', () => {
  const compat = { budgetStatus: 400 } as const
  expect(checkCall(someFacts({ maxBudget: 0 }), aCall(), { compat }, NOW)?.status).toBe(400)
  expect(checkCall(someFacts({ expiresAt: PAST }), aCall(), { compat }, NOW)?.status).toBeUndefined()
})

test('the abbreviation of the secret that was sent goes before the stored one', () => {
  expect(checkCall(someFacts({ expiresAt: PAST }, { shown: 'sk-...zzzz' }), aCall(), {}, NOW)?.param).toBe('sk-...zzzz')
})

test('a route without a call is not held to models', () => {
  expect(checkCall(someFacts({ models: ['x'] }), undefined, {}, NOW)).toBeUndefined()
})

test('a report names everything that is against a call, the refusal first', () => {
  const facts = someFacts({ blocked: true, models: ['x'], expiresAt: PAST, maxBudget: 0 })
  const report = reportCall(facts, aCall(), { compat: '1.83' }, NOW)
  expect(report.map(({ check, status }) => [check, status])).toEqual([
    ['keyBlocked', undefined],
    ['keyModel', 401],
    ['keyExpiry', 400],
    ['keyBudget', 400],
  ])
  expect(report[0]).toMatchObject(checkCall(facts, aCall(), { compat: '1.83' }, NOW)!)
  expect(reportCall(someFacts(), aCall(), {}, NOW)).toEqual([])
})

test('the checks are in the order of LiteLLM', () => {
  expect(CHECKS.map(({ name }) => name)).toEqual([
    ...['requestSize', 'bodySafety', 'clientIp', 'openRoute', 'endUserBudget', 'keyBlocked', 'keyModel', 'userActive'],
    ...[
      'memberOwnBudget',
      'keyExpiry',
      'keyBudget',
      'keyModelBudget',
      'userModelBudget',
      'teamModelBudget',
      'endUserModelBudget',
      'teamBlocked',
      'teamModel',
      'memberModel',
    ],
    'traceId',
    ...[
      'userModel',
      'projectBlocked',
      'projectModel',
      'organizationModel',
      'projectBudget',
      'teamBudget',
      'keyWindows',
    ],
    ...['teamWindows', 'organizationBudget', 'tagBudgets', 'userBudget', 'memberBudget', 'userParam', 'clientTags'],
    ...[
      'globalBudget',
      'guardrails',
      'keyRoutes',
      'switchedOff',
      'role',
      'vectorStores',
      'tools',
      'price',
      'enforcedParams',
    ],
    'cacheControls',
    'endUserBlocked',
  ])
})

test('every check has a name of its own, and what calls reserve is looked at by budgets alone', () => {
  expect(new Set(CHECKS.map(({ name }) => name)).size).toBe(CHECKS.length)
  expect(CHECKS.filter(({ reserved, kind }) => reserved && kind !== 'budget')).toEqual([])
  const unreserved = CHECKS.filter(({ reserved, kind }) => kind === 'budget' && !reserved).map(({ name }) => name)
  expect(unreserved).toEqual(['memberOwnBudget'])
  expect(LIST_CHECKS.map(({ name }) => name)).toEqual([
    ...['keyModel', 'teamModel', 'memberModel', 'userModel', 'projectModel', 'organizationModel'],
  ])
})

test('the error that a caller is told has nothing of how we tell refusals apart', () => {
  const error = refusalError({ code: 'budget_exceeded', budget: 'key', waitsFor: 'c', message: 'Spent.' })
  expect(error).toMatchObject({ code: 'budget_exceeded', message: 'Spent.' })
  expect(Object.keys(error)).not.toEqual(expect.arrayContaining(['budget']))
})

test('the master key passes what stops others', () => {
  const request = { method: 'POST', path: '/key/generate' }
  expect(checkCall({ key: MASTER_KEY, request }, aCall(), {}, NOW)).toBeUndefined()
})
