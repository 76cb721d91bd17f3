import { expect, test } from '@jest/globals'
import { startApp } from '../support/app.ts'
import { cleanups } from '../support/cleanups.ts'

test('model groups that are public are shown without a key, and no others', async () => {
  const model = (model_name: string, model: string) => ({
    model_name,
    litellm_params: { model, api_base: 'http://127.0.0.1:9', api_key: 'sk-provider' },
  })
  const app = await startApp({
    upstream: '',
    options: {
      config: {
        model_list: [model('shown', 'openai/gpt-4o-mini'), model('hidden', 'openai/gpt-4o')],
        litellm_settings: { public_model_groups: ['shown', 'gone', 'shown'] },
      },
    },
  })
  cleanups.push(app.close)
  const response = await fetch(`${app.url}/public/model_hub`)
  const text = await response.text()
  expect(response.status).toBe(200)
  expect(JSON.parse(text)).toMatchObject([
    { model_group: 'shown', providers: ['openai'], max_input_tokens: 128_000, is_public_model_group: true },
    { model_group: 'gone', providers: [], max_input_tokens: null, is_public_model_group: true },
  ])
  expect(text).not.toContain('sk-provider')
})

test('none are public unless the configuration says so', async () => {
  const app = await startApp({ upstream: '' })
  cleanups.push(app.close)
  expect(await (await fetch(`${app.url}/public/model_hub`)).json()).toEqual([])
})
