import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { GuardedNames } from '../../../../../src/call/request/body/guarded-names.ts'
import { JsonScanner, parseJson } from '../../../../../src/call/request/body/parse-json.ts'

/** Parsed in pieces of this many bytes, scanned so many at a time. */
function parsed(json: string, pieceBytes: number): unknown {
  const scanner = new JsonScanner(Buffer.from(json), pieceBytes, new GuardedNames())
  while (!scanner.scan(7));
  return scanner.value()
}

/** What it holds, or that it is none. */
function outcome(parse: () => unknown): unknown {
  try {
    return { value: parse() }
  } catch (error) {
    if (error instanceof SyntaxError) return 'no JSON'
    throw error
  }
}

const DOCUMENTS = [
  '{}',
  '[]',
  'true',
  '""',
  ' { "a" : [ 1 , 2 , { "b" : [ ] , "c" : { } } ] , "d" : "x,]}\\"\\\\" } ',
  '[[[1,2,3],[4,5,6]],[[7]],{"a":[1,2,3,4,5,6,7,8,9]}]',
  '{"messages":[{"role":"user","content":"é€𝄞 \\ud834\\udd1e"},{"role":"assistant","content":null}],"n":1e-9}',
  '{"a":{"b":{"c":{"d":[0,1,2,3,4,5,6,7]}}},"a":[1,2,3,4],"__proto__":{"x":[1,2,3,4]},"z":-1.5E+3}',
  '{"a":[1,2,3,4],\n\t"b":[5,6,7,8]\r\n,"c":9}',
]

describe('every document is what JSON.parse makes of it, in pieces of any length', () => {
  test.each(DOCUMENTS)('%s', (json) => {
    for (const pieceBytes of [0, 1, 3, 10, 1000]) {
      const value = parsed(json, pieceBytes)
      expect(value).toEqual(JSON.parse(json))
      expect(JSON.stringify(value)).toBe(JSON.stringify(JSON.parse(json)))
    }
  })

  test('and so is everything that one changed byte makes of it', () => {
    for (const characters of DOCUMENTS.map((json) => [...json])) {
      for (const [at, character] of characters.entries()) {
        for (const change of ['', ',', ']', '}', '[', '{', ':', '"', ' ', '1', '\u00a0', character + character]) {
          const changed = characters.with(at, change).join('')
          for (const pieceBytes of [0, 4]) {
            const expected = outcome(() => JSON.parse(changed))
            expect([changed, outcome(() => parsed(changed, pieceBytes))]).toEqual([changed, expected])
          }
        }
      }
    }
  })
})

describe('a long string is what JSON.parse makes of it', () => {
  const piece = fc.constantFrom(
    '\\\\',
    '\\"',
    '\\n',
    '\\u00e9',
    '\\ud834\\udd1e',
    '\\ud834',
    'é',
    '€',
    '𝄞',
    'x',
    '\u2028',
  )
  const written = fc.array(fc.oneof(piece, fc.constant('plain text ')), { maxLength: 60 }).map((all) => all.join(''))

  test('wherever it is cut', () => {
    fc.assert(
      fc.property(written, written, fc.integer({ min: 0, max: 40 }), (one, other, pieceBytes) => {
        const json = `{"a":"${one}","b":["${other}","${one}",{"c":"${other}"}],"d":1}`
        expect(parsed(json, pieceBytes)).toEqual(JSON.parse(json))
      }),
      { numRuns: 500 },
    )
  })

  test('and no JSON where it is none', () => {
    const wrong = fc.constantFrom('\\x', '\\u12', '\n', '\\', '"', '', ',')
    fc.assert(
      fc.property(written, wrong, written, fc.integer({ min: 0, max: 40 }), (before, middle, after, pieceBytes) => {
        const json = `{"a":"${before}${middle}${after}","b":2}`
        expect(outcome(() => parsed(json, pieceBytes))).toEqual(outcome(() => JSON.parse(json)))
      }),
      { numRuns: 500 },
    )
  })

  test('whose bytes are no UTF-8 comes to an end', () => {
    const bytes = Buffer.concat([Buffer.from('["'), Buffer.alloc(500, 0x80), Buffer.from('"]')])
    const scanner = new JsonScanner(bytes, 20, new GuardedNames())
    while (!scanner.scan(7));
    expect((scanner.value() as string[])[0]).toHaveLength(500)
  })
})

