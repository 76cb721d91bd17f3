import type { RequestContext } from '../context.ts'
import { priceCall } from '../cost/price-call.ts'
import type { Gateway } from '../gateway.ts'
import type { Charge, Outcome } from '../types.ts'
import { assumedDeployment } from './assumed-deployment.ts'

export type Pricing = Pick<Gateway, 'prices' | 'pricing'>
export type EndedCall = Pick<Outcome, 'usage' | 'responseModel' | 'responseProvider' | 'startedAt' | 'endedAt'>

const UNKNOWN: Charge = { cost: undefined }

/**
 * What the call is charged: its usage at the price of the deployment that served it. Worked out once, so that the
 * header, the budgets and the row say the same number. Writes `context.charge`, and who served the call where a handler
 * of your own did not say.
 */
export function chargeOnce(context: RequestContext, ended: EndedCall, pricing: Pricing): Charge {
  context.charge ??= chargeOf(served(context, ended), ended, pricing)
  return context.charge
}

function served(context: RequestContext, ended: EndedCall): RequestContext {
  const { call, deployment } = context
  if (!deployment && call && ended.usage) context.deployment = assumedDeployment(call, ended)
  return context
}

function chargeOf({ call, deployment }: RequestContext, ended: EndedCall, { prices, pricing }: Pricing): Charge {
  const { usage } = ended
  if (!usage || !call || !deployment) return UNKNOWN
  const { cost, priceSource } = priceCall({ ...ended, usage, call, deployment }, prices, pricing)
  return { cost: cost?.total, costParts: cost, priceSource }
}
