import { awsEventStream } from './aws-event-stream.ts'
import { FrameBuffer } from './frame-buffer.ts'
import type { Cutter, FrameSink, Framing, FramingKind } from './framing.ts'
import { sse } from './sse.ts'

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
const jsonArray: Framing = { cut: cutObjects, payload: objectIn }

const LF = 10

/** One JSON document a line (Ollama, Cohere v1). A frame is a line with its end. */
const ndjson: Framing = { cut: cutLines, payload: (line) => line }

export const FRAMINGS: Readonly<Record<FramingKind, Framing>> = {
  sse,
  ndjson,
  'json-array': jsonArray,
  'aws-event-stream': awsEventStream,
}

const BY_CONTENT_TYPE: Readonly<Record<string, FramingKind>> = {
  'text/event-stream': 'sse',
  'application/x-ndjson': 'ndjson',
  'application/jsonl': 'ndjson',
  'application/stream+json': 'ndjson',
  'application/vnd.amazon.eventstream': 'aws-event-stream',
}

/** The framing of an answer, or `undefined` when it is one JSON document. `usual` is for types that do not tell. */
export function framingOf(contentType: string, usual: FramingKind | undefined): Framing | undefined {
  const [type = ''] = contentType.toLowerCase().split(';', 1)
  const kind = BY_CONTENT_TYPE[type.trim()] ?? usual
  return kind && FRAMINGS[kind]
}

function cutLines(sink: FrameSink, maxLineBytes: number): Cutter {
  const buffer = new FrameBuffer(sink, maxLineBytes)
  return {
    push(bytes) {
      let start = 0
      for (let end = bytes.indexOf(LF); end >= 0; end = bytes.indexOf(LF, start)) {
        buffer.finish(bytes.subarray(start, end + 1))
        start = end + 1
      }
      buffer.add(bytes.subarray(start))
    },
    end: () => buffer.end(),
  }
}

function cutObjects(sink: FrameSink, maxObjectBytes: number): Cutter {
  const buffer = new FrameBuffer(sink, maxObjectBytes)
  let inArray = false
  let depth = 0
  let inString = false
  let escaped = false
  let closed = false

  /** Follows one byte; true when it ends an object that no other contains. */
  function endsObject(byte: number | undefined): boolean {
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
        if (!endsObject(bytes[at])) continue
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
