import { firstOf } from '../../lib/environment.ts'
import { defineProvider, withEnd } from './provider.ts'

const BASE_URL = 'https://router.huggingface.co/v1'
const BASE_URL_FROM = ['HF_API_BASE', 'HUGGINGFACE_API_BASE']

export const huggingface = defineProvider('huggingface', {
  errors: { family: 'plain' },
  baseUrl: BASE_URL,
  baseUrlFrom: BASE_URL_FROM,
  keyFrom: ['HUGGINGFACE_API_KEY', 'HF_TOKEN'],
  suffix: '/v1',
  billsAfterCancel: true,
  /** The router wants "org/model:provider" for what LiteLLM writes "provider/org/model". */
  place({ apiBase, model }, env) {
    const base = apiBase ?? firstOf(env, BASE_URL_FROM)
    if (base !== undefined) return { apiBase: withEnd(base, '/v1'), model }
    return { apiBase: BASE_URL, model: model.replace(/^([^/]+)\/([^/]+\/[^/]+)$/, '$2:$1') }
  },
})
