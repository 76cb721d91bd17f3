import { readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import { createEmbeddedPrices, embeddedNames, embeddedText } from '../../../../src/pricing/book/embedded-prices.ts'
import { EMBEDDED_PRICES_DIGEST } from '../../../../src/pricing/book/embedded-table.ts'
import type { Json } from '../../../../src/types.ts'
import { digestOf, encodePrices, withRetired } from '../../../tools/price-text.ts'

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

  test('keeps the models that the list of prices has dropped, with the prices they had', () => {
    const { table } = setup()
    const retired = new URL('../../../tools/retired-prices.json', import.meta.url)
    for (const [name, price] of Object.entries(JSON.parse(readFileSync(retired, 'utf8')))) {
      expect(table.get(name)).toEqual(price)
    }
    // From the map of August 2026, and not in that of November.
    for (const name of ['claude-3-opus-20240229', 'dall-e-3', 'gemini-2.0-flash']) expect(table.get(name)).toBeDefined()
  })

  test('is made of a newer map and of what that map has no longer', () => {
    const [old, kept, changed] = [{ input_cost_per_token: 1 }, { input_cost_per_token: 2 }, { input_cost_per_token: 3 }]
    expect(withRetired({ a: changed, b: old }, { c: old }, { a: old, c: kept })).toEqual({
      a: changed,
      b: old,
      c: kept,
    })
  })

  test('knows no other names', () => {
    const { table } = setup()
    for (const name of [...RESERVED, 'gpt-unheard-of', '', '~', '@openai', 'a']) expect(table.get(name)).toBeUndefined()
  })
})
