export interface CoexistenceCase {
  readonly name: string
  readonly path: string
  readonly body: object
  /** What the twin keys are made with. */
  readonly key?: object
  readonly headers?: Readonly<Record<string, string>>
  /** Sent so many times before, one after the other; the last one is compared. */
  readonly before?: number
}

const messages = [{ role: 'user', content: 'hi' }]
const chat = { path: '/v1/chat/completions', body: { model: 'chat', messages } }

/** What is sent to both, with keys of their own. `model` names a group of `models.ts`. */
export const CASES: readonly CoexistenceCase[] = [
  { name: 'chat', ...chat },
  { name: 'chat without /v1', ...chat, path: '/chat/completions' },
  { name: 'streamed chat', ...chat, body: { ...chat.body, stream: true } },
  {
    name: 'streamed chat with usage',
    ...chat,
    body: { ...chat.body, stream: true, stream_options: { include_usage: true } },
  },
  { name: 'hosted vLLM', ...chat, body: { model: 'vllm', messages } },
  { name: 'messages', path: '/v1/messages', body: { model: 'claude', messages, max_tokens: 5 } },
  { name: 'embeddings', path: '/v1/embeddings', body: { model: 'embed', input: 'hi' } },
  { name: 'responses', path: '/v1/responses', body: { model: 'chat', input: 'hi' } },
  { name: 'tags in metadata', ...chat, body: { ...chat.body, metadata: { tags: ['a', 'b'] } } },
  { name: 'tags of the body', ...chat, body: { ...chat.body, tags: ['a'] } },
  { name: 'tags of a header', ...chat, headers: { 'x-litellm-tags': 'a,b' } },
  { name: 'user and session', ...chat, body: { ...chat.body, user: 'customer', litellm_session_id: 's-1' } },
  { name: 'upstream error 500', ...chat, body: { model: 'chat', messages: [{ role: 'user', content: 'FAIL500' }] } },
  { name: 'upstream error 400', ...chat, body: { model: 'chat', messages: [{ role: 'user', content: 'FAIL400' }] } },
  { name: 'unknown model', ...chat, body: { model: 'nonesuch', messages } },
  { name: 'no messages', ...chat, body: { model: 'chat' } },
  { name: 'no input', path: '/v1/embeddings', body: { model: 'embed' } },
  { name: 'no max_tokens', path: '/v1/messages', body: { model: 'claude', messages } },
  { name: 'model not allowed', ...chat, key: { models: ['embed'] } },
  { name: 'rate limit', ...chat, key: { rpm_limit: 1 }, before: 1 },
  { name: 'budget of nothing', ...chat, key: { max_budget: 0 } },
]
