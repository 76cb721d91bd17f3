import { describe, expect, test } from '@jest/globals'
import { firstEventError, isWithinFirstEvent } from '../../../../src/usage/streams/first-event.ts'
import { fixture } from '../replay.ts'

const SSE = 'text/event-stream; charset=utf-8'
const AWS = 'application/vnd.amazon.eventstream'

describe('the first event has not arrived whole', () => {
  test.each(['', 'da', 'data: {"error":{"co', 'event: error', 'event: error\n', 'event: error\r\ndata: {"a"'])(
    'in %j',
    (text) => expect(isWithinFirstEvent(Buffer.from(text), SSE)).toBe(true),
  )

  test.each(['data: {}\n', 'data: {}\r\n', ': ping\n', 'event: error\ndata: {}\n', 'event: x\n\n', 'id: 1\r\n\r\n'])(
    'not in %j',
    (text) => expect(isWithinFirstEvent(Buffer.from(text), SSE)).toBe(false),
  )

  test('not where there are no events, and not for ever', () => {
    expect(isWithinFirstEvent(Buffer.from('{"a"'), 'application/json')).toBe(false)
    expect(isWithinFirstEvent(Buffer.alloc(70_000, 0x61), SSE)).toBe(false)
  })

  test('of AWS is told by its length', () => {
    const bytes = fixture('bedrock-converse/throttled.eventstream')
    const end = bytes.readUInt32BE(0)
    expect([3, end - 1, end].map((length) => isWithinFirstEvent(bytes.subarray(0, length), AWS))).toEqual([
      true,
      true,
      false,
    ])
  })
})

test.each<[string, string, number | undefined]>([
  ['data: {"error":{"message":"x","code":503}}\n\n', SSE, 503],
  ['event: error\ndata: {"type":"error","error":{"type":"overloaded_error"}}\n\n', SSE, 500],
  ['data: {"error":{"message":"x","status":"RESOURCE_EXHAUSTED","code":429}}\r\n\r\n', SSE, 429],
  ['[{"error":{"code":429,"status":"RESOURCE_EXHAUSTED"}}\n]', 'application/json', 429],
  ['data: {"choices":[],"error":null}\n\n', SSE, undefined],
  ['data: {"text":"an \\"error\\""}\n\n', SSE, undefined],
])('%j begins with an error of status %p', (text, type, status) => {
  expect(firstEventError(Buffer.from(text), type)?.status).toBe(status as number)
})

test('an exception of AWS is an error with the status of its kind', () => {
  const bytes = fixture('bedrock-converse/throttled.eventstream')
  let at = 0
  while (at + bytes.readUInt32BE(at) < bytes.length) at += bytes.readUInt32BE(at)
  expect(firstEventError(bytes, AWS)).toBeUndefined()
  expect(firstEventError(bytes.subarray(at), AWS)).toMatchObject({
    status: 429,
    document: { error: { type: 'throttlingException', message: expect.any(String) } },
  })
})
