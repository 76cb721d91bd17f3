import { expect, test } from '@jest/globals'
import { isPriceField, priceOf } from '../../../src/config/prices.ts'

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
