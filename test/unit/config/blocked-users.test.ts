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
  ['nothing', undefined, undefined],
])('%s', (_name, blockedUserList, expected) => {
  const found = blockedUsersOf({ callbacks, blockedUserList }, dir)
  expect(found && [...found]).toEqual(expected)
})

test('a file has one on each line, whatever its lines end with', () => {
  writeFileSync(join(dir, 'blocked.txt'), 'a\nb b\r\n\nc')
  expect([...blockedUsersOf({ callbacks, blockedUserList: 'blocked.txt' }, dir)!]).toEqual(['a', 'b b', 'c'])
})

test('without the callback nothing is read', () => {
  expect(blockedUsersOf({ blockedUserList: 'missing.txt' }, dir)).toBeUndefined()
})

test('a file that is missing is a mistake that is told', () => {
  expect(() => blockedUsersOf({ callbacks, blockedUserList: 'missing.txt' }, dir)).toThrow(
    /`litellm_settings.blocked_user_list` names a file that cannot be read: .*missing\.txt/,
  )
})
