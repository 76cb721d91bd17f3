import { FAILURES } from './models.ts'

export interface CoexistenceCase {
  readonly name: string
  readonly path: string
  /** Absent: nothing is sent. `model` names a group of `models.ts`; a text is sent as it is. */
  readonly body?: object | string | FormData
  /** Default: POST. */
  readonly method?: string
  /** What the twin keys are made with. `models` names groups of `models.ts`. */
  readonly key?: object
  /** What the team of the keys is made with. */
  readonly team?: object
  /** What the user of the keys is made with. */
  readonly user?: object
  /** Done with the key once it is made: a management endpoint, which is given it as `key`. */
  readonly afterwards?: string
  /** Sent instead of a key that was made. `''`: no header. */
  readonly secret?: string
  readonly headers?: Readonly<Record<string, string>>
  /** Sent so many times before, one after the other; the last one is compared. */
  readonly before?: number
  /** The client leaves when the answer has begun. */
  readonly leaves?: boolean
}

const messages = [{ role: 'user', content: 'hi' }]
const saying = (content: string) => [{ role: 'user', content }]
const chat = { path: '/v1/chat/completions', body: { model: 'chat', messages } }
const chatWith = (model: string, more: object = {}) => ({ ...chat, body: { model, messages, ...more } })

const stream_options = { include_usage: true }
const parameters = { type: 'object', properties: {} }
const tools = [{ type: 'function', function: { name: 'get_weather', parameters } }]

function recording(model: string): FormData {
  const form = new FormData()
  form.set('model', model)
  form.set('file', new Blob([new Uint8Array(64)], { type: 'audio/wav' }), 'hi.wav')
  return form
}

/** What works. */
const ANSWERED: readonly CoexistenceCase[] = [
  { name: 'chat', ...chat },
  { name: 'chat without /v1', ...chat, path: '/chat/completions' },
  { name: 'streamed chat', ...chatWith('chat', { stream: true }) },
  { name: 'streamed chat with usage', ...chatWith('chat', { stream: true, stream_options }) },
  { name: 'chat with tools', ...chatWith('chat', { tools }) },
  { name: 'hosted vLLM', ...chatWith('vllm') },
  { name: 'Azure', ...chatWith('azure') },
  { name: 'Groq', ...chatWith('groq') },
  { name: 'DeepSeek', ...chatWith('deepseek') },
  { name: 'chat with Claude', ...chatWith('claude', { max_tokens: 5 }) },
  { name: 'streamed chat with Claude', ...chatWith('claude', { max_tokens: 5, stream: true }) },
  { name: 'chat with Gemini', ...chatWith('gemini') },
  { name: 'streamed chat with Gemini', ...chatWith('gemini', { stream: true }) },
  { name: 'messages', path: '/v1/messages', body: { model: 'claude', messages, max_tokens: 5 } },
  { name: 'streamed messages', path: '/v1/messages', body: { model: 'claude', messages, max_tokens: 5, stream: true } },
  { name: 'messages with GPT', path: '/v1/messages', body: { model: 'chat', messages, max_tokens: 5 } },
  { name: 'messages with Gemini', path: '/v1/messages', body: { model: 'gemini', messages, max_tokens: 5 } },
  { name: 'responses with Claude', path: '/v1/responses', body: { model: 'claude', input: 'hi' } },
  { name: 'responses with vLLM', path: '/v1/responses', body: { model: 'vllm', input: 'hi' } },
  { name: 'embeddings', path: '/v1/embeddings', body: { model: 'embed', input: 'hi' } },
  { name: 'responses', path: '/v1/responses', body: { model: 'chat', input: 'hi' } },
  { name: 'streamed responses', path: '/v1/responses', body: { model: 'chat', input: 'hi', stream: true } },
  { name: 'completions', path: '/v1/completions', body: { model: 'instruct', prompt: 'hi' } },
  { name: 'images', path: '/v1/images/generations', body: { model: 'image', prompt: 'a cat' } },
  { name: 'speech', path: '/v1/audio/speech', body: { model: 'speech', input: 'hi', voice: 'alloy' } },
  { name: 'transcription', path: '/v1/audio/transcriptions', body: recording('whisper') },
  { name: 'moderations', path: '/v1/moderations', body: { model: 'moderation', input: 'hi' } },
  { name: 'rerank', path: '/v1/rerank', body: { model: 'rerank', query: 'hi', documents: ['a', 'b'] } },
  { name: 'tags in metadata', ...chatWith('chat', { metadata: { tags: ['a', 'b'] } }) },
  { name: 'tags of the body', ...chatWith('chat', { tags: ['a'] }) },
  { name: 'tags of a header', ...chat, headers: { 'x-litellm-tags': 'a,b' } },
  { name: 'user and session', ...chatWith('chat', { user: 'customer', litellm_session_id: 's-1' }) },
  { name: 'trace', ...chatWith('chat', { litellm_trace_id: 't-1' }) },
  { name: 'session of a header', ...chat, headers: { 'x-litellm-session-id': 's-2' } },
  { name: 'log metadata of a header', ...chat, headers: { 'x-litellm-spend-logs-metadata': '{"a":1}' } },
  { name: 'client leaves a stream', ...chatWith('chat', { messages: saying('ENDLESS'), stream: true }), leaves: true },
  { name: 'key of a team', ...chat, team: {} },
  { name: 'limits in headers', ...chat, key: { rpm_limit: 10, tpm_limit: 1000, max_budget: 5 } },
]

