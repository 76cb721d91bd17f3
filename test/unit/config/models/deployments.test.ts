import { createHash } from 'node:crypto'
import { describe, expect, test } from '@jest/globals'
import { loadConfig } from '../../../../src/config/load-config.ts'
import { deploymentId } from '../../../../src/config/models/deployment-id.ts'
import { deploymentOf, readModelList, rejectionText } from '../../../../src/config/models/deployments.ts'
import { directoryOf, messageOf } from '../support.ts'

type Params = Record<string, unknown>

const of = (params: Params, env = {}, rest: Params = {}) =>
  deploymentOf({ model_name: 'group', litellm_params: params, ...rest }, env)

describe('address', () => {
  test.each([
    [{ model: 'openai/gpt-4o' }, {}, 'https://api.openai.com/v1'],
    [{ model: 'openai/gpt-4o' }, { OPENAI_BASE_URL: 'https://eu.api.openai.com/v1/' }, 'https://eu.api.openai.com/v1'],
    [{ model: 'openai/x', api_base: 'http://host:8001' }, {}, 'http://host:8001'],
    [{ model: 'openai/x', base_url: 'http://host:8001/v1//' }, {}, 'http://host:8001/v1'],
    [{ model: 'deepseek/deepseek-chat' }, {}, 'https://api.deepseek.com/beta'],
    [{ model: 'moonshot/kimi-k2.5' }, {}, 'https://api.moonshot.ai/v1'],
    [{ model: 'ollama/qwen' }, {}, 'http://localhost:11434/v1'],
    [{ model: 'ollama/qwen', api_base: 'http://host:11434' }, {}, 'http://host:11434/v1'],
    [{ model: 'ollama/qwen', api_base: 'http://host:11434/v1/' }, {}, 'http://host:11434/v1'],
    [{ model: 'anthropic/claude' }, {}, 'https://api.anthropic.com/v1'],
    [{ model: 'hosted_vllm/x' }, { HOSTED_VLLM_API_BASE: 'http://vllm/v1' }, 'http://vllm/v1'],
    [
      { model: 'azure/gpt4', api_base: 'https://x.openai.azure.com/', api_version: '2024-10-21' },
      {},
      'https://x.openai.azure.com/openai/deployments/gpt4',
    ],
    [{ model: 'azure/gpt4', api_base: 'https://x.openai.azure.com' }, {}, 'https://x.openai.azure.com/openai/v1'],
    [
      { model: 'azure/gpt4', api_base: 'https://x.openai.azure.com/openai/v1/' },
      {},
      'https://x.openai.azure.com/openai/v1',
    ],
  ])('%j with %j goes to %s', (params, env, baseUrl) => expect(of(params, env).baseUrl).toBe(baseUrl))

  test.each([
    ['localhost:8001', '"localhost:8001"'],
    ['ftp://host', '"ftp://host"'],
    ['http://', '"http://"'],
    ['nothing sk-secret', '"nothing sk-***"'],
  ])('%s is refused', (api_base, shown) => {
    expect(messageOf(() => of({ model: 'openai/x', api_base }))).toBe(
      `ConfigError: Invalid model\n  - (group): \`api_base\` must be a URL that starts with http:// or https://, got ${shown}.`,
    )
  })

  test('a query is refused: the path would end up behind it', () => {
    expect(messageOf(() => of({ model: 'openai/x', api_base: 'http://host/v1?key=1' }))).toContain(
      '`api_base` must be a URL without `?` and `#`',
    )
  })

  test('a provider without an address of its own needs one', () => {
    expect(messageOf(() => of({ model: 'azure/gpt4' }))).toContain(
      '(group): `api_base` is missing: azure has no address of its own (or set AZURE_API_BASE).',
    )
  })
})

