import { FrameBuffer } from './frame-buffer.ts'
import type { Cutter, FrameSink, Framing } from './framing.ts'

const LF = 10

/** One JSON document a line (Ollama, Cohere v1). A frame is a line with its end. */
export const ndjson: Framing = { cut: cutLines, payload: (line) => line }

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
