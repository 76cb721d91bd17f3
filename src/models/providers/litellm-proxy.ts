import { defineProvider } from './provider.ts'

/** Another gateway like this one. */
export const litellmProxy = defineProvider('litellm_proxy', {
  baseUrlFrom: ['LITELLM_PROXY_API_BASE'],
  keyFrom: ['LITELLM_PROXY_API_KEY'],
  shapes: { any: true },
  dialect: { takesServiceTier: true, takesCacheMarks: true, fetchesFiles: true },
  isGateway: true,
  billing: { resells: true, statesCost: true },
})
