import { readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { costOf } from '../../../src/cost/cost.ts'
import { createPriceBook } from '../../../src/cost/price-book.ts'
import { usageOf } from '../../../src/usage/reader.ts'
import { aDeployment } from '../../support/facts.ts'

/**
 * Made by test/tools/price-reference.py with LiteLLM itself: the models whose plain call costs "provider input output" dollars.
 */
const PLAIN: Readonly<Record<string, readonly string[]>> = JSON.parse(
  readFileSync(new URL('../../fixtures/cost/plain-calls.json', import.meta.url), 'utf8'),
)

const USAGE = usageOf({ promptTokens: 1000, completionTokens: 500 })
const book = createPriceBook()

test.each(
  Object.keys(PLAIN)
    .map((cost) => cost.split(' ')[0]!)
    .filter((one, at, all) => all.indexOf(one) === at),
)('a plain call to each model of %s costs what LiteLLM charges for it', (provider) => {
  const wrong = Object.entries(PLAIN).flatMap(([cost, models]) => {
    const [name, input, output] = cost.split(' ')
    return name === provider ? models.filter((model) => !costs(model, provider, Number(input), Number(output))) : []
  })
  expect(wrong).toEqual([])
})

test('there are enough models', () => expect(Object.values(PLAIN).flat().length).toBeGreaterThan(3300))

function costs(model: string, provider: string, input: number, output: number): boolean {
  // As a deployment has it: the provider's name stands apart.
  const bare = model.startsWith(`${provider}/`) ? model.slice(provider.length + 1) : model
  const found = book.find(aDeployment({ provider, model: bare }))
  if (!found) return false
  const cost = costOf(USAGE, found.price, {
    provider,
    callType: 'acompletion',
    startedAt: new Date('2026-11-01T12:00:00Z'),
  })
  return same(cost.input, input) && same(cost.output, output)
}

function same(ours: number, theirs: number): boolean {
  return Math.abs(ours - theirs) <= 1e-9 * theirs
}