describe('headers', () => {
  const KEYS = { OPENAI_API_KEY: 'sk-env', AZURE_API_KEY: 'az', ANTHROPIC_API_KEY: 'an', OPENAI_ORGANIZATION: 'org' }

  test.each([
    [{ model: 'openai/x', api_key: 'sk-1' }, { authorization: 'Bearer sk-1' }],
    [
      { model: 'openai/x', api_key: 'sk-1', organization: 'o' },
      { authorization: 'Bearer sk-1', 'openai-organization': 'o' },
    ],
    [
      { model: 'anthropic/x', api_key: 'sk-ant' },
      { 'x-api-key': 'sk-ant', 'anthropic-version': '2023-06-01' },
    ],
    [{ model: 'azure/x', api_base: 'https://x', api_key: 'k' }, { 'api-key': 'k' }],
    [{ model: 'ollama/x' }, {}],
    [
      { model: 'openai/x', headers: { 'X-A': 'a', 'X-B': 1 }, extra_headers: { 'x-a': true, Authorization: 'own' } },
      { 'x-a': 'true', 'x-b': '1', authorization: 'own' },
    ],
  ])('of %j', (params, headers) => expect(of(params).headers).toEqual(headers))

  test('a key of the environment is used at the provider’s own address', () => {
    const eu = { model: 'openai/x', api_base: 'https://eu.api.openai.com/v1' }
    const expected = { authorization: 'Bearer sk-env', 'openai-organization': 'org' }
    expect(of({ model: 'openai/x' }, KEYS).headers).toEqual(expected)
    expect(of(eu, KEYS).headers).toEqual(expected)
    expect(of({ model: 'azure/x', api_base: 'https://x' }, KEYS).headers).toEqual({ 'api-key': 'az' })
    expect(of({ model: 'anthropic/x' }, KEYS).headers['x-api-key']).toBe('an')
  })

  test('a key of the environment is used at the address that the environment names', () => {
    const env = { ...KEYS, OPENAI_BASE_URL: 'https://llm.example.co.uk/v1' }
    expect(of({ model: 'openai/x' }, env).headers.authorization).toBe('Bearer sk-env')
    expect(of({ model: 'openai/x', api_base: 'https://other.co.uk/v1' }, env).headers).toEqual({})
  })

  test('a key of the environment never goes to a stranger’s address', () => {
    for (const api_base of [
      'http://host:8001',
      'https://openai.com.evil.example/v1',
      'https://notopenai.com',
      'http://10.0.0.1/v1',
    ]) {
      expect(of({ model: 'openai/x', api_base }, KEYS).headers).toEqual({})
    }
  })
})

describe('id', () => {
  test('is the one of model_info, as text', () => {
    expect(of({ model: 'openai/x' }, {}, { model_info: { id: 'mine' } }).id).toBe('mine')
    expect(of({ model: 'openai/x' }, {}, { model_info: { id: 7 } }).id).toBe('7')
  })

  test('is else SHA-256 over group and parameters as they were written', () => {
    const params = {
      model: 'openai/x',
      timeout: 30,
      drop_params: true,
      extra_headers: { a: 'b', c: 'd' },
      api_key: 'sk-1',
    }
    const text = 'groupmodelopenai/xtimeout30drop_paramsTrueextra_headers{"a": "b", "c": "d"}api_keysk-1'
    expect(of(params).id).toBe(createHash('sha256').update(text).digest('hex'))
  })

  // Made with Python 3.11, PyYAML and LiteLLM 1.106.12.
  test.each([
    ['input_cost_per_token: 0.000001', 'd4a8f0647e064c630e069ab25991b54f15a30f5c8c16145bda1b6e2b74c82aaa'],
    ['input_cost_per_token: 1e-6', '3f4835cb62e0665c9a066f1c35261ceb61c260caacd1c287a27162d25261ce3c'],
    ['input_cost_per_token: 0', 'ad7fbeab68b90812da939415a1044c5fe9afc2e3e79ee7096e8554d28586af86'],
    ['input_cost_per_token: 0.0', 'ac60565d06760086ece45ddadc6125d7afa08b423b04cdc2eb30a5d5e148ac00'],
    ['rpm: 1.0e+3', '2058761332a469c6e84b0857d5ff580dfc0902d9bce14950b3e9540e7be6e757'],
    ['drop_params: true', '2601ed01c1687d8ae4e6558b330d7c3560be17c3736c03957c96bf5c47156971'],
    ['api_base: null', '5c5efefa29a63d84472ee1a2831c739f7c287a2a4592d934b5ce7cfe0d46cfd1'],
    ['tags: [a, "it\'s", "é"]', '2c6c1f8e3f01e8ba053199b5a9d66acbd1af759809401176cb5ec26c19865bea'],
    [
      'extra_body: {a: {b: 1.0e-7, c: null, d: [1, 2.0, 1e-6]}, ü: "é"}',
      '5a8a09c252bde9f98e912d8834333fb0d21302536a54a1bc78b8e87741e8568c',
    ],
    ['<<: {rpm: 5.0, tpm: 7}\n      rpm: 6', '251a35aa6e25b43978bd3b0061c21d24e2ae6601d7369c7a9bed829b48ccdd1b'],
    ['api_key: os.environ/THE_KEY', '1284a46443cc20ef4b849eabdafa731134d37f6e0d92eee88db565444b2ebcc2'],
  ])("is of Python's text of `%s`", (line, id) => {
    const text = `model_list:\n  - model_name: m\n    litellm_params:\n      ${line}\n      model: openai/x\n`
    const cwd = directoryOf({ 'config.yaml': text })
    expect(loadConfig(undefined, { THE_KEY: 'sk-1' }, cwd).deployments.map((one) => one.id)).toEqual([id])
  })

  test('is the same of an entry that is written in code, but for floats without a fraction', () => {
    expect(deploymentId('m', { input_cost_per_token: 1e-6, model: 'openai/x' })).toBe(
      'd4a8f0647e064c630e069ab25991b54f15a30f5c8c16145bda1b6e2b74c82aaa',
    )
    expect(deploymentId('m', { input_cost_per_token: 0, model: 'openai/x' })).toBe(
      'ad7fbeab68b90812da939415a1044c5fe9afc2e3e79ee7096e8554d28586af86',
    )
  })

  test('differs with every parameter and with the group', () => {
    const ids = [deploymentId('a', { m: 'x' }), deploymentId('b', { m: 'x' }), deploymentId('a', { m: 'y' })]
    expect(new Set(ids).size).toBe(3)
  })
})

