import { expect, test } from '@jest/globals'
import { billedUsage } from '../../../../src/ledger/record/billed-usage.ts'
import { usageOf } from '../../../../src/usage/shapes/reader.ts'

test('of a call that is billed by its tokens alone nothing is said twice', () => {
  expect(billedUsage(undefined)).toBeUndefined()
  expect(billedUsage(usageOf({ promptTokens: 3, completionTokens: 4, promptDetails: { text: 3 } }))).toBeUndefined()
})

test('quantities, kinds of tokens and other models are told, and nothing else', () => {
  const advice = usageOf({ promptTokens: 5, completionTokens: 6, quantities: { webSearches: 1 } })
  const usage = usageOf({
    promptTokens: 3,
    cacheWrite1hTokens: 2,
    quantities: { seconds: 1.5 },
    imageSize: '1024x1024',
    others: [{ model: 'm', usage: advice }],
  })
  expect(billedUsage(usage)).toEqual({
    quantities: { seconds: 1.5 },
    cache_creation_1h_tokens: 2,
    image_size: '1024x1024',
    others: [
      {
        model: 'm',
        prompt_tokens: 5,
        completion_tokens: 6,
        cache_read_tokens: 0,
        cache_creation_tokens: 0,
        prompt_details: {},
        completion_details: {},
        quantities: { webSearches: 1 },
      },
    ],
  })
})
