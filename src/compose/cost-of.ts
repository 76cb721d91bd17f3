import type { PricedRequest } from '../admin/admin-deps.ts'
import { providerOf } from '../models/providers/providers.ts'
import { type CostSettings, priceCall } from '../pricing/cost/price-call.ts'
import type { Deployment, PriceBook, Usage } from '../types.ts'
import { openaiUsage } from '../usage/shapes/openai-usage.ts'
import { object, usageOf } from '../usage/shapes/reader.ts'
import { countInput } from '../usage/tokens/estimate.ts'

interface CostParts {
  readonly book: PriceBook
  readonly settings: CostSettings
  /** The deployments of the router; `undefined`: it does not tell. */
  deployments(): readonly Deployment[] | undefined
}

/**
 * US dollars of a call by its messages, or of an answer by its usage, for a model group of this gateway or for a model by
 * LiteLLM's name. `undefined`: the price is not known.
 */
export async function costOf(
  asked: PricedRequest,
  { book, settings, deployments }: CostParts,
): Promise<number | undefined> {
  const name = 'model' in asked ? asked.model : String(asked.response.model ?? '')
  const deployment = deployments()?.find(({ modelGroup }) => modelGroup === name) ?? deploymentNamed(name)
  const usage = await usageIn(asked)
  if (!deployment || !usage) return undefined
  const now = new Date()
  const call = { callType: 'acompletion', json: {} }
  return priceCall({ call, deployment, usage, startedAt: now, endedAt: now }, book, settings).cost?.total
}

async function usageIn(asked: PricedRequest): Promise<Usage | undefined> {
  if ('messages' in asked) return usageOf({ promptTokens: (await countInput({ messages: asked.messages })) ?? 0 })
  const { usage } = asked.response
  return usage == null ? undefined : openaiUsage(object(usage), asked.response)
}

/** What prices are looked up by, of a model that no deployment serves. */
function deploymentNamed(litellmModel: string): Deployment | undefined {
  const found = providerOf(litellmModel, {})
  if (!found) return undefined
  const { name: provider, model } = found
  return { id: '', modelGroup: litellmModel, model, litellmModel, provider, baseUrl: '', headers: {} }
}
