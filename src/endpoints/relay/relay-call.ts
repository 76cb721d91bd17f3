import type { IncomingMessage, ServerResponse } from 'node:http'
import { attributionOf } from '../../call/request/attribution.ts'
import { formTypeOf } from '../../call/request/body/read-content.ts'
import { openContext } from '../../call/request/context.ts'
import { callOf, modelInQuery, pathOf, type ReadCallOptions } from '../../call/request/read-call.ts'
import { type ClientSettings, clientIpOf } from '../../call/request/request-facts.ts'
import { LiteLLMError } from '../../errors.ts'
import type { Call } from '../../types.ts'
import { relayPathProblem } from '../../upstream/relay/relay-path.ts'
import { polledReader } from '../../usage/background/background-jobs.ts'
import { fetched } from '../../usage/background/polled-batch.ts'
import { unknownShape } from '../../usage/shapes/unknown-shape.ts'
import type { RelayRoute } from './relay-target.ts'

type Mounted = IncomingMessage & { ip?: string; originalUrl?: string }

/**
 * Writes `context.call` for requests whose body is not read: uploads, and everything that has none. Others are read later,
 * by `callOf`, for callers who are known. Throws for what must not be relayed at all.
 */
export function openRelayedCall(req: Mounted, route: RelayRoute, settings: ClientSettings): void {
  const problem = relayPathProblem(req.url ?? '/') ?? relayPathProblem(req.originalUrl ?? '/') ?? bodyProblem(req)
  if (problem) throw new LiteLLMError('bad_request', { param: 'path', message: `This cannot be relayed: ${problem}.` })
  const context = openContext(req)
  if (!isRead(req, route)) context.call ??= unreadCall(req, route, settings)
}

/** The call, its JSON body read where it has one. */
export async function relayedCallOf(
  req: Mounted,
  res: ServerResponse,
  route: RelayRoute,
  options: ReadCallOptions,
): Promise<Call> {
  const context = openContext(req)
  const call = await callOf(req, res, options)
  context.call = { ...call, callType: callTypeOf(route, req.method ?? 'GET') ?? call.callType }
  return context.call
}

/**
 * A body that may name a model is read, so that it can be checked, and a form as far as it is needed to know its fields.
 * Any other upload is streamed unread, because it may be larger than what we would keep. The body of a configured endpoint
 * is read only where it says that it is JSON.
 */
function isRead(req: Mounted, route: RelayRoute): boolean {
  const { method, headers } = req
  if (isForm(req, route)) return true
  if (route.kind === 'provider' && route.provider.passThrough.signsBodies) return METHODS_WITH_BODY.has(method ?? '')
  if (method === 'POST' && route.kind !== 'endpoint') return !isUpload(req)
  return METHODS_WITH_BODY.has(method ?? '') && JSON_TYPE.test(headers['content-type'] ?? '')
}

/** Whether a form is sent to a provider: its fields may be meant for the gateway. */
export function isForm(req: IncomingMessage, { kind }: RelayRoute): boolean {
  return kind !== 'endpoint' && METHODS_WITH_BODY.has(req.method ?? '') && formTypeOf(req) !== undefined
}

const JSON_TYPE = /^application\/json\b/i
/** Whether a body says that it is something other than JSON. */
export function isUpload({ headers }: IncomingMessage): boolean {
  return UPLOAD.test(headers['content-type'] ?? '')
}

const UPLOAD = /^(multipart\/|application\/octet-stream|audio\/|image\/|video\/|application\/pdf)/i
const METHODS_WITH_BODY = new Set(['POST', 'PUT', 'PATCH'])

/** A body that no length announces, with a method that should have none: upstreams disagree on where it ends. */
function bodyProblem({ method, headers }: Mounted): string | undefined {
  const chunked = headers['transfer-encoding'] !== undefined
  return chunked && !METHODS_WITH_BODY.has(method ?? '') ? `${method} has a body without a length` : undefined
}

function unreadCall(req: Mounted, route: RelayRoute, settings: ClientSettings): Call {
  const { method = 'GET' } = req
  const path = pathOf(req)
  // What a provider is asked for without a POST was made before.
  const reader = method === 'POST' || route.kind === 'endpoint' ? unknownShape : (polledReader(method, path) ?? fetched)
  return {
    shape: reader.shape,
    callType: callTypeOf(route, method) ?? 'pass_through_endpoint',
    upstreamPath: path,
    modelGroup: modelInQuery(req.url),
    stream: false,
    ...attributionOf(req.headers, undefined, settings),
    userAgent: req.headers['user-agent'],
    clientIp: clientIpOf(req, settings),
  }
}

/** LiteLLM's names, by method and whether the path goes on behind the resource's own name. */
const CALL_TYPES: Readonly<Record<string, string>> = {
  'POST files': 'acreate_file',
  'GET files': 'afile_list',
  'GET files/': 'afile_retrieve',
  'GET files/content': 'afile_content',
  'DELETE files/': 'afile_delete',
  'POST batches': 'acreate_batch',
  'GET batches': 'alist_batches',
  'GET batches/': 'aretrieve_batch',
  'POST batches/cancel': 'acancel_batch',
  'POST fine_tuning/jobs': 'acreate_fine_tuning_job',
  'GET fine_tuning/jobs': 'alist_fine_tuning_jobs',
  'GET fine_tuning/jobs/': 'aretrieve_fine_tuning_job',
  'POST fine_tuning/jobs/cancel': 'acancel_fine_tuning_job',
  'POST vector_stores': 'avector_store_create',
  'POST vector_stores/search': 'avector_store_search',
  'GET responses/': 'aget_responses',
  'DELETE responses/': 'adelete_responses',
}

function callTypeOf(route: RelayRoute, method: string): string | undefined {
  if (route.kind !== 'resource') return undefined
  const below = route.rest.slice(route.resource.length + 2).split('/')
  const tail = below[0] === '' || below[0] === undefined ? '' : below[1] ? `/${below[1]}` : '/'
  return CALL_TYPES[`${method} ${route.resource}${tail}`]
}
