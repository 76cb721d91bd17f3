import { OPENAI_COLLECTIONS, OPENAI_DIALECT } from './openai.ts'
import { reasoningChatProbe } from './probe.ts'
import { defineProvider } from './provider.ts'

export const azure = defineProvider('azure', {
  baseUrlFrom: ['AZURE_API_BASE'],
  keyFrom: ['AZURE_API_KEY'],
  apiVersionFrom: ['AZURE_API_VERSION'],
  auth: 'api-key',
  passThrough: { prefixes: ['azure'], collections: OPENAI_COLLECTIONS },
  shapes: { responses: true },
  dialect: OPENAI_DIALECT,
  billing: { family: 'azure', alsoPricedAs: ['azure_text'] },
  errors: {
    family: 'azure',
    readByClient: [
      ...['openai-chat', 'openai-completions', 'openai-embeddings', 'openai-images', 'openai-speech'],
      ...['openai-transcriptions', 'anthropic-messages'],
    ],
  },
  storesChats: true,
  probe: reasoningChatProbe,
  /** The dated API names the deployment in the path; the v1 API is OpenAI's and names it in the body. */
  baseUrlOf(url, model, apiVersion) {
    if (url.includes('/openai/')) return url
    return apiVersion ? `${url}/openai/deployments/${encodeURIComponent(model)}` : `${url}/openai/v1`
  },
})

const FOUNDRY = /^https:\/\/[^/]+\.services\.ai\.azure\.com$/i

export const azureAi = defineProvider('azure_ai', {
  baseUrlFrom: ['AZURE_AI_API_BASE'],
  keyFrom: ['AZURE_AI_API_KEY'],
  apiVersionFrom: [],
  authOn: { hosts: /\.(services\.ai|openai)\.azure\.com$/i, auth: 'api-key' },
  billing: { family: 'azure_ai', alsoPricedAs: ['azure', 'openai'] },
  /** Model inference of Azure AI Foundry has a path of its own; other hosts name theirs. */
  place({ apiBase, model }, env) {
    const base = (apiBase ?? env.AZURE_AI_API_BASE ?? '').replace(/\/+$/, '')
    if (base === '')
      return { problem: '`api_base` is missing: azure_ai has no address of its own (or set AZURE_AI_API_BASE)' }
    return { apiBase: FOUNDRY.test(base) ? `${base}/models` : base, model }
  },
})
