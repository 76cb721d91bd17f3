export interface LoadRequest {
  readonly port: number
  readonly secret: string
  readonly headers?: Readonly<Record<string, string>>
  /** `json`: one small answer. `fast`: a stream at full speed, `paced`: a chunk every 2 ms, `slow`: one each second. */
  readonly kind: 'json' | 'fast' | 'paced' | 'slow'
}

/** The request as it goes over the wire: what an OpenAI client sends for a short chat. */
export function bytesOfRequest({ port, secret, headers = {}, kind }: LoadRequest): Buffer {
  const content = `${kind}: ${'What is the capital of France? '.repeat(6)}`
  const messages = [
    { role: 'system', content: 'You are a helpful assistant.' },
    { role: 'user', content },
  ]
  const body = JSON.stringify({ model: 'gpt-4o', messages, ...(kind !== 'json' && { stream: true }) })
  const lines = {
    host: `127.0.0.1:${port}`,
    'user-agent': 'OpenAI/JS 6.1.0',
    accept: 'application/json',
    'content-type': 'application/json',
    authorization: `Bearer ${secret}`,
    ...headers,
    'content-length': Buffer.byteLength(body),
  }
  const head = Object.entries(lines).map(([name, value]) => `${name}: ${value}\r\n`)
  return Buffer.from(`POST /v1/chat/completions HTTP/1.1\r\n${head.join('')}\r\n${body}`)
}