test('an entry becomes a deployment with prices and routing', () => {
  expect(
    of(
      {
        model: 'azure/my-deployment',
        api_base: 'https://x.openai.azure.com',
        api_key: 'k',
        api_version: '2024-10-21',
        input_cost_per_token: 0,
        timeout: '30',
        stream_timeout: 5,
        max_retries: '2',
        rpm: '10',
        weight: 2,
        order: 1,
        tags: ['a'],
        tag_regex: ['^b'],
      },
      {},
      {
        tpm: 100,
        model_info: {
          id: 'one',
          base_model: 'azure/gpt-4o',
          tpm: 5,
          allowed_fails: 3,
          allowed_fails_policy: { RateLimitErrorAllowedFails: 1 },
          cooldown_time: 60,
          enable_tag_filtering: true,
          max_input_tokens: 1000,
          team_id: 't',
          team_public_model_name: 'public',
          blocked: true,
        },
      },
    ),
  ).toEqual({
    id: 'one',
    modelGroup: 'group',
    model: 'my-deployment',
    litellmModel: 'azure/my-deployment',
    provider: 'azure',
    baseUrl: 'https://x.openai.azure.com/openai/deployments/my-deployment',
    apiVersion: '2024-10-21',
    headers: { 'api-key': 'k' },
    price: { input_cost_per_token: 0 },
    baseModel: 'azure/gpt-4o',
    routing: {
      weight: 2,
      rpm: 10,
      tpm: 100,
      order: 1,
      tags: ['a'],
      tagRegex: ['^b'],
      timeoutMs: 30_000,
      streamTimeoutMs: 5_000,
      retries: 2,
      cooldownMs: 60_000,
      allowedFails: 3,
      allowedFailsPolicy: { RateLimitErrorAllowedFails: 1 },
      tagFiltering: true,
      maxInputTokens: 1000,
      teamId: 't',
      teamModelGroup: 'public',
      blocked: true,
    },
  })
})

test('a plain entry has nothing that it does not need', () => {
  expect(Object.keys(of({ model: 'openai/x' }))).toEqual([
    'id',
    'modelGroup',
    'model',
    'litellmModel',
    'provider',
    'baseUrl',
    'headers',
  ])
})

