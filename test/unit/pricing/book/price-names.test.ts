import { describe, expect, test } from '@jest/globals'
import { createEmbeddedPrices, embeddedNames } from '../../../../src/pricing/book/embedded-prices.ts'
import { createPriceBook } from '../../../../src/pricing/book/price-book.ts'
import { priceNames, sameProvider, sizeBucket } from '../../../../src/pricing/book/price-names.ts'
import { priceTableOf } from '../../../../src/pricing/book/price-table.ts'
import { locationOf } from '../../../../src/pricing/cost/cost-context.ts'

const names = (model: string, provider: string, region?: string) => priceNames(model, provider, region)

describe('the names of a price', () => {
  test('go from the most exact to the least', () => {
    expect(names('anthropic.claude-v1', 'bedrock', 'us-east-1')).toEqual([
      'bedrock/us-east-1/anthropic.claude-v1',
      'bedrock/anthropic.claude-v1',
      'anthropic.claude-v1',
    ])
    expect(names('anthropic/claude-sonnet-4.5', 'openrouter')).toEqual([
      'openrouter/anthropic/claude-sonnet-4.5',
      'anthropic/claude-sonnet-4.5',
      'claude-sonnet-4.5',
    ])
  })

  test.each([
    ['openai/openai/gpt-5.5', 'openai', 'gpt-5.5'],
    ['ft:gpt-4o-2024-08-06:my-org::id', 'openai', 'ft:gpt-4o-2024-08-06'],
    ['gpt-4o-2030-01-01', 'openai', 'gpt-4o'],
    ['gemini-2.5-flash-002', 'vertex_ai', 'gemini-2.5-flash'],
    ['claude-sonnet-4-5@20250929', 'vertex_ai', 'claude-sonnet-4-5'],
    ['us.anthropic.claude-sonnet-4-5-v1:0', 'bedrock', 'anthropic.claude-sonnet-4-5-v1:0'],
    ['converse/global.anthropic.claude-x-v1:0:18k', 'bedrock', 'anthropic.claude-x-v1:0'],
    ['us-gov-west-1/openai.gpt-oss-20b-1:0', 'bedrock', 'openai.gpt-oss-20b-1:0'],
    ['arn:aws:bedrock:eu-west-1:1:inference-profile/eu.amazon.nova-lite-v1:0', 'bedrock', 'amazon.nova-lite-v1:0'],
    ['us.anthropic.claude-opus-4-6-v1[1m]', 'bedrock', 'anthropic.claude-opus-4-6-v1'],
  ])('%s of %s is also %s', (model, provider, also) => {
    expect(names(model, provider)).toContain(also)
  })
})

test('a minor version is not taken for a snapshot', () => {
  expect(names('claude-opus-4-9', 'vertex_ai')).not.toContain('claude-opus-4')
})

test('an entry of another provider is another price', () => {
  expect(sameProvider('openai', 'openai')).toBe(true)
  expect(sameProvider('openai', undefined)).toBe(true)
  expect(sameProvider('vertex_ai', 'vertex_ai-language-models')).toBe(true)
  expect(sameProvider('bedrock', 'bedrock_converse')).toBe(true)
  expect(sameProvider('openai', 'text-completion-openai')).toBe(true)
  expect(sameProvider('litellm_proxy', 'anthropic')).toBe(true)
  expect(sameProvider('hosted_vllm', 'openai')).toBe(false)
  expect(sameProvider('azure', 'openai')).toBe(false)
})

test('unlisted models of Together and Fireworks are priced by their size', () => {
  expect(sizeBucket('meta-llama/Llama-4-70B', 'together_ai')).toBe('together-ai-41.1b-80b')
  expect(sizeBucket('accounts/x/mixtral-8x7b', 'fireworks_ai')).toBe('fireworks-ai-moe-up-to-56b')
  expect(sizeBucket('accounts/x/llama-13b', 'fireworks_ai')).toBe('fireworks-ai-4.1b-to-16b')
  expect(sizeBucket('accounts/x/secret', 'fireworks_ai')).toBe('fireworks-ai-default')
  expect(sizeBucket('llama-70b', 'openai')).toBeUndefined()
})

test('an address tells where it computes', () => {
  const at = (baseUrl: string) => JSON.parse(JSON.stringify(locationOf({ baseUrl })))
  expect(at('https://bedrock-runtime.us-east-1.amazonaws.com')).toEqual({ region: 'us-east-1' })
  expect(at('https://eu.api.openai.com/v1')).toEqual({ dataResidency: 'eu' })
  expect(at('https://aiplatform.googleapis.com/v1/projects/p/locations/global')).toEqual({ vertexLocation: 'global' })
  expect(at('https://europe-west1-aiplatform.googleapis.com/v1')).toEqual({ vertexLocation: 'europe-west1' })
  expect(at('https://api.openai.com/v1')).toEqual({})
})

describe('the price book', () => {
  const embedded = createEmbeddedPrices()
  const map = Object.fromEntries(embeddedNames().map((name) => [name, embedded.get(name)!]))
  const table = priceTableOf(map)

  test.each(['map', 'embedded'] as const)('finds every priced model of LiteLLM’s map in the %s', (source) => {
    const book = source === 'map' ? createPriceBook({ map: () => table }) : createPriceBook()
    for (const [model, entry] of Object.entries(map)) {
      if (!Object.keys(entry).some((field) => /cost|pricing/.test(field))) continue
      const provider = String(entry.litellm_provider)
      const found = book.find({ id: 'x', modelGroup: 'x', model, provider, baseUrl: 'https://x', headers: {} })
      // A bare name also stands under its provider's: then that entry is the one LiteLLM charges.
      const key = !model.startsWith(`${provider}/`) && map[`${provider}/${model}`] ? `${provider}/${model}` : model
      expect(found?.from).toMatchObject({ source, key })
    }
  })
})
