// The other side of a gateway, in a process of its own: so that only the gateway's own work delays its event loop. An
// upstream that reads all and says nothing of its usage, and clients that send a body so many times at once.
import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface SendJob {
  readonly url: string
  readonly secret: string
  readonly model: string
  readonly kind: string
  readonly times: number
}

const SIZE = 31 << 20
const text = (bytes: number) => 'The quick brown fox jumps. '.repeat(bytes / 27)
const messagesOf = (content: string) =>
  Array.from({ length: Math.floor(SIZE / (content.length + 40)) }, () => ({ role: 'user', content }))

/** The messages of a chat. */
const KINDS: Readonly<Record<string, () => unknown>> = {
  'one text': () => [{ role: 'user', content: text(SIZE - 200) }],
  'one text with escapes': () => [{ role: 'user', content: '"\\\n'.repeat(SIZE / 6 - 20) }],
  'one text that is not ASCII': () => [{ role: 'user', content: 'é€𝄞'.repeat(Math.floor(SIZE / 9) - 20) }],
  'one image': () => [
    {
      role: 'user',
      content: [
        { type: 'image_url', image_url: { url: `data:image/png;base64,${'iVBORw0KGgo='.repeat(SIZE / 12 - 20)}` } },
      ],
    },
  ],
  'messages of 1 KB': () => messagesOf(text(1_000)),
  'messages of 400 bytes': () => messagesOf('x'.repeat(400)),
}

const upstream = createServer((req, res) => {
  req.resume().on('end', () => {
    const isMessages = req.url?.endsWith('/messages')
    const answer = isMessages
      ? {
          id: 'msg_1',
          type: 'message',
          role: 'assistant',
          content: [{ type: 'text', text: 'ok' }],
          stop_reason: 'end_turn',
        }
      : { id: 'c', object: 'chat.completion', choices: [{ index: 0, message: { role: 'assistant', content: 'ok' } }] }
    res.setHeader('content-type', 'application/json').end(JSON.stringify(answer))
  })
})

upstream.listen(0, '127.0.0.1', () => {
  const { port } = upstream.address() as AddressInfo
  process.send?.({ upstream: `http://127.0.0.1:${port}`, kinds: Object.keys(KINDS) })
})

process.on('message', async (job: SendJob) => {
  const messages = KINDS[job.kind]?.()
  const body = Buffer.from(JSON.stringify({ model: job.model, max_tokens: 10, messages }))
  const statuses = await Promise.all(Array.from({ length: job.times }, () => send(job, body)))
  process.send?.({ statuses })
})
process.on('disconnect', () => process.exit())

function send({ url, secret }: SendJob, body: Buffer): Promise<number> {
  return new Promise((resolve, reject) => {
    const headers = {
      authorization: `Bearer ${secret}`,
      'content-type': 'application/json',
      'content-length': body.length,
    }
    request(url, { method: 'POST', headers, agent: false })
      .on('error', reject)
      .on('response', (res) => res.resume().on('end', () => resolve(res.statusCode ?? 0)))
      .end(body)
  })
}
