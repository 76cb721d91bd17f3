import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { recomputedSpend } from '../support/recomputed-spend.ts'
import type { ScriptedApp } from '../support/scripted-app.ts'
import { startScriptedApp } from '../support/scripted-app.ts'
import { answers } from '../unit/usage/answers.ts'
import { contentTypeOf, fixture } from '../unit/usage/replay.ts'

const MESSAGES = [{ role: 'user', content: 'Hi' }]
const ASKED = { stream_options: { include_usage: true } }
const GEMINI = '/v1beta/models/{model}'

/** What the client posts where, to which model, and what the provider answers; both halves of a pair of answers. */
const CASES: readonly (readonly [path: string, model: string, body: object, answers: readonly string[]])[] = [
  [
    '/v1/chat/completions',
    'openai/gpt-4o',
    { messages: MESSAGES, ...ASKED },
    pair('openai-chat/gpt-4o-2024-08-06-cached'),
  ],
  ['/v1/chat/completions', 'deepseek/deepseek-chat', { messages: MESSAGES }, pair('openai-chat/deepseek-chat-cached')],
  [
    '/v1/chat/completions',
    'groq/llama-3.3-70b-versatile',
    { messages: MESSAGES },
    pair('openai-chat/llama-3.3-70b-groq-tools'),
  ],
  ['/v1/chat/completions', 'xai/grok-4', { messages: MESSAGES, ...ASKED }, pair('openai-chat/grok-4-reasoning')],
  ['/v1/chat/completions', 'moonshot/kimi-k3', { messages: MESSAGES, ...ASKED }, pair('openai-chat/kimi-k3-cached')],
  [
    '/v1/chat/completions',
    'mistral/mistral-small-latest',
    { messages: MESSAGES },
    pair('openai-chat/mistral-small-padded'),
  ],
  ['/v1/chat/completions', 'perplexity/sonar', { messages: MESSAGES }, pair('openai-chat/sonar-done')],
  [
    '/v1/chat/completions',
    'openrouter/openai/gpt-4.1-mini',
    { messages: MESSAGES },
    pair('openai-chat/openrouter-gpt-4.1-mini-search'),
  ],
  [
    '/v1/chat/completions',
    'together_ai/mistralai/Mixtral-8x7B-Instruct-v0.1',
    { messages: MESSAGES },
    pair('openai-chat/together-mixtral-eos'),
  ],
  [
    '/v1/chat/completions',
    'fireworks_ai/accounts/fireworks/models/deepseek-v3',
    { messages: MESSAGES },
    pair('openai-chat/fireworks-deepseek-cached'),
  ],
  [
    '/openai/deployments/{model}/chat/completions',
    'azure/gpt-5-nano',
    { messages: MESSAGES, ...ASKED },
    pair('openai-chat/azure-model-router'),
  ],
  [
    '/v1/completions',
    'openai/gpt-3.5-turbo-instruct',
    { prompt: 'Hi', ...ASKED },
    pair('openai-completions/gpt-3.5-turbo-instruct-plain'),
  ],
  ['/v1/responses', 'openai/gpt-4.1', { input: 'Hi' }, pair('openai-responses/gpt-4.1-tools')],
  ['/v1/responses', 'openai/gpt-5-nano', { input: 'Hi' }, pair('openai-responses/gpt-5-nano-search')],
  [
    '/v1/embeddings',
    'openai/text-embedding-ada-002',
    { input: 'Hi' },
    ['openai-embeddings/text-embedding-ada-002-plain.json'],
  ],
  ['/v1/images/generations', 'openai/gpt-image-1', { prompt: 'A cat' }, pair('openai-images/gpt-image-1-tokens')],
  ['/v1/images/edits', 'openai/gpt-image-1', { prompt: 'A cat' }, ['openai-image-edits/gpt-image-1-unstated.json']],
  [
    '/v1/audio/speech',
    'openai/gpt-4o-mini-tts',
    { input: 'Hi', voice: 'alloy', stream_format: 'sse' },
    ['openai-speech/gpt-4o-mini-tts.sse'],
  ],
  ['/v1/audio/transcriptions', 'openai/gpt-4o-transcribe', {}, pair('openai-transcriptions/gpt-4o-transcribe')],
  [
    '/v1/messages',
    'anthropic/claude-opus-4-6',
    { messages: MESSAGES, max_tokens: 9 },
    pair('anthropic-messages/claude-opus-4-6-compaction'),
  ],
  [
    `${GEMINI}:generateContent`,
    'gemini/gemini-2.5-flash',
    { contents: [] },
    ['gemini-generate/gemini-2.5-flash-cached.json'],
  ],
  [
    `${GEMINI}:streamGenerateContent`,
    'gemini/gemini-2.5-flash',
    { contents: [] },
    ['gemini-generate/gemini-2.5-flash-cached-array.json'],
  ],
  [
    `${GEMINI}:streamGenerateContent?alt=sse`,
    'gemini/gemini-2.5-flash',
    { contents: [] },
    ['gemini-generate/gemini-2.5-flash-cached.sse'],
  ],
  [
    `${GEMINI}:embedContent`,
    'gemini/gemini-embedding-001',
    { content: {} },
    ['gemini-embed/gemini-embedding-plain.json'],
  ],
  ['/v2/chat', 'cohere_chat/command-a-03-2025', { messages: MESSAGES }, pair('cohere-chat/command-a-cached')],
  ['/v2/embed', 'cohere/embed-english-v3.0', { texts: ['Hi'] }, ['cohere-embed/embed-english-v3.json']],
  ['/v2/rerank', 'cohere/rerank-v3.5', { query: 'Hi', documents: ['Hi'] }, ['rerank/rerank-v3.5-cohere.json']],
  ['/api/chat', 'ollama/llama3.2', { messages: MESSAGES }, pair('ollama-chat/llama3.2-plain', 'ndjson')],
  ['/api/generate', 'ollama/llama3', { prompt: 'Hi' }, pair('ollama-generate/llama3-plain', 'ndjson')],
  ['/api/embed', 'ollama/all-minilm', { input: 'Hi' }, ['ollama-embed/all-minilm-plain.json']],
]

