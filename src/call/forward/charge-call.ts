import type { Gateway } from '../../gateway.ts'
import { memoizeByObject } from '../../lib/memoize.ts'
import { withoutCredentials } from '../../lib/secrets.ts'
import { priceCall } from '../../pricing/cost/price-call.ts'
import type { Call, Charge, Deployment, Outcome, SpendEvent } from '../../types.ts'
import { providerOfShape } from '../../usage/shapes/readers.ts'
import { unknownShape } from '../../usage/shapes/unknown-shape.ts'
import type { RequestContext } from '../request/context.ts'

const recordedDeployment = memoizeByObject(
  (deployment: Deployment): Deployment => ({
    ...deployment,
    headers: {},
    credential: undefined,
    baseUrl: URL.canParse(deployment.baseUrl) ? withoutCredentials(deployment.baseUrl) : '',
  }),
)

export type Pricing = Pick<Gateway, 'prices' | 'pricing'>
export type EndedCall = Pick<Outcome, 'usage' | 'responseModel' | 'responseProvider' | 'startedAt' | 'endedAt'> & {
  readonly status?: Outcome['status']
}

const UNKNOWN: Charge = { cost: undefined }
const FREE: Charge = { cost: 0 }

/**
 * What the call is charged: its usage at the price of the deployment that served it. Worked out once, so that the
 * header, the budgets and the row say the same number. Writes `context.charge`, and who served the call where a handler
 * of your own did not say.
 */
export function chargeCall(context: RequestContext, ended: EndedCall, pricing: Pricing): Charge {
  context.charge ??= chargeOf(served(context, ended), ended, pricing)
  return context.charge
}

function served(context: RequestContext, ended: EndedCall): RequestContext {
  const { call, deployment } = context
  if (!deployment && call && ended.usage) context.deployment = assumedDeployment(call, ended)
  return context
}

function chargeOf(
  { call, deployment, fixedCost, cache }: RequestContext,
  ended: EndedCall,
  { prices, pricing }: Pricing,
): Charge {
  const { usage, status } = ended
  if (fixedCost !== undefined && status === 'success') return { cost: fixedCost }
  if (!usage || !call || !deployment) return cache?.hit ? FREE : UNKNOWN
  const { cost, priceSource } = priceCall({ ...ended, usage, call, deployment }, prices, pricing)
  const price = { costParts: cost, priceSource }
  // As in LiteLLM the row of a stored answer says what it would have cost.
  return cache?.hit ? { cost: 0, savedCost: cost?.total, ...price } : { cost: cost?.total, ...price }
}

type Said = Partial<Pick<Outcome, 'responseModel' | 'responseProvider'>>

/**
 * Who answered a call of a handler of your own that did not say so: the model and the provider that the answer, or else
 * the path, tells. Nothing but what prices are looked up by; `undefined` when not even a model is known.
 */
function assumedDeployment(call: Call, { responseModel, responseProvider }: Said): Deployment | undefined {
  const { shape, upstreamPath: route, modelGroup } = call
  // A path that names the model names it as its provider does, e.g. Bedrock's "anthropic.claude-x-v1:0".
  const named = route.includes('{model}') ? modelGroup : ''
  const model = named || responseModel || modelGroup
  const provider = shape === unknownShape.shape ? responseProvider : providerOfShape(shape, route)
  if (!model || !provider) return undefined
  return { id: '', modelGroup: modelGroup || model, model, provider, baseUrl: '', headers: {} }
}

/** What of a call and its deployment is recorded and told as an event: not the body, nothing that lets us in. */
export function recordedCall(
  { json: _json, extraBody: _extra, body: _body, form: _form, upload: _upload, ...call }: Call,
  deployment: Deployment | undefined,
): Pick<SpendEvent, 'call' | 'deployment'> {
  return { call, deployment: deployment && recordedDeployment(deployment) }
}
