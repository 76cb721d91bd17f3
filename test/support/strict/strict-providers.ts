import type { ServerResponse } from 'node:http'
import { eventStreamMessage } from '../aws.ts'
import { type RecordedRequest, type ScriptedUpstream, startUpstream } from '../upstream.ts'
import { type Body, Refused } from './conversation.ts'
import { strictAnthropic } from './strict-anthropic.ts'
import { strictBedrock } from './strict-bedrock.ts'
import { strictCohere } from './strict-cohere.ts'
import { strictGemini } from './strict-gemini.ts'
import { strictOpenAIChat } from './strict-openai-chat.ts'
import { strictResponses } from './strict-responses.ts'

export interface StrictProviders extends ScriptedUpstream {
  /** `litellm_params` of a model of each provider, by provider. */
  readonly params: Readonly<Record<string, object>>
  /** How many events the last stream had, before anything was cut off. */
  readonly events: number
  /** They can be changed while it runs. */
  readonly options: StrictOptions
  /** What was refused since the start: empty where every request was one that the real provider takes. */
  readonly refused: readonly string[]
}

export interface StrictOptions {
  /** Streams are sent in slices of so many bytes. Default: whole. */
  slice?: number | undefined
  /** Of a stream only so many events are sent; then the connection stays open, or is cut, or ends as if that were all. */
  cut?: { readonly events: number; readonly how: 'hold' | 'destroy' | 'end' } | undefined
  /** Answers instead, when it returns true. */
  before?: ((res: ServerResponse, request: RecordedRequest) => boolean) | undefined
}

interface Fake {
  readonly path: RegExp
  readonly streams: (request: RecordedRequest, body: Body) => boolean
  readonly type: string
  readonly answer: (body: Body) => { readonly whole: object; readonly events: readonly any[] }
  readonly frame: (event: any) => Buffer
  readonly end?: string
  readonly error: (message: string) => object
}

const byBody = (_: RecordedRequest, { stream }: Body) => stream === true
const data = (event: object) => Buffer.from(`data: ${JSON.stringify(event)}\n\n`)
const named = (event: { type: string }) => Buffer.from(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`)
const openaiError = (message: string) => ({
  error: { message, type: 'invalid_request_error', param: null, code: null },
})

const FAKES: readonly Fake[] = [
  {
    path: /\/messages$|:(?:streamR|r)awPredict$/,
    streams: byBody,
    type: 'text/event-stream',
    answer: strictAnthropic,
    frame: named,
    error: (message) => ({ type: 'error', error: { type: 'invalid_request_error', message } }),
  },
  {
    path: /:(?:streamG|g)enerateContent/,
    streams: ({ url }) => url.includes(':stream'),
    type: 'text/event-stream',
    answer: strictGemini,
    frame: data,
    error: (message) => ({ error: { code: 400, message, status: 'INVALID_ARGUMENT' } }),
  },
  {
    path: /\/converse(?:-stream)?$/,
    streams: ({ url }) => url.endsWith('-stream'),
    type: 'application/vnd.amazon.eventstream',
    answer: strictBedrock,
    frame: ([name, payload]) =>
      eventStreamMessage(
        { ':event-type': name, ':content-type': 'application/json', ':message-type': 'event' },
        payload,
      ),
    error: (message) => ({ message }),
  },
  {
    path: /\/v2\/chat$/,
    streams: byBody,
    type: 'text/event-stream',
    answer: strictCohere,
    frame: named,
    error: (message) => ({ message }),
  },
  {
    path: /\/chat\/completions$/,
    streams: byBody,
    type: 'text/event-stream',
    answer: strictOpenAIChat,
    frame: data,
    end: 'data: [DONE]\n\n',
    error: openaiError,
  },
  {
    path: /\/responses$/,
    streams: byBody,
    type: 'text/event-stream',
    answer: strictResponses,
    frame: named,
    error: openaiError,
  },
]

/** One server that is every provider, as strict as each of them. */
export async function startStrictProviders(options: StrictOptions = {}): Promise<StrictProviders> {
  const refused: string[] = []
  const seen = { events: 0 }
  const upstream = await startUpstream(
    async (res, request) => {
      if (options.before?.(res, request)) return
      const fake = FAKES.find(({ path }) => path.test(request.url.replace(/\?.*$/, '')))
      if (!fake) return void res.writeHead(404).end('{"error":{"message":"no such route"}}')
      try {
        await send(res, fake, request, options, seen)
      } catch (error) {
        if (!(error instanceof Refused)) throw error
        refused.push(`${request.url}: ${error.message}`)
        res.writeHead(400, { 'content-type': 'application/json' }).end(JSON.stringify(fake.error(error.message)))
      }
    },
    { strict: false },
  )
  const base = upstream.url.replace('/v1', '')
  const own = {
    refused,
    options,
    params: paramsOf(base),
    get events() {
      return seen.events
    },
  }
  return Object.defineProperties(upstream, Object.getOwnPropertyDescriptors(own)) as StrictProviders
}

async function send(
  res: ServerResponse,
  fake: Fake,
  request: RecordedRequest,
  { slice, cut }: StrictOptions,
  seen: { events: number },
): Promise<void> {
  const body = JSON.parse(request.body.toString())
  const { whole, events } = fake.answer(body)
  if (!fake.streams(request, body)) {
    res.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(whole))
    return
  }
  seen.events = events.length
  const shown = events.slice(0, cut?.events)
  const bytes = Buffer.concat([...shown.map(fake.frame), Buffer.from(cut ? '' : (fake.end ?? ''))])
  res.writeHead(200, { 'content-type': fake.type })
  res.flushHeaders()
  await write(res, bytes, slice ?? bytes.length)
  if (cut?.how === 'hold') return
  if (cut?.how === 'destroy') res.destroy()
  else res.end()
}

async function write(res: ServerResponse, bytes: Buffer, size: number): Promise<void> {
  for (let at = 0; at < bytes.length && !res.destroyed; at += size) {
    // What is written in one turn arrives as one piece: each slice is on its way before the next.
    await new Promise((done) => res.write(bytes.subarray(at, at + size), done))
  }
}

const AWS = { aws_access_key_id: 'AKIAIOSFODNN7EXAMPLE', aws_secret_access_key: 'secret', aws_region_name: 'us-east-1' }

function paramsOf(base: string): Readonly<Record<string, object>> {
  const api_key = 'sk-provider'
  return {
    anthropic: { model: 'anthropic/claude-sonnet-4-5', api_base: base, api_key },
    gemini: { model: 'gemini/gemini-2.5-flash', api_base: `${base}/v1beta`, api_key },
    bedrock: { model: 'bedrock/anthropic.claude-3-5-sonnet-20240620-v1:0', api_base: base, ...AWS },
    cohere: { model: 'cohere_chat/command-r', api_base: `${base}/v2`, api_key },
    ollama: { model: 'ollama/qwen3', api_base: base },
    hosted_vllm: { model: 'hosted_vllm/qwen', api_base: `${base}/v1`, api_key },
    openai: { model: 'openai/gpt-5', api_base: `${base}/v1`, api_key },
  }
}
