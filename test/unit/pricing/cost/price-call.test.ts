import { describe, expect, test } from '@jest/globals'
import { createPriceBook } from '../../../../src/pricing/book/price-book.ts'
import { type CostSettings, type PriceableCall, priceCall } from '../../../../src/pricing/cost/price-call.ts'
import type { Call, Deployment, Usage } from '../../../../src/types.ts'
import { usageOf } from '../../../../src/usage/shapes/reader.ts'
import { aDeployment } from '../../../support/facts.ts'

interface Given {
  readonly usage?: Partial<Usage>
  readonly deployment?: Partial<Deployment>
  readonly call?: Partial<Call>
  readonly responseModel?: string
  readonly settings?: CostSettings
}

/** Prices a call with the embedded table. */
function price({ usage, deployment, call, responseModel, settings }: Given) {
  const priced: PriceableCall = {
    call: { callType: 'acompletion', ...call },
    deployment: aDeployment(deployment),
    usage: usageOf({ promptTokens: 10, completionTokens: 20, ...usage }),
    responseModel,
    startedAt: new Date('2026-08-01T12:00:00Z'),
    endedAt: new Date('2026-08-01T12:00:02Z'),
  }
  return priceCall(priced, createPriceBook(), settings)
}

test('a known model is priced, and the price is named', () => {
  expect(price({})).toMatchObject({
    cost: { total: 0.000225 },
    priceSource: { source: 'embedded', key: 'gpt-4o' },
  })
})

test('an unknown model has no cost, which is not the same as 0', () => {
  expect(price({ deployment: { model: 'gpt-unheard-of' } })).toEqual({})
  expect(price({ deployment: { model: 'gpt-4o', provider: 'hosted_vllm' } })).toEqual({})
})

test('a deployment that is free by its own price costs 0', () => {
  const free = { price: { input_cost_per_token: 0, output_cost_per_token: 0 } }
  expect(price({ deployment: free })).toMatchObject({ cost: { total: 0 }, priceSource: { source: 'deployment' } })
})

test('a deployment that prices only its cache keeps the rest of the entry', () => {
  const usage = { promptTokens: 100, completionTokens: 0, cacheReadTokens: 100 }
  const deployment = { price: { cache_read_input_token_cost: 1e-6 } }
  expect(price({ usage, deployment })).toMatchObject({ cost: { total: 0.0001 }, priceSource: { source: 'embedded' } })
})

test('an Azure deployment is priced by the model it answers with', () => {
  const deployment = { provider: 'azure', model: 'my-deployment', baseUrl: 'https://x.openai.azure.com' }
  expect(price({ deployment })).toEqual({})
  expect(price({ deployment, responseModel: 'gpt-4o-2024-08-06' })).toMatchObject({
    priceSource: { key: 'azure/gpt-4o-2024-08-06' },
  })
  const named = { ...deployment, baseModel: 'azure/gpt-4o' }
  expect(price({ deployment: named, responseModel: 'gpt-4' })).toMatchObject({ priceSource: { key: 'azure/gpt-4o' } })
})

describe('a bill stated by the provider', () => {
  const settings = { believeStated: true }

  test('is charged where that was asked for and the provider is paid by it', () => {
    const deployment = { provider: 'openrouter', model: 'anthropic/claude-sonnet-4.5' }
    expect(price({ deployment, settings, usage: { statedCost: 0.000612 } })).toMatchObject({
      cost: { total: 0.000612 },
      priceSource: { source: 'upstream', key: 'openrouter' },
    })
    expect(price({ deployment, usage: { statedCost: 0.000612 } }).priceSource).toMatchObject({ source: 'embedded' })
  })

  test('is not believed from others, nor against the deployment’s own price', () => {
    expect(price({ settings, usage: { statedCost: 0 } }).cost!.total).toBe(0.000225)
    const deployment = { provider: 'openrouter', price: { input_cost_per_token: 1, output_cost_per_token: 0 } }
    expect(price({ deployment, settings, usage: { statedCost: 0 } }).cost!.total).toBe(10)
  })
})

