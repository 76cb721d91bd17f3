import { describe, expect, test } from '@jest/globals'
import { attributionOf } from '../../../../src/call/request/attribution.ts'

describe('the end user is the first that is named', () => {
  test.each([
    [{ 'x-litellm-customer-id': 'a', 'x-litellm-end-user-id': 'b' }, { user: 'c' }, 'a'],
    [{ 'x-litellm-end-user-id': 'b' }, { user: 'c' }, 'b'],
    [{}, { user: 'c', litellm_metadata: { user: 'd' } }, 'c'],
    [{}, { litellm_metadata: { user: 'd' }, metadata: { user_id: 'e' } }, 'd'],
    [{}, { metadata: { user_id: 'e' }, safety_identifier: 'f' }, 'e'],
    [{}, { safety_identifier: 'f' }, 'f'],
    [{}, { user: 7 }, '7'],
    [{}, { user: '' }, undefined],
    [{}, { user: { name: 'x' } }, undefined],
    [{}, undefined, undefined],
  ])('%j %j -> %s', (headers, json, expected) => {
    expect(attributionOf(headers, json).endUserId).toBe(expected)
  })
})

test("headers of the operator name the end user after LiteLLM's own, and before the body", () => {
  const settings = { endUserHeaders: ['x-a', 'x-b'] }
  const endUser = (headers: Record<string, string>) => attributionOf(headers, { user: 'body' }, settings).endUserId
  expect(endUser({ 'x-b': 'b', 'x-a': 'a', 'x-litellm-end-user-id': 'own' })).toBe('own')
  expect(endUser({ 'x-b': 'b', 'x-a': 'a' })).toBe('a')
  expect(endUser({ 'x-b': 'b' })).toBe('b')
  expect(endUser({})).toBe('body')
})

describe('tags are merged from all places, in order, without duplicates', () => {
  test.each([
    [{ 'x-litellm-tags': 'a, b,,a' }, {}, ['a', 'b']],
    [
      { 'x-litellm-tags': 'a' },
      { tags: ['b'], request_tags: ['c', 'a'], metadata: { tags: ['d'] } },
      ['a', 'b', 'c', 'd'],
    ],
    [{}, { litellm_metadata: { tags: ['x'] } }, ['x']],
    [{}, { tags: ['ok', 5, null, { a: 1 }] }, ['ok']],
    [{}, { tags: 'not a list', metadata: { tags: { a: 1 } } }, []],
  ])('%j %j -> %j', (headers, json, expected) => {
    expect(attributionOf(headers, json).tags).toEqual(expected)
  })
})

test('headers of the operator become tags of their own, by the names that they are given', () => {
  const tags = (headers: Record<string, string>) => attributionOf(headers, {}, { tagHeaders: ['X-Team', 'x-app'] })
  expect(tags({ 'x-app': 'shop', 'x-team': 'a, b' })).toMatchObject({
    tags: [],
    headerTags: ['X-Team: a, b', 'x-app: shop'],
  })
  expect(tags({ 'x-app': '' }).headerTags).toEqual([])
})

describe('the agent is the first that is named', () => {
  test.each([
    [{ 'x-litellm-agent-id': 'a' }, { metadata: { agent_id: 'b' } }, 'a'],
    [{}, { metadata: { agent_id: 'b' }, litellm_metadata: { agent_id: 'c' } }, 'b'],
    [{}, { litellm_metadata: { agent_id: 'c' } }, 'c'],
    [{}, { agent_id: 'd' }, undefined],
  ])('%j %j -> %s', (headers, json, expected) => {
    expect(attributionOf(headers, json).agentId).toBe(expected)
  })
})

describe('the session is the first that is named', () => {
  test.each([
    [{ 'x-litellm-trace-id': 'a', 'x-litellm-session-id': 'b' }, {}, 'a'],
    [{ 'x-litellm-session-id': 'b' }, { litellm_session_id: 'c' }, 'b'],
    [{ 'x-claude-code-session-id': '12345678-abcd' }, { litellm_session_id: 'c' }, '12345678-abcd'],
    [{ 'x-claude-code-session-id': 'short' }, { litellm_session_id: 'c' }, 'c'],
    [{}, { litellm_trace_id: 'd', metadata: { session_id: 'e' } }, 'd'],
    [{}, { metadata: { session_id: 'e', trace_id: 'f' } }, 'e'],
    [{}, {}, undefined],
  ])('%j %j -> %s', (headers, json, expected) => {
    expect(attributionOf(headers, json).sessionId).toBe(expected)
  })
})
