/** Reads along one direction of a WebSocket. */
export interface FrameReader {
  push(bytes: Buffer): void
}

interface Frame {
  readonly headBytes: number
  readonly final: boolean
  readonly opcode: number
  /** Bytes of the payload that are still to come. */
  readonly left: number
}

const CONTINUATION = 0
const TEXT = 1
const NOTHING = Buffer.alloc(0)

/**
 * Hands over the text messages of a server's direction (RFC 6455, 5.2): unmasked and, because no extension was offered, not
 * compressed. Holds no more than `maxBytes` of a message; a longer one is passed over.
 */
export function createFrameReader(onText: (text: string) => void, maxBytes = 1 << 20): FrameReader {
  let head: Buffer = NOTHING
  let frame: Frame | undefined
  let pieces: Buffer[] | undefined
  let size = 0

  return {
    push(bytes) {
      let rest = head.length > 0 ? Buffer.concat([head, bytes]) : bytes
      head = NOTHING
      while (rest.length > 0) {
        frame ??= begin(rest)
        if (!frame) {
          head = Buffer.from(rest)
          return
        }
        rest = take(rest, frame)
      }
    },
  }

  /** A frame whose head is complete. Its payload follows in the same bytes. */
  function begin(bytes: Buffer): Frame | undefined {
    const found = headOf(bytes)
    if (found?.opcode === TEXT) {
      pieces = []
      size = 0
    }
    return found
  }

  function take(bytes: Buffer, open: Frame): Buffer {
    const { headBytes, opcode, final } = open
    const payload = bytes.subarray(headBytes, headBytes + open.left)
    frame = { ...open, headBytes: 0, left: open.left - payload.length }
    if (opcode === TEXT || opcode === CONTINUATION) keep(payload)
    if (frame.left === 0) {
      if (final && opcode <= TEXT) end()
      frame = undefined
    }
    return bytes.subarray(headBytes + payload.length)
  }

  function keep(payload: Buffer): void {
    size += payload.length
    if (size <= maxBytes) pieces?.push(Buffer.from(payload))
  }

  function end(): void {
    if (pieces && size <= maxBytes) onText(Buffer.concat(pieces).toString('utf8'))
    pieces = undefined
  }
}

function headOf(bytes: Buffer): Frame | undefined {
  if (bytes.length < 2) return undefined
  const first = bytes.readUInt8(0)
  const short = bytes.readUInt8(1) & 0x7f
  const headBytes = short === 127 ? 10 : short === 126 ? 4 : 2
  if (bytes.length < headBytes) return undefined
  const left = short === 127 ? Number(bytes.readBigUInt64BE(2)) : short === 126 ? bytes.readUInt16BE(2) : short
  return { headBytes, left, final: (first & 0x80) !== 0, opcode: first & 0x0f }
}
