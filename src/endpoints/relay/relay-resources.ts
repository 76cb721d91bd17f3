import type { IncomingMessage, ServerResponse } from 'node:http'
import { mayKeyCall } from '../../admission/may-key-call.ts'
import { isAdministrator } from '../../admission/resources/resource-owner.ts'
import { observerOf } from '../../call/answer/observe.ts'
import { reportTo } from '../../call/forward/call-resources.ts'
import { guardResources, type NamedResources, ownerLearner } from '../../call/forward/resource-guard.ts'
import { holdersOf, idAt, respelled } from '../../call/forward/resource-place.ts'
import type { RequestContext } from '../../call/request/context.ts'
import { LiteLLMError } from '../../errors.ts'
import type { Call, Deployment, VirtualKey } from '../../types.ts'
import type { RelayTarget } from '../../upstream/relay/relay.ts'
import type { AnswerReading } from '../../upstream/relay/relay-answer.ts'
import { relayRequestHeaders } from '../../upstream/relay/relay-headers.ts'
import { resourcesNamedIn } from '../../usage/resources/named-resources.ts'
import { type ResourcePath, resourceInPath } from '../../usage/resources/resource-path.ts'
import { object } from '../../usage/shapes/reader.ts'
import { ownList } from './own-list.ts'
import { isUpload } from './relay-call.ts'
import type { RelayGateway } from './relay-parts.ts'
import type { RelayRoute } from './relay-target.ts'

/** A relayed request whose key may use all resources that it names. */
export interface AddressedRequest {
  readonly route: RelayRoute
  readonly call: Call
  /** Where the resources that it names are. */
  readonly at?: Deployment
  /** How its answer is read, once it is known where it goes. */
  answer?(target: RelayTarget): AnswerReading
}

/**
 * Holds a relayed request to the resources that its key may use, in path and body; shows of a list what is its own, and
 * remembers what was made. Throws `resource_not_found`.
 */
export async function addressResources(
  gateway: RelayGateway,
  { req, res }: { readonly req: IncomingMessage; readonly res: ServerResponse },
  route: RelayRoute,
  call: Call,
  context: RequestContext,
): Promise<AddressedRequest> {
  const { resources } = gateway
  const { key } = context
  if (!resources || !key || route.kind === 'endpoint') return { route, call }
  const path = resourceInPath(providerOf(route), req.method ?? 'GET', route.rest)
  if (path && !path.takesUploads && isUpload(req)) throw new LiteLLMError('bad_request', NOT_JSON)
  const named = call.json ? resourcesNamedIn(call.json, call.shape) : NONE
  const sent = path?.id === undefined ? [...named] : [path.id, ...named]
  const guarded = await guardResources(gateway, key, sent, reportTo(gateway, key, res))
  const inPath = path?.id === undefined ? undefined : guarded.litellmIds.get(path.id)
  const owner = path?.id === undefined ? undefined : guarded.owners.get(inPath?.id ?? path.id)
  context.batchInput = path?.isContent ? owner?.inputPerRequest : undefined
  const learns = path?.id === undefined || owner !== undefined
  const learner = learns ? ownerLearner(gateway, key, { owner, except: named, context }) : undefined
  if (learner && path) observerOf(req)?.listen(learner)
  const at = route.kind === 'resource' ? deploymentAt(gateway, key, call, sent, guarded) : undefined
  const rest = inPath && path ? withSegment(route.rest, path, idAt(path.id!, guarded, at?.id)) : route.rest
  return {
    route: { ...route, rest },
    call: asRead(respelled(call, guarded, at?.id), path),
    at,
    answer: path && !path.isContent ? (target) => readingOf(gateway, req, key, { path, target, learner }) : undefined,
  }
}

const NONE: ReadonlySet<string> = new Set()
const NOT_JSON = {
  param: 'content-type',
  message: 'The body of this request must be JSON: send `content-type: application/json`.',
}

function providerOf(route: RelayRoute & { kind: 'provider' | 'resource' }): string {
  return route.kind === 'provider' ? route.provider.name : 'openai'
}

function withSegment(rest: string, { segment = '' }: ResourcePath, id: string): string {
  return rest.replace(`/${segment}`, () => `/${encodeURIComponent(id)}`)
}

/** Of a member that stands twice in a body, an upstream could read the one that was not looked at. */
function asRead(call: Call, path: ResourcePath | undefined): Call {
  return path && call.json && !call.form ? { ...call, body: Buffer.from(JSON.stringify(call.json)) } : call
}

/**
 * The deployment that holds what a request names, as we saw it made there or as LiteLLM has written into its id. A client
 * may have written it: its key must be let to that model.
 */
function deploymentAt(
  { relay, router, catalog }: RelayGateway,
  key: VirtualKey,
  call: Call,
  sent: readonly string[],
  guarded: NamedResources,
): Deployment | undefined {
  const holders = holdersOf(sent, guarded)
  const held = (relay.models?.() ?? []).filter(({ deployment }) => holders.includes(deployment.id))
  const named = held.find(({ deployment }) => mayKeyCall(key, deployment.modelGroup, catalog)) ?? held[0]
  const modelGroup = sent.map((name) => guarded.litellmIds.get(name)?.modelGroup).find((group) => group !== undefined)
  const deployment = named?.deployment ?? (modelGroup ? router.choose({ ...call, modelGroup }, key) : undefined)
  if (!deployment || mayKeyCall(key, deployment.modelGroup, catalog)) return deployment
  throw new LiteLLMError('key_model_denied', {
    message: `This resource is at model=${deployment.modelGroup}, which this key may not call.`,
    param: 'model',
  })
}

interface ReadingParts {
  readonly path: ResourcePath
  readonly target: RelayTarget
  readonly learner: ReturnType<typeof ownerLearner> | undefined
}

function readingOf(
  gateway: RelayGateway,
  req: IncomingMessage,
  key: VirtualKey,
  { path, target, learner }: ReadingParts,
): AnswerReading {
  const filters = path.isList && gateway.resources?.mode === 'own' && !isAdministrator(key)
  if (filters) {
    const headers = relayRequestHeaders(req.headers, target.headers) as Record<string, string>
    const ask = { upstream: gateway.upstream, target: { ...target, headers } }
    return { required: true, read: (document) => ownList(gateway.resources!, key, ask, document) }
  }
  return {
    required: false,
    async read(document) {
      if (!path.isList) learner?.(object(document))
    },
  }
}
