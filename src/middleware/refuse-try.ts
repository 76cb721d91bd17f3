import { isPriceable } from '../cost/price-call.ts'
import { LiteLLMError } from '../errors.ts'
import { speaks } from '../routing/spoken-shapes.ts'
import type { Call, Deployment } from '../types.ts'
import type { Pricing } from './charge-once.ts'

/** Why a deployment is not asked at all: it would not understand, or nobody knows what it charges. */
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
