import { readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import { costOf } from '../../../src/pricing/cost/cost.ts'
import type { Json, Usage } from '../../../src/types.ts'
import { usageOf } from '../../../src/usage/shapes/reader.ts'

/** Made by test/tools/cost-reference.py with LiteLLM itself. */
interface Case {
  readonly model?: string
  readonly provider: string
  readonly price: Json
  readonly usage: Partial<Usage>
  readonly tier?: string | null
  readonly at?: string
  readonly input: number
  readonly output: number
}

function casesOf(name: string): readonly Case[] {
  return JSON.parse(readFileSync(new URL(`../../fixtures/cost/${name}.json`, import.meta.url), 'utf8'))
}

describe.each([
  ['litellm', 'acompletion', 420],
  ['batches', 'aretrieve_batch', 60],
  ['off-peak', 'acompletion', 70],
] as const)('%s: LiteLLM charges the same', (name, callType, atLeast) => {
  const cases = casesOf(name)

  test('there are enough cases, and none is free', () => {
    expect(cases.length).toBeGreaterThanOrEqual(atLeast)
    expect(cases.filter(({ input, output }) => input + output === 0)).toEqual([])
  })

  test.each(cases.map((one, index) => [index, one.model ?? one.at, one] as const))('%d: %s', (_index, _name, one) => {
    const context = { provider: one.provider, callType, startedAt: new Date(one.at ?? '2026-08-01T12:00:00Z') }
    const cost = costOf(usageOf({ ...one.usage, serviceTier: one.tier ?? undefined }), one.price, context)
    for (const [ours, theirs] of [
      [cost.input, one.input],
      [cost.output, one.output],
      [cost.total, one.input + one.output],
    ] as const) {
      expect(Math.abs(ours - theirs)).toBeLessThanOrEqual(1e-9 * theirs)
    }
  })
})
