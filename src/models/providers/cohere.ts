import { defineProvider, type ProviderFacts } from './provider.ts'

/** Its OpenAI-compatible side is elsewhere: an entry that wants it is one of `openai/` with that `api_base`. */
const FACTS: ProviderFacts = {
  baseUrl: 'https://api.cohere.com/v2',
  baseUrlFrom: ['COHERE_API_BASE'],
  keyFrom: ['COHERE_API_KEY', 'CO_API_KEY'],
  shapes: { native: ['cohere-chat', 'cohere-embed'], openai: [], chat: () => 'cohere-chat' },
  errors: { family: 'plain' },
  // LiteLLM's `api_base` of Cohere is the address of a chat.
  ownSide: { without: '/chat' },
}

const COLLECTIONS = ['datasets', 'embed-jobs', 'finetuning/finetuned-models']

export const cohere = defineProvider('cohere', {
  ...FACTS,
  passThrough: { prefixes: ['cohere'], baseUrl: 'https://api.cohere.com', collections: COLLECTIONS },
  billing: { alsoPricedAs: ['cohere_chat'] },
})
export const cohereChat = defineProvider('cohere_chat', { ...FACTS, billing: { alsoPricedAs: ['cohere'] } })
