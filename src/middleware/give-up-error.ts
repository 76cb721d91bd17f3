import type { Refusal } from '../auth/refusal.ts'
import { LiteLLMError } from '../errors.ts'
import type { GiveUp } from '../routing/action.ts'
import { giveUpMessage } from '../routing/give-up-message.ts'
import type { WayOn } from './call-way.ts'

/** The answer to a call for which nothing was tried. `refusal`: budgets had no room for the fallbacks it could have had. */
export function giveUpError(action: GiveUp, refusal: WayOn['refusal'], modelGroup: string): LiteLLMError {
  if (refusal) return refused(refusal)
  if (action.giveUp === 'unknown_group') return unknownModel(modelGroup)
  const { retryAfterMs } = action
  return new LiteLLMError(action.giveUp === 'no_route' ? 'shape_unsupported' : 'no_deployment', {
    status: action.failure.status,
    message: giveUpMessage(action, modelGroup),
    headers: retryAfterMs === undefined ? {} : { 'retry-after': String(Math.ceil(retryAfterMs / 1000)) },
  })
}

function refused({ code, ...details }: Refusal): LiteLLMError {
  return new LiteLLMError(code, details)
}

function unknownModel(name: string): LiteLLMError {
  return new LiteLLMError('model_not_found', {
    param: 'model',
    message: `Invalid model name passed in model=${name}. Call \`/v1/models\` to view available models for your key.`,
  })
}
