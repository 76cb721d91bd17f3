import { defineProvider } from './provider.ts'

const HOST = 'https://generativelanguage.googleapis.com'
const OWN_AUTH = 'x-goog-api-key'

export const gemini = defineProvider('gemini', {
  baseUrl: `${HOST}/v1beta/openai`,
  baseUrlFrom: ['GEMINI_API_BASE'],
  keyFrom: ['GEMINI_API_KEY', 'GOOGLE_API_KEY'],
  shapes: {
    native: ['gemini-generate', 'gemini-embed'],
    openai: ['openai-chat', 'openai-embeddings', 'openai-images', 'openai-batches', 'openai-videos'],
    chat: () => 'gemini-generate',
  },
  ownSide: { without: '/openai', auth: OWN_AUTH, publisher: '' },
  passThrough: {
    prefixes: ['gemini'],
    baseUrl: HOST,
    auth: OWN_AUTH,
    collections: ['files', 'batches', 'cachedContents', 'tunedModels', 'corpora', 'fileSearchStores'],
    namesCollections: true,
  },
  billing: { family: 'gemini' },
  errors: { family: 'gemini' },
  billsAfterCancel: true,
  // Google's "OpenAI compatibility".
  refusedParams: ['frequency_penalty', 'logit_bias', 'logprobs', 'presence_penalty', 'seed', 'top_logprobs', 'user'],
})
