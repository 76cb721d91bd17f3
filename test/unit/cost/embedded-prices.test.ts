import { describe, expect, test } from '@jest/globals'
import { createEmbeddedPrices, embeddedNames, embeddedText } from '../../../src/cost/embedded-prices.ts'
import { EMBEDDED_PRICES_DIGEST } from '../../../src/cost/embedded-table.ts'
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
    expect(entries.length).toBeGreaterThan(4600)
    expect(digestOf(entries)).toBe(EMBEDDED_PRICES_DIGEST)
  })

  test('is what the tool makes of its own prices', () => {
    expect(embeddedText()).toBe(encodePrices(Object.fromEntries(setup().entries)))
  })

  test('knows no other names', () => {
    const { table } = setup()
    for (const name of [...RESERVED, 'gpt-unheard-of', '', '~', '@openai', 'a']) expect(table.get(name)).toBeUndefined()
  })
})
