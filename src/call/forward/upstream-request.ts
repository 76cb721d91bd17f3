import type { IncomingMessage } from 'node:http'
import { LiteLLMError } from '../../errors.ts'
import { speaks } from '../../models/providers/providers.ts'
import type { Try } from '../../models/routing/plan/action.ts'
import { isPriceable } from '../../pricing/cost/price-call.ts'
import type { Call, Deployment, Json } from '../../types.ts'
import { addressOf } from '../../upstream/address.ts'
import { formBodyOf, formEditsOf } from '../../upstream/edit-form.ts'
import { requestBodyOf } from '../../upstream/edit-json.ts'
import { extraHeadersOf } from '../../upstream/extra-headers.ts'
import { gatewayMembersOf, withoutGatewayMetadata } from '../../upstream/gateway-members.ts'
import { upstreamHeaders } from '../../upstream/headers.ts'
import { preparedParams } from '../../upstream/prepared-params.ts'
import type { UpstreamRequest } from '../../upstream/upstream.ts'
import type { UsageReader } from '../../usage/shapes/reader.ts'
import { routeFor } from '../../usage/shapes/readers.ts'
import type { Pricing } from './charge-call.ts'
import type { TranslatedCall } from './translated-call.ts'

export interface TryRequest {
  readonly request: UpstreamRequest
  /** Its answer carries an event that the client did not ask for. */
  readonly hideExtra: boolean
}

/** The request of one try, and whether its answer carries an event that the client did not ask for. */
export function upstreamRequestOf(
  { req, call, reader }: { readonly req: IncomingMessage; readonly call: Call; readonly reader: UsageReader },
  { try: deployment, params }: Try,
  timeoutMs: number | undefined,
  asksForUsage: boolean,
): TryRequest {
  const json = Object.keys(params).length === 0 ? call.json : { ...call.json, ...params }
  const asked = preparedParams({ shape: call.shape, json }, deployment)
  const prepared = (asksForUsage && reader.prepare?.(asked, deployment.provider)) || asked
  const relayed = withoutGatewayMetadata(prepared, call, deployment.provider)
  const { deployment: addressed, route } = addressOf(deployment, call)
  const members = gatewayMembersOf(deployment)
  const edits = formEditsOf(call, addressed.model, relayed, members)
  const request = {
    method: req.method ?? 'POST',
    url: urlOf(addressed, route, call),
    headers: upstreamHeaders(req.headers, extraHeadersOf(call), addressed),
    body: call.form ? formBodyOf(call, edits) : requestBodyOf(call, addressed, relayed, members),
    upload: call.upload?.edited(edits),
    timeoutMs,
    credential: deployment.credential,
    parallel: deployment.parallel && { name: deployment.id, ...deployment.parallel },
  }
  return { request, hideExtra: prepared !== asked }
}

/** The request of a try whose call was translated. `call` is the client's own. */
export function translatedRequestOf(
  { req, call }: { readonly req: IncomingMessage; readonly call: Call },
  { call: asked, reader, translation }: TranslatedCall,
  deployment: Deployment,
  timeoutMs: number | undefined,
  asksForUsage: boolean,
): TryRequest {
  const { deployment: addressed, route } = addressOf(deployment, asked)
  const json = asked.json ?? {}
  const prepared = asksForUsage ? (reader.prepare?.(json, deployment.provider) ?? json) : unasking(json)
  // What a client says in the headers of one API is not said to another.
  const own = { ...ownHeaders(req.headers), ...extraHeadersOf(call) }
  const request = {
    method: 'POST',
    url: urlOf(addressed, route, asked),
    headers: withBetas(upstreamHeaders({}, own, addressed), translation.request.headers),
    body: prepared === json ? asked.body : Buffer.from(JSON.stringify(prepared)),
    timeoutMs,
    credential: deployment.credential,
    parallel: deployment.parallel && { name: deployment.id, ...deployment.parallel },
  }
  return { request, hideExtra: prepared.stream_options !== undefined }
}

/** Some servers refuse to be asked for usage. */
function unasking({ stream_options: _, ...rest }: Json): Json {
  return rest
}

const TRACING = ['idempotency-key', 'traceparent', 'tracestate']

function ownHeaders(client: IncomingMessage['headers']): Record<string, string> {
  return Object.fromEntries(
    TRACING.flatMap((name) => (typeof client[name] === 'string' ? [[name, client[name]] as const] : [])),
  )
}

/** `anthropic-beta` is a list: that of the deployment and that of the translation are both meant. */
function withBetas(headers: Record<string, string>, more: Readonly<Record<string, string>> = {}) {
  for (const [name, value] of Object.entries(more)) {
    const before = headers[name]
    headers[name] = before === undefined || before === value ? value : `${before},${value}`
  }
  return headers
}

function urlOf({ baseUrl, model, apiVersion }: Deployment, route: string, { query }: Call): string {
  const version = apiVersion && `api-version=${encodeURIComponent(apiVersion)}`
  const parameters = [version, query].filter(Boolean).join('&')
  return baseUrl + routeFor(route, model) + (parameters ? `?${parameters}` : '')
}

/** Why a deployment is not asked at all: it would not understand, or its price is not known. */
export function refusalOfTry(call: Call, deployment: Deployment, pricing: Pricing): LiteLLMError | undefined {
  return unspoken(call, deployment) ?? unpriced(call, deployment, pricing)
}

function unspoken({ shape, modelGroup }: Call, { provider, model }: Deployment): LiteLLMError | undefined {
  if (speaks(provider, shape, model)) return undefined
  return new LiteLLMError('shape_unsupported', {
    param: 'model',
    message: `model=${modelGroup} (${provider}/${model}) cannot be called like this: ${provider} does not speak ${shape}.`,
  })
}

function unpriced(call: Call, deployment: Deployment, { prices, pricing }: Pricing): LiteLLMError | undefined {
  if (pricing?.unpricedModels !== 'block' || isPriceable({ call, deployment }, prices, pricing)) return undefined
  return new LiteLLMError('model_unpriced', {
    param: 'model',
    message: `The price of model=${call.modelGroup} (${deployment.provider}/${deployment.model}) is not known.`,
  })
}
