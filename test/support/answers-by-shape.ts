import { eventStreamMessage } from './aws.ts'

/** How one API shape is asked and answers, with whatever its provider says about usage. */
export interface AnsweredShape {
  readonly path: string
  /** LiteLLM's name of the provider. */
  readonly provider: string
  readonly body: object
  whole(usage: unknown): object
  /** The pieces of the same answer as a stream, for shapes that have one. */
  stream?(usage: unknown): readonly (string | Buffer)[]
  readonly streamPath?: string
  readonly streamType?: string
  /** The names of its figures, for usage that has them all at null. */
  readonly figures: readonly string[]
  /** A model writes text: output is counted. */
  readonly writes: boolean
}

export const SAID = 'The quick brown fox jumps over the lazy dog.'
const MESSAGES = [{ role: 'user', content: 'Say something about a fox, please.' }]
const OPENAI_FIGURES = ['prompt_tokens', 'completion_tokens', 'total_tokens']
const INPUT_FIGURES = ['input_tokens', 'output_tokens', 'total_tokens']

const sse = (document: object) => `data: ${JSON.stringify(document)}\n\n`
const named = (document: { type: string }) => `event: ${document.type}\n${sse(document)}`
const line = (document: object) => `${JSON.stringify(document)}\n`
const aws = (type: string, payload: object) =>
  eventStreamMessage({ ':event-type': type, ':content-type': 'application/json', ':message-type': 'event' }, payload)
const awsChunk = (document: object) => aws('chunk', { bytes: Buffer.from(JSON.stringify(document)).toString('base64') })
const words = SAID.split(/(?<= )/)

const response = (usage: unknown) => ({
  id: 'resp_1',
  object: 'response',
  status: 'completed',
  output: [{ type: 'message', role: 'assistant', content: [{ type: 'output_text', text: SAID }] }],
  usage,
})

const message = (usage: unknown) => ({
  id: 'msg_1',
  type: 'message',
  role: 'assistant',
  content: [{ type: 'text', text: SAID }],
  stop_reason: 'end_turn',
  usage,
})
const messageStream = (usage: unknown) => [
  named({ type: 'message_start', message: { id: 'msg_1', type: 'message', content: [], usage } } as never),
  ...words.map((text) =>
    named({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text } } as never),
  ),
  named({ type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage } as never),
  named({ type: 'message_stop' }),
]

