import { describe, expect, test } from '@jest/globals'
import { costOf } from '../../../../src/pricing/cost/cost.ts'
import type { CostContext } from '../../../../src/pricing/cost/cost-context.ts'
import type { ModelPrice, Usage } from '../../../../src/types.ts'
import { usageOf } from '../../../../src/usage/shapes/reader.ts'

const GPT_4O = {
  input_cost_per_token: 2.5e-6,
  output_cost_per_token: 1e-5,
  cache_read_input_token_cost: 1.25e-6,
}
const SONNET = {
  input_cost_per_token: 3e-6,
  output_cost_per_token: 1.5e-5,
  cache_read_input_token_cost: 3e-7,
  cache_creation_input_token_cost: 3.75e-6,
  cache_creation_input_token_cost_above_1hr: 6e-6,
  provider_specific_entry: { us: 1.1, fast: 6 },
  search_context_cost_per_query: {
    search_context_size_low: 0.01,
    search_context_size_medium: 0.01,
    search_context_size_high: 0.01,
  },
}

function cost(usage: Partial<Usage>, price: ModelPrice, context: Partial<CostContext> = {}) {
  const startedAt = new Date('2026-08-01T12:00:00Z')
  return costOf(usageOf(usage), price, { provider: 'openai', callType: 'acompletion', startedAt, ...context })
}

describe('what a cache saved', () => {
  const saving = (usage: Partial<Usage>, price: ModelPrice, context = {}) => cost(usage, price, context).cacheSaving

  test('is nothing to tell where nothing is cached', () => {
    expect(saving({ promptTokens: 10 }, SONNET)).toBeUndefined()
  })

  test('is the discount on reads less what writes cost more', () => {
    const usage = { promptTokens: 100, cacheReadTokens: 40, cacheWriteTokens: 30, cacheWrite1hTokens: 10 }
    // 40 reads at 2.7e-6 less, 20 writes at 0.75e-6 more, 10 for an hour at 3e-6 more.
    expect(saving(usage, SONNET)).toBeCloseTo(40 * 2.7e-6 - 20 * 0.75e-6 - 10 * 3e-6, 12)
  })

  test('is negative where writing cost more', () => {
    expect(saving({ promptTokens: 100, cacheWriteTokens: 100 }, SONNET)).toBeCloseTo(-100 * 0.75e-6, 12)
  })

  test('is nothing where the cache has no price', () => {
    const price = { input_cost_per_token: 1e-6, output_cost_per_token: 1e-6 }
    expect(saving({ promptTokens: 10, cacheReadTokens: 4, cacheWriteTokens: 4 }, price)).toBe(0)
  })

  test('is dearer where the place is, and not for speed', () => {
    const price = { ...SONNET, regional_endpoint_uplift_multiplier: 1.1 }
    const place = { provider: 'anthropic', location: { vertexLocation: 'europe-west1' } }
    const usage = { promptTokens: 40, cacheReadTokens: 40, speed: 'fast' }
    expect(saving(usage, price, place)).toBeCloseTo(40 * 2.7e-6 * 1.1, 12)
  })
})

describe('tokens', () => {
  test('input and output are charged at their prices', () => {
    expect(cost({ promptTokens: 10, completionTokens: 20 }, GPT_4O)).toMatchObject({
      input: 0.000025,
      output: 0.0002,
      total: 0.000225,
    })
  })

  test('cached input is charged at its own price only', () => {
    const usage = { promptTokens: 2006, completionTokens: 300, cacheReadTokens: 1920 }
    expect(cost(usage, GPT_4O)).toMatchObject({ input: 0.002615, cacheRead: 0.0024, output: 0.003, total: 0.005615 })
  })

  test('cache writes are charged by how long they are kept', () => {
    const usage = { promptTokens: 14_055, cacheWriteTokens: 14_055, cacheWrite1hTokens: 13_999 }
    expect(cost(usage, SONNET, { provider: 'anthropic' })).toMatchObject({ cacheWrite: 0.084204, total: 0.084204 })
  })

  test('a sum of many prices has no drift', () => {
    const third = cost(
      { promptTokens: 3, completionTokens: 7 },
      { input_cost_per_token: 0.1, output_cost_per_token: 0.2 },
    )
    expect(third.total).toBe(1.7)
    const parts = cost(
      { promptTokens: 1, completionTokens: 1 },
      { input_cost_per_token: 0.1, output_cost_per_token: 0.2 },
    )
    expect(parts.total).toBe(0.3)
  })

  test('prices may be written as text, and nonsense is 0', () => {
    const price = { input_cost_per_token: '3e-7', output_cost_per_token: 'free' }
    expect(cost({ promptTokens: 10, completionTokens: 10 }, price).total).toBe(0.000003)
  })

  test('a negative price cannot make a call pay us', () => {
    expect(cost({ promptTokens: 10 }, { input_cost_per_token: -1 }).total).toBe(0)
  })
})

