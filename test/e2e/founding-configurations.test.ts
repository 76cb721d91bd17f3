import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, test } from '@jest/globals'
import { startApp } from '../support/app.ts'
import { cleanups } from '../support/cleanups.ts'
import { foundingConfiguration } from '../support/founding-configurations.ts'
import { chatCompletion, type Script, sendJson, startUpstream } from '../support/upstream.ts'

const message = {
  id: '',
  type: 'message',
  content: [],
  model: 'claude',
  usage: { input_tokens: 10, output_tokens: 20 },
}
const answer: Script = (res, { url }) =>
  sendJson(res, 200, url.endsWith('/messages') ? message : chatCompletion({ id: '' }))

interface Founded {
  readonly config: string
  /** Variables of the environment, given the address of the only upstream there is, without a path. */
  readonly env?: (origin: string) => Record<string, string>
  readonly script?: Script
}

/** A gateway on the configuration as it is. Its providers are where the environment says; `host` is this machine. */
async function setup({ config, env = () => ({}), script = answer }: Founded) {
  const upstream = await startUpstream(script)
  cleanups.push(upstream.close)
  const origin = upstream.url.replace('/v1', '')
  const file = path.join(await mkdtemp(path.join(tmpdir(), 'founding-')), 'config.yaml')
  await writeFile(file, config.replace(/http:\/\/host:\d+/g, origin))
  for (const [name, value] of Object.entries({ LITELLM_MASTER_KEY: 'sk-master-of-the-tests', ...env(origin) })) {
    const before = process.env[name]
    process.env[name] = value
    cleanups.push(() => {
      if (before === undefined) delete process.env[name]
      else process.env[name] = before
    })
  }
  const app = await startApp({ upstream: '', options: { config: file } })
  cleanups.push(app.close)
  const { secret } = await app.key()
  const chat = async (model: string) => {
    const response = await app.post('/v1/chat/completions', secret, {
      model,
      messages: [{ role: 'user', content: 'Hi' }],
    })
    await response.text()
    return response.status
  }
  return { app, upstream, secret, chat }
}

const DATABASE = { LITELLM_DATABASE_URL: 'postgresql://unused', DATABASE_URL: 'postgresql://unused' }
const openai = (origin: string) => ({ ...DATABASE, OPENAI_API_KEY: 'sk-openai', OPENAI_BASE_URL: `${origin}/v1` })

test('a gateway on a LiteLLM database serves every model by the key of the environment', async () => {
  const { app, upstream, chat } = await setup({ config: foundingConfiguration('litellm-database'), env: openai })
  expect(await chat('gpt-4o')).toBe(200)
  expect(upstream.requests[0]!.headers.authorization).toBe('Bearer sk-openai')
  expect(await app.rows()).toMatchObject([{ model: 'openai/gpt-4o', status: 'success', prompt_tokens: 10 }])
})

test('LiteLLM with spend tracking serves the models of its database', async () => {
  const { app, upstream, chat } = await setup({ config: foundingConfiguration('spend-tracking'), env: openai })
  expect(await chat('stored')).toBe(400)
  const litellm_params = { model: 'openai/gpt-4o', api_base: upstream.url, api_key: 'sk-stored' }
  const made = await app.post('/model/new', 'sk-master-of-the-tests', { model_name: 'stored', litellm_params })
  expect(made.status).toBe(200)
  expect(await chat('stored')).toBe(200)
  expect(upstream.requests[0]!.headers.authorization).toBe('Bearer sk-stored')
  expect((await app.rows()).at(-1)).toMatchObject({ model_group: 'stored', status: 'success' })
})

test('session tracking falls back, and an alias of two models is served', async () => {
  const config = foundingConfiguration('session-tracking')
  const env = (origin: string) => ({ ...openai(origin), ANTHROPIC_API_KEY: 'sk-anthropic', ANTHROPIC_API_BASE: origin })
  const { app, upstream, secret, chat } = await setup({ config, env })
  expect(await chat('gpt-4o')).toBe(200)
  expect(JSON.parse(upstream.requests[0]!.body.toString())).toMatchObject({ max_tokens: 4096 })
  const claude = await app.post('/v1/messages', secret, { model: 'claude-3-5-sonnet', max_tokens: 5, messages: [] })
  expect(claude.status).toBe(200)
  expect(upstream.requests[1]!.headers['x-api-key']).toBe('sk-anthropic')
  expect(await chat('smart-model')).toBe(200)
  expect((await app.rows()).map(({ status }) => status)).toEqual(['success', 'success', 'success'])

  const failing: Script = (res, request) =>
    JSON.parse(request.body.toString()).model === 'gpt-4o'
      ? sendJson(res, 401, { error: { message: 'no' } })
      : answer(res, request)
  const second = await setup({ config, env, script: failing })
  expect(await second.chat('gpt-4o')).toBe(200)
  expect(await second.app.rows()).toMatchObject([
    { status: 'success', model_group: 'claude-3-5-sonnet', metadata: { attempted_fallbacks: 1 } },
  ])
})

test('persistent storage needs nothing but the environment', async () => {
  const { app, chat } = await setup({ config: '', env: openai })
  expect(await chat('gpt-4o-mini')).toBe(200)
  expect(await app.rows()).toHaveLength(1)
})

test('a proxy for local and cloud models serves all of them', async () => {
  const { app, upstream, chat } = await setup({
    config: foundingConfiguration('local-and-cloud'),
    env: (origin) => ({
      ...DATABASE,
      ANTHROPIC_API_KEY: 'sk-anthropic',
      ANTHROPIC_API_BASE: origin,
      MOONSHOT_API_KEY: 'sk-moonshot',
      MOONSHOT_API_BASE: `${origin}/v1`,
      REDIS_HOST: '127.0.0.1',
    }),
  })
  for (const model of ['qwen-dell', 'qwen-mac-mlx', 'anthropic-fallback', 'kimi-k2.5'])
    expect(await chat(model)).toBe(200)
  expect(upstream.requests.map(({ url }) => url)).toEqual([
    '/v1/chat/completions',
    // An OpenAI-compatible address is taken as it is written.
    '/chat/completions',
    // Claude is asked in its own API, whatever the client speaks.
    '/v1/messages',
    '/v1/chat/completions',
  ])
  expect((await app.rows()).map(({ model_group, status }) => [model_group, status])).toEqual([
    ['qwen-dell', 'success'],
    ['qwen-mac-mlx', 'success'],
    ['anthropic-fallback', 'success'],
    ['kimi-k2.5', 'success'],
  ])
})
