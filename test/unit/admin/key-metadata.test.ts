import { expect, test } from '@jest/globals'
import { metadataAfter } from '../../../src/admin/keys/key-fields.ts'

const all = () => true

test.each([
  ['nothing said changes nothing', {}, { a: 1 }, undefined],
  ['metadata replaces metadata', { metadata: { b: 2 } }, { a: 1, tags: ['x'] }, { b: 2 }],
  ['what belongs into it is put into it', { tags: ['x'] }, { a: 1 }, { a: 1, tags: ['x'] }],
  ['both at once', { metadata: { b: 2 }, guardrails: ['g'] }, { a: 1 }, { b: 2, guardrails: ['g'] }],
  ['null takes out', { tags: null }, { a: 1, tags: ['x'] }, { a: 1 }],
])('%s', (_claim, request, before, after) => {
  expect(metadataAfter(request, before, all)).toEqual(after)
})

test('policies are kept in the metadata where there is no column for them', () => {
  expect(metadataAfter({ policies: ['p'] }, {}, () => false)).toEqual({ policies: ['p'] })
  expect(metadataAfter({ policies: ['p'] }, {}, all)).toBeUndefined()
})
