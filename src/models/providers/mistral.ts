import { defineProvider } from './provider.ts'

export const mistral = defineProvider('mistral', {
  baseUrl: 'https://api.mistral.ai/v1',
  baseUrlFrom: ['MISTRAL_AZURE_API_BASE', 'MISTRAL_API_BASE'],
  keyFrom: ['MISTRAL_AZURE_API_KEY', 'MISTRAL_API_KEY'],
  passThrough: {
    prefixes: ['mistral'],
    baseUrl: 'https://api.mistral.ai',
    baseUrlFrom: ['MISTRAL_API_BASE'],
    keyFrom: ['MISTRAL_API_KEY'],
    version: '/v1',
    collections: ['files', 'batch/jobs', 'fine_tuning/jobs', 'agents', 'conversations', 'libraries'],
  },
  billing: { alsoPricedAs: ['codestral', 'text-completion-codestral'] },
  billsAfterCancel: true,
  statesStreamUsage: true,
  dialect: { ignoresUser: true, isStrict: true },
  refusedParams: ['logit_bias', 'logprobs', 'top_logprobs', 'service_tier', 'store', 'user'],
})

export const codestral = defineProvider('codestral', {
  baseUrl: 'https://codestral.mistral.ai/v1',
  baseUrlFrom: ['CODESTRAL_API_BASE'],
  keyFrom: ['CODESTRAL_API_KEY'],
  statesStreamUsage: true,
  dialect: { ignoresUser: true, isStrict: true },
})
