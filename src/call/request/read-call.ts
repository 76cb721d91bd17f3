import type { IncomingMessage, ServerResponse } from 'node:http'
import { LiteLLMError } from '../../errors.ts'
import { type MaybePromise, whenKnown } from '../../lib/maybe-promise.ts'
import { byObject, memoizeByRequest } from '../../lib/memoize.ts'
import type { Call, FormFields, Json } from '../../types.ts'
import { polledReader } from '../../usage/background/background-jobs.ts'
import { countedModel } from '../../usage/shapes/gemini-generate.ts'
import { text, type UsageReader } from '../../usage/shapes/reader.ts'
import { selectReader } from '../../usage/shapes/readers.ts'
import { unknownShape } from '../../usage/shapes/unknown-shape.ts'
import { attributionOf, checkAttribution } from './attribution.ts'
import type { GuardedNames } from './body/guarded-names.ts'
import type { BodyLimits } from './body/held-bodies.ts'
import { hasBody, type RequestBody, readBody } from './body/read-body.ts'
import { type Content, contentOf, formTypeOf } from './body/read-content.ts'
import { openContext, type RequestContext } from './context.ts'
import { boundaryOf } from './form/form-scanner.ts'
import { readUpload, type UploadedForm, type UploadLimits } from './form/read-upload.ts'
import { type ClientSettings, clientIpOf, normalTarget, targetPath } from './request-facts.ts'

export interface ReadCallOptions extends ClientSettings, BodyLimits {
  readonly readers: readonly UsageReader[]
  /** Large forms are passed on while they come. Only where the gateway alone reads the request, and its outcome is followed. */
  readonly uploads?: UploadLimits
}

type Mounted = IncomingMessage & { originalUrl?: string; ip?: string }

/** What the client asked for. Reads the body on first use and remembers the result on the context. */
export function callOf(req: IncomingMessage, res: ServerResponse, options: ReadCallOptions): MaybePromise<Call> {
  const context = openContext(req)
  if (context.call) return context.call
  const { uploads } = options
  const boundary = uploads ? boundaryOfForm(req) : undefined
  if (uploads && boundary !== undefined) return streamedCall(req, res, context, { boundary, ...uploads }, options)
  return whenKnown(readBody(req, res, options), (body) =>
    whenKnown(contentOf(req, body), (content) => {
      context.call = readCall(req, { ...content, bytes: body.bytes }, options)
      return context.call
    }),
  )
}

async function streamedCall(
  req: IncomingMessage,
  res: ServerResponse,
  context: RequestContext,
  form: UploadLimits & { readonly boundary: string },
  options: ReadCallOptions,
): Promise<Call> {
  const read = await readUpload(req, res, form, options)
  void context.outcome?.then(() => read.upload?.close())
  context.call = readCall(req, read, options)
  return context.call
}

/** Of a form that was not read yet. */
function boundaryOfForm(req: IncomingMessage): string | undefined {
  const type = formTypeOf(req)
  return type === undefined || req.readableDidRead || req.readableEnded ? undefined : boundaryOf(type)
}

/** The path as the client sent it, normalised, whatever the app is mounted under. */
export function pathOf(req: IncomingMessage): string {
  return normalTarget(targetPath(targetOf(req)))
}

function targetOf(req: Mounted): string {
  return req.originalUrl ?? req.url ?? '/'
}

interface CallRoute {
  readonly path: string
  readonly method: string
  /** `undefined`: no call that is billed. */
  readonly reader: UsageReader | undefined
}

/** What a request is for, as far as the readers know. It is found once for each request. */
export function callRouteOf(req: IncomingMessage, readers: readonly UsageReader[]): CallRoute {
  return routesBy(readers)(req)
}

const routesBy = byObject((readers: readonly UsageReader[]) =>
  memoizeByRequest((req): CallRoute => {
    const path = pathOf(req)
    // What has a body asks for something, whatever its method: servers differ in which they take.
    const method = hasBody(req) ? 'POST' : (req.method ?? 'GET')
    return { path, method, reader: selectReader(readers, path, method) }
  }),
)

type ReadRequest = Content & Pick<RequestBody, 'bytes'> & Pick<Partial<UploadedForm>, 'upload'>

function readCall(req: Mounted, read: ReadRequest, options: ReadCallOptions): Call {
  const { json: sent, form, names, bytes, upload } = read
  const { path, method, reader } = callRouteOf(req, options.readers)
  // RFC 9112, 3.2.2: a target with a host of its own is for proxies that go where they are told.
  if (!path.startsWith('/')) {
    throw new LiteLLMError('bad_request', {
      param: 'path',
      message: 'The request target is not a path of this server.',
    })
  }
  const { shape, callType } = reader ?? polledReader(method, path) ?? unknownShape
  const { json, extraBody } = reader ? withExtraBody(sent, names) : { json: sent }
  names?.check(reader !== undefined)
  const route = reader?.match(path) ?? path
  const attribution = attributionOf(req.headers, json, options)
  checkAttribution(attribution)
  return {
    shape,
    callType,
    upstreamPath: route,
    query: queryOf(req, reader?.query),
    modelGroup: text(json?.model) ?? reader?.modelIn?.(path) ?? (reader ? '' : unreadModel(req, path, form)),
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
function withExtraBody(json: Json | undefined, names: GuardedNames | undefined): Pick<Call, 'json' | 'extraBody'> {
  if (json?.extra_body === undefined) return { json }
  const { extra_body: extra, ...own } = json
  if (extra === null) return { json: own, extraBody: {} }
  if (typeof extra !== 'object' || Array.isArray(extra)) {
    throw new LiteLLMError('bad_request', { param: 'extra_body', message: '`extra_body` must be an object.' })
  }
  const { model: _model, extra_body: _nested, ...extraBody } = extra as Json
  // They may stand beside members of the same names; in another case they would be members of their own.
  for (const name of Object.keys(extraBody)) if (!Object.hasOwn(json, name)) names?.see(name)
  return { json: { ...own, ...extraBody }, extraBody }
}

/** The model that a query names, where one says which deployment keeps a resource; empty when it names none. */
export function modelInQuery(url = '/'): string {
  return new URLSearchParams(url.split('?')[1] ?? '').get('model') ?? ''
}

/** Of what no reader reads: Google's path names it where tokens are counted, the query beside a form. */
function unreadModel({ url }: IncomingMessage, path: string, form: FormFields | undefined): string {
  return countedModel(path) ?? (form ? modelInQuery(url) : '')
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
