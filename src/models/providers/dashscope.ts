import { defineProvider } from './provider.ts'

const BILLING = { family: 'dashscope' } as const

export const dashscope = defineProvider('dashscope', {
  baseUrl: 'https://dashscope.aliyuncs.com/compatible-mode/v1',
  baseUrlFrom: ['DASHSCOPE_API_BASE'],
  keyFrom: ['DASHSCOPE_API_KEY'],
  billing: BILLING,
})

export const qwenAiPlatform = defineProvider('qwen_ai_platform', {
  baseUrl: 'https://dashscope.aliyuncs.com/compatible-mode/v1',
  baseUrlFrom: ['QWEN_AI_PLATFORM_API_BASE'],
  keyFrom: ['QWEN_AI_PLATFORM_API_KEY', 'DASHSCOPE_API_KEY'],
  billing: BILLING,
})

export const qwencloud = defineProvider('qwencloud', {
  baseUrl: 'https://dashscope-intl.aliyuncs.com/compatible-mode/v1',
  baseUrlFrom: ['QWENCLOUD_API_BASE'],
  keyFrom: ['QWENCLOUD_API_KEY', 'DASHSCOPE_API_KEY'],
  billing: BILLING,
})
