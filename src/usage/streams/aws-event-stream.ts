import { crc32 } from 'node:zlib'
import { concat } from '../../lib/lists.ts'
import { parseAwsMessage } from './aws-message.ts'
import type { Cutter, FrameSink, Framing } from './framing.ts'

const PRELUDE_BYTES = 12
/** Prelude and checksum without headers and payload. */
const LEAST_BYTES = 16

/**
 * AWS's binary event stream (`application/vnd.amazon.eventstream`): each message is its length, the length of its
 * headers, a checksum of both, the headers, the payload and a checksum of it all. After a message with a wrong prelude
 * nothing can be found any more: all that follows is passed over.
 */
export const awsEventStream: Framing = { cut: cutMessages, payload: parseAwsMessage, opaque: true }

function cutMessages(sink: FrameSink, maxMessageBytes: number): Cutter {
  let pieces: Buffer[] = []
  let size = 0
  let total = 0
  let skip = 0

  function hold(piece: Buffer): void {
    pieces.push(piece)
    size += piece.length
  }

  function take(): Buffer {
    const whole = concat(pieces)
    pieces = []
    size = 0
    return whole
  }

  /** Consumes the start of `bytes` and returns the rest. */
  function step(bytes: Buffer): Buffer {
    if (skip > 0) {
      const end = Math.min(skip, bytes.length)
      sink.passOver(bytes.subarray(0, end))
      skip -= end
      return bytes.subarray(end)
    }
    const wanted = (total === 0 ? PRELUDE_BYTES : total) - size
    if (bytes.length < wanted) {
      hold(bytes)
      return bytes.subarray(bytes.length)
    }
    hold(bytes.subarray(0, wanted))
    if (total === 0) openMessage()
    else closeMessage()
    return bytes.subarray(wanted)
  }

  function openMessage(): void {
    const prelude = take()
    const length = messageLength(prelude)
    if (length >= LEAST_BYTES && length <= maxMessageBytes) {
      total = length
      hold(prelude)
      return
    }
    sink.passOver(prelude)
    skip = length >= LEAST_BYTES ? length - PRELUDE_BYTES : Number.POSITIVE_INFINITY
  }

  function closeMessage(): void {
    total = 0
    sink.frame(take())
  }

  return {
    push(bytes) {
      let rest = bytes
      while (rest.length > 0) rest = step(rest)
    },
    end() {
      if (size > 0) sink.passOver(take())
    },
  }
}

/** The length a prelude states, or 0 when its checksum is wrong. */
function messageLength(prelude: Buffer): number {
  return crc32(prelude.subarray(0, 8)) === prelude.readUInt32BE(8) ? prelude.readUInt32BE(0) : 0
}
