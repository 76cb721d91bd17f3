import { expect, test } from '@jest/globals'
import { createMemberScan } from '../../../../src/usage/streams/frame-hints.ts'

/** What is visited, as `name=first byte of the value`, or the name alone where it is a value itself. */
function scan(names: readonly string[], text: string): readonly string[] {
  const seen: string[] = []
  createMemberScan(names)(Buffer.from(text), (name, bytes, valueAt, endAt) => {
    seen.push(valueAt < 0 ? names[name]! : `${names[name]}=${String.fromCharCode(bytes[valueAt]!)}`)
    return endAt
  })
  return seen
}

test.each([
  ['{"usage":{"a":1}}', ['usage={']],
  ['{"usage" : null}', ['usage=n']],
  ['{"type":"usage"}', ['usage']],
  ['{"x":["usage",null]}', ['usage']],
  ['{"text":"say \\"usage\\":1"}', ['text="']],
  ['{"usages":1,"usag":2,"Usage":3}', []],
  ['"usage', []],
  ['"', []],
  ['', []],
])('%s', (text, expected) => {
  expect(scan(['usage', 'text'], text)).toEqual(expected)
})

test('names that begin alike are told apart', () => {
  expect(scan(['content', 'con', 'c'], '{"content":1,"con":2,"c":3}')).toEqual(['content=1', 'con=2', 'c=3'])
})

test('the visitor may go on behind a value', () => {
  let visits = 0
  const visit = (_name: number, bytes: Buffer) => {
    visits++
    return bytes.length
  }
  createMemberScan(['a'])(Buffer.from('{"a":1,"a":2}'), visit)
  expect(visits).toBe(1)
})
