import type { IncomingMessage } from 'node:http'
import { openContext, type RequestContext } from '../context.ts'
import { LiteLLMError } from '../errors.ts'
import { type NowOrLater, whenKnown } from '../now-or-later.ts'
import type { Call, FormFields, Json } from '../types.ts'
import { anyShape } from '../usage/any-shape.ts'
import { object, text, type UsageReader } from '../usage/reader.ts'
import { selectReader } from '../usage/readers.ts'
import { fetchedReader } from '../usage/works.ts'
import { attributionOf, checkAttribution } from './attribution.ts'
import { clientIpOf } from './client-ip.ts'
import type { ClientSettings } from './client-settings.ts'
import { boundaryOf } from './form-scanner.ts'
import { type RequestBody, readBody } from './read-body.ts'
import { readForm } from './read-form.ts'
import { readUpload, type UploadedForm } from './read-upload.ts'
import { targetPath } from './target-path.ts'

export interface ReadCallOptions extends ClientSettings {
  readonly readers: readonly UsageReader[]
  readonly maxBodyBytes: number
  /** Large forms are passed on while they come. Only where nobody but us reads the request, and its outcome is followed. */
  readonly streamsUploads?: boolean
}

type Mounted = IncomingMessage & { originalUrl?: string; ip?: string }

/** What the client asked for. Reads the body on first use and remembers the result on the context. */
export function callOf(req: IncomingMessage, options: ReadCallOptions): NowOrLater<Call> {
  const context = openContext(req)
  if (context.call) return context.call
  const boundary = options.streamsUploads ? boundaryOfForm(req) : undefined
  if (boundary !== undefined) return streamedCall(req, context, boundary, options)
  return whenKnown(readBody(req, options.maxBodyBytes), (body) => {
    context.call = readCall(req, body, options)
    return context.call
  })
}

async function streamedCall(
  req: IncomingMessage,
  context: RequestContext,
  boundary: string,
  options: ReadCallOptions,
): Promise<Call> {
  const read = await readUpload(req, boundary, options.maxBodyBytes)
  void context.outcome?.then(() => read.upload?.close())
  context.call = readCall(req, read, options)
  return context.call
}

/** Of a form that nobody has begun to read. */
function boundaryOfForm(req: IncomingMessage): string | undefined {
  const type = formTypeOf(req)
  return type === undefined || req.readableDidRead || req.readableEnded ? undefined : boundaryOf(type)
}

/** The path as the client sent it, whatever the app is mounted under. */
export function pathOf(req: IncomingMessage): string {
  return targetPath(targetOf(req))
}

function targetOf(req: Mounted): string {
  return req.originalUrl ?? req.url ?? '/'
}

function readCall(req: Mounted, body: RequestBody & Partial<UploadedForm>, options: ReadCallOptions): Call {
  const { bytes, parsed, upload } = body
  const path = pathOf(req)
  // RFC 9112, 3.2.2: a target with a host of its own is for proxies that go where they are told.
  if (!path.startsWith('/')) {
    throw new LiteLLMError('bad_request', {
      param: 'path',
      message: 'The request target is not a path of this server.',
    })
  }
  const { method = 'GET' } = req
  const reader = selectReader(options.readers, path, method)
  const unread = fetchedReader(method, path) ?? anyShape
  const isRaw = parsed === undefined || Buffer.isBuffer(parsed)
  const { json: sent, form }: Content = body.form ? body : isRaw ? contentOf(req, bytes) : { json: object(parsed) }
  const { json, extraBody } = reader && !form ? withExtraBody(sent) : { json: sent }
  const route = reader?.match(path) ?? path
  const attribution = attributionOf(req.headers, json, options)
  checkAttribution(attribution)
  return {
    shape: (reader ?? unread).shape,
    callType: (reader ?? unread).callType,
    route,
    query: queryOf(req, reader?.query),
    modelGroup: text(json?.model) ?? reader?.modelIn?.(path) ?? '',
    stream: isStream(route, json, form, reader),
    ...attribution,
    userAgent: req.headers['user-agent'],
    clientIp: clientIpOf(req, options),
    json,
    extraBody,
    form,
    body: upload ? undefined : (bytes ?? (json && Buffer.from(JSON.stringify(json)))),
    upload,
  }
}

/**
 * The members of `extra_body` as members of the body, where SDKs put them: so they are checked, charged and sent like all
 * others. The model is the one that the body itself names, as in LiteLLM.
 */
function withExtraBody(json: Json | undefined): Pick<Call, 'json' | 'extraBody'> {
  if (json?.extra_body === undefined) return { json }
  const { extra_body: extra, ...own } = json
  if (extra === null) return { json: own, extraBody: {} }
  if (typeof extra !== 'object' || Array.isArray(extra)) {
    throw new LiteLLMError('bad_request', { param: 'extra_body', message: '`extra_body` must be an object.' })
  }
  const { model: _model, extra_body: _nested, ...extraBody } = extra as Json
  return { json: { ...own, ...extraBody }, extraBody }
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
  const type = bytes && formTypeOf(req)
  if (type) return readForm(type, bytes) ?? {}
  return { json: parseJson(req, bytes) }
}

function formTypeOf({ headers: { 'content-type': type = '' } }: IncomingMessage): string | undefined {
  return /^multipart\/form-data\b/i.test(type) ? type : undefined
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
