import { readdirSync } from 'node:fs'
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib'
import { describe, expect, test } from '@jest/globals'
import type { Reading } from '../../../src/usage/meter/reading.ts'
import { builtinReaders } from '../../../src/usage/shapes/readers.ts'
import { type Answer, answers, twins } from './answers.ts'
import { contentTypeOf, eventsOf, fixture, replay } from './replay.ts'

const names = Object.keys(answers)
const COUNTS = ['promptTokens', 'completionTokens', 'cacheReadTokens', 'cacheWriteTokens'] as const

function setup(name: string) {
  const answer = answers[name]!
  const reader = builtinReaders.find(({ shape }) => shape === name.split('/')[0])!
  const options = { reader, contentType: contentTypeOf(name), headers: answer.headers, request: answer.request }
  return { answer, bytes: fixture(name), options }
}

function check(reading: Reading, { usage, source, text, error, ...rest }: Answer) {
  const wanted = source ?? 'reported'
  expect(reading.source).toBe(wanted)
  if (usage) expect(reading.usage).toMatchObject(usage)
  else expect(reading.usage).toBeUndefined()
  if ('id' in rest) expect(reading.responseId).toBe(rest.id)
  if (rest.model) expect(reading.model).toBe(rest.model)
  if (text) expect(reading.relayed?.text).toBe(text)
  expect(reading.error !== undefined).toBe(error === true)
  if (wanted === 'reported' || rest.complete !== undefined) expect(reading.complete).toBe(rest.complete ?? true)
}

test('every answer in the fixtures has an expectation', () => {
  const directory = new URL('../../fixtures/usage/', import.meta.url)
  const files = readdirSync(directory, { recursive: true, withFileTypes: true }).filter(
    (entry) => entry.isFile() && entry.name !== 'README.md',
  )
  expect(files.map(({ name, parentPath }) => `${parentPath.split('/').at(-1)}/${name}`).sort()).toEqual(
    names.toSorted(),
  )
})

test.each(twins)('%s and %s say the same', async (whole, stream) => {
  const [one, other] = await Promise.all(
    [whole!, stream!].map((name) => replay(setup(name).bytes, setup(name).options)),
  )
  expect({ ...other!.reading.usage, raw: 0 }).toEqual({ ...one!.reading.usage, raw: 0 })
  expect([other!.reading.responseId, other!.reading.model]).toEqual([one!.reading.responseId, one!.reading.model])
})

test('every shape that can be streamed has a whole answer and a stream that say the same', () => {
  const streamed = new Set(names.filter((name) => !name.endsWith('.json')).map((name) => name.split('/')[0]))
  const paired = new Set(twins.map(([name]) => name!.split('/')[0]))
  // Speech is sound when it is not streamed; a realtime session is never whole.
  expect([...streamed].filter((shape) => !paired.has(shape)).sort()).toEqual(['openai-realtime', 'openai-speech'])
})

describe.each(names)('%s', (name) => {
  test.each([1, 3, 1000, 1 << 20])('gives the same in slices of %d bytes, and relays every byte', async (size) => {
    const { answer, bytes, options } = setup(name)
    const { reading, relayed } = await replay(bytes, options, size)
    check(reading, answer)
    expect(relayed.equals(bytes)).toBe(true)
  })

  test('hides nothing that it was not asked to hide', async () => {
    const { answer, bytes, options } = setup(name)
    const { reading, relayed } = await replay(bytes, { ...options, hideExtra: true }, 5)
    check(reading, answer)
    const extra = /"choices":\[\],"usage":\{/.test(bytes.toString())
    expect(relayed.equals(bytes)).toBe(!extra)
  })

  test('never says more when it is cut off', async () => {
    const { bytes, options } = setup(name)
    const whole = (await replay(bytes, options)).reading
    for (let end = 0; end < bytes.length; end += Math.ceil(bytes.length / 60)) {
      const { reading } = await replay(bytes.subarray(0, end), options)
      for (const count of COUNTS) expect(reading.usage?.[count] ?? 0).toBeLessThanOrEqual(whole.usage?.[count] ?? 0)
    }
  })

  test('cut after any event it says no more, and calls reported only the whole truth', async () => {
    const { bytes, options } = setup(name)
    const whole = (await replay(bytes, options)).reading
    let end = 0
    for (const event of eventsOf(name)) {
      end += event.length
      const { reading, relayed } = await replay(bytes.subarray(0, end), options)
      expect(relayed.length).toBe(end)
      for (const count of COUNTS) expect(reading.usage?.[count] ?? 0).toBeLessThanOrEqual(whole.usage?.[count] ?? 0)
      if (reading.source === 'reported') expect(reading.usage).toEqual(whole.usage)
    }
    expect(end).toBe(bytes.length)
  })

  test('is read behind every content coding', async () => {
    const { answer, bytes, options } = setup(name)
    const codings = { gzip: gzipSync, br: brotliCompressSync, deflate: deflateSync, zstd: zstdCompressSync }
    for (const [contentEncoding, encode] of Object.entries(codings)) {
      const encoded = encode(bytes)
      const { reading, relayed } = await replay(encoded, { ...options, contentEncoding, hideExtra: true }, 100)
      check(reading, answer)
      expect(relayed.equals(encoded)).toBe(true)
    }
    check((await replay(deflateRawSync(bytes), { ...options, contentEncoding: 'deflate' })).reading, answer)
  })
})
