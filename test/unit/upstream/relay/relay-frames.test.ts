import { expect, test } from '@jest/globals'
import { createFrameReader } from '../../../../src/upstream/relay/relay-frames.ts'
import { frameOf } from '../../../support/realtime-upstream.ts'

const TEXTS = ['', 'ab', 'hello, world', 'ä'.repeat(80), 'x'.repeat(70_00)]

test.each([1, 2, 3, 7, 1_000, 1_000_000])('messages are read whole, cut into pieces of %d bytes', (cut) => {
  const seen: string[] = []
  const reader = createFrameReader((text) => seen.push(text))
  const bytes = Buffer.concat(TEXTS.map(frameOf))
  for (let at = 0; at < bytes.length; at += cut) reader.push(bytes.subarray(at, at + cut))
  expect(seen).toEqual(TEXTS)
})

test('binary messages are not text, and one that is too long hides none of the others', () => {
  const seen: string[] = []
  const reader = createFrameReader((text) => seen.push(text), 10)
  reader.push(Buffer.concat([Buffer.from([0x82, 2, 1, 2]), frameOf('x'.repeat(100)), frameOf('short')]))
  expect(seen).toEqual(['short'])
})