export const ANSWERED_SHAPES: Readonly<Record<string, AnsweredShape>> = {
  'openai-chat': {
    path: '/v1/chat/completions',
    provider: 'openai',
    body: { messages: MESSAGES, stream_options: { include_usage: true } },
    figures: OPENAI_FIGURES,
    writes: true,
    whole: (usage) => ({
      id: 'c1',
      object: 'chat.completion',
      choices: [{ index: 0, message: { role: 'assistant', content: SAID }, finish_reason: 'stop' }],
      usage,
    }),
    stream: (usage) => [
      ...words.map((content) => sse({ id: 'c1', choices: [{ index: 0, delta: { content }, finish_reason: null }] })),
      sse({ id: 'c1', choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] }),
      sse({ id: 'c1', choices: [], usage }),
      'data: [DONE]\n\n',
    ],
  },
  'openai-completions': {
    path: '/v1/completions',
    provider: 'openai',
    body: { prompt: 'Say something about a fox, please.', stream_options: { include_usage: true } },
    figures: OPENAI_FIGURES,
    writes: true,
    whole: (usage) => ({ id: 'c2', object: 'text_completion', choices: [{ index: 0, text: SAID }], usage }),
    stream: (usage) => [
      ...words.map((text) => sse({ id: 'c2', choices: [{ index: 0, text, finish_reason: null }] })),
      sse({ id: 'c2', choices: [], usage }),
      'data: [DONE]\n\n',
    ],
  },
  'openai-responses': {
    path: '/v1/responses',
    provider: 'openai',
    body: { input: 'Say something about a fox, please.' },
    figures: INPUT_FIGURES,
    writes: true,
    whole: response,
    stream: (usage) => [
      named({ type: 'response.created', response: { ...response(null), output: [], status: 'in_progress' } } as never),
      ...words.map((delta) => named({ type: 'response.output_text.delta', delta } as never)),
      named({ type: 'response.output_text.done', text: SAID } as never),
      named({ type: 'response.completed', response: response(usage) } as never),
    ],
  },
  'anthropic-messages': {
    path: '/v1/messages',
    provider: 'anthropic',
    body: { messages: MESSAGES, max_tokens: 500 },
    figures: INPUT_FIGURES.slice(0, 2),
    writes: true,
    whole: message,
    stream: messageStream,
  },
  'vertex-anthropic': {
    path: '/v1/publishers/anthropic/models/{model}:rawPredict',
    streamPath: '/v1/publishers/anthropic/models/{model}:streamRawPredict',
    provider: 'vertex_ai',
    body: { anthropic_version: 'vertex-2023-10-16', messages: MESSAGES, max_tokens: 500 },
    figures: INPUT_FIGURES.slice(0, 2),
    writes: true,
    whole: message,
    stream: messageStream,
  },
  'gemini-generate': {
    path: '/v1beta/models/{model}:generateContent',
    streamPath: '/v1beta/models/{model}:streamGenerateContent?alt=sse',
    provider: 'gemini',
    body: { contents: [{ role: 'user', parts: [{ text: 'Say something about a fox, please.' }] }] },
    figures: ['promptTokenCount', 'candidatesTokenCount', 'totalTokenCount'],
    writes: true,
    whole: (usageMetadata) => ({
      candidates: [{ content: { role: 'model', parts: [{ text: SAID }] }, finishReason: 'STOP' }],
      usageMetadata,
      responseId: 'g1',
    }),
    stream: (usageMetadata) => [
      ...words.map((text) => sse({ candidates: [{ content: { parts: [{ text }] } }], usageMetadata })),
      sse({ candidates: [{ content: { parts: [{ text: '' }] }, finishReason: 'STOP' }], usageMetadata }),
    ],
  },
  'bedrock-converse': {
    path: '/model/{model}/converse',
    streamPath: '/model/{model}/converse-stream',
    streamType: 'application/vnd.amazon.eventstream',
    provider: 'bedrock',
    body: { messages: [{ role: 'user', content: [{ text: 'Say something about a fox, please.' }] }] },
    figures: ['inputTokens', 'outputTokens', 'totalTokens'],
    writes: true,
    whole: (usage) => ({
      output: { message: { role: 'assistant', content: [{ text: SAID }] } },
      stopReason: 'end_turn',
      usage,
      metrics: { latencyMs: 1 },
    }),
    stream: (usage) => [
      aws('messageStart', { role: 'assistant' }),
      ...words.map((text) => aws('contentBlockDelta', { contentBlockIndex: 0, delta: { text } })),
      aws('messageStop', { stopReason: 'end_turn' }),
      aws('metadata', { usage, metrics: { latencyMs: 1 } }),
    ],
  },
  'bedrock-invoke': {
    path: '/model/{model}/invoke',
    streamPath: '/model/{model}/invoke-with-response-stream',
    streamType: 'application/vnd.amazon.eventstream',
    provider: 'bedrock',
    body: { anthropic_version: 'bedrock-2023-05-31', messages: MESSAGES, max_tokens: 500 },
    figures: INPUT_FIGURES.slice(0, 2),
    writes: true,
    whole: (usage) => ({ id: 'msg_1', type: 'message', content: [{ type: 'text', text: SAID }], usage }),
    stream: (usage) => [
      awsChunk({ type: 'message_start', message: { id: 'msg_1', usage } }),
      ...words.map((text) => awsChunk({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text } })),
      awsChunk({ type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage }),
      awsChunk({ type: 'message_stop', 'amazon-bedrock-invocationMetrics': usage }),
    ],
  },
  'cohere-chat': {
    path: '/v2/chat',
    provider: 'cohere_chat',
    body: { messages: MESSAGES },
    figures: ['billed_units', 'tokens'],
    writes: true,
    whole: (usage) => ({ id: 'co1', message: { role: 'assistant', content: [{ type: 'text', text: SAID }] }, usage }),
    stream: (usage) => [
      named({ type: 'message-start', id: 'co1' } as never),
      ...words.map((text) =>
        named({ type: 'content-delta', index: 0, delta: { message: { content: { text } } } } as never),
      ),
      named({ type: 'message-end', delta: { finish_reason: 'COMPLETE', usage } } as never),
    ],
  },
  'ollama-chat': {
    path: '/api/chat',
    streamType: 'application/x-ndjson',
    provider: 'ollama',
    body: { messages: MESSAGES },
    figures: ['prompt_eval_count', 'eval_count'],
    writes: true,
    whole: (usage) => ({ message: { role: 'assistant', content: SAID }, done: true, ...(usage as object) }),
    stream: (usage) => [
      ...words.map((content) => line({ message: { role: 'assistant', content }, done: false })),
      line({ message: { role: 'assistant', content: '' }, done: true, ...(usage as object) }),
    ],
  },
  'ollama-generate': {
    path: '/api/generate',
    streamType: 'application/x-ndjson',
    provider: 'ollama',
    body: { prompt: 'Say something about a fox, please.' },
    figures: ['prompt_eval_count', 'eval_count'],
    writes: true,
    whole: (usage) => ({ response: SAID, done: true, ...(usage as object) }),
    stream: (usage) => [
      ...words.map((said) => line({ response: said, done: false })),
      line({ response: '', done: true, ...(usage as object) }),
    ],
  },
  'openai-embeddings': {
    path: '/v1/embeddings',
    provider: 'openai',
    body: { input: 'The quick brown fox.' },
    figures: ['prompt_tokens', 'total_tokens'],
    writes: false,
    whole: (usage) => ({ object: 'list', data: [{ object: 'embedding', embedding: [0.5] }], usage }),
  },
  'gemini-embed': {
    path: '/v1beta/models/{model}:embedContent',
    provider: 'gemini',
    body: { content: { parts: [{ text: 'The quick brown fox.' }] } },
    figures: ['promptTokenCount'],
    writes: false,
    whole: (usageMetadata) => ({ embedding: { values: [0.5] }, usageMetadata }),
  },
  'cohere-embed': {
    path: '/v2/embed',
    provider: 'cohere',
    body: { texts: ['The quick brown fox.'] },
    figures: ['input_tokens'],
    writes: false,
    whole: (billed_units) => ({ id: 'e1', embeddings: { float: [[0.5]] }, meta: { billed_units } }),
  },
  'ollama-embed': {
    path: '/api/embed',
    provider: 'ollama',
    body: { input: 'The quick brown fox.' },
    figures: ['prompt_eval_count'],
    writes: false,
    whole: (usage) => ({ embeddings: [[0.5]], ...(usage as object) }),
  },
  rerank: {
    path: '/v2/rerank',
    provider: 'jina_ai',
    body: { query: 'The quick brown fox.', documents: ['a dog', 'a cat'] },
    figures: ['prompt_tokens', 'total_tokens'],
    writes: false,
    whole: (usage) => ({ id: 'r1', results: [{ index: 0, relevance_score: 0.5 }], usage }),
  },
}
