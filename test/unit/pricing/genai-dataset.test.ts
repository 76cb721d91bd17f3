import { expect, test } from '@jest/globals'
import { createPriceBook } from '../../../src/pricing/book/price-book.ts'
import { priceCall } from '../../../src/pricing/cost/price-call.ts'
import type { Json } from '../../../src/types.ts'
import { builtinReaders, readerOfShape } from '../../../src/usage/shapes/readers.ts'
import { aDeployment } from '../../support/facts.ts'

/**
 * What pydantic/genai-prices, which keeps a price list of its own, works out for usage that providers have reported: from
 * its published data set, `tests/dataset/usages.json`.
 */
const CASES: readonly (readonly [
  provider: string,
  model: string,
  shape: string,
  said: Json,
  input: number,
  output: number,
])[] = [
  ...claude('anthropic', 'claude-sonnet-4-5-20250929', [
    [14, 65, 0.000042, 0.000975],
    [744, 53, 0.002232, 0.000795],
    [824, 23, 0.002472, 0.000345],
    [957, 23, 0.002871, 0.000345],
    [731, 110, 0.002193, 0.00165],
  ]),
  ...claude('anthropic', 'claude-sonnet-4-20250514', [
    [458, 38, 0.001374, 0.00057],
    [525, 73, 0.001575, 0.001095],
  ]),
  ...claude('bedrock', 'us.anthropic.claude-sonnet-4-5-20250929-v1:0', [
    [14, 65, 0.0000462, 0.0010725],
    [744, 53, 0.0024552, 0.0008745],
    [797, 91, 0.0026301, 0.0015015],
  ]),
  ...claude('vertex_ai', 'claude-sonnet-4-5@20250929', [[797, 91, 0.002391, 0.001365]]),
  ...chat('openai', 'gpt-4o-2024-08-06', [
    [89, 36, 0, 0.0002225, 0.00036],
    [1119, 10, 0, 0.0027975, 0.0001],
  ]),
  ...chat('azure', 'gpt-4o-2024-08-06', [[89, 36, 0, 0.0002225, 0.00036]]),
  ...chat('openai', 'o3-mini-2025-01-31', [[577, 2320, 1792, 0.0006347, 0.010208]]),
  ...chat('openai', 'gpt-5-2025-08-07', [[13, 11, 0, 0.00001625, 0.00011]]),
  ...chat('groq', 'llama-3.3-70b-versatile', [[42, 8, 0, 0.00002478, 0.00000632]]),
  [
    'openai',
    'o3-mini-2025-01-31',
    'openai-responses',
    {
      usage: {
        input_tokens: 13,
        input_tokens_details: { cached_tokens: 0 },
        output_tokens: 1915,
        output_tokens_details: { reasoning_tokens: 1600 },
        total_tokens: 1928,
      },
    },
    0.0000143,
    0.008426,
  ],
  [
    'vertex_ai',
    'gemini-2.5-flash',
    'gemini-generate',
    {
      usageMetadata: {
        candidatesTokenCount: 8,
        candidatesTokensDetails: [{ modality: 'TEXT', tokenCount: 8 }],
        promptTokenCount: 7,
        promptTokensDetails: [{ modality: 'TEXT', tokenCount: 7 }],
        thoughtsTokenCount: 53,
        totalTokenCount: 68,
        trafficType: 'ON_DEMAND',
      },
    },
    0.0000021,
    0.0001525,
  ],
]

type Case = (typeof CASES)[number]

function claude(provider: string, model: string, counts: readonly (readonly number[])[]): Case[] {
  return counts.map(([input_tokens, output_tokens, input, output]) => {
    const usage = { cache_creation_input_tokens: 0, cache_read_input_tokens: 0, input_tokens, output_tokens }
    return [provider, model, 'anthropic-messages', { usage: { ...usage, service_tier: 'standard' } }, input!, output!]
  })
}

function chat(provider: string, model: string, counts: readonly (readonly number[])[]): Case[] {
  return counts.map(([prompt_tokens, completion_tokens, reasoning_tokens, input, output]) => {
    const details = { completion_tokens_details: { reasoning_tokens }, prompt_tokens_details: { cached_tokens: 0 } }
    return [
      provider,
      model,
      'openai-chat',
      { usage: { prompt_tokens, completion_tokens, ...details } },
      input!,
      output!,
    ]
  })
}

test.each(CASES)('%s, %s by %s: genai-prices comes to the same', (provider, model, shape, said, input, output) => {
  const usage = readerOfShape(builtinReaders, shape).read(said, undefined)!
  const now = new Date('2026-08-01T12:00:00Z')
  const call = { call: { callType: 'acompletion' }, usage, startedAt: now, endedAt: now }
  const deployment = aDeployment({ provider, model, baseUrl: 'https://provider.example' })
  const { cost } = priceCall({ ...call, deployment }, createPriceBook())
  expect(Math.abs(cost!.input - input)).toBeLessThanOrEqual(1e-9 * input)
  expect(Math.abs(cost!.output - output)).toBeLessThanOrEqual(1e-9 * output)
})
