import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { readForm } from '../../../src/http/read-form.ts'

const TYPE = 'multipart/form-data; boundary=b'
const field = (name: string, value: string, rest = '') =>
  `--b\r\nContent-Disposition: form-data; name="${name}"${rest}\r\n\r\n${value}\r\n`
const read = (...parts: string[]) => readForm(TYPE, Buffer.from(`${parts.join('')}--b--\r\n`))

describe('a form', () => {
  test('gives its text fields, and where its model stands', () => {
    const body = Buffer.from(`${field('user', 'ünï')}${field('model', 'whisper')}--b--\r\n`)
    const { json, form } = readForm(TYPE, body)!
    expect(json).toEqual({ user: 'ünï', model: 'whisper' })
    expect(body.toString('utf8', form.model!.start, form.model!.end)).toBe('whisper')
  })

  test('passes over files, whatever they are called and hold', () => {
    const file = field('model', 'not this', '; filename="m"')
    expect(read(file, field('model', 'whisper'))!.json).toEqual({ model: 'whisper' })
  })

  test('tells where its first file stands', () => {
    const file = (name: string, content: string) => field(name, content, '; filename="a.wav"')
    const body = Buffer.from(`${field('model', 'm')}${file('file', 'sound')}${file('other', 'more')}--b--\r\n`)
    const { start, end } = readForm(TYPE, body)!.form.file!
    expect(body.toString('utf8', start, end)).toBe('sound')
  })

  test('may name its boundary in quotes and its fields without', () => {
    const body = Buffer.from('--b\r\ncontent-disposition: form-data; name=model\r\n\r\nwhisper\r\n--b--\r\n')
    expect(readForm('multipart/form-data; boundary="b"', body)!.json).toEqual({ model: 'whisper' })
  })

  test('may begin with a preamble, and an empty field is empty', () => {
    const body = Buffer.from(`preamble\r\n${field('model', '')}--b--\r\n`)
    expect(readForm(TYPE, body)!.json).toEqual({ model: '' })
  })

  test('that names two models is refused: the upstream might take the one that nobody checked', () => {
    expect(() => read(field('model', 'cheap'), field('model', 'dear'))).toThrow('more than one field `model`')
  })

  test('without a boundary is none', () => {
    expect(readForm('multipart/form-data', Buffer.from('x'))).toBeUndefined()
  })
})

test('no bytes make it throw anything else or hang', () => {
  const piece = fc.constantFrom('--b', '\r\n', '--b--', 'name="model"', '; ', 'Content-Disposition: form-data', 'x')
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
      try {
        readForm(TYPE, Buffer.from(pieces.join('')))
      } catch (error) {
        expect(error).toMatchObject({ code: 'bad_request' })
      }
    }),
  )
})
