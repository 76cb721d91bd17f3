import { describe, expect, test } from '@jest/globals'
import { dataOf, sse as framing } from '../../../../src/usage/streams/sse.ts'

function setup(maxEventBytes = 1 << 20) {
  const frames: string[] = []
  const passedOver: string[] = []
  const sink = {
    frame: (bytes: Buffer) => void frames.push(bytes.toString()),
    passOver: (bytes: Buffer) => void passedOver.push(bytes.toString()),
  }
  const sse = framing.cut(sink, maxEventBytes)
  const push = (...parts: readonly string[]) => {
    for (const part of parts) sse.push(Buffer.from(part))
    return frames
  }
  return { sse, push, frames, passedOver }
}

const data = (event: string) => dataOf(Buffer.from(event))?.toString()

describe('events are cut at blank lines', () => {
  test.each([
    ['LF', 'data: a\n\ndata: b\n\n', ['data: a\n\n', 'data: b\n\n']],
    ['CRLF', 'data: a\r\n\r\ndata: b\r\n\r\n', ['data: a\r\n\r\n', 'data: b\r\n\r\n']],
    ['CR', 'data: a\r\rdata: b\r\r', ['data: a\r\r', 'data: b\r\r']],
    ['mixed', 'data: a\n\r\ndata: b\r\n\n', ['data: a\n\r\n', 'data: b\r\n\n']],
    ['more blank lines than needed', 'data: a\n\n\ndata: b\n\n', ['data: a\n\n', '\n', 'data: b\n\n']],
    ['a blank line first', '\ndata: a\n\n', ['\n', 'data: a\n\n']],
    ['several lines', 'event: x\nid: 1\ndata: a\n\n', ['event: x\nid: 1\ndata: a\n\n']],
  ])('%s', (_name, stream, expected) => {
    expect(setup().push(stream)).toEqual(expected)
  })

  test('a stream cut at any byte gives the same data', () => {
    for (const stream of ['data: a\n\ndata: b\n\n', 'data: a\r\n\r\ndata: b\r\n\r\n', 'data: a\r\rdata: b\r\r']) {
      for (let cut = 0; cut <= stream.length; cut++) {
        const { frames } = setupPushed(stream.slice(0, cut), stream.slice(cut))
        expect(frames.join('')).toBe(stream)
        expect(frames.map(data).filter((text) => text !== undefined)).toEqual(['a', 'b'])
      }
    }
  })

  test('a chunk cut between CR and LF gives its event at once', () => {
    const { push } = setup()
    expect(push('data: a\r\n\r')).toEqual(['data: a\r\n\r'])
    expect(push('\ndata: b\r\n\r\n')).toEqual(['data: a\r\n\r', '\ndata: b\r\n\r\n'])
  })

  test('an event without its blank line is given at the end', () => {
    const { push, sse, frames } = setup()
    push('data: a\n\ndata: [DONE]')
    sse.end()
    expect(frames).toEqual(['data: a\n\n', 'data: [DONE]'])
  })
})

function setupPushed(...parts: readonly string[]) {
  const bundle = setup()
  bundle.push(...parts)
  bundle.sse.end()
  return bundle
}

describe('an event larger than the limit', () => {
  test('is passed over in full, and the next one is found', () => {
    const { push, passedOver } = setup(20)
    push('data: a\n\n', 'data: 0123456789', '0123456789', '0123456789\n\ndata: b\n\n')
    expect(passedOver.join('')).toBe('data: 012345678901234567890123456789\n\n')
    expect(push()).toEqual(['data: a\n\n', 'data: b\n\n'])
  })

  test('is passed over when it comes in one piece', () => {
    const { push, passedOver } = setup(20)
    expect(push('data: 0123456789012345678901234567890\n\ndata: b\n\n')).toEqual(['data: b\n\n'])
    expect(passedOver.join('')).toBe('data: 0123456789012345678901234567890\n\n')
  })
})

describe('the data of an event', () => {
  test.each([
    ['data: a\n\n', 'a'],
    ['data:a\n\n', 'a'],
    ['data:  a\n\n', ' a'],
    ['data: a\ndata: b\r\ndata:c\n\n', 'a\nb\nc'],
    ['data\n\n', ''],
    ['data:\n\n', ''],
    ['\uFEFFdata: a\n\n', 'a'],
    ['event: x\ndata: a\n\n', 'a'],
    ['\ndata: a\n\n', 'a'],
    ['data: a', 'a'],
  ])('%j is %j', (event, expected) => {
    expect(data(event)).toBe(expected)
  })

  test.each([': keep-alive\n\n', 'event: ping\n\n', 'database: x\n\n', 'Data: x\n\n', '\n', ''])(
    '%j has none',
    (event) => {
      expect(data(event)).toBeUndefined()
    },
  )

  test('is a slice of the event, not a copy', () => {
    const event = Buffer.from('data: {"a":1}\n\n')
    expect(dataOf(event)!.buffer).toBe(event.buffer)
  })
})
