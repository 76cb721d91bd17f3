import { defineProvider, type ProviderFacts } from './provider.ts'

const FACTS: ProviderFacts = {
  errors: { family: 'plain' },
  baseUrl: 'http://localhost:11434',
  baseUrlFrom: ['OLLAMA_API_BASE'],
  keyFrom: ['OLLAMA_API_KEY'],
  suffix: '/v1',
  shapes: { native: ['ollama-chat', 'ollama-generate', 'ollama-embed'] },
  dialect: { ignoresUser: true },
  ownSide: { without: '/v1' },
}

export const ollama = defineProvider('ollama', FACTS)
export const ollamaChat = defineProvider('ollama_chat', FACTS)
