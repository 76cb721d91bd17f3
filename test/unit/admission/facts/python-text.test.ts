import { expect, test } from '@jest/globals'
import { pythonDate, pythonFloat, pythonList } from '../../../../src/admission/facts/python-text.ts'

test.each([
  [0, '0.0'],
  [10, '10.0'],
  [0.5, '0.5'],
  [0.1 + 0.2, '0.30000000000000004'],
  [0.0001, '0.0001'],
  [0.00001, '1e-05'],
  [0.000000123, '1.23e-07'],
  [1e-12, '1e-12'],
  [1e16, '1e+16'],
  [123456789012345, '123456789012345.0'],
  [-2, '-2.0'],
  [Number.POSITIVE_INFINITY, 'inf'],
])('%p is written as Python writes it', (value, text) => {
  expect(pythonFloat(value)).toBe(text)
})

test.each([
  [[], '[]'],
  [['gpt-4'], "['gpt-4']"],
  [['a', 'b'], "['a', 'b']"],
  [["it's"], '["it\'s"]'],
  [['both \' and "'], "['both \\' and \"']"],
])('%p is written as Python writes it', (values, text) => {
  expect(pythonList(values)).toBe(text)
})

test.each([
  ['2026-02-16T12:00:00Z', '2026-02-16 12:00:00+00:00'],
  ['2026-02-16T12:00:00.123Z', '2026-02-16 12:00:00.123000+00:00'],
])('%s is written as Python writes it', (value, text) => {
  expect(pythonDate(new Date(value))).toBe(text)
})
