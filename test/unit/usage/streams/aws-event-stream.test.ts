import { describe, expect, test } from '@jest/globals'
import { awsEventStream } from '../../../../src/usage/streams/aws-event-stream.ts'
import { parseAwsMessage } from '../../../../src/usage/streams/aws-message.ts'
import { fixture } from '../replay.ts'

function setup(maxMessageBytes = 1 << 20) {
  const frames: Buffer[] = []
  const passedOver: Buffer[] = []
  const sink = {
    frame: (bytes: Buffer) => void frames.push(bytes),
    passOver: (bytes: Buffer) => void passedOver.push(bytes),
  }
  const stream = awsEventStream.cut(sink, maxMessageBytes)
  const documents = () => frames.map((frame) => JSON.parse(String(parseAwsMessage(frame) ?? 'null')))
  return {
    stream,
    frames,
    passedOver,
    documents,
    bytes: fixture('bedrock-converse/claude-sonnet-4-5-cached.eventstream'),
  }
}

/** The bytes of `stream` with one bit turned. */
function damaged(stream: Buffer, at: number): Buffer {
  const copy = Buffer.from(stream)
  copy[at]! ^= 1
  return copy
}

test('messages are cut by their lengths', () => {
  const { stream, documents, bytes } = setup()
  stream.push(bytes)
  expect(documents()).toHaveLength(6)
  expect(documents().at(-1)).toMatchObject({ usage: { inputTokens: 4, outputTokens: 547 } })
})

describe('checksums', () => {
  test('a message whose payload was damaged says nothing, the next one is read', () => {
    const { stream, documents, bytes } = setup()
    const first = bytes.readUInt32BE(0)
    stream.push(damaged(bytes, first - 6))
    expect(documents()[0]).toBeNull()
    expect(documents()[1]).toMatchObject({ delta: { text: 'Hi' } })
  })

  test('after a damaged length nothing is trusted, and everything is passed over', () => {
    const { stream, frames, passedOver, bytes } = setup()
    // One more or less: without its checksum the length would be believed.
    const broken = damaged(bytes, 3)
    stream.push(broken)
    stream.end()
    expect(frames).toHaveLength(0)
    expect(Buffer.concat(passedOver).equals(broken)).toBe(true)
  })
})

test('a message larger than the limit is passed over, the next one is read', () => {
  const { stream, frames, passedOver, bytes } = setup(160)
  stream.push(bytes)
  const sizes = [...frames, ...passedOver].map(({ length }) => length)
  expect(passedOver.length).toBeGreaterThan(0)
  expect(frames.length).toBeGreaterThan(0)
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(bytes.length)
})

test('an exception is an error document', () => {
  const { stream, documents } = setup()
  stream.push(fixture('bedrock-converse/throttled.eventstream'))
  expect(documents()[1]).toEqual({
    error: { type: 'throttlingException', message: 'Too many tokens, please wait before trying again.' },
  })
})
