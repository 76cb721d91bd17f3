import { defineProvider, type PassThroughProvider } from './provider.ts'

const ADDRESS = {
  baseUrl: 'https://api.openai.com/v1',
  baseUrlFrom: ['OPENAI_BASE_URL', 'OPENAI_API_BASE'],
  keyFrom: ['OPENAI_API_KEY'],
  organizationFrom: 'OPENAI_ORGANIZATION',
}

export const openai: PassThroughProvider = {
  ...defineProvider('openai', {
    ...ADDRESS,
    wellKnown: /^(gpt-|chatgpt-|o[1-9](-|$)|text-embedding-|dall-e-|whisper-|tts-|omni-moderation|ft:gpt-)/,
  }),
  passThrough: { prefixes: ['openai'], baseUrl: 'https://api.openai.com', version: '/v1' },
}

/** Legacy text completions: the same API, other models. */
export const textCompletionOpenai = defineProvider('text-completion-openai', ADDRESS)
