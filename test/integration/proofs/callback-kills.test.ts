import { expect, test } from '@jest/globals'
import { runCallbackKills } from './callback-kills.ts'

test.each([
  ['journal', 4],
  ['sync', 2],
] as const)(
  'with `durability: %s`, what was answered is told after SIGKILL: nothing is missing, and nothing comes thrice',
  async (durability, kills) => {
    const { answered, most } = await runCallbackKills({ kills, durability, calls: 5 })
    expect(answered).toBe(kills * 5)
    expect(most).toBeLessThanOrEqual(2)
  },
)
