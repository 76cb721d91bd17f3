import { connect } from 'node:net'
import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { startApp } from '../../support/app.ts'
import { cleanups } from '../../support/cleanups.ts'
import { chatCompletion, sendJson, startUpstream } from '../../support/upstream.ts'

async function setup() {
  const upstream = await startUpstream((res) => sendJson(res, 200, chatCompletion({ id: '' })))
  cleanups.push(upstream.close)
  const app = await startApp({ upstream: upstream.url })
  cleanups.push(app.close)
  const faults: unknown[] = []
  app.gateway.events.on('fault', (fault) => faults.push(fault))
  /** Bytes as they are, on a connection of their own; what is answered. */
  async function send(bytes: Buffer): Promise<{ readonly status: number; readonly text: string }> {
    const socket = connect(Number(new URL(app.url).port), '127.0.0.1')
    const pieces: Buffer[] = []
    socket.on('data', (piece) => pieces.push(piece))
    // The server may close before all is sent; what it has said by then has arrived.
    socket.on('error', () => {})
    socket.write(bytes)
    await new Promise((resolve) => socket.once('close', resolve))
    const text = Buffer.concat(pieces).toString('latin1')
    return { status: Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1]), text }
  }
  return { app, upstream, faults, send }
}

const BODY = '{"model":"gpt-4o","messages":[{"role":"user","content":"raw-canary"}]}'
const line = (name: string, value: Uint8Array) => Buffer.concat([Buffer.from(`${name}: `), value, Buffer.from('\r\n')])
const request = (headers: readonly Buffer[], body: Uint8Array) =>
  Buffer.concat([
    Buffer.from('POST /v1/chat/completions HTTP/1.1\r\nHost: gateway\r\nConnection: close\r\n'),
    ...headers,
    Buffer.from(`Content-Length: ${body.length}\r\n\r\n`),
    body,
  ])

/** Everything that a line may hold, and some of what it may not. */
const bytes = fc.oneof(
  fc.uint8Array({ maxLength: 60 }),
  fc
    .uint8Array({ min: 0x80, max: 0xff, maxLength: 60 })
    .map((high) => Buffer.concat([Buffer.from('Bearer sk-'), high])),
  fc.integer({ min: 3_900, max: 9_000 }).map((length) => Buffer.from(`Bearer sk-${'x'.repeat(length)}`)),
  fc.integer({ min: 15_000, max: 40_000 }).map((length) => Buffer.alloc(length, 'x')),
  fc
    .constantFrom('Bearer', 'bearer ', 'BEARER sk-x', 'Basic c2s=', 'sk-', 'Bearer sk-\tx', 'Bearer sk-x, Bearer sk-y')
    .map(Buffer.from),
)
const names = [
  ...['Authorization', 'authorization', 'AUTHORIZATION', 'x-api-key', 'X-Litellm-Api-Key', 'api-key', 'x-goog-api-key'],
  ...['x-litellm-tags', 'content-type', 'content-encoding', 'cookie', '__proto__', 'constructor'],
]
const headers = fc.array(fc.tuple(fc.constantFrom(...names), bytes), { maxLength: 4 })

const lengthOf = (lines: readonly (readonly [string, Uint8Array])[]) =>
  lines.reduce((sum, [, value]) => sum + value.length, 0)

test('whatever bytes come as headers, somebody unknown gets a clear 4xx and nothing else', async () => {
  const { upstream, faults, send } = await setup()
  await fc.assert(
    fc.asyncProperty(headers, async (lines) => {
      const { status, text } = await send(
        request(
          lines.map(([name, value]) => line(name, value)),
          Buffer.from(BODY),
        ),
      )
      // More than Node takes: it may hang up before its answer is read.
      if (Number.isNaN(status)) return expect(lengthOf(lines)).toBeGreaterThan(15_000)
      expect(status).toBeGreaterThanOrEqual(400)
      expect(status).toBeLessThan(500)
      expect(text).not.toContain('raw-canary')
    }),
    { numRuns: 300 },
  )
  expect([upstream.requests.length, faults]).toEqual([0, []])
}, 60_000)

test('whatever bytes come as a body, somebody known gets an answer or a clear 4xx', async () => {
  const { app, faults, send } = await setup()
  const { secret } = await app.key()
  const auth = line('Authorization', Buffer.from(`Bearer ${secret}`))
  const body = fc.oneof(
    fc.uint8Array({ maxLength: 400 }),
    fc.jsonValue().map((value) => Buffer.from(JSON.stringify(value))),
    fc
      .jsonValue()
      .map((value) => Buffer.from(JSON.stringify({ model: 'gpt-4o', messages: value, user: value, metadata: value }))),
    fc
      .uint8Array({ maxLength: 60 })
      .map((inside) => Buffer.concat([Buffer.from('{"model":"gpt-4o","user":"'), inside, Buffer.from('"}')])),
    fc.constant(Buffer.from('{"__proto__":{"model":"gpt-4o"},"constructor":{"prototype":{"polluted":true}}}')),
  )
  const types = [
    'application/json',
    'text/plain',
    'multipart/form-data; boundary=x',
    'application/json; charset=utf-16',
    '',
  ]
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...types), body, async (type, sent) => {
      const { status } = await send(request([auth, line('Content-Type', Buffer.from(type))], sent))
      expect(status === 200 || (status >= 400 && status < 500)).toBe(true)
    }),
    { numRuns: 300 },
  )
  expect(faults).toEqual([])
  expect(({} as { polluted?: unknown }).polluted).toBeUndefined()
}, 60_000)
