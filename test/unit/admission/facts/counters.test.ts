import { expect, test } from '@jest/globals'
import * as counters from '../../../../src/admission/facts/counters.ts'

test.each([
  [counters.keyCounter('hash'), 'key', 'hash'],
  [counters.windowCounter(counters.keyCounter('hash'), '1d'), 'key', 'hash'],
  [counters.memberCounter('u', 't'), 'team_member', 'u:t'],
  [counters.teamCounter('a:b'), 'team', 'a:b'],
  [counters.organizationCounter('o'), 'organization', 'o'],
  [counters.endUserCounter('e'), 'end_user', 'e'],
  [counters.modelCounter('hash', 'gpt', '1d'), 'key', 'hash'],
  [counters.teamModelCounter('t', 'gpt', '1d'), 'team', 't'],
  [counters.endUserModelCounter('e', 'gpt', '1d'), 'end_user', 'e'],
  [counters.GLOBAL_COUNTER, 'proxy', undefined],
])('the budget behind %s is that of a %s', (name, entity, entityId) => {
  expect(counters.ownerOf(name)).toEqual(entityId === undefined ? { entity } : { entity, entityId })
})

test('a counter of another kind is of nobody', () => {
  expect(counters.ownerOf('something:else')).toEqual({})
})
