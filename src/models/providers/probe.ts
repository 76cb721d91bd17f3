import type { Json } from '../../types.ts'

/** A call that shows whether a deployment works. */
export interface Probe {
  readonly upstreamPath: string
  readonly body: Json
  /** Of the API that the path belongs to, where it is not OpenAI's. */
  readonly shape?: string
}

export const PROBE_TEXT = 'test from litellm'
export const PROBE_TOKENS = 5
export const PROBE_MESSAGES = [{ role: 'user', content: PROBE_TEXT }]

export function chatProbe(model: string): Probe {
  return { upstreamPath: '/chat/completions', body: { model, max_tokens: PROBE_TOKENS, messages: PROBE_MESSAGES } }
}

/** Reasoning models of OpenAI refuse `max_tokens`. */
export function reasoningChatProbe(model: string): Probe {
  return {
    upstreamPath: '/chat/completions',
    body: { model, max_completion_tokens: PROBE_TOKENS, messages: PROBE_MESSAGES },
  }
}
