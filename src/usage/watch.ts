import { joined } from '../joined.ts'
import type { Fold } from './fold.ts'
import type { Framing } from './framing.ts'
import { framingOf } from './framings.ts'
import { lastMember } from './last-member.ts'

/** Looks at the bytes of an answer as they pass, and folds what it reads. */
export interface Watch {
  push(bytes: Buffer): void
  end(): void
}

/** A stream, read event by event. */
export function watchStream(fold: Fold, framing: Framing, maxFrameBytes: number): Watch {
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
export function watchNothing(fold: Fold): Watch {
  return { push() {}, end: () => fold.complete() }
}

const LOOKED_AT_BYTES = 16 << 10

/** Enough for the end of any answer: what it says about usage stands there. */
const TAIL_BYTES = 64 << 10

/**
 * A whole JSON body of up to `maxBytes`, read when it is there. Of a larger one (embeddings, images) only the end is
 * kept, and the members `names` are looked for in it: parsing it whole would stop the process for seconds.
 */
export function watchBody(fold: Fold, names: readonly string[], maxBytes: number): Watch {
  const chunks: Buffer[] = []
  let kept = 0
  let large = false

  function forget(): void {
    large = true
    while (chunks.length > 1 && kept - chunks[0]!.length >= TAIL_BYTES) kept -= chunks.shift()!.length
  }

  return {
    push(bytes) {
      chunks.push(bytes)
      kept += bytes.length
      if (large || kept > maxBytes) forget()
    },
    end() {
      const bytes = joined(chunks)
      if (large) foldTail(fold, names, bytes)
      else if (bytes.length > 0) foldBody(fold, bytes, maxBytes)
    },
  }
}

function foldBody(fold: Fold, bytes: Buffer, maxBytes: number): void {
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

function foldTail(fold: Fold, names: readonly string[], tail: Buffer): void {
  for (const name of names) {
    const value = lastMember(tail, name)
    if (value) fold.document(Buffer.from(`{"${name}":${value.toString('utf8')}}`))
  }
  if (/\}\s*$/.test(tail.toString('latin1', Math.max(0, tail.length - 16)))) fold.complete()
}
