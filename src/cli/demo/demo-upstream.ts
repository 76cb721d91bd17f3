import type { IncomingMessage, ServerResponse } from 'node:http'
import { json } from 'node:stream/consumers'
import type { ChatCompletionRequest } from '@copilotkit/aimock'
import { ConfigError } from '../../errors.ts'

/** As many as `text-embedding-3-small` has. */
const DIMENSIONS = 1536

const VECTOR = Float32Array.from({ length: DIMENSIONS }, (_, index) => Math.sin(index + 1))

export interface DemoUpstream {
  /** `model_list` entries of LiteLLM's config that lead to it. */
  readonly modelList: readonly DemoModel[]
  stop(): Promise<void>
}

interface DemoModel {
  readonly model_name: string
  readonly litellm_params: { readonly model: string; readonly api_base: string; readonly api_key: string }
}

const MODELS = ['gpt-4o-mini', 'gpt-4o', 'text-embedding-3-small']
const CHARACTERS_PER_TOKEN = 4

/**
 * Canned answers behind the OpenAI API on a free port of 127.0.0.1, so that a gateway can be tried without a provider
 * key: any chat, a tool call when the message says "weather" and tools are offered, embeddings. Its token counts are
 * made up from the length of the texts.
 */
export async function startDemoUpstream(): Promise<DemoUpstream> {
  const { LLMock } = await loadMock()
  const mock = new LLMock({ port: 0, host: '127.0.0.1', chunkSize: 12, latency: 15, journalMaxEntries: 1 })
  mock.on({ hasToolResult: false, predicate: asksForWeather }, ({ messages }) => ({
    toolCalls: [{ name: 'get_weather', arguments: '{"city":"Paris"}' }],
    usage: usageOf(messages, '{"city":"Paris"}'),
  }))
  mock.mount('/v1/embeddings', { handleRequest: answerEmbeddings })
  mock.on({ endpoint: 'chat' }, ({ messages, model }) => {
    const content = `Hello! This is the demo upstream answering as ${model}. ${ADVICE}`
    return { content, usage: usageOf(messages, content) }
  })
  await mock.start()
  const api_base = `${mock.url}/v1`
  return {
    modelList: MODELS.map((name) => ({
      model_name: name,
      litellm_params: { model: `openai/${name}`, api_base, api_key: 'demo' },
    })),
    stop: () => mock.stop(),
  }
}

const ADVICE = 'No model was asked. Set OPENAI_API_KEY or write a config.yaml with a model_list to reach a real one.'

async function loadMock() {
  try {
    return await import('@copilotkit/aimock')
  } catch (error) {
    throw new ConfigError(
      'No model is configured and the demo upstream is not installed: ' +
        'write a config.yaml with a model_list, set OPENAI_API_KEY, or run `npm i @copilotkit/aimock`.',
      { cause: error },
    )
  }
}

function asksForWeather({ messages, tools }: ChatCompletionRequest): boolean {
  const last = messages.findLast(({ role }) => role === 'user')
  return (tools?.length ?? 0) > 0 && /weather/i.test(JSON.stringify(last?.content ?? ''))
}

/** Under the names of the chat API and of the Responses API: the mock serves both. */
function usageOf(prompt: unknown, answer: string) {
  const input = Math.ceil(JSON.stringify(prompt).length / CHARACTERS_PER_TOKEN)
  const output = Math.ceil(answer.length / CHARACTERS_PER_TOKEN)
  return {
    prompt_tokens: input,
    completion_tokens: output,
    total_tokens: input + output,
    input_tokens: input,
    output_tokens: output,
  }
}

interface EmbeddingsBody {
  readonly model?: string
  readonly input?: unknown
  readonly encoding_format?: string
}

/**
 * `POST /v1/embeddings` of the demo upstream: the same vector for every text, as numbers or base64, with usage. The
 * mock's own answer always says that no token was used.
 */
async function answerEmbeddings(req: IncomingMessage, res: ServerResponse): Promise<boolean> {
  const body = await json(req).then(
    (value) => value as EmbeddingsBody,
    () => undefined,
  )
  if (body?.input === undefined) return send(res, 400, { error: { message: "'input' is missing", code: null } })
  const texts = Array.isArray(body.input) ? body.input : [body.input]
  const embedding = body.encoding_format === 'base64' ? Buffer.from(VECTOR.buffer).toString('base64') : [...VECTOR]
  const tokens = texts.reduce<number>((sum, text) => sum + Math.ceil(String(text).length / 4), 0)
  return send(res, 200, {
    object: 'list',
    model: body.model,
    data: texts.map((_, index) => ({ object: 'embedding', index, embedding })),
    usage: { prompt_tokens: tokens, total_tokens: tokens },
  })
}

function send(res: ServerResponse, status: number, body: object): true {
  res.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  return true
}
