import type { Call, Deployment, Outcome } from '../types.ts'
import { anyShape } from '../usage/any-shape.ts'
import { providerOfShape } from '../usage/provider-of-shape.ts'

type Said = Partial<Pick<Outcome, 'responseModel' | 'responseProvider'>>

/**
 * Who answered a call of a handler of your own that did not say so: the model and the provider that the answer, or else
 * the path, tells. Nothing but what prices are looked up by; `undefined` when not even a model is known.
 */
export function assumedDeployment(call: Call, { responseModel, responseProvider }: Said): Deployment | undefined {
  const { shape, route, modelGroup } = call
  // A path that names the model names it as its provider does, e.g. Bedrock's "anthropic.claude-x-v1:0".
  const named = route.includes('{model}') ? modelGroup : ''
  const model = named || responseModel || modelGroup
  const provider = shape === anyShape.shape ? responseProvider : providerOfShape(shape, route)
  if (!model || !provider) return undefined
  return { id: '', modelGroup: modelGroup || model, model, provider, baseUrl: '', headers: {} }
}
