import type { IncomingMessage } from 'node:http'
import { openContext } from '../context.ts'
import { LiteLLMError } from '../errors.ts'
import { type NowOrLater, whenKnown } from '../now-or-later.ts'
import type { Call, FormFields, Json } from '../types.ts'
import { anyShape } from '../usage/any-shape.ts'
import { fetched, isFetch } from '../usage/fetched.ts'
import { object, text, type UsageReader } from '../usage/reader.ts'
import { selectReader } from '../usage/readers.ts'
import { attributionOf } from './attribution.ts'
import { type RequestBody, readBody } from './read-body.ts'
import { readForm } from './read-form.ts'
import { targetPath } from './target-path.ts'

export interface ReadCallOptions {
  readonly readers: readonly UsageReader[]
  readonly maxBodyBytes: number
}

type Mounted = IncomingMessage & { originalUrl?: string; ip?: string }

/** What the client asked for. Reads the body on first use and remembers the result on the context. */
export function callOf(req: IncomingMessage, options: ReadCallOptions): NowOrLater<Call> {
  const context = openContext(req)
  if (context.call) return context.call
  return whenKnown(readBody(req, options.maxBodyBytes), (body) => {
    context.call = readCall(req, body, options)
    return context.call
  })
}

/** The path as the client sent it, whatever the app is mounted under. */
export function pathOf(req: IncomingMessage): string {
  return targetPath(targetOf(req))
}

function targetOf(req: Mounted): string {
  return req.originalUrl ?? req.url ?? '/'
}

function readCall(req: Mounted, { bytes, parsed }: RequestBody, { readers }: ReadCallOptions): Call {
  const path = pathOf(req)
  // RFC 9112, 3.2.2: a target with a host of its own is for proxies that go where they are told.
  if (!path.startsWith('/')) {
    throw new LiteLLMError('bad_request', {
      param: 'path',
      message: 'The request target is not a path of this server.',
    })
  }
  const { method = 'GET' } = req
  const reader = selectReader(readers, path, method)
  const unread = isFetch(method, path) ? fetched : anyShape
  const isRaw = parsed === undefined || Buffer.isBuffer(parsed)
  const { json, form }: Content = isRaw ? contentOf(req, bytes) : { json: object(parsed) }
  const route = reader?.match(path) ?? path
  return {
    shape: (reader ?? unread).shape,
    callType: (reader ?? unread).callType,
    route,
    query: queryOf(req, reader?.query),
    modelGroup: text(json?.model) ?? reader?.modelIn?.(path) ?? '',
    stream: isStream(route, json, form, reader),
    ...attributionOf(req.headers, json),
    userAgent: req.headers['user-agent'],
    clientIp: req.ip ?? req.socket?.remoteAddress,
    json,
    form,
    body: bytes ?? (json && Buffer.from(JSON.stringify(json))),
  }
}

function isStream(route: string, json: Json = {}, form: FormFields | undefined, reader: UsageReader | undefined) {
  if (reader?.streams) return reader.streams(route, json)
  return json.stream === true || (form !== undefined && json.stream === 'true')
}

/** Only what the shape is known to need: a query may hold the client's key. */
function queryOf(req: Mounted, names: readonly string[] = []): string | undefined {
  const target = targetOf(req)
  const sent = target.slice(targetPath(target).length)
  if (names.length === 0 || sent === '') return undefined
  const given = new URLSearchParams(sent)
  const relayed = names.flatMap((name) => given.getAll(name).map((value): [string, string] => [name, value]))
  return relayed.length > 0 ? new URLSearchParams(relayed).toString() : undefined
}

interface Content {
  readonly json?: Json | undefined
  readonly form?: FormFields | undefined
}

function contentOf(req: IncomingMessage, bytes: Buffer | undefined): Content {
  const type = req.headers['content-type'] ?? ''
  if (bytes && /^multipart\/form-data\b/i.test(type)) return readForm(type, bytes) ?? {}
  return { json: parseJson(req, bytes) }
}

// SDKs and curl send JSON without always saying so; what says it is something else is left alone.
const NOT_JSON = /^(multipart\/|application\/octet-stream|audio\/|image\/)/i

function parseJson(req: IncomingMessage, bytes: Buffer | undefined): Json | undefined {
  if (!bytes || NOT_JSON.test(req.headers['content-type'] ?? '')) return undefined
  let value: unknown
  try {
    value = JSON.parse(bytes.toString('utf8'))
  } catch {
    // The parser's own message quotes the body: it may hold a prompt.
    throw new LiteLLMError('body_not_json', { message: 'The request body is not valid JSON.' })
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new LiteLLMError('body_not_json')
  return value as Json
}
