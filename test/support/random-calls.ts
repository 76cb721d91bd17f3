import type { SpendEvent } from '../../src/types.ts'
import { spendEvent } from './spend-event.ts'

/** Numbers in [0, 1), the same for the same seed. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

/** Calls of every kind: many owners and days, failed, free, unpriced, tagged, under ids that other calls have too. */
export function randomCalls(count: number, seed: number): SpendEvent[] {
  const random = randomFrom(seed)
  const below = (limit: number) => Math.floor(random() * limit)
  return Array.from({ length: count }, (_, n) => {
    const owner = below(5)
    const at = new Date(Date.UTC(2026, 2, 1 + below(4), below(24), below(60)))
    return spendEvent({
      callId: `call-${seed}-${n}`,
      key: below(20) === 0 ? null : keyOf(owner, below),
      call: {
        endUserId: below(3) ? `e${below(6)}` : undefined,
        callType: below(2) ? 'acompletion' : 'anthropic_messages',
      },
      deployment: { model: `m${below(3)}` },
      outcome: {
        responseId: below(4) ? `chatcmpl-${seed}-${n}` : below(2) ? '' : `shared-${below(50)}`,
        startedAt: at,
        endedAt: new Date(+at + below(60_000)),
        status: below(8) ? 'success' : 'failure',
      },
      cost: below(10) ? random() / 10 : below(2) ? 0 : undefined,
    })
  })
}

function keyOf(owner: number, below: (limit: number) => number) {
  const owners = {
    userId: `u${owner}`,
    ...(below(3) && { teamId: `t${below(5)}`, organizationId: `o${below(5)}` }),
    ...(below(2) && { agentId: `a${below(5)}` }),
  }
  const tags = Array.from({ length: below(4) }, () => `tag${below(8)}`)
  return { hashedToken: String(owner).repeat(64), owners, metadata: { tags } }
}

export function shuffled<T>(items: readonly T[], random: () => number): T[] {
  return items
    .map((item) => ({ item, at: random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item)
}
