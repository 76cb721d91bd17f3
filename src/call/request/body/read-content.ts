import type { IncomingMessage } from 'node:http'
import { LiteLLMError } from '../../../errors.ts'
import { type MaybePromise, whenKnown } from '../../../lib/maybe-promise.ts'
import type { FormFields, Json } from '../../../types.ts'
import { object } from '../../../usage/shapes/reader.ts'
import { readForm } from '../form/read-upload.ts'
import { GuardedNames } from './guarded-names.ts'
import { parseJson, seeNames } from './parse-json.ts'
import type { RequestBody } from './read-body.ts'

/** What a body says. */
export interface Content {
  readonly json?: Json
  readonly form?: FormFields
  /** The names in `json`, as the client wrote them. */
  readonly names?: GuardedNames
}

/** Throws, or rejects with, `body_not_json` and `body_too_complex`. */
export function contentOf(req: IncomingMessage, { bytes, parsed }: RequestBody): MaybePromise<Content> {
  const names = new GuardedNames()
  if (parsed !== undefined && !Buffer.isBuffer(parsed)) {
    const json = object(parsed)
    if (bytes) seeNames(bytes, names)
    else for (const name of Object.keys(json)) names.see(name)
    return { json, names }
  }
  const type = bytes && formTypeOf(req)
  if (type) return readForm(type, bytes) ?? {}
  if (!bytes || NOT_JSON.test(req.headers['content-type'] ?? '')) return {}
  return whenKnown(jsonOf(bytes, names), (json) => ({ json, names }))
}

export function formTypeOf({ headers: { 'content-type': type = '' } }: IncomingMessage): string | undefined {
  return /^multipart\/form-data\b/i.test(type) ? type : undefined
}

// SDKs and curl send JSON without always saying so; what says it is something else is left alone.
const NOT_JSON = /^(multipart\/|application\/octet-stream|audio\/|image\/)/i

function jsonOf(bytes: Buffer, names: GuardedNames): MaybePromise<Json> {
  try {
    const value = parseJson(bytes, names)
    return value instanceof Promise ? value.catch(refuse).then(asObject) : asObject(value)
  } catch (error) {
    return refuse(error)
  }
}

function asObject(value: unknown): Json {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new LiteLLMError('body_not_json')
  return value as Json
}

function refuse(error: unknown): never {
  // The parser's own message quotes the body: it may hold a prompt.
  if (error instanceof SyntaxError)
    throw new LiteLLMError('body_not_json', {
      param: 'request_body',
      message: 'Invalid JSON payload: the body is not valid JSON.',
    })
  throw error
}
