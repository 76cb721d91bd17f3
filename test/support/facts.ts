import type { Call, Deployment, VirtualKey } from '../../src/types.ts'

/** A key that nothing is known of but that it exists. */
export function aKey(facts: Partial<VirtualKey> = {}): VirtualKey {
  return {
    hashedToken: 'hash',
    master: false,
    owners: {},
    models: [],
    blocked: false,
    spend: 0,
    metadata: {},
    teamMetadata: {},
    ...facts,
  }
}

/** A chat completion, not streamed. */
export function aCall(facts: Partial<Call> = {}): Call {
  return {
    shape: 'openai-chat',
    callType: 'acompletion',
    upstreamPath: '/chat/completions',
    modelGroup: 'gpt-4o',
    stream: false,
    tags: [],
    metadata: {},
    ...facts,
  }
}

/** GPT-4o at OpenAI's own address. */
export function aDeployment(facts: Partial<Deployment> = {}): Deployment {
  return {
    id: 'd1',
    modelGroup: 'gpt',
    model: 'gpt-4o',
    provider: 'openai',
    baseUrl: 'https://api.openai.com/v1',
    headers: {},
    ...facts,
  }
}
