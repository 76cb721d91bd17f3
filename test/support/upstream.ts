import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { providerRefusal } from './provider-refusal.ts'

export interface RecordedRequest {
  readonly method: string
  readonly url: string
  readonly headers: IncomingMessage['headers']
  readonly body: Buffer
}

export interface ScriptedUpstream {
  /** With `/v1`, as `api_base`. */
  readonly url: string
  readonly requests: readonly RecordedRequest[]
  /** Connections that a client closed before their answer was complete. */
  readonly aborted: number
  /** Keeps nothing of the requests so far, and no idle connection. */
  forget(): void
  close(): Promise<void>
}

export type Script = (res: ServerResponse, request: RecordedRequest) => unknown

export interface UpstreamOptions {
  /** Refuses what OpenAI and Anthropic refuse, before the script sees it. Default: yes. For servers that know more: no. */
  readonly strict?: boolean
}

/** An upstream that does exactly what the script says and remembers what it was sent. */
export async function startUpstream(
  script: Script,
  { strict = true }: UpstreamOptions = {},
): Promise<ScriptedUpstream> {
  const requests: RecordedRequest[] = []
  const sockets = new Set<Socket>()
  let aborted = 0
  const server = createServer(async (req, res) => {
    res.once('close', () => {
      if (!res.writableFinished) aborted++
    })
    const body = await buffer(req).catch(() => undefined)
    // A request that was cut is no request.
    if (!body) return
    const request = { method: req.method!, url: req.url!, headers: req.headers, body }
    requests.push(request)
    const refusal = strict && providerRefusal(request.url, request.body)
    if (refusal) return sendJson(res, 400, refusal)
    await script(res, request)
  })
  server.on('connection', (socket) => sockets.add(socket.once('close', () => sockets.delete(socket))))
  // As many as connect at once: a queue that overflows resets them.
  await once(server.listen({ port: 0, host: '127.0.0.1', backlog: 4_096 }), 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    requests,
    get aborted() {
      return aborted
    },
    forget() {
      requests.length = 0
      server.closeIdleConnections()
    },
    async close() {
      server.close()
      for (const socket of sockets) socket.destroy()
      await once(server, 'close')
    },
  }
}

const MODEL = 'gpt-4o-2024-08-06'

/** A chat completion as OpenAI sends it. `model`: with the name that clients are told. */
export function chatCompletion({
  id = 'chatcmpl-1',
  content = 'Hello!',
  prompt = 10,
  completion = 20,
  model = MODEL,
} = {}) {
  return {
    id,
    object: 'chat.completion',
    created: 1_700_000_000,
    model,
    choices: [{ index: 0, message: { role: 'assistant', content, refusal: null }, finish_reason: 'stop' }],
    usage: { prompt_tokens: prompt, completion_tokens: completion, total_tokens: prompt + completion },
  }
}

/** The events of a streamed chat completion, the usage event second to last if it was asked for. */
export function chatEvents({
  id = 'chatcmpl-1',
  words = ['Hel', 'lo ', 'é€𝄞'],
  prompt = 10,
  completion = 20,
  usage = true,
  model = MODEL,
} = {}) {
  const chunk = (choices: unknown[], rest: object = {}) => {
    const common = { id, object: 'chat.completion.chunk', created: 1_700_000_000, model }
    return `data: ${JSON.stringify({ ...common, choices, ...rest })}\n\n`
  }
  const total = { prompt_tokens: prompt, completion_tokens: completion, total_tokens: prompt + completion }
  return [
    chunk([{ index: 0, delta: { role: 'assistant', content: '' }, finish_reason: null }]),
    ...words.map((content) => chunk([{ index: 0, delta: { content }, finish_reason: null }])),
    chunk([{ index: 0, delta: {}, finish_reason: 'stop' }]),
    ...(usage ? [chunk([], { usage: total })] : []),
    'data: [DONE]\n\n',
  ]
}

export function sendJson(res: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}) {
  res.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))
}
