import { randomUUID } from 'node:crypto'
import type { SpendEvent, VirtualKey } from '../../src/types.ts'
import { usageOf } from '../../src/usage/shapes/reader.ts'
import { aCall, aDeployment, aKey } from './facts.ts'

export interface EventParts {
  readonly callId?: string
  readonly key?: Partial<VirtualKey> | null
  readonly call?: Partial<SpendEvent['call']>
  readonly deployment?: Partial<NonNullable<SpendEvent['deployment']>> | null
  readonly outcome?: Partial<SpendEvent['outcome']>
  readonly cost?: number | undefined
  readonly tools?: readonly string[]
}

/** A finished chat call that cost one cent, changed by `parts`. */
export function spendEvent(parts: EventParts = {}): SpendEvent {
  const callId = parts.callId ?? randomUUID()
  return {
    callId,
    key: parts.key === null ? undefined : { ...KEY, ...parts.key },
    call: { ...CALL, ...parts.call },
    deployment: parts.deployment === null ? undefined : { ...DEPLOYMENT, ...parts.deployment },
    outcome: { ...outcome(), responseId: `chatcmpl-${callId}`, ...parts.outcome },
    cost: 'cost' in parts ? parts.cost : 0.01,
    ...(parts.tools && { tools: parts.tools }),
    priceSource: { source: 'map', key: 'gpt-4o' },
  }
}

/** A call that charges a user, a key, an end user and a tag of this number, and one of five teams. */
export function spendEventOf(callId: string, id: number): SpendEvent {
  const owners = { userId: `x${id}`, teamId: `t${id % 5}` }
  const key = { hashedToken: `x${id}`, owners, metadata: { tags: [`x${id}`] } }
  return spendEvent({ callId, key, call: { endUserId: `e${id}` } })
}

const KEY = aKey({
  hashedToken: 'a'.repeat(64),
  name: 'sk-...abcd',
  alias: 'the alias',
  owners: { userId: 'u1', teamId: 't1', teamAlias: 'the team', organizationId: 'o1' },
})

const CALL = aCall({ modelGroup: 'gpt' })

const DEPLOYMENT = aDeployment({
  model: 'gpt-4o-2024-08-06',
  headers: { authorization: 'Bearer provider-secret' },
})

function outcome(): SpendEvent['outcome'] {
  return {
    status: 'success',
    statusCode: 200,
    usage: usageOf({
      promptTokens: 100,
      completionTokens: 20,
      cacheReadTokens: 30,
      cacheWriteTokens: 5,
      raw: { prompt_tokens: 100, completion_tokens: 20, total_tokens: 120 },
    }),
    usageSource: 'reported',
    startedAt: new Date('2026-03-04T23:59:59.500Z'),
    firstByteAt: new Date('2026-03-05T00:00:00.250Z'),
    endedAt: new Date('2026-03-05T00:00:01.750Z'),
    aborted: false,
  }
}
