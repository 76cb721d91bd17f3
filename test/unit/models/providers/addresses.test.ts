import { readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import { deploymentOf } from '../../../../src/config/models/deployments.ts'
import { PROVIDERS, providerOf } from '../../../../src/models/providers/providers.ts'
import { UNSERVED_PROVIDERS } from '../../../../src/models/providers/unserved-providers.ts'
import { messageOf } from '../../config/support.ts'

/** What LiteLLM 1.106 resolves for each of its OpenAI-compatible providers. */
const COMPATIBLE_ADDRESSES: Readonly<Record<string, { baseUrl: string; env: string[] }>> = JSON.parse(
  readFileSync(new URL('../../../fixtures/config/compatible-providers.json', import.meta.url), 'utf8'),
)

describe('providerOf', () => {
  test.each([
    ['openai/gpt-4o', {}, 'openai', 'gpt-4o'],
    ['openai/*', {}, 'openai', '*'],
    ['openrouter/openai/gpt-4o', {}, 'openrouter', 'openai/gpt-4o'],
    ['together_ai/meta-llama/Llama-3', {}, 'together_ai', 'meta-llama/Llama-3'],
    ['ollama/qwen2.5:14b-instruct-q4_K_M', {}, 'ollama', 'qwen2.5:14b-instruct-q4_K_M'],
    ['gpt-4o', {}, 'openai', 'gpt-4o'],
    ['o3-mini', {}, 'openai', 'o3-mini'],
    ['text-embedding-3-small', {}, 'openai', 'text-embedding-3-small'],
    ['claude-sonnet-4-5', {}, 'anthropic', 'claude-sonnet-4-5'],
    ['Qwen/Qwen2.5-7B', { custom: 'openai' }, 'openai', 'Qwen/Qwen2.5-7B'],
    ['openai/gpt-4o', { custom: 'openai' }, 'openai', 'gpt-4o'],
    ['llama-3.3-70b', { apiBase: 'https://api.groq.com/openai/v1' }, 'groq', 'llama-3.3-70b'],
  ])('%s with %j is of %s, there named %s', (model, hints, name, own) => {
    expect(providerOf(model, hints)).toEqual({ name, model: own })
  })

  test.each([
    ['*', {}],
    ['Qwen/Qwen2.5-7B', { apiBase: 'http://host:8000' }],
    ['sagemaker/claude', {}],
    ['constructor/x', {}],
    ['gpt-4o', { custom: 'nobody' }],
  ])('%s with %j is of nobody', (model, hints) => expect(providerOf(model, hints)).toBeUndefined())
})

test('every address in the table is a URL without a trailing slash', () => {
  for (const { baseUrl } of Object.values(PROVIDERS)) {
    const filled = baseUrl?.replace(/\{.*\}/, 'x')
    if (filled !== undefined) expect(new URL(filled).href.replace(/\/$/, '')).toBe(filled)
  }
})

test('no provider is both served and not', () => {
  expect(Object.keys(PROVIDERS).filter((name) => UNSERVED_PROVIDERS.has(name))).toEqual([])
})

describe('a provider of LiteLLM goes to its own address with the key of the environment', () => {
  test.each(Object.entries(COMPATIBLE_ADDRESSES).map(([name, { baseUrl, env }]) => [name, baseUrl, env] as const))(
    '%s',
    (name, baseUrl, env) => {
      for (const variable of env.filter((one) => !/BASE|_URL$|ENDPOINT/.test(one))) {
        const deployment = deploymentOf(
          { model_name: 'm', litellm_params: { model: `${name}/m` } },
          { [variable]: 'secret' },
        )
        expect(deployment).toMatchObject({
          provider: name,
          model: 'm',
          baseUrl,
          headers: { authorization: 'Bearer secret' },
        })
      }
    },
  )

  test.each([
    [
      { model: 'cloudflare/@cf/m' },
      { CLOUDFLARE_ACCOUNT_ID: 'acc', CLOUDFLARE_API_KEY: 'k' },
      'https://api.cloudflare.com/client/v4/accounts/acc/ai/v1',
      { authorization: 'Bearer k' },
    ],
    [
      { model: 'snowflake/m' },
      { SNOWFLAKE_ACCOUNT_ID: 'acc', SNOWFLAKE_JWT: 'k' },
      'https://acc.snowflakecomputing.com/api/v2/cortex/v1',
      { authorization: 'Bearer k' },
    ],
    [
      { model: 'snowflake/m', api_base: 'https://x.snowflakecomputing.com/api/v2/' },
      {},
      'https://x.snowflakecomputing.com/api/v2/cortex/v1',
      {},
    ],
    [
      { model: 'snowflake/m', api_base: 'https://x.snowflakecomputing.com' },
      {},
      'https://x.snowflakecomputing.com/api/v2/cortex/v1',
      {},
    ],
    [
      { model: 'databricks/m' },
      { DATABRICKS_API_BASE: 'https://d/serving-endpoints', DATABRICKS_API_KEY: 'k' },
      'https://d/serving-endpoints',
      { authorization: 'Bearer k' },
    ],
    [
      { model: 'azure_ai/m', api_base: 'https://x.services.ai.azure.com' },
      { AZURE_AI_API_KEY: 'k' },
      'https://x.services.ai.azure.com/models',
      { 'api-key': 'k' },
    ],
    [
      { model: 'azure_ai/m', api_base: 'https://x.eastus.models.ai.azure.com/v1' },
      { AZURE_AI_API_KEY: 'k' },
      'https://x.eastus.models.ai.azure.com/v1',
      { authorization: 'Bearer k' },
    ],
    [
      { model: 'ovhcloud/m' },
      { OVHCLOUD_API_KEY: 'k' },
      'https://oai.endpoints.kepler.ai.cloud.ovh.net/v1',
      { authorization: 'Bearer k' },
    ],
    [
      { model: 'heroku/m', api_base: 'https://us.inference.heroku.com' },
      { HEROKU_API_KEY: 'k' },
      'https://us.inference.heroku.com/v1',
      { authorization: 'Bearer k' },
    ],
    [
      { model: 'bedrock_mantle/m', aws_region_name: 'eu-west-1' },
      {},
      'https://bedrock-mantle.eu-west-1.api.aws/v1',
      {},
    ],
    [
      { model: 'together_ai/m', api_base: 'https://api.together.xyz/v1' },
      { TOGETHER_API_KEY: 'k' },
      'https://api.together.xyz/v1',
      { authorization: 'Bearer k' },
    ],
    [{ model: 'ollama/m' }, { OLLAMA_API_KEY: 'k' }, 'http://localhost:11434/v1', { authorization: 'Bearer k' }],
    [{ model: 'groq/m', api_base: 'https://elsewhere/v1' }, { GROQ_API_KEY: 'k' }, 'https://elsewhere/v1', {}],
  ])('%j with %j', (litellm_params, env, baseUrl, headers) => {
    const made = deploymentOf({ model_name: 'm', litellm_params }, env)
    expect(made.baseUrl).toBe(baseUrl)
    expect(made.headers).toMatchObject(headers)
    if (Object.keys(headers).length === 0) expect(made.headers).not.toHaveProperty('authorization')
  })

  test.each([
    ['cloudflare/m', 'CLOUDFLARE_API_BASE or CLOUDFLARE_ACCOUNT_ID'],
    ['snowflake/m', 'SNOWFLAKE_API_BASE or SNOWFLAKE_ACCOUNT_ID'],
    ['databricks/m', 'DATABRICKS_API_BASE'],
    ['azure_ai/m', 'AZURE_AI_API_BASE'],
    ['heroku/m', 'HEROKU_API_BASE'],
  ])('%s says which variable gives it one', (model, variables) => {
    expect(messageOf(() => deploymentOf({ model_name: 'm', litellm_params: { model } }, {}))).toContain(
      `has no address of its own (or set ${variables})`,
    )
  })

  test('a model of Hugging Face is named as its router names it', () => {
    const { model } = deploymentOf({ model_name: 'm', litellm_params: { model: 'huggingface/together/org/name' } }, {})
    expect(model).toBe('org/name:together')
  })
})
