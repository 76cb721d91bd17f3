import { crc32 } from 'node:zlib'

const PRELUDE_BYTES = 12
const CHECKSUM_BYTES = 4

/**
 * The JSON text in one message of an AWS event stream. Bedrock wraps the model's own JSON in base64, which is undone; an
 * exception becomes `{"error": {"type", "message"}}`. `undefined` when the checksum is wrong.
 */
export function parseAwsMessage(message: Buffer): Buffer | undefined {
  const end = message.length - CHECKSUM_BYTES
  if (end < PRELUDE_BYTES || crc32(message.subarray(0, end)) !== message.readUInt32BE(end)) return undefined
  const headersEnd = PRELUDE_BYTES + message.readUInt32BE(4)
  if (headersEnd > end) return undefined
  const headers = parseHeaders(message.subarray(PRELUDE_BYTES, headersEnd))
  const payload = message.subarray(headersEnd, end)
  if (headers[':message-type'] === 'exception' || headers[':message-type'] === 'error') {
    return exception(headers[':exception-type'] ?? headers[':error-code'], payload, headers[':error-message'])
  }
  return unwrap(payload)
}

function exception(type: string | undefined, payload: Buffer, stated: string | undefined): Buffer {
  const message = stated ?? parse(payload)?.message ?? payload.toString('utf8')
  return Buffer.from(JSON.stringify({ error: { type, message } }))
}

const WRAPPED = Buffer.from('"bytes"')

function unwrap(payload: Buffer): Buffer {
  if (!payload.includes(WRAPPED)) return payload
  const bytes = parse(payload)?.bytes
  return typeof bytes === 'string' ? Buffer.from(bytes, 'base64') : payload
}

function parse(payload: Buffer): { readonly [name: string]: unknown } | undefined {
  try {
    const value: unknown = JSON.parse(payload.toString('utf8'))
    return typeof value === 'object' && value !== null ? { ...value } : undefined
  } catch {
    return undefined
  }
}

const STRING = 7

/** Sizes of header values by their type; -1 stands for a length of two bytes before the value. */
const VALUE_BYTES = [0, 0, 1, 2, 4, 8, -1, -1, 8, 16]

/** The headers that are strings. */
function parseHeaders(bytes: Buffer): Readonly<Record<string, string | undefined>> {
  const headers: Record<string, string> = {}
  let at = 0
  while (at < bytes.length) {
    const nameEnd = at + 1 + bytes.readUInt8(at)
    const name = bytes.toString('utf8', at + 1, nameEnd)
    const type = bytes[nameEnd] ?? -1
    const fixed = VALUE_BYTES[type]
    if (fixed === undefined || nameEnd + 3 > bytes.length) break
    const start = fixed < 0 ? nameEnd + 3 : nameEnd + 1
    const end = fixed < 0 ? start + bytes.readUInt16BE(nameEnd + 1) : start + fixed
    if (type === STRING) headers[name] = bytes.toString('utf8', start, end)
    at = end
  }
  return headers
}
