import { expect, test } from '@jest/globals'
import { createEstimate } from '../../../src/assembly/estimate.ts'
import type { CountedTokens } from '../../../src/auth/counted-tokens.ts'
import type { Deployment, FoundPrice } from '../../../src/types.ts'
import { aCall, aKey } from '../../support/facts.ts'

test.each([
  ['total', 17],
  ['input', 10],
  ['output', 7],
] as const)('of a call %s tokens may count, and each kind is known by itself', (counted: CountedTokens, tokens) => {
  const price = { input_cost_per_token: 1, output_cost_per_token: 2 }
  const estimate = createEstimate({
    deploymentsOf: () => [{} as Deployment],
    prices: { find: () => ({ price }) as unknown as FoundPrice },
    counted,
  })
  const call = aCall({ body: Buffer.alloc(40), json: { max_tokens: 7 } })
  expect(estimate(call, aKey())).toMatchObject({ tokens, input: 10, output: 7, cost: 24 })
})