/** What the provider refuses. */
const FAILED: readonly CoexistenceCase[] = [
  ...FAILURES.map((error) => ({
    name: `upstream error ${error}`,
    ...chatWith(`fail${error}`, { messages: saying(`FAIL${error}`), ...(error === 'STREAM' && { stream: true }) }),
  })),
  {
    name: 'upstream error of messages',
    path: '/v1/messages',
    body: { model: 'claude', messages: saying('FAIL400'), max_tokens: 5 },
  },
  { name: 'upstream error of embeddings', path: '/v1/embeddings', body: { model: 'embed', input: 'FAIL400' } },
  { name: 'upstream error of responses', path: '/v1/responses', body: { model: 'chat', input: 'FAIL400' } },
  { name: 'upstream error of Claude in chat', ...chatWith('claude', { messages: saying('FAIL400'), max_tokens: 5 }) },
  { name: 'upstream error of Gemini', ...chatWith('gemini', { messages: saying('FAIL400') }) },
]

/** What the gateway refuses. */
const REFUSED: readonly CoexistenceCase[] = [
  { name: 'unknown model', ...chat, body: { model: 'nonesuch', messages } },
  { name: 'unknown model of a stream', ...chat, body: { model: 'nonesuch', messages, stream: true } },
  { name: 'unknown model of embeddings', path: '/v1/embeddings', body: { model: 'nonesuch', input: 'hi' } },
  { name: 'unknown model of messages', path: '/v1/messages', body: { model: 'nonesuch', messages, max_tokens: 5 } },
  { name: 'unknown model of responses', path: '/v1/responses', body: { model: 'nonesuch', input: 'hi' } },
  { name: 'no model', ...chat, body: { messages } },
  { name: 'no messages', ...chat, body: { model: 'chat' } },
  { name: 'messages are a text', ...chatWith('chat', { messages: 'hi' }) },
  { name: 'messages are empty', ...chatWith('chat', { messages: [] }) },
  { name: 'no JSON', ...chat, body: '{"model": ' },
  { name: 'api_base of a client', ...chatWith('chat', { api_base: 'https://example.com' }) },
  { name: 'no input', path: '/v1/embeddings', body: { model: 'embed' } },
  { name: 'no max_tokens', path: '/v1/messages', body: { model: 'claude', messages } },
  { name: 'no input of responses', path: '/v1/responses', body: { model: 'chat' } },
  { name: 'no prompt', path: '/v1/images/generations', body: { model: 'image' } },
  { name: 'wrong method', path: '/v1/chat/completions', method: 'GET' },
  { name: 'wrong method of keys', path: '/key/generate', method: 'GET' },
  { name: 'unknown route', path: '/v1/nonesuch', body: {} },
  { name: 'unknown key', ...chat, secret: 'sk-nonesuch' },
  { name: 'malformed key', ...chat, secret: 'nonesuch' },
  { name: 'no key', ...chat, secret: '' },
  { name: 'blocked key', ...chat, afterwards: '/key/block' },
  { name: 'expired key', ...chat, key: { duration: '0s' } },
  { name: 'model not allowed', ...chat, key: { models: ['embed'] } },
  { name: 'model not allowed for the team', ...chat, team: { models: ['embed'] } },
  { name: 'model not allowed for the user', ...chat, user: { models: ['embed'] } },
  { name: 'route not allowed', ...chat, key: { allowed_routes: ['/v1/embeddings'] } },
  { name: 'management route', path: '/key/generate', body: {}, key: { allowed_routes: ['llm_api_routes'] } },
  { name: 'rate limit', ...chat, key: { rpm_limit: 1 }, before: 1 },
  { name: 'token limit', ...chat, key: { tpm_limit: 1 } },
  { name: 'budget of nothing', ...chat, key: { max_budget: 0 } },
  { name: 'budget of the team', ...chat, team: { max_budget: 0 } },
  { name: 'budget of the user', ...chat, user: { max_budget: 0 } },
]

/** What is sent to both, with keys of their own. */
export const CASES: readonly CoexistenceCase[] = [...ANSWERED, ...FAILED, ...REFUSED]
