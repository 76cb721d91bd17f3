import { describe, expect, test } from '@jest/globals'
import { isPriceField, priceOf, readablePrices } from '../../../src/config/prices.ts'

test.each([
  ['input_cost_per_token', true],
  ['output_cost_per_token_above_200k_tokens_priority', true],
  ['cache_read_input_token_cost', true],
  ['cache_creation_input_token_cost_above_1hr', true],
  ['ocr_cost_per_page', true],
  ['search_context_cost_per_query', true],
  ['tiered_pricing', true],
  ['max_tokens', false],
  ['costume', false],
  ['rpm', false],
])('whether %s is a price: %j', (name, price) => expect(isPriceField(name)).toBe(price))

test('params stand above model_info, text becomes a number, and 0 stays', () => {
  expect(
    priceOf(
      { input_cost_per_token: 1, output_cost_per_token: 2e-6, mode: 'chat' },
      { input_cost_per_token: '1e-6', cache_read_input_token_cost: 0, model: 'x' },
    ),
  ).toEqual({ input_cost_per_token: 1e-6, output_cost_per_token: 2e-6, cache_read_input_token_cost: 0 })
})

test('an entry without prices has none', () => expect(priceOf({ id: 'x' }, { model: 'x' })).toBeUndefined())

describe('a price in a config that is none', () => {
  const UNREADABLE = ['a lot', '', '$5', -1, Number.NaN, Number.POSITIVE_INFINITY, true, [1], { a: 1 }]

  test.each(UNREADABLE.map((value) => [value]))('is told of, and marked: %j', (value) => {
    for (const section of ['litellm_params', 'model_info']) {
      const entry = { model_name: 'm', litellm_params: { model: 'openai/gpt-4o' }, model_info: {} }
      const { config, unread } = readablePrices({
        model_list: [{ ...entry, [section]: { model: 'openai/gpt-4o', input_cost_per_token: value } }],
      })
      expect(unread).toEqual([expect.stringContaining(`model_list[0].${section}.input_cost_per_token: `)])
      expect(config).toMatchObject({ model_list: [{ [section]: { input_cost_per_token: Number.NaN } }] })
    }
  })

  test.each([1e-6, 0, '1e-6', '0.000001', ' 2 '])('is not %j', (value) => {
    const config = { model_list: [{ litellm_params: { model: 'openai/x', output_cost_per_token: value } }] }
    expect(readablePrices(config)).toEqual({ config, unread: [] })
  })

  test('may stand within tiers and off-peak hours', () => {
    const tiers = [{ range: [0, 10], input_cost_per_token: 'little', output_cost_per_token: '1e-6' }]
    const off_peak_pricing = { hours_utc: '00:00-01:00', output_cost_per_token: 'less' }
    const { unread } = readablePrices({
      model_list: [
        { model_info: { tiered_pricing: tiers, off_peak_pricing } },
        { model_info: { tiered_pricing: 'x' } },
      ],
    })
    expect(unread).toEqual([
      'model_list[0].model_info.tiered_pricing[0].input_cost_per_token: "little" is no price in US dollars',
      'model_list[0].model_info.off_peak_pricing.output_cost_per_token: "less" is no price in US dollars',
      'model_list[1].model_info.tiered_pricing: "x" is no price in US dollars',
    ])
  })

  test('a config without models, or with nonsense for them, is left as it is', () => {
    for (const config of [{}, { model_list: 'x' }, { model_list: [1, null, { litellm_params: 3 }] }]) {
      expect(readablePrices(config)).toEqual({ config, unread: [] })
    }
  })
})
