import { expect, test } from '@jest/globals'
import { createRouteMatcher } from '../../../src/admin/admin.ts'

const match = createRouteMatcher({ 'POST /key/regenerate': 'exact', 'POST /key/{key}/regenerate': 'pattern' })

test('an exact path goes before a pattern', () => {
  expect(match('POST', '/key/regenerate')).toEqual({ value: 'exact', route: '/key/regenerate', params: {} })
})

test('parts of the path are decoded', () => {
  expect(match('POST', '/key/sk-a%20b/regenerate')).toEqual({
    value: 'pattern',
    route: '/key/{key}/regenerate',
    params: { key: 'sk-a b' },
  })
})

test.each([
  ['GET', '/key/regenerate'],
  ['POST', '/key/a/b/regenerate'],
  ['POST', '/key//regenerate'],
  ['POST', '/KEY/regenerate'],
])('%s %s is none of ours', (method, path) => {
  expect(match(method, path)).toBeUndefined()
})
