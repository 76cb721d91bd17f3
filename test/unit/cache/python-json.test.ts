import { readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { pythonItems, pythonMembers, pythonRepr } from '../../../src/cache/key/python-json.ts'

/** Random JSON with what Python 3.11 says of its members: `str(value)` of each. */
const RECORDED: readonly [json: string, members: readonly [string, string][]][] = JSON.parse(
  readFileSync('test/fixtures/cache/python-texts.json', 'utf8'),
)

const textsOf = (json: string) => {
  const members = pythonMembers(json)
  return members && [...members].map(([name, { text }]) => [name, text])
}

test('random JSON has the text that Python makes of it', () => {
  for (const [json, members] of RECORDED) expect([json, textsOf(json)]).toEqual([json, members])
  expect(RECORDED.length).toBeGreaterThan(100)
})

test.each([
  ["it's", `"it's"`],
  [`it's "q"`, `'it\\'s "q"'`],
  ['a\\b', "'a\\\\b'"],
  ['\n\r\t', "'\\n\\r\\t'"],
  ['\u0000\u007f\u00a0\u00ad', "'\\x00\\x7f\\xa0\\xad'"],
  ['\u200b\u2028\ufeff', "'\\u200b\\u2028\\ufeff'"],
  ['\u{e0001}', "'\\U000e0001'"],
  ['é€中😀', "'é€中😀'"],
  ['', "''"],
])('%j is written as Python writes it', (text, repr) => {
  expect(pythonRepr(text)).toBe(repr)
})

test('a name that comes twice has its first place and its last value', () => {
  expect(textsOf('{"a":1,"b":{"x":1,"y":2,"x":3},"a":2}')).toEqual([
    ['a', '2'],
    ['b', "{'x': 3, 'y': 2}"],
  ])
})

test('names that look like numbers keep their place', () => {
  expect(textsOf('{"b":{"50256":1,"1":2}}')).toEqual([['b', "{'50256': 1, '1': 2}"]])
})

test('items are the texts of a list', () => {
  expect(pythonItems('["a", [1, 2.50], {"b": null}]')?.map(({ text }) => text)).toEqual([
    'a',
    '[1, 2.5]',
    "{'b': None}",
  ])
  expect(pythonItems('{}')).toBeUndefined()
})

test.each(['', '{', '{"a"}', '{"a":}', '{"a":1,}', '{"a":1}x', '{"a":tru}', '{a:1}', '{"a":"\u0001'])(
  'what is no JSON object has no members: %j',
  (json) => {
    expect(pythonMembers(json)).toBeUndefined()
  },
)

test('every JSON object has members, in any spacing', () => {
  const name = fc.string({ unit: 'grapheme' })
  fc.assert(
    fc.property(fc.dictionary(name, fc.jsonValue({ maxDepth: 4 })), fc.constantFrom(0, 1, '\t'), (value, space) => {
      if (/\\ud[89a-f]/.test(JSON.stringify(value))) return
      const plain = textsOf(JSON.stringify(value))
      expect(plain).toHaveLength(Object.keys(value).length)
      expect(textsOf(JSON.stringify(value, null, space))).toEqual(plain)
    }),
  )
})
