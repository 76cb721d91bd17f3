import { defineProvider } from './provider.ts'

export const fireworksAi = defineProvider('fireworks_ai', {
  baseUrl: 'https://api.fireworks.ai/inference/v1',
  baseUrlFrom: ['FIREWORKS_API_BASE'],
  keyFrom: ['FIREWORKS_API_KEY', 'FIREWORKS_AI_API_KEY', 'FIREWORKSAI_API_KEY', 'FIREWORKS_AI_TOKEN'],
  billing: { family: 'fireworks_ai', prefix: 'fireworks_ai' },
})
