import { readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import { costOf } from '../../../src/pricing/cost/cost.ts'
import type { Json, Usage } from '../../../src/types.ts'
import { createMeter } from '../../../src/usage/meter/meter.ts'
import { builtinReaders } from '../../../src/usage/shapes/readers.ts'

/** Made by test/tools/usage-reference.py with LiteLLM itself. Costs are `[input, output]` by the name of the price. */
interface Case {
  readonly shape: string
  readonly provider: string
  readonly raw: Json
  readonly request?: Json
  readonly costs: Readonly<Record<string, readonly [number, number]>>
}

const { prices, cases } = JSON.parse(
  readFileSync(new URL('../../fixtures/cost/usages.json', import.meta.url), 'utf8'),
) as { readonly prices: Readonly<Record<string, Json>>; readonly cases: readonly Case[] }

/** Where an answer of this shape carries its usage. */
const DOCUMENTS: Readonly<Record<string, (raw: Json) => Json>> = {
  'gemini-generate': (raw) => ({ usageMetadata: raw }),
  'bedrock-invoke': (raw) => raw,
}

function read({ shape, raw, request }: Case): { readonly usage: Usage; readonly callType: string } {
  const reader = builtinReaders.find((one) => one.shape === shape)!
  const usage = reader.read((DOCUMENTS[shape] ?? ((found) => ({ usage: found })))(raw), undefined)!
  return { usage: (request && reader.withRequest?.(usage, request)) ?? usage, callType: reader.callType }
}

test('there are enough cases', () => {
  expect(cases.flatMap(({ costs }) => Object.keys(costs)).length).toBeGreaterThan(2000)
})

describe('LiteLLM charges the same for a usage as the provider states it', () => {
  test.each(cases.map((one) => [one.provider, one.shape, JSON.stringify(one.raw), one] as const))(
    '%s, %s: %s',
    (provider, _shape, _raw, one) => {
      const { usage, callType } = read(one)
      for (const [name, theirs] of Object.entries(one.costs)) {
        const cost = costOf(usage, prices[name]!, { provider, callType, startedAt: new Date('2026-11-01T12:00:00Z') })
        expect([name, rounded(cost.input), rounded(cost.output)]).toEqual([name, ...theirs.map(rounded)])
      }
    },
  )
})

test('the images of an embedding are read from its request, beside the tokens of the answer', async () => {
  const reader = builtinReaders.find(({ shape }) => shape === 'bedrock-invoke')!
  const request = { inputImage: 'iVBORw0KGgo=', inputText: 'a cat' }
  const meter = createMeter({ reader, contentType: 'application/json', request })
  meter.push(Buffer.from(JSON.stringify({ embedding: [0.5], inputTextTokenCount: 2 })))
  const { usage } = await meter.end().reading
  expect(usage).toMatchObject({ promptTokens: 2, quantities: { inputImages: 1 } })
})

/** To 10 digits: closer than 1e-9 of the whole. */
function rounded(dollars: number): number {
  return Number(dollars.toPrecision(10))
}