describe('premiums', () => {
  test('Anthropic’s region and speed multiply everything', () => {
    const usage = { promptTokens: 1000, completionTokens: 100, inferenceGeo: 'us', speed: 'fast' }
    expect(cost(usage, SONNET, { provider: 'anthropic' }).total).toBe(0.0297)
    expect(cost({ ...usage, inferenceGeo: 'global' }, SONNET, { provider: 'anthropic' }).total).toBe(0.027)
  })

  test('OpenAI’s regional hosts cost more where the entry says so', () => {
    const price = { ...GPT_4O, regional_processing_uplift_multiplier_eu: 1.1 }
    const usage = { promptTokens: 1000 }
    expect(cost(usage, price, { location: { dataResidency: 'eu' } }).total).toBe(0.00275)
    expect(cost(usage, price, { location: { dataResidency: 'us' } }).total).toBe(0.0025)
  })

  test('Google’s regional endpoints cost more, the global one does not', () => {
    const price = { ...GPT_4O, regional_endpoint_uplift_multiplier: 1.1 }
    const at = (vertexLocation: string) => cost({ promptTokens: 1000 }, price, { location: { vertexLocation } }).total
    expect([at('europe-west1'), at('global')]).toEqual([0.00275, 0.0025])
  })
})

describe('the tier that is billed', () => {
  const price = { input_cost_per_token: 2e-6, input_cost_per_token_priority: 4e-6, input_cost_per_token_flex: 1e-6 }
  test.each([
    ['priority', 'priority', 4e-6],
    ['priority', 'default', 2e-6],
    ['auto', undefined, 2e-6],
    ['flex', undefined, 1e-6],
    [undefined, 'flex', 1e-6],
    ['flex', 'FAST', 4e-6],
    ['priority', 'scale', 4e-6],
  ])('asked for %s, served %s', (asked, served, expected) => {
    expect(cost({ promptTokens: 1, serviceTier: served }, price, { serviceTier: asked }).total).toBe(expected)
  })
})

describe('calls that are not billed by their tokens', () => {
  test.each<[string, string, Partial<Usage>, ModelPrice, number]>([
    [
      'speech by characters',
      'aspeech',
      { quantities: { characters: 200 } },
      { input_cost_per_character: 1.5e-5 },
      0.003,
    ],
    [
      'speech by tokens',
      'aspeech',
      { promptTokens: 10, completionTokens: 100 },
      { input_cost_per_token: 6e-7, output_cost_per_token: 1e-5 },
      0.001006,
    ],
    [
      'transcription by seconds',
      'atranscription',
      { quantities: { seconds: 9 } },
      { input_cost_per_second: 0.0001, output_cost_per_second: 0.0001 },
      0.0009,
    ],
    [
      'transcription by input seconds',
      'atranscription',
      { quantities: { seconds: 8.5 } },
      { input_cost_per_second: 0.0001, output_cost_per_second: 0 },
      0.00085,
    ],
    [
      'transcription by tokens',
      'atranscription',
      { promptTokens: 14, completionTokens: 45, promptDetails: { audio: 14 } },
      { input_cost_per_token: 2.5e-6, input_cost_per_audio_token: 6e-6, output_cost_per_token: 1e-5 },
      0.000534,
    ],
    ['images by piece', 'aimage_generation', { quantities: { images: 3 } }, { output_cost_per_image: 0.04 }, 0.12],
    [
      'images by pixel',
      'aimage_generation',
      { quantities: { images: 2 }, imageSize: '1024x1792' },
      { input_cost_per_pixel: 6.539e-8, output_cost_per_pixel: 0 },
      0.23998234624,
    ],
    [
      'images by pixel of the usual size',
      'aimage_edit',
      { quantities: { images: 1 } },
      { input_cost_per_pixel: 1e-8 },
      0.01048576,
    ],
    [
      'images by tokens',
      'aimage_generation',
      {
        promptTokens: 50,
        completionTokens: 50,
        promptDetails: { text: 10, image: 40 },
        completionDetails: { text: 0, image: 50 },
        quantities: { images: 1 },
      },
      { input_cost_per_token: 5e-6, input_cost_per_image_token: 1e-5, output_cost_per_image_token: 4e-5 },
      0.00245,
    ],
    [
      'searches of a rerank',
      'arerank',
      { promptTokens: 500, quantities: { searchUnits: 2 } },
      { input_cost_per_query: 0.002, input_cost_per_token: 0 },
      0.004,
    ],
    ['tokens of a rerank', 'arerank', { promptTokens: 815 }, { input_cost_per_token: 1.8e-8 }, 0.00001467],
    [
      'pages',
      'aocr',
      { quantities: { pages: 29, annotatedPages: 2 } },
      { ocr_cost_per_page: 0.001, annotation_cost_per_page: 0.003 },
      0.035,
    ],
    [
      'seconds of video',
      'acreate_video',
      { quantities: { seconds: 8 } },
      { output_cost_per_video_per_second: 0.1, output_cost_per_second: 9 },
      0.8,
    ],
    ['a moderation', 'amoderation', { promptTokens: 5 }, { input_cost_per_token: 1 }, 0],
    ['creating a batch', 'acreate_batch', { promptTokens: 5 }, { input_cost_per_token: 1 }, 0],
  ])('%s', (_name, callType, usage, price, expected) => {
    expect(cost(usage, price, { callType }).total).toBe(expected)
  })

  test('time, for models that have no price per token', () => {
    const price = { mode: 'chat', input_cost_per_second: 0.0004 }
    expect(cost({ promptTokens: 9 }, price, { durationMs: 2500 }).total).toBe(0.001)
    expect(cost({ promptTokens: 9 }, { ...price, input_cost_per_token: 1e-6 }, { durationMs: 2500 }).total).toBe(9e-6)
  })
})

