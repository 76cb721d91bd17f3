import type { ServerResponse } from 'node:http'
import { type ScriptedUpstream, sendJson, startUpstream } from '../support/upstream.ts'

/** What a provider answers with to a request whose text holds one of these words. */
const ERRORS: Readonly<Record<string, readonly [status: number, error: object]>> = {
  FAIL400: [400, { message: 'bad', type: 'invalid_request_error', param: 'messages', code: 'bad' }],
  FAIL401: [
    401,
    {
      message: 'Incorrect API key provided: sk-***',
      type: 'invalid_request_error',
      param: null,
      code: 'invalid_api_key',
    },
  ],
  FAIL403: [403, { message: 'Not for you', type: 'permission_error', param: null, code: null }],
  FAIL404: [404, { message: 'No such model', type: 'invalid_request_error', param: null, code: 'model_not_found' }],
  FAIL429: [429, { message: 'Slow down', type: 'requests', param: null, code: 'rate_limit_exceeded' }],
  FAIL500: [500, { message: 'broken', type: 'server_error' }],
  FAILSTREAM: [500, { message: 'broken', type: 'server_error' }],
  FAIL503: [503, { message: 'Overloaded', type: 'server_error', param: null, code: null }],
  FAILCONTEXT: [
    400,
    {
      message: "This model's maximum context length is 128000 tokens.",
      type: 'invalid_request_error',
      param: 'messages',
      code: 'context_length_exceeded',
    },
  ],
  FAILPOLICY: [
    400,
    { message: 'Rejected', type: 'invalid_request_error', param: 'prompt', code: 'content_policy_violation' },
  ],
}

const usage = {
  prompt_tokens: 10,
  completion_tokens: 20,
  total_tokens: 30,
  prompt_tokens_details: { cached_tokens: 4 },
}

const tool = { id: 'call_1', type: 'function', function: { name: 'get_weather', arguments: '{}' } }

interface Asked {
  readonly json: Record<string, unknown>
  readonly text: string
  readonly id: string
}

/** The providers of both gateways, with the same answers for both. */
export function startProviders(): Promise<ScriptedUpstream> {
  let calls = 0
  return startUpstream((res, { url, body }) => {
    const text = body.toString()
    const json = text.startsWith('{') ? JSON.parse(text) : {}
    const error = Object.entries(ERRORS).find(([word]) => text.includes(word))
    const path = url.split('?')[0]!
    if (error)
      return sendJson(res, error[1][0], { ...(path.endsWith('/messages') && { type: 'error' }), error: error[1][1] })
    const [, answer] = ANSWERS.find(([end]) => path.endsWith(end)) ?? [undefined, chat]
    return answer(res, { json, text, id: `${process.pid}-${calls++}` })
  })
}

const ANSWERS: readonly (readonly [end: string, answer: (res: ServerResponse, asked: Asked) => unknown])[] = [
  ['/embeddings', embeddings],
  ['/messages', messages],
  ['/responses', responses],
  [':generateContent', (res) => sendJson(res, 200, generated())],
  [':streamGenerateContent', (res) => sendEvents(res, [generated()])],
  ['/images/generations', image],
  ['/audio/speech', (res) => void res.writeHead(200, { 'content-type': 'audio/mpeg' }).end(Buffer.alloc(64))],
  ['/audio/transcriptions', (res) => sendJson(res, 200, { text: 'Hello', duration: 2 })],
  ['/rerank', rerank],
  ['/moderations', moderation],
  ['/chat/completions', chat],
  ['/completions', completion],
]

function chat(res: ServerResponse, { json, text, id }: Asked): unknown {
  const model = json.model ?? 'gpt-4o-mini-2024-07-18'
  const base = { id: `chatcmpl-${id}`, created: 1_700_000_000, model, service_tier: 'default' }
  const said = Array.isArray(json.tools) ? { content: null, tool_calls: [tool] } : { content: 'Hello' }
  const finish_reason = Array.isArray(json.tools) ? 'tool_calls' : 'stop'
  if (!json.stream) {
    const choices = [{ index: 0, message: { role: 'assistant', ...said }, finish_reason }]
    return sendJson(res, 200, { ...base, object: 'chat.completion', choices, usage })
  }
  const chunk = (rest: object) => ({ ...base, object: 'chat.completion.chunk', ...rest })
  const first = chunk({ choices: [{ index: 0, delta: { role: 'assistant', content: 'Hello' }, finish_reason: null }] })
  // For a client that leaves: it never ends.
  if (text.includes('ENDLESS')) return void sendEvents(res, [first], { open: true })
  const asksForUsage = (json.stream_options as { include_usage?: boolean } | undefined)?.include_usage
  return sendEvents(res, [
    first,
    chunk({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] }),
    ...(asksForUsage ? [chunk({ choices: [], usage })] : []),
    '[DONE]',
  ])
}

