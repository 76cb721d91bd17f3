import { expect, test } from '@jest/globals'
import { calcPrice } from '@pydantic/genai-prices'
import { createEmbeddedPrices, embeddedNames } from '../../../src/pricing/book/embedded-prices.ts'
import { EMBEDDED_PRICES_DATE } from '../../../src/pricing/book/embedded-table.ts'
import { createPriceBook } from '../../../src/pricing/book/price-book.ts'
import { priceCall } from '../../../src/pricing/cost/price-call.ts'
import type { Json, Usage } from '../../../src/types.ts'
import { usageOf } from '../../../src/usage/shapes/reader.ts'
import { aDeployment } from '../../support/facts.ts'
import { type Difference, GENAI_DIFFERENCES } from '../../support/genai-differences.ts'

/**
 * Our cost from the embedded table against that of pydantic/genai-prices, which collects prices by itself and works
 * with the list it comes with: for each model that both price, at what it cost on the day of the embedded figures.
 *
 * Not compared are resellers whose prices are those of another day or currency (OpenRouter, OVHcloud), and Bedrock,
 * where genai-prices knows neither regions nor the in-region names that LiteLLM prices one by one.
 */
const PROVIDERS: Readonly<Record<string, readonly [provider: string, theirs: string]>> = {
  anthropic: ['anthropic', 'anthropic'],
  azure: ['azure', 'azure'],
  cerebras: ['cerebras', 'cerebras'],
  cohere: ['cohere', 'cohere'],
  cohere_chat: ['cohere_chat', 'cohere'],
  deepseek: ['deepseek', 'deepseek'],
  fireworks_ai: ['fireworks_ai', 'fireworks'],
  gemini: ['gemini', 'google'],
  groq: ['groq', 'groq'],
  minimax: ['minimax', 'minimax'],
  mistral: ['mistral', 'mistral'],
  moonshot: ['moonshot', 'moonshotai'],
  novita: ['novita', 'novita'],
  openai: ['openai', 'openai'],
  perplexity: ['perplexity', 'perplexity'],
  together_ai: ['together_ai', 'together'],
  'vertex_ai-anthropic_models': ['vertex_ai', 'google'],
  'vertex_ai-language-models': ['vertex_ai', 'google'],
  voyage: ['voyage', 'voyage'],
  xai: ['xai', 'x-ai'],
}

const TEXT_MODES = new Set(['chat', 'responses', 'completion'])

/** How far two sums of the same products may be apart, as a part of the sum. */
const TOLERANCE = 1e-9

type Counts = Partial<
  Pick<Usage, 'promptTokens' | 'completionTokens' | 'cacheReadTokens' | 'cacheWriteTokens' | 'reasoningTokens'>
>

const PLAIN: Counts = { promptTokens: 1000, completionTokens: 100 }
const REASONING: Counts = { promptTokens: 500, completionTokens: 2000, reasoningTokens: 1500 }
const CACHED: Counts = { promptTokens: 4000, completionTokens: 200, cacheReadTokens: 3000 }
const WRITTEN: Counts = { ...CACHED, cacheReadTokens: 1000, cacheWriteTokens: 2000 }
const LONG: Counts = { promptTokens: 300_000, completionTokens: 1000 }
const EMBEDDED: Counts = { promptTokens: 1000, completionTokens: 0 }

interface Compared {
  readonly name: string
  readonly difference?: Difference
}

const prices = createEmbeddedPrices()
const book = createPriceBook({ embedded: prices })
const day = new Date(`${EMBEDDED_PRICES_DATE}T12:00:00Z`)
const compared = embeddedNames().flatMap(compare)

function compare(name: string): Compared[] {
  const price = prices.get(name)!
  const [provider, theirs] = PROVIDERS[String(price.litellm_provider)] ?? []
  if (!provider || !theirs || !(TEXT_MODES.has(String(price.mode)) || price.mode === 'embedding')) return []
  const model = name.startsWith(`${provider}/`) ? name.slice(provider.length + 1) : name
  const same = (counts: Counts) => isSame(ourCost(provider, model, counts), theirCost(theirs, model, counts))
  if (!ourCost(provider, model, PLAIN) || !theirCost(theirs, model, PLAIN)) return []
  return [{ name, difference: differenceOf(price, same) }]
}

function differenceOf(price: Json, same: (counts: Counts) => boolean): Difference | undefined {
  if (price.mode === 'embedding') return same(EMBEDDED) ? undefined : 'price'
  if (!same(PLAIN) || !same(REASONING)) return 'price'
  // Whose writes LiteLLM states to be free reports none: they are part of the plain input.
  const cache = same(CACHED) && (price.cache_creation_input_token_cost === 0 || same(WRITTEN))
  if (!cache) return same(LONG) ? 'cache' : 'cache and long'
  return same(LONG) ? undefined : 'long'
}

interface TokenCost {
  readonly input: number
  readonly output: number
}

function ourCost(provider: string, model: string, counts: Counts): TokenCost | undefined {
  const deployment = aDeployment({ provider, model, baseUrl: 'https://provider.example' })
  const call = { call: { callType: 'acompletion' }, startedAt: day, endedAt: day }
  return priceCall({ ...call, deployment, usage: usageOf(counts) }, book).cost
}

function theirCost(providerId: string, model: string, counts: Counts): TokenCost | undefined {
  const usage = {
    input_tokens: counts.promptTokens,
    output_tokens: counts.completionTokens,
    cache_read_tokens: counts.cacheReadTokens,
    cache_write_tokens: counts.cacheWriteTokens,
    output_reasoning_tokens: counts.reasoningTokens,
  }
  const found = calcPrice(usage, model, { providerId, timestamp: day })
  return found ? { input: found.input_price, output: found.output_price } : undefined
}

function isSame(ours?: TokenCost, theirs?: TokenCost): boolean {
  return !!ours && !!theirs && isNear(ours.input, theirs.input) && isNear(ours.output, theirs.output)
}

function isNear(a: number, b: number): boolean {
  return Math.abs(a - b) <= TOLERANCE * Math.max(a, b)
}

test('the models that genai-prices and the embedded table price differently are exactly the known ones', () => {
  const found = compared.filter(({ difference }) => difference).map(({ name, difference }) => `${name}: ${difference}`)
  const known = GENAI_DIFFERENCES.flatMap(({ difference, models }) => models.map((name) => `${name}: ${difference}`))
  expect(found.sort()).toEqual(known.sort())
})

test('five hundred models are compared: nine of ten agree on all tokens, three of four on caches and long prompts too', () => {
  const agreeing = compared.filter(({ difference }) => !difference)
  const agreeingOnPrice = compared.filter(({ difference }) => difference !== 'price')
  expect(compared.length).toBeGreaterThanOrEqual(500)
  expect(agreeingOnPrice.length / compared.length).toBeGreaterThanOrEqual(0.91)
  expect(agreeing.length / compared.length).toBeGreaterThanOrEqual(0.78)
})

test('no provider but DeepSeek agrees on fewer than half of its models', () => {
  const providers = Object.groupBy(compared, ({ name }) => String(prices.get(name)!.litellm_provider))
  const shares = Object.entries(providers).map(([provider, models = []]) => ({
    provider,
    share: models.filter(({ difference }) => !difference).length / models.length,
  }))
  expect(shares.filter(({ share }) => share < 0.5).map(({ provider }) => provider)).toEqual(['deepseek'])
})
