import type { Json, OtherUsage, Usage } from '../types.ts'

/**
 * What of a usage is billed beside the tokens that LiteLLM's columns and names tell of, so that the row's cost can be
 * computed again from the row: quantities, kinds of tokens and what other models did. `undefined` where it is nothing,
 * as for most calls.
 */
export function billedUsage(usage: Usage | undefined): Json | undefined {
  if (!usage) return undefined
  const { quantities, cacheWrite1hTokens, cacheWrite5mTokens, cacheReadDetails = {}, others = [] } = usage
  const { imageSize, imageQuality, inferenceGeo, speed } = usage
  const isSaid =
    imageSize || imageQuality || inferenceGeo || speed || cacheWrite1hTokens || cacheWrite5mTokens || others.length > 0
  if (!isSaid && isEmpty(quantities) && isEmpty(cacheReadDetails)) return undefined
  return known({
    quantities: isEmpty(quantities) ? undefined : quantities,
    cache_read_details: isEmpty(cacheReadDetails) ? undefined : cacheReadDetails,
    cache_creation_1h_tokens: cacheWrite1hTokens || undefined,
    cache_creation_5m_tokens: cacheWrite5mTokens,
    image_size: imageSize,
    image_quality: imageQuality,
    inference_geo: inferenceGeo,
    speed,
    others: others.length > 0 ? others.map(otherModel) : undefined,
  })
}

function otherModel({ model, usage, callType }: OtherUsage): Json {
  const { promptTokens, completionTokens, cacheReadTokens, cacheWriteTokens, promptDetails, completionDetails } = usage
  return known({
    model,
    call_type: callType,
    prompt_tokens: promptTokens,
    completion_tokens: completionTokens,
    cache_read_tokens: cacheReadTokens,
    cache_creation_tokens: cacheWriteTokens,
    prompt_details: promptDetails,
    completion_details: completionDetails,
    ...billedUsage(usage),
  })
}

function known(members: Json): Json {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined))
}

function isEmpty(object: object): boolean {
  for (const _ in object) return false
  return true
}
