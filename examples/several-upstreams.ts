import { createLiteLLM } from 'express-litellm'

const { OPENAI_API_KEY, GROQ_API_KEY } = process.env

export const gateway = createLiteLLM({
  config: {
    model_list: [
      { model_name: 'gpt-4o', litellm_params: { model: 'openai/gpt-4o', api_key: OPENAI_API_KEY } },
      { model_name: 'fast', litellm_params: { model: 'groq/llama-3.3-70b-versatile', api_key: GROQ_API_KEY } },
      {
        model_name: '*',
        litellm_params: { model: 'openai/*', api_base: 'http://vllm.internal:8000/v1', api_key: 'none' },
      },
    ],
  },
})
