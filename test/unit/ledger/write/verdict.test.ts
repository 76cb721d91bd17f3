import { expect, test } from '@jest/globals'
import { verdictOf } from '../../../../src/ledger/write/verdict.ts'

test.each([
  ['08006', 'transient'],
  ['40P01', 'transient'],
  ['40001', 'transient'],
  ['53300', 'transient'],
  ['57P01', 'transient'],
  ['57014', 'transient'],
  ['25006', 'transient'],
  ['42501', 'transient'],
  ['ECONNRESET', 'transient'],
  ['CONNECTION_CLOSED', 'transient'],
  ['QUERY_TIMEOUT', 'transient'],
  ['EPIPE', 'transient'],
  ['0A000', 'schema-changed'],
  ['42703', 'schema-changed'],
  ['42P01', 'schema-changed'],
  ['42P10', 'schema-changed'],
  ['22P05', 'data'],
  ['22P02', 'data'],
  ['23514', 'data'],
  ['54000', 'data'],
])('%s is %s', (code, verdict) => {
  expect(verdictOf(Object.assign(new Error('x'), { code }))).toBe(verdict)
})

test('what is not an error of the database is transient: nothing is dropped for it', () => {
  expect([new TypeError('x'), undefined, null, 'text'].map(verdictOf)).toEqual(Array(4).fill('transient'))
})

test('a batch that is too long for one string is halved', () => {
  expect(verdictOf(new RangeError('Invalid string length'))).toBe('data')
})