describe('images', () => {
  const call = (json: object) => ({ callType: 'aimage_generation', json: { ...json } })
  const usage = { promptTokens: 0, completionTokens: 0, quantities: { images: 1 } }
  const deployment = { model: 'dall-e-3' }

  test('are priced by the quality and size that were asked for', () => {
    const asked = price({ usage, deployment, call: call({ quality: 'hd', size: '1024x1792' }) })
    expect(asked).toMatchObject({ priceSource: { key: 'hd/1024-x-1792/dall-e-3' } })
    expect(asked.cost!.total).toBeCloseTo(0.12, 3)
  })

  test('are priced by what the answer says, before what was asked for', () => {
    const answered = { ...usage, imageQuality: 'hd', imageSize: '1024x1024' }
    const asked = price({ usage: answered, deployment, call: call({ quality: 'standard', size: '1792x1024' }) })
    expect(asked).toMatchObject({ priceSource: { key: 'hd/1024-x-1024/dall-e-3' } })
  })

  test('that come with tokens are priced by them', () => {
    const tokens = {
      promptTokens: 50,
      completionTokens: 50,
      completionDetails: { image: 50 },
      quantities: { images: 1 },
    }
    expect(price({ usage: tokens, deployment: { model: 'gpt-image-1' }, call: call({}) })).toMatchObject({
      priceSource: { key: 'gpt-image-1' },
      cost: { total: 0.00225 },
    })
  })
})

test('the requested tier and search context decide prices', () => {
  const json = { service_tier: 'priority', web_search_options: { search_context_size: 'high' } }
  const priority = price({ call: { json } }).cost!
  expect(priority.serviceTier).toBe('priority')
  expect(priority.total).toBeGreaterThan(0.000225)
  const tools = [{ type: 'web_search_preview', search_context_size: 'low' }]
  const bySize = { search_context_size_low: 0.03, search_context_size_high: 0.05 }
  const deployment = { model: 'gpt-4o-search-preview', price: { search_context_cost_per_query: bySize } }
  const searched = { usage: { quantities: { webSearches: 1 } }, deployment }
  expect(price({ ...searched, call: { json: { tools } } }).cost!.tools).toBe(0.03)
  expect(price({ ...searched, call: { json } }).cost!.tools).toBe(0.05)
})

test('discounts and margins are those of the provider, or the global margin', () => {
  const settings = { discounts: { openai: 0.5 }, margins: { global: 0.1, azure: { fixedAmount: 1 } } }
  expect(price({ settings }).cost!.total).toBe(0.00012375)
  const deployment = { provider: 'azure', baseUrl: 'https://x.openai.azure.com' }
  expect(price({ settings, deployment }).cost!.total).toBeGreaterThan(1)
})

test('a moderation is free, known or not', () => {
  expect(price({ deployment: { model: 'x' }, call: { callType: 'amoderation' } })).toMatchObject({ cost: { total: 0 } })
})

describe('what another model did for the answer', () => {
  const usage = {
    promptTokens: 1000,
    completionTokens: 100,
    others: [{ model: 'claude-opus-4-7', usage: usageOf({ promptTokens: 2000, completionTokens: 50 }) }],
  }
  const deployment = { model: 'claude-sonnet-4-6', provider: 'anthropic', baseUrl: 'https://api.anthropic.com/v1' }

  test('is charged at its own price, with the discount of all', () => {
    const { cost } = price({ usage, deployment, settings: { discounts: { anthropic: 0.5 } } })
    // 1000 × 3e-6 + 100 × 1.5e-5, and 2000 × 5e-6 + 50 × 2.5e-5
    expect(cost).toMatchObject({ input: 0.003, output: 0.0015, tools: 0.01125, original: 0.01575, total: 0.007875 })
  })

  test('is charged at the price of the call where its own is not known', () => {
    const [other] = usage.others
    const { cost } = price({ usage: { ...usage, others: [{ ...other!, model: 'claude-unheard-of' }] }, deployment })
    expect(cost!.tools).toBe(0.00675)
  })
})