describe('a client that leaves', () => {
  const own = (on_client_abort: unknown) => of({ model: 'openai/x', on_client_abort }).onClientAbort

  test('is treated as the deployment says, with bounds of its own or without', () => {
    expect(own('cancel')).toEqual({ mode: 'cancel' })
    expect(own({ mode: 'drain', drain_timeout: '10s', drain_max_bytes: 1000 })).toEqual({
      mode: 'drain',
      drainMs: 10_000,
      drainBytes: 1000,
    })
    expect(own({ drain_max_bytes: 0 })).toEqual({ drainBytes: 0 })
  })

  test.each([['stop'], [{ mode: 'stop' }], [{ drain_max_bytes: -1 }], [{ drain_timeout: 'soon' }], [{ bytes: 1 }]])(
    'is not to be treated as %j',
    (wrong) => {
      expect(messageOf(() => own(wrong))).toContain('`litellm_params.on_client_abort')
    },
  )
})

describe('mistakes', () => {
  test('of all entries are told at once, each at its place, without secrets', () => {
    const entries = [
      { model_name: 'a', litellm_params: { model: 'nobody/x', api_key: 'sk-secret' } },
      { model_name: 'b', litellm_params: { model: 'openai/x' } },
      { model_name: 5, litellm_params: { model: 'openai/x', api_key: 12345 } },
      { litellm_params: { api_base: ['x'], rpm: 'many', timeout: 'soon', tags: 'one' } },
      { model_name: 'c', litellm_params: { model: 'openai/x', headers: { a: [] } } },
      { model_name: 'c', litellm_params: { model: 'openai/x', input_cost_per_token: 'free' } },
      'd',
    ]
    const { deployments, entries: kept, rejected } = readModelList(entries, {})
    expect(deployments.map(({ modelGroup }) => modelGroup)).toEqual(['b'])
    expect(kept).toEqual([entries[1]])
    expect(rejected.map(rejectionText)).toEqual([
      'Model a is disabled: `model_list[0]` (a): LLM Provider NOT provided. Pass in the LLM provider you are trying to call. ' +
        "You passed model=nobody/x. Write `openai/nobody/x` with an `api_base` if the upstream speaks OpenAI's format.",
      'Model model_list[2] is disabled: `model_list[2].model_name` must be text, got 5. Put it in quotes. ' +
        '`model_list[2].litellm_params.api_key` must be text, got a number (not shown). Put it in quotes.',
      'Model model_list[3] is disabled: `model_list[3].model_name` is missing: it must be text. ' +
        '`model_list[3].litellm_params.model` is missing: it must be text. ' +
        '`model_list[3].litellm_params.api_base` must be text, got a list. ' +
        '`model_list[3].litellm_params.timeout` must be a number of seconds, for example 600, got "soon". ' +
        '`model_list[3].litellm_params.rpm` must be a number of at least 0, got "many". ' +
        '`model_list[3].litellm_params.tags` must be a list, got "one".',
      'Model c is disabled: `model_list[4].litellm_params.headers.a` must be text, got a list.',
      'Model c is disabled: `model_list[5].litellm_params.input_cost_per_token` must be a number of US dollars of at least 0, got "free".',
      'Model model_list[6] is disabled: `model_list[6]` must be a mapping, got "d".',
    ])
  })

  test.each([
    [
      { model: 'sagemaker/claude' },
      'LiteLLM knows the provider sagemaker, this gateway does not. If it has an OpenAI-compatible address, write `openai/claude` with an `api_base`.',
    ],
    [
      { model: 'claude', custom_llm_provider: 'watsonx' },
      'LiteLLM knows the provider watsonx, this gateway does not. If it has an OpenAI-compatible address, write `openai/claude` with an `api_base`.',
    ],
    [
      { model: 'firework_ai/llama' },
      'Did you mean the provider `fireworks_ai`? Write `openai/firework_ai/llama` with an `api_base`',
    ],
  ])('%j names the provider', (litellm_params, sentence) => {
    const { rejected } = readModelList([{ model_name: 'x', litellm_params }], {})
    expect(rejected.map(rejectionText)).toEqual([expect.stringContaining(sentence)])
  })

  test('in an entry from elsewhere are told without a place in a file', () => {
    expect(messageOf(() => deploymentOf({ model_name: 'x' }, {}, 'Model 7 cannot be used:'))).toBe(
      'ConfigError: Model 7 cannot be used:\n  - `litellm_params` is missing: it must be a mapping.',
    )
  })
})
