import { reasoningChatProbe } from './probe.ts'
import { defineProvider, type PassThroughProvider } from './provider.ts'

const ADDRESS = {
  baseUrl: 'https://api.openai.com/v1',
  baseUrlFrom: ['OPENAI_BASE_URL', 'OPENAI_API_BASE'],
  keyFrom: ['OPENAI_API_KEY'],
  organizationFrom: 'OPENAI_ORGANIZATION',
}

/** Of Azure too, as what follows. */
export const OPENAI_DIALECT = { isOpenai: true, takesServiceTier: true }

export const OPENAI_COLLECTIONS = [
  ...['files', 'batches', 'uploads', 'fine_tuning/jobs', 'fine_tuning/checkpoints', 'vector_stores', 'assistants'],
  ...['threads', 'containers', 'responses', 'conversations', 'videos', 'evals', 'chat/completions'],
]

export const openai: PassThroughProvider = {
  ...defineProvider('openai', {
    ...ADDRESS,
    wellKnown: /^(gpt-|chatgpt-|o[1-9](-|$)|text-embedding-|dall-e-|whisper-|tts-|omni-moderation|ft:gpt-)/,
    shapes: { responses: true, reasonsInResponses: true },
    dialect: OPENAI_DIALECT,
    billing: { family: 'openai', alsoPricedAs: ['text-completion-openai'] },
    errors: {
      family: 'openai',
      exception: 'OpenAI',
      readByClient: ['openai-chat', 'openai-completions', 'openai-images', 'openai-speech', 'openai-transcriptions'],
      wordedByClient: ['openai-embeddings'],
    },
    storesChats: true,
    probe: reasoningChatProbe,
  }),
  passThrough: {
    prefixes: ['openai'],
    baseUrl: 'https://api.openai.com',
    version: '/v1',
    collections: OPENAI_COLLECTIONS,
  },
}

/** Legacy text completions: the same API, other models. */
export const textCompletionOpenai = defineProvider('text-completion-openai', { ...ADDRESS, dialect: OPENAI_DIALECT })
