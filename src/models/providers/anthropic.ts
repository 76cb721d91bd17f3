import { PROBE_MESSAGES, PROBE_TOKENS } from './probe.ts'
import { defineProvider } from './provider.ts'

const BASE_URL = 'https://api.anthropic.com'

export const anthropic = defineProvider('anthropic', {
  baseUrl: BASE_URL,
  baseUrlFrom: ['ANTHROPIC_API_BASE', 'ANTHROPIC_BASE_URL'],
  keyFrom: ['ANTHROPIC_API_KEY'],
  auth: 'x-api-key',
  headers: { 'anthropic-version': '2023-06-01' },
  suffix: '/v1',
  wellKnown: /^claude-/,
  shapes: { native: ['anthropic-messages'], openai: ['openai-chat'], chat: () => 'anthropic-messages' },
  ownSide: { without: '', ownAuth: 'x-api-key' },
  passThrough: { prefixes: ['anthropic'], baseUrl: BASE_URL, collections: ['messages/batches', 'files', 'skills'] },
  billing: { family: 'anthropic' },
  errors: { family: 'anthropic' },
  probe: (model) => ({
    upstreamPath: '/messages',
    body: { model, max_tokens: PROBE_TOKENS, messages: PROBE_MESSAGES },
  }),
})
