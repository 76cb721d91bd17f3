import { afterEach, expect, jest, test } from '@jest/globals'
import { createLiteLLM, type LiteLLMOptions } from '../../src/index.ts'
import { defaultModels, startApp } from '../support/app.ts'
import { cleanups } from '../support/cleanups.ts'
import { chatCompletion, sendJson, startUpstream } from '../support/upstream.ts'

afterEach(() => void jest.restoreAllMocks())

const BAD = [
  { model_name: 'no-key', litellm_params: { model: 'openai/x', api_key: 'os.environ/NOT_SET_ANYWHERE' } },
  { model_name: 'no-provider', litellm_params: { model: 'sagemaker/x' } },
  { model_name: 'no-number', litellm_params: { model: 'openai/x', rpm: 'many' } },
]

async function setup(models: (url: string) => readonly object[], options: LiteLLMOptions = {}) {
  const upstream = await startUpstream((res) => sendJson(res, 200, chatCompletion({ id: '' })))
  cleanups.push(() => upstream.close())
  const app = await startApp({ upstream: upstream.url, models: models(upstream.url), options })
  cleanups.push(() => app.close())
  const key = await app.key()
  const status = async (model: string) =>
    (await app.post('/v1/chat/completions', key.secret, { model, messages: [] })).status
  return { app, upstream, status }
}

test('bad models are named in one line each and are not served; the others are', async () => {
  const warned = jest.spyOn(process, 'emitWarning').mockImplementation(() => {})
  const { status, upstream } = await setup((url) => [BAD[0]!, ...defaultModels(url), BAD[1]!, BAD[2]!])
  expect(warned.mock.calls.map(([line]) => line)).toEqual([
    'Model no-key is disabled: `model_list[0].litellm_params.api_key` refers to the environment variable NOT_SET_ANYWHERE, ' +
      'which is not set. Set it, or remove the reference.',
    'Model no-provider is disabled: `model_list[3]` (no-provider): LiteLLM knows the provider sagemaker, this gateway does not. ' +
      'If it has an OpenAI-compatible address, write `openai/x` with an `api_base`.',
    'Model no-number is disabled: `model_list[4].litellm_params.rpm` must be a number of at least 0, got "many".',
  ])
  expect(await status('gpt-4o')).toBe(200)
  for (const model of ['no-key', 'no-provider', 'no-number']) expect(await status(model)).toBe(400)
  expect(upstream.requests).toHaveLength(1)
})

test('`strict_config` refuses the start and names them all', () => {
  expect(() => createLiteLLM({ config: { model_list: BAD, general_settings: { strict_config: true } } })).toThrow(
    /NOT_SET_ANYWHERE.*\n.*sagemaker.*\n.*rpm/,
  )
})
