import { defineProvider } from './provider.ts'

export const groq = defineProvider('groq', {
  baseUrl: 'https://api.groq.com/openai/v1',
  baseUrlFrom: ['GROQ_API_BASE'],
  keyFrom: ['GROQ_API_KEY'],
  billsAfterCancel: true,
  dialect: { takesServiceTier: true, isStrict: true },
  // "Currently unsupported OpenAI features".
  refusedParams: ['logit_bias', 'logprobs', 'top_logprobs'],
})
