import { FrameBuffer } from './frame-buffer.ts'
import type { Cutter, FrameSink, Framing } from './framing.ts'

const QUOTE = 0x22
const BACKSLASH = 0x5c
const OPEN_ARRAY = 0x5b
const CLOSE_ARRAY = 0x5d
const OPEN = 0x7b
const CLOSE = 0x7d

/**
 * A JSON array that arrives piece by piece (Gemini without `alt=sse`), or a single JSON object. A frame ends with each
 * object of the array, or with the object.
 */
export const jsonArray: Framing = { cut: cutObjects, payload: objectIn }

function cutObjects(sink: FrameSink, maxObjectBytes: number): Cutter {
  const buffer = new FrameBuffer(sink, maxObjectBytes)
  let inArray = false
  let depth = 0
  let inString = false
  let escaped = false
  let closed = false

  /** Follows one byte; true when it ends an object that no other contains. */
  function endsObject(byte: number): boolean {
    if (inString) {
      if (escaped) escaped = false
      else if (byte === BACKSLASH) escaped = true
      else if (byte === QUOTE) inString = false
      return false
    }
    if (byte === QUOTE) inString = true
    else if (byte === OPEN || (byte === OPEN_ARRAY && depth > 0)) depth++
    else if (byte === OPEN_ARRAY) inArray = true
    else if (byte === CLOSE_ARRAY && depth === 0) closed = true
    else if (byte === CLOSE || byte === CLOSE_ARRAY) {
      depth = Math.max(depth - 1, 0)
      if (depth === 0) {
        closed = !inArray
        return true
      }
    }
    return false
  }

  return {
    push(bytes) {
      let start = 0
      for (let at = 0; at < bytes.length; at++) {
        if (!endsObject(bytes[at]!)) continue
        buffer.finish(bytes.subarray(start, at + 1))
        start = at + 1
      }
      buffer.add(bytes.subarray(start))
    },
    end: () => buffer.end(),
    get whole() {
      return closed
    },
  }
}

function objectIn(frame: Buffer): Buffer | undefined {
  const start = frame.indexOf(OPEN)
  return start < 0 ? undefined : frame.subarray(start, frame.lastIndexOf(CLOSE) + 1)
}
