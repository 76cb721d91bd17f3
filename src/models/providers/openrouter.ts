import { defineProvider } from './provider.ts'

export const openrouter = defineProvider('openrouter', {
  baseUrl: 'https://openrouter.ai/api/v1',
  baseUrlFrom: ['OPENROUTER_API_BASE'],
  keyFrom: ['OPENROUTER_API_KEY', 'OR_API_KEY'],
  ownMembers: ['session_id'],
  dialect: { takesServiceTier: true, takesCacheMarks: true, fetchesFiles: true },
  billing: { statesCost: true },
})
