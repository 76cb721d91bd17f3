import { concat, dropFirst } from '../../lib/lists.ts'
import type { Framing } from '../streams/framing.ts'
import { framingOf } from '../streams/framings.ts'
import type { AnswerReading } from './answer-reading.ts'

const QUOTE = 0x22

const BACKSLASH = 0x5c

const OPEN = 0x7b

const CLOSE = 0x7d

/** Looks at the bytes of an answer as they pass, and folds what it reads. */
export interface BodyWatcher {
  push(bytes: Buffer): void
  end(): void
}

/** A stream, read event by event. */
export function watchStream(fold: AnswerReading, framing: Framing, maxFrameBytes: number): BodyWatcher {
  const sink = { frame: (bytes: Buffer) => void fold.frame(bytes, framing), passOver() {} }
  const cutter = framing.cut(sink, maxFrameBytes)
  return {
    push: cutter.push,
    end() {
      cutter.end()
      if (cutter.whole) fold.complete()
    },
  }
}

/** Bytes that are no text: nothing is kept, and their end is all there is to know. */
export function watchNothing(fold: AnswerReading): BodyWatcher {
  return { push() {}, end: () => fold.complete() }
}

const LOOKED_AT_BYTES = 16 << 10

/** Enough for the end of any answer: what it says about usage stands there. */
const TAIL_BYTES = 64 << 10

/**
 * A whole JSON body of up to `maxBytes`, read when it is there. Of a larger one (embeddings, images) only the end is
 * kept, and the members `names` are looked for in it: parsing it whole would stop the process for seconds.
 */
export function watchBody(fold: AnswerReading, names: readonly string[], maxBytes: number): BodyWatcher {
  const chunks: Buffer[] = []
  let kept = 0
  let large = false

  function forget(): void {
    large = true
    kept = dropFirst(chunks, kept, TAIL_BYTES)
  }

  return {
    push(bytes) {
      chunks.push(bytes)
      kept += bytes.length
      if (large || kept > maxBytes) forget()
    },
    end() {
      const bytes = concat(chunks)
      if (large) foldTail(fold, names, bytes)
      else if (bytes.length > 0) foldBody(fold, bytes, maxBytes)
    },
  }
}

function foldBody(fold: AnswerReading, bytes: Buffer, maxBytes: number): void {
  if (fold.body(bytes)) {
    fold.complete()
    return
  }
  const framing = framingLike(bytes)
  if (!framing) {
    fold.brokenBody(bytes)
    return
  }
  const watch = watchStream(fold, framing, maxBytes)
  watch.push(bytes)
  watch.end()
}

const EVENTS = /^\s*(?::|data:|event:|id:|retry:)/
const LINES = /^\s*\{[^\n]*\}\r?\n\s*\{/

/** How a body is framed that is a stream, whatever its type says. */
function framingLike(bytes: Buffer): Framing | undefined {
  const start = bytes.toString('latin1', 0, LOOKED_AT_BYTES)
  if (EVENTS.test(start)) return framingOf('text/event-stream', undefined)
  return LINES.test(start) ? framingOf('application/x-ndjson', undefined) : undefined
}

function foldTail(fold: AnswerReading, names: readonly string[], tail: Buffer): void {
  for (const name of names) {
    const value = lastMember(tail, name)
    if (value) fold.document(Buffer.from(`{"${name}":${value.toString('utf8')}}`))
  }
  if (/\}\s*$/.test(tail.toString('latin1', Math.max(0, tail.length - 16)))) fold.complete()
}

/** The bytes of the object that is the value of the last member `name` in a piece of JSON text. */
function lastMember(json: Buffer, name: string): Buffer | undefined {
  const needle = `"${name}"`
  for (let at = json.lastIndexOf(needle); at >= 0; at = at > 0 ? json.lastIndexOf(needle, at - 1) : -1) {
    const start = objectAfter(json, at + needle.length)
    const end = start < 0 ? -1 : objectEnd(json, start)
    if (end > 0) return json.subarray(start, end)
  }
  return undefined
}

/** Where the object starts that follows a colon, or -1. */
function objectAfter(json: Buffer, from: number): number {
  const between = /^\s*:\s*\{/.exec(json.toString('latin1', from, from + 64))
  return between ? from + between[0].length - 1 : -1
}

function objectEnd(json: Buffer, start: number): number {
  let depth = 0
  let inString = false
  for (let at = start; at < json.length; at++) {
    const byte = json[at]
    if (byte === BACKSLASH) at++
    else if (byte === QUOTE) inString = !inString
    else if (inString) continue
    else if (byte === OPEN) depth++
    else if (byte === CLOSE && --depth === 0) return at + 1
  }
  return -1
}
