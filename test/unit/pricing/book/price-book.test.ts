import { expect, test } from '@jest/globals'
import { createPriceBook } from '../../../../src/pricing/book/price-book.ts'
import { priceTableOf } from '../../../../src/pricing/book/price-table.ts'
import { aDeployment } from '../../../support/facts.ts'

function setup(map: Record<string, unknown>, embedded: Record<string, unknown> = {}) {
  return createPriceBook({ map: () => priceTableOf(map), embedded: priceTableOf(embedded) })
}

const DEPLOYMENT = aDeployment()

test('an explicit price of 0 on the deployment is a price', () => {
  const price = { input_cost_per_token: 0, output_cost_per_token: 0 }
  const book = setup({ 'gpt-4o': { input_cost_per_token: 1 } })
  expect(book.find({ ...DEPLOYMENT, price })).toEqual({ price, from: { source: 'deployment', key: 'd1' } })
})

test('the name with the provider comes before the bare one, the map before the embedded table', () => {
  const book = setup({ 'openai/gpt-4o': { input_cost_per_token: 1 }, 'gpt-4o': { input_cost_per_token: 2 } })
  expect(book.find(DEPLOYMENT)).toMatchObject({ from: { source: 'map', key: 'openai/gpt-4o' } })
  const later = setup({}, { 'gpt-4o': { input_cost_per_token: 2 } })
  expect(later.find(DEPLOYMENT)).toMatchObject({ from: { source: 'embedded', key: 'gpt-4o' } })
})

test('base_model is looked up instead of the name of the deployment', () => {
  const book = setup({ 'azure/gpt-4o': { input_cost_per_token: 1 } })
  const deployment = { ...DEPLOYMENT, provider: 'azure', model: 'my-deployment', baseModel: 'azure/gpt-4o' }
  expect(book.find(deployment)).toMatchObject({ from: { key: 'azure/gpt-4o' } })
})

test('a model nobody knows has no price, and neither has the sample', () => {
  expect(setup({ sample_spec: {} }).find({ ...DEPLOYMENT, model: 'sample_spec' })).toBeUndefined()
})
