import type { Json } from '../../types.ts'
import { object } from '../shapes/reader.ts'
import { parseAwsMessage } from './aws-message.ts'

export interface FirstEventError {
  /** The HTTP status that the error states, else 500. */
  readonly status: number
  readonly document: Json
}

const ERROR = Buffer.from('"error"')
const EVENTS = 'text/event-stream'
const AWS_STREAM = 'application/vnd.amazon.eventstream'

/** Names of AWS's exceptions, in lower case, that are no fault of the server's. */
const AWS_STATUSES: Readonly<Record<string, number>> = {
  throttlingexception: 429,
  validationexception: 400,
  accessdeniedexception: 403,
  resourcenotfoundexception: 404,
  modeltimeoutexception: 408,
  modelnotreadyexception: 429,
  servicequotaexceededexception: 429,
  serviceunavailableexception: 503,
}

/** A line of data, a comment or the end of an event. A comment keeps a connection alive: it must not be held back. */
const SAYS_SOMETHING = /(?:^|[\r\n])(?:data:|:)[^\r\n]*[\r\n]|\n\r?\n|\r\r/

/** A first event that takes longer is not waited for. */
const MAX_EVENT_BYTES = 65_536

/** Whether these bytes are the beginning of a stream whose first event has not arrived whole. */
export function isWithinFirstEvent(bytes: Buffer, contentType: string): boolean {
  if (bytes.length >= MAX_EVENT_BYTES) return false
  if (contentType.startsWith(AWS_STREAM)) return bytes.length < 4 || bytes.length < bytes.readUInt32BE(0)
  return contentType.startsWith(EVENTS) && !SAYS_SOMETHING.test(bytes.toString('latin1'))
}

/** The error that a stream of events begins with, if its first event is one and lies within these bytes. */
export function firstEventError(bytes: Buffer, contentType = ''): FirstEventError | undefined {
  if (contentType.startsWith(AWS_STREAM)) return awsError(bytes)
  if (bytes.indexOf(ERROR) < 0) return undefined
  const document = firstDocument(bytes.toString('utf8'))
  const error = object(document?.error)
  if (!document || Object.keys(error).length === 0 || document.choices !== undefined) return undefined
  return { status: statusOf(error.status) ?? statusOf(error.code) ?? 500, document }
}

/** Of server-sent events, or of the JSON array that Google sends without `alt=sse`. */
function firstDocument(text: string): Json | undefined {
  const data = /^(?:[^\n]*\r?\n)*?data: ?(\{.*\})\r?\n/.exec(text)?.[1]
  if (data !== undefined) return parse(data)
  const array = /^\s*\[\s*(\{.*\})\s*\]?\s*$/s.exec(text)?.[1]
  return array === undefined ? undefined : parse(array)
}

function awsError(bytes: Buffer): FirstEventError | undefined {
  if (bytes.length < 4 || bytes.length < bytes.readUInt32BE(0)) return undefined
  const payload = parseAwsMessage(bytes.subarray(0, bytes.readUInt32BE(0)))
  const document = payload && parse(payload.toString('utf8'))
  const { type, message } = object(document?.error)
  if (!document || type === undefined || message === undefined) return undefined
  return { status: AWS_STATUSES[String(type).toLowerCase()] ?? 500, document }
}

/** Google's `status` is a word. */
function statusOf(stated: unknown): number | undefined {
  const status = Number(stated)
  return status >= 400 && status < 600 ? status : undefined
}

function parse(data: string): Json | undefined {
  try {
    return object(JSON.parse(data))
  } catch {
    return undefined
  }
}
