import type { Json } from '../types.ts'
import { object } from './reader.ts'

export interface FirstEventError {
  /** The HTTP status that the error states, else 500. */
  readonly status: number
  readonly document: Json
}

const ERROR = Buffer.from('"error"')

/** The error that a stream of events begins with, if its first event is one and lies within these bytes. */
export function firstEventError(bytes: Buffer): FirstEventError | undefined {
  if (bytes.indexOf(ERROR) < 0) return undefined
  const data = /^(?:[^\n]*\r?\n)*?data: ?(\{.*\})\r?\n/.exec(bytes.toString('utf8'))?.[1]
  const document = data === undefined ? undefined : parse(data)
  const error = object(document?.error)
  if (!document || Object.keys(error).length === 0 || document.choices !== undefined) return undefined
  const stated = Number(error.status ?? error.code)
  return { status: stated >= 400 && stated < 600 ? stated : 500, document }
}

function parse(text: string): Json | undefined {
  try {
    return object(JSON.parse(text))
  } catch {
    return undefined
  }
}
