import type { GiveUp } from './action.ts'
import type { NoneReason } from './usable.ts'

/**
 * What to tell the client when there was nothing to try. Begins with the words of LiteLLM's `RouterErrors`, which clients
 * look for. `undefined` when something was tried: then the upstream's own message says more.
 */
export function giveUpMessage({ giveUp, retryAfterMs }: GiveUp, modelGroup: string): string | undefined {
  if (giveUp === 'failed') return undefined
  const seconds = Math.ceil((retryAfterMs ?? 0) / 1000)
  if (giveUp === 'no_route') {
    return (
      `model=${modelGroup} cannot be called by this API: its upstream has answered 404 to the route. ` +
      `It is asked again in ${seconds} seconds. Call the model by another API, or add a deployment that has this one.`
    )
  }
  const again = retryAfterMs === undefined ? '' : `, Try again in ${seconds} seconds`
  return `${WORDS[giveUp]}${again}. Passed model=${modelGroup}.`
}

const WORDS: Readonly<Record<Exclude<NoneReason, 'no_route'>, string>> = {
  unknown_group: 'There are no healthy deployments for this model',
  cooling: 'No deployments available for selected model',
  tags: 'Not allowed to access model due to tags configuration',
  context_window: 'The prompt is longer than any deployment of this model reads',
  rate_limited: 'No deployments available for selected model',
}
