import { readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { priceOf } from '../../../src/config/prices.ts'
import { createPriceBook } from '../../../src/pricing/book/price-book.ts'
import { priceTableOf } from '../../../src/pricing/book/price-table.ts'
import { costOf } from '../../../src/pricing/cost/cost.ts'
import type { Json } from '../../../src/types.ts'
import { openaiUsage } from '../../../src/usage/shapes/openai-usage.ts'

type Tier = 'normal' | 'priority'

/** Made by test/tools/deployment-reference.py with LiteLLM itself: one cost for each usage. */
interface Case {
  readonly model: string
  readonly prices: string
  readonly where: 'litellm_params' | 'model_info'
  readonly own: Json
  readonly costs: Readonly<Record<Tier, readonly (number | null)[]>>
}

const { entries, usages, cases } = JSON.parse(
  readFileSync(new URL('../../fixtures/cost/deployments.json', import.meta.url), 'utf8'),
) as {
  readonly entries: Readonly<Record<string, Json>>
  readonly usages: readonly Json[]
  readonly cases: readonly Case[]
}

const table = priceTableOf(entries)

test.each(cases.map((one) => [one.prices, one.where, one.model, one] as const))(
  'LiteLLM charges the same with a price of the deployment: %s in %s, %s',
  (_prices, where, model, { own, costs }) => {
    const [provider, name] = model.split('/') as [string, string]
    const price = where === 'litellm_params' ? priceOf({}, own) : priceOf(own, {})
    const deployment = { id: 'd', modelGroup: 'm', model: name, provider, baseUrl: 'http://x', headers: {}, price }
    const found = createPriceBook({ map: () => table, embedded: priceTableOf({}) }).find(deployment)
    for (const serviceTier of ['normal', 'priority'] as const) {
      const context = { provider, callType: 'acompletion', startedAt: new Date(), serviceTier }
      const ours = usages.map((raw) => found && costOf(openaiUsage(raw, {}), found.price, context).total)
      expect(ours.map(rounded)).toEqual(costs[serviceTier].map(rounded))
    }
  },
)

/** To 10 digits: closer than 1e-9 of the whole. */
function rounded(dollars: number | null | undefined): number | null {
  return dollars == null ? null : Number(dollars.toPrecision(10))
}
