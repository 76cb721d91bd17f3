import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { type ScriptedApp, startScriptedApp } from '../support/scripted-app.ts'
import { sendJson } from '../support/upstream.ts'

const TAIL = (group: string) =>
  `\n\nLiteLLM: model group '${group}' failed with the error above. No fallback was attempted.`
const CHAT = { messages: [{ role: 'user', content: 'Hi' }] }
const MESSAGE = { ...CHAT, max_tokens: 5 }
const SLOW = '{"error":{"message":"Slow down","type":"requests","param":"p","code":null}}'
const DENIED = '{"error":{"message":"No","type":"some_error","param":"p","code":null}}'
const LONG =
  '{"error":{"message":"This model\'s maximum context length is 9.","type":"invalid_request_error","param":"messages","code":"context_length_exceeded"}}'
const CONTEXT = 'litellm.ContextWindowExceededError: litellm.BadRequestError: '
const ADVICE = (group: string) =>
  `\nmodel=${group}. context_window_fallbacks=None. fallbacks=None.\n\nSet 'context_window_fallback' - https://docs.litellm.ai/docs/routing#fallbacks`

/** What LiteLLM 1.106.12 answered to the same calls with the same providers. */
const CASES: readonly (readonly [
  what: string,
  asked: readonly [path: string, group: string, body: object],
  upstream: readonly [status: number, body: string],
  told: readonly [status: number, message: string, type: string, param?: string],
])[] = [
  [
    'a chat with OpenAI keeps the sentence and the parameter',
    ['/v1/chat/completions', 'gpt', CHAT],
    [429, SLOW],
    [429, 'litellm.RateLimitError: RateLimitError: OpenAIException - Slow down', 'throttling_error', 'p'],
  ],
  [
    'a status without a class is an APIError',
    ['/v1/chat/completions', 'gpt', CHAT],
    [403, DENIED],
    [403, 'litellm.APIError: APIError: OpenAIException - No', 'permission_error'],
  ],
  [
    'a bad request keeps the type of the upstream',
    ['/v1/chat/completions', 'gpt', CHAT],
    [400, DENIED],
    [400, 'litellm.BadRequestError: OpenAIException - No', 'some_error', 'p'],
  ],
  [
    'what is no JSON is said as it is',
    ['/v1/chat/completions', 'gpt', CHAT],
    [503, 'plain words'],
    [
      503,
      'litellm.ServiceUnavailableError: ServiceUnavailableError: OpenAIException - plain words',
      'internal_server_error',
    ],
  ],
  [
    'a prompt that is too long names the fallbacks that are not there',
    ['/v1/chat/completions', 'gpt', CHAT],
    [400, LONG],
    [
      400,
      `${CONTEXT}ContextWindowExceededError: OpenAIException - This model's maximum context length is 9.${ADVICE('gpt')}`,
      'invalid_request_error',
    ],
  ],
  [
    'an embedding is told in the words of the Python client',
    ['/v1/embeddings', 'gpt', { input: 'hi' }],
    [429, SLOW],
    [
      429,
      "litellm.RateLimitError: RateLimitError: OpenAIException - Error code: 429 - {'error': {'message': 'Slow down', 'type': 'requests', 'param': 'p', 'code': None}}",
      'throttling_error',
    ],
  ],
  [
    'a moderation is not put into words at all',
    ['/v1/moderations', 'gpt', { input: 'hi' }],
    [403, DENIED],
    [
      403,
      "Error code: 403 - {'error': {'message': 'No', 'type': 'some_error', 'param': 'p', 'code': None}}",
      'some_error',
      'p',
    ],
  ],
  [
    'another compatible server is quoted whole',
    ['/v1/chat/completions', 'vllm', CHAT],
    [429, SLOW],
    [429, `litellm.RateLimitError: RateLimitError: Hosted_vllmException - ${SLOW}`, 'throttling_error'],
  ],
  [
    'Azure has sentences of its own',
    ['/v1/chat/completions', 'azure', CHAT],
    [500, DENIED],
    [500, 'litellm.APIError: AzureException APIError - No', 'internal_server_error'],
  ],
  [
    'an overload of Anthropic is a fault of the server',
    ['/v1/chat/completions', 'claude', CHAT],
    [529, DENIED],
    [
      500,
      `litellm.InternalServerError: AnthropicException - ${DENIED}. Handle with \`litellm.InternalServerError\`.`,
      'internal_server_error',
    ],
  ],
  [
    'Gemini is quoted whole',
    ['/v1/chat/completions', 'gemini', CHAT],
    [429, SLOW],
    [429, `litellm.RateLimitError: litellm.RateLimitError: GeminiException - ${SLOW}`, 'throttling_error'],
  ],
  [
    'a provider that LiteLLM has no words for is told by its status',
    ['/v1/rerank', 'cohere', { query: 'q', documents: ['a'] }],
    [402, DENIED],
    [402, `litellm.PaymentRequiredError: CohereException - ${DENIED}`, 'invalid_request_error'],
  ],
]

let answer: readonly [status: number, body: string] = [500, '']
let scripted: ScriptedApp

beforeAll(async () => {
  scripted = await startScriptedApp(
    (res) => {
      const [status, body] = answer
      if (body.startsWith('{')) return sendJson(res, status, JSON.parse(body))
      res.writeHead(status, { 'content-type': 'text/plain' }).end(body)
    },
    (api_base) => ({
      options: {
        compat: { upstreamErrors: 'litellm' },
        config: { router_settings: { num_retries: 0, disable_cooldowns: true }, model_list: modelsAt(api_base) },
      },
    }),
  )
})
afterAll(() => scripted.close())

function modelsAt(api_base: string) {
  const models = {
    gpt: 'openai/gpt-4o-mini',
    vllm: 'hosted_vllm/qwen',
    azure: 'azure/gpt-4o-mini',
    claude: 'anthropic/claude-sonnet-4-5',
    gemini: 'gemini/gemini-2.5-flash',
    cohere: 'cohere/rerank-v3.5',
  }
  return Object.entries(models).map(([model_name, model]) => ({
    model_name,
    litellm_params: { model, api_base, api_key: 'sk-provider' },
  }))
}

test.each(CASES)('%s', async (_, [path, model, body], upstream, [status, message, type, param]) => {
  answer = upstream
  const response = await post(path, { model, ...body })
  const tail = path === '/v1/moderations' ? '' : TAIL(model)
  expect(response.status).toBe(status)
  expect(await response.json()).toEqual({
    error: { message: message + tail, type, param: param ?? null, code: String(status) },
  })
})

test('clients of Anthropic get the sentence in their own form, and OpenAI is quoted whole there', async () => {
  answer = [429, SLOW]
  const message = `litellm.RateLimitError: RateLimitError: OpenAIException - ${SLOW}${TAIL('gpt')}`
  const response = await post('/v1/messages', { model: 'gpt', ...MESSAGE })
  expect(response.status).toBe(429)
  expect(await response.json()).toMatchObject({ type: 'error', error: { type: 'rate_limit_error', message } })
})

test('a provider key that an upstream quotes is not in the sentence', async () => {
  answer = [401, 'Wrong key: sk-provider']
  const response = await post('/v1/chat/completions', { model: 'vllm', ...CHAT })
  expect(await response.text()).not.toContain('sk-provider')
})

function post(path: string, body: object): Promise<Response> {
  return scripted.app.post(path, scripted.key.secret, body)
}
