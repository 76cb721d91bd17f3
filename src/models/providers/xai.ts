import { defineProvider } from './provider.ts'

export const xai = defineProvider('xai', {
  baseUrl: 'https://api.x.ai/v1',
  baseUrlFrom: ['XAI_API_BASE'],
  keyFrom: ['XAI_API_KEY'],
  billing: { family: 'xai', statesCost: true },
})
