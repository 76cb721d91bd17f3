import { isObject } from '../../lib/json.ts'
import { memoizeByObject } from '../../lib/memoize.ts'
import { billingOf } from '../../models/providers/providers.ts'
import type { ModalityTokens, ModelPrice, Usage } from '../../types.ts'
import { type Money, sum, ZERO } from './money.ts'
import { byField, type Parts, perUnit } from './parts.ts'
import { firstRate, rate, type TokenRates, tieredFields } from './price-fields.ts'
import { type RateContext, tokenRates } from './token-rates.ts'

/** Fireworks bills cached input at half price unless an entry says otherwise. */
const FIREWORKS_CACHE_RATIO = 0.5

const withFireworks = memoizeByObject((price: ModelPrice): ModelPrice => {
  const cacheRead = halfInput(price)
  if (cacheRead === undefined || rate(price, 'cache_read_input_token_cost') !== undefined) return price
  const offPeak = price.off_peak_pricing
  if (!isObject(offPeak) || 'cache_read_input_token_cost' in offPeak) {
    return { ...price, cache_read_input_token_cost: cacheRead }
  }
  const offPeakRead = halfInput(offPeak) ?? cacheRead
  return {
    ...price,
    cache_read_input_token_cost: cacheRead,
    off_peak_pricing: { ...offPeak, cache_read_input_token_cost: offPeakRead },
  }
})

/** What a call costs by its tokens, and by the characters, images and seconds of its input. */
export function tokenCost(usage: Usage, stated: ModelPrice, context: RateContext): Parts {
  const price = withProviderDefaults(stated, context.provider)
  const rates = tokenRates(price, usage.promptTokens, context)
  return { ...inputCost(usage, price, rates, context), ...outputCost(usage, price, rates) }
}

/**
 * What the provider's cache saved of the input, in US dollars (LiteLLM's calculate_prompt_caching_savings): the discount on
 * what was read less what writing costs more than plain input. A rate that is missing, or 0 for writes, saves nothing.
 */
export function cacheSaving(usage: Usage, stated: ModelPrice, context: RateContext): number {
  const { cacheReadTokens, cacheWriteTokens, cacheWrite1hTokens } = usage
  const price = withProviderDefaults(stated, context.provider)
  const { input, cacheRead, ...rates } = tokenRates(price, usage.promptTokens, context)
  const write = rates.cacheWrite || input
  const short = usage.cacheWrite5mTokens ?? cacheWriteTokens - cacheWrite1hTokens
  const premium = short * (write - input) + cacheWrite1hTokens * ((rates.cacheWrite1h || write) - input)
  return cacheReadTokens * Math.max(input - cacheRead, 0) - premium
}

function inputCost(usage: Usage, price: ModelPrice, rates: TokenRates, { serviceTier }: RateContext) {
  const { quantities } = usage
  const tokens = billedInput(usage)
  const cacheRead = cacheReadCost(usage, price, rates, serviceTier)
  const cacheWrite =
    perUnit(rates.cacheWrite, usage.cacheWrite5mTokens ?? usage.cacheWriteTokens - usage.cacheWrite1hTokens) +
    perUnit(rates.cacheWrite1h, usage.cacheWrite1hTokens)
  const input = sum([
    quantities.characters && rate(price, 'input_cost_per_character') !== undefined
      ? ZERO
      : perUnit(rates.input, tokens.text),
    cacheRead,
    cacheWrite,
    modality('audio', 'input_cost_per_audio_per_second', quantities.audioSeconds),
    modality('image', 'input_cost_per_image', quantities.inputImages),
    modality('video', 'input_cost_per_video_per_second', quantities.videoSeconds),
    byField(price, 'input_cost_per_character', quantities.characters),
    byField(price, 'input_cost_per_image', quantities.inputImages),
    byField(price, 'input_cost_per_video_per_second', quantities.videoSeconds),
    byField(price, 'input_cost_per_audio_per_second', quantities.audioSeconds),
  ])
  return { input, cacheRead, cacheWrite }

  /** Tokens of a modality at their own price, else as ordinary input; none when the modality is billed by its size. */
  function modality(name: 'audio' | 'image' | 'video', sizeField: string, size: number | undefined): Money {
    if (tokens[name] <= 0 || (size && rate(price, sizeField) !== undefined)) return ZERO
    const own = firstRate(price, tieredFields(`input_cost_per_${name}_token`, serviceTier))
    return perUnit(own ?? rates.input, tokens[name])
  }
}

