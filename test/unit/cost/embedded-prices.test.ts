import { describe, expect, test } from '@jest/globals'
import { createEmbeddedPrices, embeddedNames } from '../../../src/cost/embedded-prices.ts'
import { EMBEDDED_PRICES, EMBEDDED_PRICES_DIGEST } from '../../../src/cost/embedded-table.ts'
import type { Json } from '../../../src/types.ts'
import { digestOf, encodePrices } from '../../tools/price-text.ts'

const RESERVED = ['sample_spec', 'fallback_generalizations']

function setup() {
  const table = createEmbeddedPrices()
  const entries = embeddedNames().map((name): [string, Json] => [name, table.get(name)!])
  return { table, entries }
}

describe('the embedded table', () => {
  test('gives back every price of the map it was made from, and no other', () => {
    const { entries } = setup()
    expect(entries.length).toBeGreaterThan(2900)
    expect(digestOf(entries)).toBe(EMBEDDED_PRICES_DIGEST)
  })

  test('is what the tool makes of its own prices', () => {
    expect(EMBEDDED_PRICES.trim()).toBe(encodePrices(Object.fromEntries(setup().entries)))
  })

  test('knows no other names', () => {
    const { table } = setup()
    for (const name of [...RESERVED, 'gpt-unheard-of', '', '~', '@openai', 'a']) expect(table.get(name)).toBeUndefined()
  })
})
