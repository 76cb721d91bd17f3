import { readFileSync } from 'node:fs'
import { createMeter, type MeterOptions } from '../../../src/usage/meter/meter.ts'
import type { Reading } from '../../../src/usage/meter/reading.ts'

/** Bytes of an answer, `<shape>/<model>-<case>.{json,sse,...}`. */
export function fixture(name: string): Buffer {
  return readFileSync(new URL(`../../fixtures/usage/${name}`, import.meta.url))
}

const TYPES: Readonly<Record<string, string>> = {
  json: 'application/json',
  sse: 'text/event-stream; charset=utf-8',
  ndjson: 'application/x-ndjson',
  eventstream: 'application/vnd.amazon.eventstream',
}

export function contentTypeOf(name: string): string {
  return TYPES[name.slice(name.lastIndexOf('.') + 1)]!
}

/** The events of a stream, or the one document of an answer. Together they are its bytes. */
export function eventsOf(name: string): readonly Buffer[] {
  const bytes = fixture(name)
  if (name.endsWith('.eventstream')) return messagesOf(bytes)
  const end = { sse: '\n\n', ndjson: '\n' }[name.slice(name.lastIndexOf('.') + 1)]
  if (end === undefined) return [bytes]
  return bytes
    .toString('latin1')
    .split(new RegExp(`(?<=${end})`))
    .map((event) => Buffer.from(event, 'latin1'))
}

/** Each message of AWS begins with its length. */
function messagesOf(bytes: Buffer): Buffer[] {
  const messages: Buffer[] = []
  for (let at = 0; at < bytes.length; at += bytes.readUInt32BE(at)) {
    messages.push(bytes.subarray(at, at + bytes.readUInt32BE(at)))
  }
  return messages
}

export interface Replay {
  readonly reading: Reading
  /** What a client would have received. */
  readonly relayed: Buffer
}

/** Sends `bytes` through a fresh meter in slices of `size` bytes, or cut at the given places. */
export async function replay(bytes: Buffer, options: MeterOptions, size: number | readonly number[] = bytes.length) {
  const meter = createMeter(options)
  const relayed: Buffer[] = []
  for (const slice of slices(bytes, size)) relayed.push(...[meter.push(slice) ?? []].flat())
  const { rest, reading } = meter.end()
  if (rest) relayed.push(rest)
  return { reading: await reading, relayed: Buffer.concat(relayed) } satisfies Replay
}

function* slices(bytes: Buffer, size: number | readonly number[]): Iterable<Buffer> {
  // A copy of each: a slice that shares memory with its neighbours would hide a reader that looks beyond its end.
  const cuts = typeof size === 'number' ? every(bytes.length, size) : [...size, bytes.length]
  let start = 0
  for (const end of cuts) {
    yield Buffer.from(bytes.subarray(start, end))
    start = end
  }
}

function every(length: number, size: number): readonly number[] {
  const cuts: number[] = []
  for (let at = size; at < length; at += Math.max(size, 1)) cuts.push(at)
  return [...cuts, length]
}
