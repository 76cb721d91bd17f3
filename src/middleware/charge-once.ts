import type { RequestContext } from '../context.ts'
import { priceCall } from '../cost/price-call.ts'
import type { Gateway } from '../gateway.ts'
import type { Charge, Outcome } from '../types.ts'

export type Pricing = Pick<Gateway, 'prices' | 'pricing'>
export type EndedCall = Pick<Outcome, 'usage' | 'responseModel' | 'startedAt' | 'endedAt'>

const UNKNOWN: Charge = { cost: undefined }

/**
 * What the call is charged: its usage at the price of the deployment that served it. Worked out once, so that the
 * header, the budgets and the row say the same number. Writes `context.charge`.
 */
export function chargeOnce(context: RequestContext, ended: EndedCall, pricing: Pricing): Charge {
  context.charge ??= chargeOf(context, ended, pricing)
  return context.charge
}

function chargeOf({ call, deployment }: RequestContext, ended: EndedCall, { prices, pricing }: Pricing): Charge {
  const { usage } = ended
  if (!usage || !call || !deployment) return UNKNOWN
  const { cost, priceSource } = priceCall({ ...ended, usage, call, deployment }, prices, pricing)
  return { cost: cost?.total, costParts: cost, priceSource }
}
