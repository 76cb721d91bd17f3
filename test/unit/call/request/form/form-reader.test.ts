import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { editedPieces, growthBy } from '../../../../../src/call/request/form/body-edits.ts'
import { FileSample, FormReader } from '../../../../../src/call/request/form/form-reader.ts'

const field = (name: string, value: string, rest = '') =>
  `--b\r\nContent-Disposition: form-data; name="${name}"${rest}\r\n\r\n${value}\r\n`
const FILE = '; filename="a.wav"'

/** What a form says that comes in these pieces, or why it is refused. */
function readIn(pieces: readonly Buffer[]) {
  const reader = new FormReader('b')
  try {
    for (const piece of pieces) reader.push(piece)
  } catch (error) {
    return { refused: (error as Error).message }
  }
  const { json, form } = reader
  return { json, model: form.model, bytes: form.file?.byteLength, head: form.file?.head, tail: form.file?.tail }
}

function cut(bytes: Buffer, lengths: readonly number[]): Buffer[] {
  const pieces: Buffer[] = []
  let at = 0
  for (const length of lengths) {
    pieces.push(bytes.subarray(at, at + length))
    at += length
  }
  return [...pieces, bytes.subarray(at)].filter(({ length }) => length > 0)
}

const formOf = fc
  .array(
    fc
      .oneof(
        fc.tuple(fc.constantFrom('model', 'user', 'x'), fc.string(), fc.constant('')),
        fc.tuple(fc.constantFrom('file', 'image', 'model'), fc.string(), fc.constant(FILE)),
      )
      .map(([name, value, rest]) => field(name, value, rest)),
    { maxLength: 6 },
  )
  .chain((parts) =>
    // Pieces of the syntax in places where nobody expects them.
    fc
      .array(fc.constantFrom('\r\n--b', '\r\n', '--b--', '-', ' \t', '; name="model"', 'x'), { maxLength: 4 })
      .map((noise) => Buffer.from(`${[...parts, ...noise].join('')}${parts.join('')}--b--\r\n`)),
  )

describe('a form that comes in pieces', () => {
  test('says the same, whatever the pieces are', () => {
    const lengths = fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 40 })
    fc.assert(
      fc.property(formOf, lengths, (body, pieces) => {
        expect(readIn(cut(body, pieces))).toEqual(readIn([body]))
      }),
      { numRuns: 2000 },
    )
  })

  test.each([1, 3, 1000])('of %i bytes says the same', (size) => {
    const file = Buffer.alloc(5_000, '\r\n--bX\r\n--').toString('latin1')
    const body = Buffer.from(`${field('file', file, FILE)}${field('model', 'whisper')}${field('user', 'ü')}--b--\r\n`)
    const pieces = cut(body, Array(Math.ceil(body.length / size)).fill(size))
    const read = readIn(pieces)
    expect(read).toEqual(readIn([body]))
    expect(read).toMatchObject({ json: { model: 'whisper', user: 'ü' }, bytes: 5_000 })
    expect(body.subarray(read.model!.start, read.model!.end).toString()).toBe('whisper')
  })
})

describe('a form that has been decided by its beginning', () => {
  const decided = () => {
    const reader = new FormReader('b')
    reader.push(Buffer.from(field('model', 'whisper')))
    reader.push(Buffer.from(`--b\r\nContent-Disposition: form-data; name="file"${FILE}\r\n\r\nsound`))
    reader.decide()
    return reader
  }

  test('may go on with what decides nothing', () => {
    const reader = decided()
    reader.push(Buffer.from(`\r\n${field('language', 'en')}--b--`))
    expect(reader.json).toEqual({ model: 'whisper', language: 'en' })
  })

  test.each(['model', 'user', 'api_base', 'aws_region_name', 'metadata[tags][]', 'guardrails'])(
    'may not name `%s` any more, and is refused before the value is read',
    (name) => {
      const reader = decided()
      const head = `\r\n--b\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n`
      expect(() => reader.push(Buffer.from(head))).toThrow(name === 'model' ? 'more than one field `model`' : name)
    },
  )
})

test('of a file that passes, 4 MiB of its beginning and 1 MiB of its end are kept, and no more', () => {
  const sample = new FileSample()
  const bytes = Buffer.alloc(9 << 20, 'abcdefg')
  for (let at = 0; at < bytes.length; at += 65_536) sample.push(Buffer.from(bytes.subarray(at, at + 65_536)))
  expect(sample.byteLength).toBe(bytes.length)
  expect(sample.head.equals(bytes.subarray(0, 4 << 20))).toBe(true)
  expect(sample.tail.length).toBeLessThanOrEqual((1 << 20) + 65_536)
  expect(sample.tail.equals(bytes.subarray(bytes.length - sample.tail.length))).toBe(true)
})

test('pieces are edited like the whole', () => {
  const spans = fc.array(fc.tuple(fc.string(), fc.string(), fc.string()), { maxLength: 4 })
  fc.assert(
    fc.property(spans, fc.string(), fc.array(fc.integer({ min: 1, max: 5 })), (parts, after, lengths) => {
      let whole = ''
      const edits = parts.map(([before, value, text]) => {
        const start = Buffer.byteLength(whole + before)
        whole += before + value
        return { start, end: Buffer.byteLength(whole), text }
      })
      const bytes = Buffer.from(whole + after)
      const edited = Buffer.concat(editedPieces(cut(bytes, lengths), edits))
      expect(edited.toString()).toBe(parts.map(([before, , text]) => before + text).join('') + after)
      expect(edited.length - bytes.length).toBe(growthBy(edits))
    }),
  )
})
