import { expect, test } from '@jest/globals'
import { fallbackListOf, fallbacksFor, fallbackTableOf } from '../../../../../src/models/routing/plan/fallbacks.ts'
import { tablesFor } from '../../../../../src/models/routing/plan/request-fallbacks.ts'
import { requestRoutingOf } from '../../../../../src/models/routing/plan/request-routing.ts'

const TABLES = {
  regular: fallbackTableOf([{ a: ['b', 'c'] }, { 'gpt-4o': ['d'] }, { '*': ['z'] }]),
  contextWindow: fallbackTableOf([{ a: ['long'] }]),
  contentPolicy: fallbackTableOf([{ a: ['bold'] }]),
}

const groups = (group: string, errorClass: Parameters<typeof fallbacksFor>[2]) =>
  fallbacksFor(TABLES, group, errorClass).map((fallback) => fallback.group)

test.each([
  ['a', 'InternalServerError', ['b', 'c']],
  ['a', 'ContextWindowExceededError', ['long']],
  ['a', 'ContentPolicyViolationError', ['bold']],
  ['openai/gpt-4o', 'InternalServerError', ['d']],
  ['gpt-4o', 'ContextWindowExceededError', ['d']],
  ['other', 'RateLimitError', ['z']],
  ['z', 'RateLimitError', []],
] as const)('%s after %s falls back to %j', (group, errorClass, expected) => {
  expect(groups(group, errorClass)).toEqual(expected)
})

test('a list may hold names and bodies, and nothing else', () => {
  expect(fallbackListOf(['b', { model: 'c', temperature: 0 }, { temperature: 1 }, 7, null])).toEqual([
    { group: 'b', params: {} },
    { group: 'c', params: { temperature: 0 } },
  ])
})

test.each([[undefined], [null], ['text'], [[1, 'x', null]]])('%j is an empty table', (value) => {
  expect(fallbackTableOf(value).size).toBe(0)
})

test('a table may be one object, and a single name stands for a list', () => {
  expect(fallbackTableOf({ a: 'b' }).get('a')).toEqual([{ group: 'b', params: {} }])
})

test('a request speaks for its own group only, and only of what it may call', () => {
  const request = requestRoutingOf({ json: { fallbacks: ['mine', 'theirs'], content_policy_fallbacks: ['mine'] } })
  const tables = tablesFor(TABLES, request, 'a', (group) => group === 'mine')
  expect(tables.regular.get('a')).toEqual([{ group: 'mine', params: {} }])
  expect(tables.contentPolicy.get('a')).toEqual([{ group: 'mine', params: {} }])
  expect(tables.contextWindow).toBe(TABLES.contextWindow)
  expect(tables.regular.get('gpt-4o')).toEqual([{ group: 'd', params: {} }])
  expect(TABLES.regular.get('a')).toHaveLength(2)
})

test('a request can be without fallbacks', () => {
  const tables = tablesFor(
    TABLES,
    requestRoutingOf({ json: { disable_fallbacks: true, fallbacks: ['b'] } }),
    'a',
    () => true,
  )
  expect([tables.regular.size, tables.contextWindow.size, tables.contentPolicy.size]).toEqual([0, 0, 0])
})

test.each([
  [{}, undefined],
  [{ num_retries: 0 }, 0],
  [{ num_retries: '3' }, 3],
  [{ num_retries: 2.9 }, 2],
  [{ num_retries: 1e9 }, 10],
  [{ num_retries: -1 }, undefined],
  [{ num_retries: 'many' }, undefined],
])('a request with %j asks for %p retries', (json, retries) => {
  expect(requestRoutingOf({ json }).retries).toBe(retries)
})

test('a request without a body asks for nothing', () => {
  expect(requestRoutingOf({})).toEqual({ noFallbacks: false })
})
