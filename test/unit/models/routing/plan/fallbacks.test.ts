import { expect, test } from '@jest/globals'
import {
  fallbackListOf,
  fallbacksFor,
  fallbackTableOf,
  ownTableOf,
} from '../../../../../src/models/routing/plan/fallbacks.ts'
import { tablesFor } from '../../../../../src/models/routing/plan/request-fallbacks.ts'
import { requestRoutingOf } from '../../../../../src/models/routing/plan/request-routing.ts'

const TABLES = {
  regular: fallbackTableOf([{ a: ['b', 'c'] }, { 'gpt-4o': ['d'] }, { '*': ['z'] }]),
  contextWindow: fallbackTableOf([{ a: ['long'] }]),
  contentPolicy: fallbackTableOf([{ a: ['bold'] }]),
}

const groups = (group: string, errorClass: Parameters<typeof fallbacksFor>[2]) =>
  fallbacksFor(TABLES, group, errorClass).map((fallback) => fallback.group)

/** `alias` stands for `mine`, the only group that the key may call. */
const ONLY_MINE = {
  mayCall: (group: string) => group === 'mine',
  meant: (name: string) => (name === 'alias' ? 'mine' : name),
}

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
  const tables = tablesFor(TABLES, undefined, request, 'a', ONLY_MINE)
  expect(tables.regular.get('a')).toEqual([{ group: 'mine', params: {} }])
  expect(tables.contentPolicy.get('a')).toEqual([{ group: 'mine', params: {} }])
  expect(tables.contextWindow).toBe(TABLES.contextWindow)
  expect(tables.regular.get('gpt-4o')).toEqual([{ group: 'd', params: {} }])
  expect(TABLES.regular.get('a')).toHaveLength(2)
})

test('a request can be without fallbacks', () => {
  const request = requestRoutingOf({ json: { disable_fallbacks: true, fallbacks: ['b'] } })
  const tables = tablesFor(TABLES, { regular: fallbackTableOf({ a: 'mine' }) }, request, 'a', ONLY_MINE)
  expect(Object.values(tables).map((table) => table.get('a'))).toEqual([undefined, undefined, undefined])
})

test("a key's table stands in place of the configured one, and names only what the key may call", () => {
  const own = { regular: fallbackTableOf([{ a: ['theirs', 'alias'] }, { b: 'mine' }]) }
  const tables = tablesFor(TABLES, own, requestRoutingOf({}), 'a', ONLY_MINE)
  expect(tables.regular.get('a')).toEqual([{ group: 'mine', params: {} }])
  expect(tables.regular.get('b')).toEqual([{ group: 'mine', params: {} }])
  expect(tables.regular.get('gpt-4o')).toBeUndefined()
  expect(tables.contentPolicy).toBe(TABLES.contentPolicy)
})

test("a request's fallbacks go before those of its key, for its own group", () => {
  const own = { regular: fallbackTableOf({ a: 'mine', b: 'mine' }) }
  const tables = tablesFor(TABLES, own, requestRoutingOf({ json: { fallbacks: [] } }), 'a', ONLY_MINE)
  expect(tables.regular.get('a')).toEqual([])
  expect(tables.regular.get('b')).toEqual([{ group: 'mine', params: {} }])
})

test.each([
  [
    ['b', { model: 'c', temperature: 0 }],
    ['b', 'c'],
    ['b', 'c'],
  ],
  [[{ a: ['b'] }], ['b'], undefined],
  [[{ model: ['b'] }], undefined, undefined],
  [[], undefined, undefined],
])('%j of a key is a table, or the list of every group', (value, ofA, ofZ) => {
  const table = ownTableOf(value)
  const groups = (name: string) => (table.get(name) ?? table.get('*'))?.map(({ group }) => group)
  expect([groups('a'), groups('z')]).toEqual([ofA, ofZ])
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
  expect(requestRoutingOf({})).toEqual({ noFallbacks: false, fallbacks: {} })
})
