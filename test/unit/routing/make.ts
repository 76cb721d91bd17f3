import type { Call, Deployment, DeploymentRouting, VirtualKey } from '../../../src/types.ts'

/** A deployment `id` of model group `modelGroup`. */
export function deployment(id: string, modelGroup = 'gpt-4o', routing: DeploymentRouting = {}): Deployment {
  return { id, modelGroup, model: `${id}-model`, provider: 'openai', baseUrl: 'http://upstream', headers: {}, routing }
}

export function call(modelGroup = 'gpt-4o', more: Partial<Call> = {}): Call {
  return {
    shape: 'openai-chat',
    callType: 'acompletion',
    route: '/chat/completions',
    modelGroup,
    stream: false,
    tags: [],
    metadata: {},
    ...more,
  }
}

export function key(more: Partial<VirtualKey> = {}): VirtualKey {
  return {
    hashedToken: 'hash',
    master: false,
    owners: {},
    models: [],
    blocked: false,
    spend: 0,
    metadata: {},
    teamMetadata: {},
    ...more,
  }
}

/** The same numbers every time, uniform in [0, 1): mulberry32. */
export function seededRandom(seed = 1): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** A clock that only moves when told to. */
export function clock(startMs = 1_800_000_000_000) {
  let nowMs = startMs
  return {
    now: () => nowMs,
    advance(ms: number) {
      nowMs += ms
    },
  }
}
