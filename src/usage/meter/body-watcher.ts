import { concat, dropFirst } from '../../lib/lists.ts'
import type { Framing } from '../streams/framing.ts'
import { framingOf } from '../streams/framings.ts'
import type { AnswerReading } from './answer-reading.ts'
import { lastMember } from './last-member.ts'

/** Looks at the bytes of an answer as they pass, and folds what it reads. */
export interface BodyWatcher {
  push(bytes: Buffer): void
  end(): void
}

/** A stream, read event by event. */
export function watchStream(fold: AnswerReading, framing: Framing, maxFrameBytes: number): BodyWatcher {
  const sink = { frame: (bytes: Buffer) => void fold.frame(bytes, framing), ...fold.longFrames() }
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
