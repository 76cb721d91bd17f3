import { readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { createPriceBook } from '../../../src/pricing/book/price-book.ts'
import { priceCall } from '../../../src/pricing/cost/price-call.ts'
import type { Usage } from '../../../src/types.ts'
import { usageOf } from '../../../src/usage/shapes/reader.ts'
import { aDeployment } from '../../support/facts.ts'

/**
 * Made by test/tools/price-reference.py with LiteLLM itself: the models whose plain call costs "call type, provider, input,
 * output" in dollars.
 */
const PLAIN: Readonly<Record<string, readonly string[]>> = JSON.parse(
  readFileSync(new URL('../../fixtures/cost/plain-calls.json', import.meta.url), 'utf8'),
)

const USAGES: Readonly<Record<string, Usage>> = {
  acompletion: usageOf({ promptTokens: 1000, completionTokens: 500 }),
  aembedding: usageOf({ promptTokens: 1000 }),
  atranscription: usageOf({ quantities: { seconds: 60 } }),
  aspeech: usageOf({ quantities: { characters: 1000 } }),
  arerank: usageOf({ quantities: { searchUnits: 1 } }),
  aimage_generation: usageOf({ quantities: { images: 1 } }),
}

const book = createPriceBook()
const noon = new Date('2026-11-01T12:00:00Z')
const kinds = [...new Set(Object.keys(PLAIN).map((key) => key.split(' ').slice(0, 2).join(' ')))]

test.each(kinds)('a plain call to each model costs what LiteLLM charges for it: %s', (kind) => {
  const wrong = Object.entries(PLAIN).flatMap(([key, models]) => {
    const [callType = '', provider = '', input, output] = key.split(' ')
    if (`${callType} ${provider}` !== kind) return []
    const theirs = [Number(input), Number(output)].map(rounded)
    return models.flatMap((model) => {
      const ours = costOf(callType, provider, model).map(rounded)
      return `${ours}` === `${theirs}` ? [] : [`${model}: ${ours}, not ${theirs}`]
    })
  })
  expect(wrong).toEqual([])
})

test('there are enough models', () => expect(Object.values(PLAIN).flat().length).toBeGreaterThan(3600))

function costOf(callType: string, provider: string, name: string): readonly number[] {
  // As a deployment has it: the provider's name stands apart.
  const model = name.startsWith(`${provider}/`) ? name.slice(provider.length + 1) : name
  const deployment = aDeployment({ provider, model })
  const call = { call: { callType }, deployment, usage: USAGES[callType]!, startedAt: noon, endedAt: noon }
  const { input = Number.NaN, output = Number.NaN } = priceCall(call, book).cost ?? {}
  return [input, output]
}

/** To 10 digits: closer than 1e-9 of the whole. */
function rounded(dollars: number): number {
  return Number(dollars.toPrecision(10))
}