function cacheReadCost(usage: Usage, price: ModelPrice, rates: TokenRates, tier: string | undefined): Money {
  if (usage.cacheReadTokens <= 0) return ZERO
  const audio = Math.min(usage.cacheReadDetails?.audio ?? 0, usage.cacheReadTokens)
  const audioRate = firstRate(price, tieredFields('cache_read_input_audio_token_cost', tier)) ?? rates.cacheRead
  return perUnit(rates.cacheRead, usage.cacheReadTokens - audio) + perUnit(audioRate, audio)
}

/**
 * Splits the input that no cache covered by modality. Cached tokens and modality counts are both parts of the total and
 * may overlap; where they add up to more than the total, a modality is billed only for what the cache leaves.
 */
function billedInput(usage: Usage): Required<ModalityTokens> {
  const cached = cachedSplit(usage)
  const text = Math.max((usage.promptDetails.text ?? 0) - cached.text, 0)
  const audio = Math.max((usage.promptDetails.audio ?? 0) - cached.audio, 0)
  const image = Math.max((usage.promptDetails.image ?? 0) - cached.image, 0)
  const video = usage.promptDetails.video ?? 0
  const fromCache = usage.cacheReadTokens + usage.cacheWriteTokens
  if (fromCache > 0 && fromCache + text + audio + image + video > usage.promptTokens) {
    return share(Math.max(usage.promptTokens - fromCache, 0), audio, image, video)
  }
  if (text > 0 || usage.quantities.inputImages) return { text, audio, image, video }
  return { text: Math.max(usage.promptTokens - fromCache - audio - image - video, 0), audio, image, video }
}

/** The cache reads by modality, never more together than there were. */
function cachedSplit({ cacheReadTokens, cacheReadDetails = {} }: Usage) {
  const audio = Math.min(cacheReadDetails.audio ?? 0, cacheReadTokens)
  const text = Math.min(cacheReadDetails.text ?? 0, cacheReadTokens - audio)
  return { audio, text, image: Math.min(cacheReadDetails.image ?? 0, cacheReadTokens - audio - text) }
}

function share(left: number, audio: number, image: number, video: number): Required<ModalityTokens> {
  const billed = { audio: Math.min(audio, left), image: 0, video: 0 }
  billed.image = Math.min(image, left - billed.audio)
  billed.video = Math.min(video, left - billed.audio - billed.image)
  return { ...billed, text: left - billed.audio - billed.image - billed.video }
}

function outputCost(usage: Usage, price: ModelPrice, rates: TokenRates) {
  const { audio = 0, image = 0, video = 0 } = usage.completionDetails
  const { reasoningTokens } = usage
  const reasoning = perUnit(rates.reasoning, reasoningTokens)
  const modality = (name: string, tokens: number) =>
    tokens > 0 ? perUnit(rate(price, `output_cost_per_${name}_token`) ?? rates.output, tokens) : ZERO
  const output = sum([
    perUnit(rates.output, textOutput(usage)),
    modality('audio', audio),
    modality('image', image),
    modality('video', video),
    reasoning,
  ])
  return { output, reasoning }
}

/** Text as the provider counted it, without reasoning it may have counted within; else what the other parts leave. */
function textOutput(usage: Usage): number {
  const { text = 0, audio = 0, image = 0, video = 0 } = usage.completionDetails
  const others = usage.reasoningTokens + audio + image + video
  const nested = Math.min(usage.reasoningTokens, text, Math.max(text + others - usage.completionTokens, 0))
  return text - nested > 0 ? text - nested : Math.max(usage.completionTokens - others, 0)
}

/** `price` with what a provider charges for things its entry does not name. */
function withProviderDefaults(price: ModelPrice, provider: string): ModelPrice {
  // Entries of its embedding models carry another name.
  const isOwn = (price.litellm_provider ?? provider) === provider
  return isOwn && billingOf(provider).family === 'fireworks_ai' ? withFireworks(price) : price
}

function halfInput(price: ModelPrice): number | undefined {
  const input = rate(price, 'input_cost_per_token')
  return input === undefined ? undefined : input * FIREWORKS_CACHE_RATIO
}
