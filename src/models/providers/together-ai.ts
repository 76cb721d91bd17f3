import { defineProvider } from './provider.ts'

export const togetherAi = defineProvider('together_ai', {
  baseUrl: 'https://api.together.ai/v1',
  baseUrlFrom: ['TOGETHER_AI_API_BASE'],
  keyFrom: ['TOGETHER_API_KEY', 'TOGETHER_AI_API_KEY', 'TOGETHERAI_API_KEY', 'TOGETHER_AI_TOKEN'],
  domains: ['together.ai', 'together.xyz'],
  billing: { family: 'together_ai' },
  errors: { family: 'plain' },
})
