import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { readForm } from '../../../../../src/call/request/form/read-upload.ts'

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

  test('shows its first file', () => {
    const file = (name: string, content: string) => field(name, content, '; filename="a.wav"')
    const { form } = read(field('model', 'm'), file('file', 'sound'), file('other', 'more'))!
    expect(form.file).toMatchObject({ byteLength: 5, head: Buffer.from('sound'), tail: Buffer.from('sound') })
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

  test.each([
    ['a part with two names', '--b\r\nContent-Disposition: form-data; name="x"; name="model"\r\n\r\ndear\r\n'],
    [
      'a part with two dispositions',
      '--b\r\nContent-Disposition: form-data; name="x"\r\ncontent-disposition: form-data; name="model"\r\n\r\ndear\r\n',
    ],
    [
      'a name in a second alphabet',
      `--b\r\nContent-Disposition: form-data; name="x"; name*=utf-8''model\r\n\r\ndear\r\n`,
    ],
    ['a boundary within a head', '--b\r\nContent-Disposition: form-data; name="x"\r\n--b\r\n\r\ndear\r\n'],
    ['a head without end', `--b\r\nX-Long: ${'x'.repeat(17_000)}`],
    ['more parts than are read', field('x', '').repeat(1_001)],
  ])('with %s is refused: the upstream might read it otherwise', (_, part) => {
    expect(() => read(field('model', 'cheap'), part)).toThrow(/^The form has /)
  })

  test('is what its disposition says, whatever else its heads say', () => {
    const body =
      '--b\r\nX-Other: y; name="file"; filename="z"\r\nContent-Disposition: form-data;\r\n name="model"\r\n\r\ndear\r\n'
    expect(read(body)!.json).toEqual({ model: 'dear' })
  })

  test('has names in quotes as they are meant', () => {
    const file = field('file', 'sound', '; filename="; name=model\\"; name=model"')
    expect(read(field('mo\\del', 'dear'), file)!.json).toEqual({ model: 'dear' })
  })

  test('has no part behind a line that only begins with its boundary', () => {
    const file = field(
      'file',
      '\r\n--bX; filename=y\r\n--b\r\nContent-Disposition: form-data; name="model"\r\n\r\ndear',
      '; filename="f"',
    )
    expect(read(file)!.json).toEqual({ model: 'dear' })
    expect(read(field('file', 'a\r\n--bX\r\n\r\nb', '; filename="f"'))!.form.file!.head.toString()).toBe(
      'a\r\n--bX\r\n\r\nb',
    )
  })

  test('may have white space behind its boundaries, and nothing behind the last counts', () => {
    const form = readForm(
      TYPE,
      Buffer.from(`${field('model', 'm').replace('--b', '--b \t')}--b--\r\n${field('model', 'late')}`),
    )
    expect(form!.json).toEqual({ model: 'm' })
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
