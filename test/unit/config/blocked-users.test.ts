import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from '@jest/globals'
import { blockedUsersOf } from '../../../src/config/blocked-users.ts'

const dir = mkdtempSync(join(tmpdir(), 'blocked-users-'))
afterAll(() => rmSync(dir, { recursive: true }))
const callbacks = ['blocked_user_check']

test.each([
  ['a list', ['a', 7], ['a', '7']],
  ['an empty list', [], []],
  ['null', null, undefined],
  ['nothing', undefined, undefined],
])('%s', (_name, blocked_user_list, expected) => {
  const found = blockedUsersOf({ callbacks, blocked_user_list }, dir)
  expect(found && [...found]).toEqual(expected)
})

test('a file has one on each line, whatever its lines end with', () => {
  writeFileSync(join(dir, 'blocked.txt'), 'a\nb b\r\n\nc')
  expect([...blockedUsersOf({ callbacks, blocked_user_list: 'blocked.txt' }, dir)!]).toEqual(['a', 'b b', 'c'])
})

test('without the callback nothing is read', () => {
  expect(blockedUsersOf({ blocked_user_list: 'missing.txt' }, dir)).toBeUndefined()
})

test.each([
  ['missing.txt', /names a file that cannot be read: .*missing\.txt/],
  [5, /must be a list of names, or the path of a file/],
])('%j is a mistake that is told', (blocked_user_list, message) => {
  expect(() => blockedUsersOf({ callbacks, blocked_user_list }, dir)).toThrow(message)
})
