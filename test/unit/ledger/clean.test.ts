import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { cleanId, cleanJson, cleanText } from '../../../src/ledger/record/clean.ts'

describe('text', () => {
  test('loses NUL and halves of surrogate pairs', () => {
    expect(cleanText('a\0b\ud800c')).toBe('ab\ufffdc')
  })

  test('is cut on a character', () => {
    expect(cleanId('\u{1f600}'.repeat(3), 10)).toBe('\u{1f600}'.repeat(2))
    expect(cleanId('abc', 3)).toBe('abc')
    expect(cleanId(undefined)).toBe('')
  })

  test('never exceeds its bytes, and is whole when it fits', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 4, max: 40 }), (text, max) => {
        const cleaned = cleanId(text, max)
        expect(Buffer.byteLength(cleaned)).toBeLessThanOrEqual(max)
        expect(cleanText(text).startsWith(cleaned)).toBe(true)
        if (Buffer.byteLength(cleanText(text)) <= max) expect(cleaned).toBe(cleanText(text))
      }),
    )
  })
})

describe('JSON', () => {
  test('of ordinary size is unchanged', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
        fc.pre(!JSON.stringify(value).includes('\\u0000'))
        expect(JSON.parse(JSON.stringify(cleanJson(value)))).toEqual(JSON.parse(JSON.stringify(value)))
      }),
    )
  })

  test('has only what PostgreSQL can store', () => {
    const cleaned = cleanJson({
      n: Number.NaN,
      i: -Infinity,
      b: 10n,
      f() {},
      s: Symbol('s'),
      d: new Date(0),
      u: undefined,
      'a\0': 'b\0',
    })
    expect(cleaned).toEqual({ n: null, i: null, b: '10', f: null, s: null, d: '1970-01-01T00:00:00.000Z', a: 'b' })
  })

  test('keeps a member named __proto__ as a member', () => {
    const cleaned = cleanJson(JSON.parse('{"__proto__": {"a": 1}}'))
    expect(JSON.stringify(cleaned)).toBe('{"__proto__":{"a":1}}')
  })

  test('ends, however deep, circular or large', () => {
    const circular: unknown[] = []
    circular.push(circular, 'x'.repeat(100_000))
    const large = { list: Array.from({ length: 100_000 }, () => 'y'.repeat(100)) }
    expect(JSON.stringify(cleanJson({ circular, large })).length).toBeLessThan(200_000)
  })
})