function pair(name: string, ending = 'sse'): readonly string[] {
  return [`${name}.json`, `${name}.${ending}`]
}

let answering = ''
let scripted: ScriptedApp

beforeAll(async () => {
  scripted = await startScriptedApp(
    (res) => {
      res.writeHead(200, { 'content-type': contentTypeOf(answering) })
      const bytes = fixture(answering)
      for (let at = 0; at < bytes.length; at += 7) res.write(bytes.subarray(at, at + 7))
      res.end()
    },
    (api_base) => ({
      // Bytes are to stay bytes.
      options: { compat: { answerModel: 'provider' } },
      models: [...new Set(CASES.map(([, model]) => model))].map((model) => ({
        model_name: model.replaceAll('/', '_'),
        litellm_params: { model, api_base, api_key: 'sk-provider' },
      })),
    }),
  )
})
afterAll(() => scripted.close())

/** Uploads are forms; everything else is JSON. */
function requestOf(path: string, body: object): { headers: Record<string, string>; body: string } {
  const { secret } = scripted.key
  const authorization = `Bearer ${secret}`
  if (!path.endsWith('/transcriptions')) {
    return { headers: { authorization, 'content-type': 'application/json' }, body: JSON.stringify(body) }
  }
  const fields = Object.entries(body).map(
    ([name, value]) => `--b\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
  )
  return {
    headers: { authorization, 'content-type': 'multipart/form-data; boundary=b' },
    body: `${fields.join('')}--b--`,
  }
}

test.each(CASES.flatMap(([path, model, body, names]) => names.map((name) => [path, model, name, body] as const)))(
  '%s to %s: %s arrives byte for byte, and leaves one row that is right',
  async (path, model, name, body) => {
    const { app } = scripted
    const before = (await app.rows()).length
    answering = name
    const group = model.replaceAll('/', '_')
    const stream = !name.endsWith('.json')
    const response = await fetch(app.url + path.replace('{model}', group), {
      method: 'POST',
      ...requestOf(path, { ...body, model: group, ...(stream && { stream }) }),
    })
    expect(response.status).toBe(200)
    expect(Buffer.from(await response.arrayBuffer()).equals(fixture(name))).toBe(true)
    const rows = (await app.rows()).slice(before)
    expect(rows).toHaveLength(1)
    const { promptTokens, completionTokens } = answers[name]!.usage!
    expect(rows[0]).toMatchObject({
      status: 'success',
      model_group: group,
      custom_llm_provider: `${path} ${model}`.startsWith('/v1/completions openai/')
        ? 'text-completion-openai'
        : model.split('/')[0],
      prompt_tokens: promptTokens ?? 0,
      completion_tokens: completionTokens ?? 0,
    })
    expect(rows[0]!.metadata).toMatchObject({ usage_source: 'reported', usage_complete: true })
    if (rows[0]!.spend > 0) expect(recomputedSpend(rows[0]!)).toBeCloseTo(rows[0]!.spend, 15)
  },
)
