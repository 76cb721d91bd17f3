import { LiteLLMError } from '../errors.ts'
import { refuse } from './refuse.ts'

/** What is wrong with the values of a request, by SQLSTATE. Everything else of PostgreSQL is a fault of ours. */
const REFUSALS: Readonly<Record<string, readonly [status: number, message: string]>> = {
  '22003': [400, 'A number in the request is out of range.'],
  '22007': [400, 'A time in the request is not valid.'],
  '22008': [400, 'A time in the request is out of range.'],
  '22009': [400, 'A time in the request is out of range.'],
  '22P02': [400, 'A value in the request has the wrong type.'],
  '22P05': [400, 'The request holds a character that cannot be stored.'],
  '22021': [400, 'The request holds a character that cannot be stored.'],
  '23502': [400, 'The request leaves out something that has to be there.'],
  '23503': [400, 'The request refers to something that does not exist, or to which others refer.'],
  '23505': [400, 'There is one with this id already.'],
  '54000': [400, 'A text in the request is too long.'],
}

/** A column or a table is gone. */
export function isGone(error: unknown): boolean {
  return ['42703', '42P01', '0A000'].includes(codeOf(error))
}

/** Whether a row with that key is there already. */
export function isDuplicate(error: unknown): boolean {
  return codeOf(error) === '23505'
}

/** What the client is told about an error of the database. Its own words may quote values, and stay with us. */
export function databaseRefusal(cause: unknown): unknown {
  const code = codeOf(cause)
  const found = REFUSALS[code]
  if (found) return refuse(found[0], found[1], { type: 'bad_request_error', cause })
  if (cause instanceof Error && cause.name === 'PostgresError') return new LiteLLMError('internal', { cause })
  return code === '' ? cause : new LiteLLMError('key_store_unavailable', { cause })
}

function codeOf(error: unknown): string {
  const code = (error as { code?: unknown } | undefined)?.code
  return typeof code === 'string' ? code : ''
}
