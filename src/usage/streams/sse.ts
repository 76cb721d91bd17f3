import { FrameBuffer } from './frame-buffer.ts'
import type { Cutter, FrameSink, Framing } from './framing.ts'

const LF = 10
const CR = 13

/**
 * Cuts server-sent events (HTML standard, section 9.2) out of a byte stream. A frame is one event with the blank line
 * that ends it. Lines may end in LF, CRLF or CR; when a chunk is cut between CR and LF, the LF opens the next frame,
 * where it means nothing.
 */
export const sse: Framing = { cut: cutEvents, payload: dataOf }

function cutEvents(sink: FrameSink, maxEventBytes: number): Cutter {
  const buffer = new FrameBuffer(sink, maxEventBytes)
  let lineEmpty = true
  let afterCr = false

  /** Nearly every provider ends lines with a bare LF: two of them in a row are all there is to look for. */
  function pushFast(bytes: Buffer): void {
    let start = 0
    let end = lineEmpty && bytes[0] === LF ? 1 : blankLine(bytes, 0)
    while (end > 0) {
      buffer.finish(start === 0 && end === bytes.length ? bytes : bytes.subarray(start, end))
      start = end
      end = bytes[start] === LF ? start + 1 : blankLine(bytes, start)
    }
    lineEmpty = start === bytes.length || bytes[bytes.length - 1] === LF
    if (start < bytes.length) buffer.add(start === 0 ? bytes : bytes.subarray(start))
  }

  function pushAny(bytes: Buffer): void {
    let start = 0
    for (let at = 0; at < bytes.length; at++) {
      const byte = bytes[at]
      if (byte === LF && afterCr) {
        afterCr = false
        continue
      }
      afterCr = byte === CR
      if (byte !== LF && byte !== CR) {
        lineEmpty = false
      } else if (!lineEmpty) {
        lineEmpty = true
      } else {
        const end = afterCr && bytes[at + 1] === LF ? at + 2 : at + 1
        buffer.finish(bytes.subarray(start, end))
        if (end === at + 2) afterCr = false
        at = end - 1
        start = end
      }
    }
    buffer.add(bytes.subarray(start))
  }

  return {
    push(bytes) {
      if (bytes.length === 0) return
      if (afterCr || bytes.includes(CR)) pushAny(bytes)
      else pushFast(bytes)
    },
    end: () => buffer.end(),
  }
}

/** The index behind the next two LFs in a row, or 0. */
function blankLine(bytes: Buffer, from: number): number {
  for (let at = bytes.indexOf(LF, from); at >= 0; at = bytes.indexOf(LF, at + 1)) {
    if (bytes[at + 1] === LF) return at + 2
  }
  return 0
}

/** The data of an event: its `data` lines joined by LF. A slice of `event` where there is only one. */
export function dataOf(event: Buffer): Buffer | undefined {
  const lines: Buffer[] = []
  let start = hasBom(event) ? 3 : 0
  while (start < event.length) {
    const end = lineEnd(event, start)
    const value = dataLine(event, start, end)
    if (value) lines.push(value)
    start = end + 1
  }
  return lines.length < 2 ? lines[0] : Buffer.from(lines.join('\n'))
}

function lineEnd(event: Buffer, start: number): number {
  for (let at = start; at < event.length; at++) {
    if (event[at] === LF || event[at] === CR) return at
  }
  return event.length
}

function dataLine(event: Buffer, start: number, end: number): Buffer | undefined {
  const named =
    event[start] === 0x64 && event[start + 1] === 0x61 && event[start + 2] === 0x74 && event[start + 3] === 0x61
  if (!named || end < start + 4) return undefined
  if (end === start + 4) return event.subarray(end, end)
  if (event[start + 4] !== 0x3a) return undefined
  return event.subarray(start + (event[start + 5] === 0x20 && end > start + 5 ? 6 : 5), end)
}

function hasBom(event: Buffer): boolean {
  return event[0] === 0xef && event[1] === 0xbb && event[2] === 0xbf
}
