import { defineProvider } from './provider.ts'

export const perplexity = defineProvider('perplexity', {
  baseUrl: 'https://api.perplexity.ai',
  baseUrlFrom: ['PERPLEXITY_API_BASE'],
  keyFrom: ['PERPLEXITYAI_API_KEY', 'PERPLEXITY_API_KEY'],
  billing: { family: 'perplexity', statesCost: true },
  billsAfterCancel: true,
})
