import { describe, expect, test } from '@jest/globals'
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

describe('what a model can do', () => {
  const deployment = {
    id: '1',
    modelGroup: 'm',
    model: 'claude-sonnet-4-5',
    provider: 'anthropic',
    baseUrl: '',
    headers: {},
  }

  test('is known without a map, also where a deployment has a price of its own', () => {
    const price = { input_cost_per_token: 1, output_cost_per_token: 1 }
    const found = createPriceBook().describe?.({ ...deployment, price })
    expect(found).toMatchObject({ mode: 'chat', max_output_tokens: 64_000, supports_vision: true })
  })

  test('is what the map says, once there is one', () => {
    const map = priceTableOf({ 'claude-sonnet-4-5': { litellm_provider: 'anthropic', supports_vision: false } })
    let table: typeof map | undefined
    const book = createPriceBook({ map: () => table })
    expect(book.describe?.(deployment)).toMatchObject({ supports_vision: true })
    table = map
    expect(book.describe?.(deployment)).toEqual({ litellm_provider: 'anthropic', supports_vision: false })
  })

  test('is not that of another provider’s model of the same name', () => {
    expect(createPriceBook().describe?.({ ...deployment, provider: 'hosted_vllm' })).toBeUndefined()
  })
})
