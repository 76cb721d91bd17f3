import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { answerCommands } from '../process/answer-commands.ts'

/** The trivial upstream: 1 KB of JSON, or 100 chunks of a stream with usage at the end. */
const CHUNKS = 100
const PACED_MS = 2
const SLOW_MS = 1_000

let made = 0
const server = createServer({ keepAliveTimeout: 60_000 }, (req, res) => {
  let body = ''
  req.setEncoding('latin1').on('data', (text: string) => {
    body += text
  })
  req.on('end', () => answer(res, body))
})
await once(server.listen(0, '127.0.0.1', 4096), 'listening')
answerCommands({ port: (server.address() as AddressInfo).port }, {})

function answer(res: ServerResponse, body: string): void {
  if (!body.includes('"stream":true')) {
    const text = completion()
    res.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }).end(text)
    return
  }
  res.writeHead(200, { 'content-type': 'text/event-stream' })
  if (body.includes('paced')) send(res, (next) => void setTimeout(next, PACED_MS))
  else if (body.includes('slow')) send(res, (next) => void setTimeout(next, SLOW_MS))
  else send(res, setImmediate)
}

function send(res: ServerResponse, wait: (next: () => void) => void): void {
  const id = `chatcmpl-${process.pid}-${++made}`
  const head = `data: {"id":"${id}","object":"chat.completion.chunk","created":1700000000,"model":"gpt-4o-2024-08-06",`
  let sent = 0
  next()

  function next() {
    if (res.destroyed) return
    if (++sent < CHUNKS) {
      // When it left, on the clock that all processes of a machine share.
      const time = process.hrtime.bigint()
      res.write(`${head}"choices":[{"index":0,"delta":{"content":" word"},"finish_reason":null}],"t":"${time}"}\n\n`)
      return wait(next)
    }
    const usage = { prompt_tokens: 20, completion_tokens: CHUNKS, total_tokens: 20 + CHUNKS }
    res.write(`${head}"choices":[],"usage":${JSON.stringify(usage)}}\n\n`)
    res.end('data: [DONE]\n\n')
  }
}

function completion(): string {
  return `{"id":"chatcmpl-${process.pid}-${++made}","object":"chat.completion","created":1700000000,"model":"gpt-4o-2024-08-06","choices":[{"index":0,"message":{"role":"assistant","content":"${'word '.repeat(140)}","refusal":null},"logprobs":null,"finish_reason":"stop"}],"usage":{"prompt_tokens":20,"completion_tokens":140,"total_tokens":160,"prompt_tokens_details":{"cached_tokens":0},"completion_tokens_details":{"reasoning_tokens":0}}}`
}