function sendEvents(res: ServerResponse, events: readonly (object | string)[], { open = false } = {}): void {
  res.writeHead(200, { 'content-type': 'text/event-stream' })
  for (const event of events) res.write(`data: ${typeof event === 'string' ? event : JSON.stringify(event)}\n\n`)
  if (!open) res.end()
}

function messages(res: ServerResponse, { json, id }: Asked): unknown {
  const used = { input_tokens: 10, output_tokens: 20, cache_read_input_tokens: 4, cache_creation_input_tokens: 3 }
  const message = { id: `msg_${id}`, type: 'message', role: 'assistant', model: json.model, stop_sequence: null }
  if (!json.stream) {
    const content = [{ type: 'text', text: 'Hello' }]
    return sendJson(res, 200, { ...message, content, stop_reason: 'end_turn', usage: used })
  }
  const events = [
    {
      type: 'message_start',
      message: { ...message, content: [], stop_reason: null, usage: { ...used, output_tokens: 1 } },
    },
    { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
    { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'Hello' } },
    { type: 'content_block_stop', index: 0 },
    { type: 'message_delta', delta: { stop_reason: 'end_turn', stop_sequence: null }, usage: { output_tokens: 20 } },
    { type: 'message_stop' },
  ]
  res.writeHead(200, { 'content-type': 'text/event-stream' })
  return void res.end(events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join(''))
}

function embeddings(res: ServerResponse, { json }: Asked): unknown {
  const data = [{ object: 'embedding', index: 0, embedding: [0.1, 0.2] }]
  return sendJson(res, 200, { object: 'list', data, model: json.model, usage: { prompt_tokens: 5, total_tokens: 5 } })
}

function responses(res: ServerResponse, { json, id: call }: Asked): unknown {
  const id = `resp_${call}`
  const content = [{ type: 'output_text', text: 'Hello', annotations: [] }]
  const response = {
    ...{ id, object: 'response', created_at: 1, status: 'completed', model: json.model },
    output: [{ type: 'message', id: `${id}-1`, role: 'assistant', status: 'completed', content }],
    usage: {
      input_tokens: 10,
      input_tokens_details: { cached_tokens: 4 },
      output_tokens: 20,
      output_tokens_details: { reasoning_tokens: 0 },
      total_tokens: 30,
    },
    ...{ parallel_tool_calls: true, tool_choice: 'auto', tools: [] },
  }
  if (!json.stream) return sendJson(res, 200, response)
  const started = { ...response, status: 'in_progress', output: [], usage: null }
  return sendEvents(res, [
    { type: 'response.created', sequence_number: 0, response: started },
    { type: 'response.completed', sequence_number: 1, response },
  ])
}

function generated() {
  return {
    candidates: [{ content: { role: 'model', parts: [{ text: 'Hello' }] }, finishReason: 'STOP', index: 0 }],
    usageMetadata: {
      promptTokenCount: 10,
      candidatesTokenCount: 20,
      totalTokenCount: 30,
      cachedContentTokenCount: 4,
      promptTokensDetails: [{ modality: 'TEXT', tokenCount: 10 }],
    },
    modelVersion: 'gemini-2.5-flash',
    responseId: `gemini-${process.hrtime.bigint()}`,
  }
}

function image(res: ServerResponse): unknown {
  const used = { input_tokens: 10, output_tokens: 100, total_tokens: 110 }
  const details = { input_tokens_details: { text_tokens: 10, image_tokens: 0 } }
  return sendJson(res, 200, { created: 1, data: [{ b64_json: 'aGk=' }], usage: { ...used, ...details } })
}

function rerank(res: ServerResponse, { id }: Asked): unknown {
  const meta = { api_version: { version: '2' }, billed_units: { search_units: 1 } }
  return sendJson(res, 200, { id, results: [{ index: 0, relevance_score: 0.9 }], meta })
}

function moderation(res: ServerResponse, { json, id }: Asked): unknown {
  const results = [{ flagged: false, categories: { hate: false }, category_scores: { hate: 0 } }]
  return sendJson(res, 200, { id: `modr-${id}`, model: json.model ?? 'omni-moderation-latest', results })
}

function completion(res: ServerResponse, { json, id }: Asked): unknown {
  const choices = [{ text: 'Hello', index: 0, logprobs: null, finish_reason: 'stop' }]
  const used = { prompt_tokens: 10, completion_tokens: 20, total_tokens: 30 }
  const base = { id: `cmpl-${id}`, object: 'text_completion', created: 1_700_000_000, model: json.model }
  return sendJson(res, 200, { ...base, choices, usage: used })
}