describe('what would hold up the process is refused before it is parsed', () => {
  const names = () => new GuardedNames()
  test.each([
    ['128 levels', '['.repeat(128) + ']'.repeat(128), undefined],
    ['129 levels', '['.repeat(129) + ']'.repeat(129), 'body_too_complex'],
    ['levels without end', '{"a":['.repeat(4_000_000), 'body_too_complex'],
    ['a million values', `[${'1,'.repeat(999_998)}1]`, undefined],
    ['more values', `[${'1,'.repeat(1_000_001)}1]`, 'body_too_complex'],
    ['many objects', `[${'{},'.repeat(399_998)}1]`, undefined],
    ['more objects', `[${'{},'.repeat(400_001)}1]`, 'body_too_complex'],
    ['more texts', `[${'"",'.repeat(400_001)}1]`, 'body_too_complex'],
    ['more names', `{${'"":1,'.repeat(400_001)}"":1}`, 'body_too_complex'],
    ['more members', `{${'"a":1,'.repeat(1_000_001)}"a":1}`, 'body_too_complex'],
  ])('%s', async (_, json, code) => {
    const refusal = await Promise.resolve()
      .then(() => parseJson(Buffer.from(json), names()))
      .then(
        () => undefined,
        (error) => error.code,
      )
    expect(refusal).toBe(code)
  })

  test.each([
    ['of many messages', Array.from({ length: 50_000 }, () => ({ content: 'x'.repeat(60) }))],
    ['of one string', [{ content: 'x'.repeat(4_000_000) }]],
    ['of one string full of escapes', [{ content: '"\\\n€'.repeat(500_000) }]],
  ])('the event loop turns while a large body is parsed (%s)', async (_, messages) => {
    const body = Buffer.from(JSON.stringify({ messages }))
    let turns = 0
    const counting = setInterval(() => turns++, 0)
    const count = () => {
      turns++
      if (!done) setImmediate(count)
    }
    let done = false
    setImmediate(count)
    const value = (await parseJson(body, names())) as { messages: unknown[] }
    done = true
    clearInterval(counting)
    expect(value.messages).toEqual(messages)
    expect(turns).toBeGreaterThan(body.length / (256 * 1024) / 2)
  })
})

describe('names that two parsers could read as two', () => {
  const problem = (json: string, isKnown = true) => {
    const names = new GuardedNames()
    void parseJson(Buffer.from(json), names)
    try {
      names.check(isKnown)
      return undefined
    } catch (error) {
      return (error as Error).message
    }
  }
  test.each([
    ['{"model":"a","model":"b"}', 'more than once'],
    ['{"model":"a","mod\\u0065l":"b"}', 'with escapes'],
    ['{"mod\\u0065l":"b"}', 'with escapes'],
    ['{"model":"a","Model":"b"}', 'in another case'],
    ['{"MODEL":"b"}', 'in another case'],
    ['{"model":"a","max_to\u212aens":9}', 'in another case'],
    ['{"max_tokens":1,"max_tokens":9}', 'more than once'],
    ['{"generationconfig":{},"generationConfig":{}}', 'in another case'],
    ['{"messages":[{"model":"x"},{"model":"y","model":"z"}],"model":"a"}', undefined],
    ['{"model":"a","metadata":{"Model":"b"},"seed":1,"seed":2}', undefined],
  ])('%s', (json, expected) => {
    if (expected === undefined) expect(problem(json)).toBeUndefined()
    else expect(problem(json)).toContain(expected)
  })

  test('of an API that is not known, only the model counts, and a name in another case is one of its own', () => {
    expect(problem('{"model":"a","Model":"b","n":1,"n":2}', false)).toBeUndefined()
    expect(problem('{"model":"a","model":"b"}', false)).toContain('more than once')
  })
})