describe('tools', () => {
  const tools = (quantities: Usage['quantities'], price: ModelPrice, context: Partial<CostContext>) =>
    cost({ quantities }, price, context).tools
  const SIZES = { search_context_size_low: 0.03, search_context_size_medium: 0.035, search_context_size_high: 0.05 }
  const price = { search_context_cost_per_query: SIZES }

  test.each<[string, Usage['quantities'], ModelPrice, Partial<CostContext>, number]>([
    ['each search, of medium context', { webSearches: 2 }, price, {}, 0.07],
    ['each search, of the context asked for', { webSearches: 1 }, price, { searchContextSize: 'high' }, 0.05],
    ['no search without a price', { webSearches: 2 }, {}, {}, 0],
    ['Anthropic, each request', { webSearches: 3 }, SONNET, { provider: 'anthropic' }, 0.03],
    ['Gemini 2, each grounded prompt', { webSearches: 3 }, {}, { provider: 'gemini' }, 0.035],
    [
      'Gemini 3, each query',
      { webSearches: 3 },
      { search_context_cost_per_query: { search_context_size_medium: 0.014 }, web_search_billing_unit: 'per_query' },
      { provider: 'gemini' },
      0.042,
    ],
    [
      'Claude on Vertex AI, as Anthropic',
      { webSearches: 3 },
      { ...SONNET, litellm_provider: 'vertex_ai-anthropic_models' },
      { provider: 'vertex_ai' },
      0.03,
    ],
    ['xAI, its list price', { webSearches: 2 }, {}, { provider: 'xai' }, 0.01],
    ['file searches at OpenAI', { fileSearches: 2 }, {}, {}, 0.005],
    ['file searches at Azure are storage', { fileSearches: 2 }, {}, { provider: 'azure' }, 0],
    ['code sessions', { codeSessions: 2 }, {}, {}, 0.06],
  ])('%s', (_name, quantities, given, context, expected) => {
    expect(tools(quantities, given, context)).toBe(expected)
  })

  test('Perplexity has citations in its input and searches in its output', () => {
    const sonar = {
      input_cost_per_token: 2e-6,
      output_cost_per_token: 8e-6,
      output_cost_per_reasoning_token: 3e-6,
      citation_cost_per_token: 2e-6,
      search_context_cost_per_query: { ...SIZES, search_context_size_low: 0.005 },
    }
    const usage = { promptTokens: 33, completionTokens: 7163 + 73_997, reasoningTokens: 73_997 }
    const quantities = { citationTokens: 20_016, webSearches: 18 }
    expect(cost({ ...usage, quantities }, sonar, { provider: 'perplexity' })).toMatchObject({
      input: 0.040098,
      output: 0.369295,
      tools: 0,
    })
  })
})

test('a discount comes before a margin', () => {
  const context = { discount: 0.1, margin: { percentage: 0.2, fixedAmount: 0.001 } }
  expect(cost({ promptTokens: 1000 }, GPT_4O, context)).toMatchObject({
    original: 0.0025,
    discountAmount: 0.00025,
    marginAmount: 0.00145,
    total: 0.0037,
  })
})
