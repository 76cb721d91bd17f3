import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { LiteLLMError } from '../../errors.ts'
import type {
  CacheUse,
  Call,
  CallRoute,
  Charge,
  Deployment,
  EndedCall,
  Json,
  Outcome,
  VirtualKey,
} from '../../types.ts'

/**
 * What the middlewares share about one request. Every field has exactly one writer:
 *
 * | field      | written by                        | read by             |
 * | ---------- | --------------------------------- | ------------------- |
 * | callId     | openContext                       | all                 |
 * | startedAt  | openContext                       | usage, spend        |
 * | key        | litellmAuth                       | proxy, spend        |
 * | presented  | litellmAuth                       | spend               |
 * | call       | callOf; meter, if no path tells   | auth, proxy, spend  |
 * | deployment | litellmProxy, your handler, meter | usage, spend        |
 * |            | or, if none did, chargeOnce       |                     |
 * | route      | litellmProxy                      | spend               |
 * | cache      | litellmCache                      | auth, spend         |
 * | isShared   | litellmCache                      | proxy               |
 * | outcome    | litellmUsage / litellmSpend       | spend, your app     |
 * | fixedCost  | litellmRelay                      | auth, spend         |
 * | charge     | chargeOnce                        | auth, proxy, spend  |
 * | upstreamMs | litellmProxy                      | proxy               |
 * | overheadMs | litellmProxy                      | spend               |
 * | progress   | litellmAuth                       | usage, spend        |
 * | exchanged  | litellmProxy                      | spend               |
 * | limits     | litellmAuth                       | spend               |
 * | remaining  | litellmUsage / litellmSpend       | spend               |
 * | batchInput | litellmRelay                      | spend               |
 */
export interface RequestContext {
  /** Ours, unique per request: `x-litellm-call-id`. */
  readonly callId: string
  readonly startedAt: Date
  key?: VirtualKey
  /** The hash of the secret that the client has sent. */
  presented?: string
  call?: Call
  deployment?: Deployment
  route?: CallRoute
  /** Present when the call was looked up in the response cache. */
  cache?: CacheUse
  /** Others wait for this answer too: it is read to its end although its client has left. */
  isShared?: () => boolean
  /** Settles once, never rejects. */
  outcome?: Promise<Outcome>
  /** US dollars that the call costs if it succeeds, whatever its answer says. */
  fixedCost?: number
  /** Milliseconds in which upstreams were waited for: to the end of an answer, of a stream to its beginning. */
  upstreamMs?: number
  /** Milliseconds that the gateway has taken beside that, until the answer left. */
  overheadMs?: number
  /** Worked out once, when the answer has ended: every reader of this call's cost uses it. */
  charge?: Charge
  /** What a translated call asked and was answered, in the client's words: only where rows keep prompts. */
  exchanged?: Exchanged
  /** Hears how many output tokens a stream has, while it runs. */
  progress?: (outputTokens: number) => void
  /** Headers that tell the client what is left of its rate limits. */
  limits?: Readonly<Record<string, string>>
  /** What the provider says is left of its own: `llm_provider-x-ratelimit-remaining-requests`. */
  remaining?: Readonly<Record<string, string>>
  /** Of a batch whose results are fetched: the tokens of input of a request, on average. */
  batchInput?: number
}

/** A call as its client knows it, which was translated for its provider. */
export interface Exchanged {
  readonly request: Json
  /** In OpenAI's chat, which LiteLLM's rows have; `undefined` where there is none, or too much of it. */
  answer(): unknown
}

// A registered symbol: two copies of this package (two versions, ESM and CommonJS) still share one slot.
const SLOT = Symbol.for('express-litellm.context')
type Carrier = IncomingMessage & { [SLOT]?: RequestContext }

/** The context of this request, created on first use. For middleware authors. */
export function openContext(req: IncomingMessage): RequestContext {
  const carrier = req as Carrier
  const found = carrier[SLOT]
  if (found) return found
  const context: RequestContext = {
    callId: randomUUID(),
    startedAt: new Date(),
  }
  carrier[SLOT] = context
  return context
}

/** The context of this request, or `undefined` when no LiteLLM middleware has seen it. */
export function tryGetContext(req: IncomingMessage): RequestContext | undefined {
  return (req as Carrier)[SLOT]
}

/** The context of this request. Throws `middleware_missing` when no LiteLLM middleware has seen it. */
export function getContext(req: IncomingMessage): RequestContext {
  const context = tryGetContext(req)
  if (!context) throw missing('getContext', 'litellmAuth')
  return context
}

/** The virtual key behind this request. Throws `middleware_missing` when `litellmAuth` let no key through. */
export function getKey(req: IncomingMessage): VirtualKey {
  const key = tryGetContext(req)?.key
  if (!key) throw missing('getKey', 'litellmAuth')
  return key
}

/** What `call:end` tells about this request. `path`: as the client called it, without its query. */
export function endedCallOf(context: RequestContext, outcome: Outcome, path?: string): EndedCall {
  const { callId, call, deployment, key, charge, route } = context
  return {
    callId,
    outcome,
    path,
    modelGroup: call?.modelGroup,
    key: key && {
      hashedToken: key.hashedToken,
      alias: key.alias,
      userId: key.owners.userId,
      teamId: key.owners.teamId,
    },
    cost: charge?.cost,
    retries: route?.retries,
    fallbacks: route?.fallbacks,
    ...(deployment && { deployment: askedOf(deployment) }),
  }
}

/** A deployment without keys, for events and logs. */
export function askedOf({ id, model, provider, baseUrl }: Deployment): NonNullable<EndedCall['deployment']> {
  return { id, model, provider, host: URL.parse(baseUrl)?.host ?? '' }
}

function missing(reader: string, middleware: string): LiteLLMError {
  return new LiteLLMError('middleware_missing', {
    message: `${reader}() needs ${middleware}() earlier in the chain: app.use(${middleware}())`,
  })
}
