import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { expect, test } from '@jest/globals'
import express from 'express'
import { readBody } from '../../../../../src/call/request/body/read-body.ts'
import { isLiteLLMError } from '../../../../../src/errors.ts'
import { cleanups } from '../../../../support/cleanups.ts'

type Handler = (req: IncomingMessage, res: ServerResponse) => unknown

async function setup(handler: Handler) {
  const server = createServer(async (req, res) => {
    try {
      await handler(req, res)
    } catch (error) {
      res.writeHead(isLiteLLMError(error) ? error.status : 500, { connection: 'close' }).end(String(error))
    }
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  cleanups.push(() => server.close().closeAllConnections())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const readTwice: Handler = async (req, res) => {
  const { bytes } = await readBody(req, res, { maxBodyBytes: 10_000_000 })
  res.end(JSON.stringify([bytes?.toString() ?? null, await text(req)]))
}

test.each([
  ['a small body', 'x'.repeat(10)],
  ['a body of many packets', 'y'.repeat(300_000)],
  ['a body of megabytes', Array.from({ length: 400_000 }, (_, index) => index).join()],
  ['a body of text beyond ASCII', 'é€𝄞'.repeat(50_000)],
])('%s is read and can be read again by who comes after', async (_, body) => {
  const url = await setup(readTwice)
  const answer = await fetch(url, { method: 'POST', body })
  expect(await answer.json()).toEqual([body, body])
  const inChunks = { method: 'POST', body: new Blob([body]).stream(), duplex: 'half' } as const
  expect(await (await fetch(url, inChunks)).json()).toEqual([body, body])
})

test('a connection serves the next request after a body that nobody read again', async () => {
  const url = await setup(async (req, res) => {
    res.end((await readBody(req, res, { maxBodyBytes: 1_000 })).bytes)
  })
  for (const body of ['one', 'two', 'three']) {
    expect(await (await fetch(url, { method: 'POST', body })).text()).toBe(body)
  }
})

test('a chunked body is read to its end', async () => {
  const url = await setup(readTwice)
  const { port } = new URL(url)
  const socket = connect(Number(port), '127.0.0.1')
  cleanups.push(() => socket.destroy())
  socket.write('POST / HTTP/1.1\r\nhost: x\r\nconnection: close\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n')
  setTimeout(() => socket.write('2\r\nde\r\n0\r\n\r\n'), 30)
  expect(await text(socket)).toContain('["abcde","abcde"]')
})

test('a body that says it is too large is refused without being read', async () => {
  const url = await setup((req, res) => readBody(req, res, { maxBodyBytes: 10 }))
  const answer = await fetch(url, { method: 'POST', body: 'x'.repeat(11) })
  expect(answer.status).toBe(413)
})

test('a body that turns out too large is refused', async () => {
  const url = await setup((req, res) => readBody(req, res, { maxBodyBytes: 1_000 }))
  const { port } = new URL(url)
  const socket = connect(Number(port), '127.0.0.1')
  cleanups.push(() => socket.destroy())
  const chunk = `400\r\n${'x'.repeat(1_024)}\r\n`
  socket.write(`POST / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n${chunk}`)
  expect(await text(socket)).toMatch(/^HTTP\/1.1 413 /)
})

test('an upload that breaks off rejects', async () => {
  const seen = Promise.withResolvers<unknown>()
  const url = await setup(async (req, res) => {
    await Promise.resolve(readBody(req, res, { maxBodyBytes: 1_000 })).catch(seen.resolve)
  })
  const socket = connect(Number(new URL(url).port), '127.0.0.1')
  socket.write('POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\nabc')
  setTimeout(() => socket.destroy(), 30)
  expect(await seen.promise).toMatchObject({ code: 'body_not_json' })
})

test('a body that a parser of the app has read is taken from there', async () => {
  const app = express().use(express.json())
  app.post('/', async (req, res) => {
    res.json(await readBody(req, res, { maxBodyBytes: 1_000 }))
  })
  const url = await setup(app)
  const answer = await fetch(url, { method: 'POST', body: '{"a":1}', headers: { 'content-type': 'application/json' } })
  expect(await answer.json()).toEqual({ parsed: { a: 1 } })
})

test('a body parser of the app that runs after us finds the body', async () => {
  const app = express().use(async (req, res, next) => {
    await readBody(req, res, { maxBodyBytes: 1_000 })
    next()
  })
  app.use(express.json())
  app.post('/', (req, res) => void res.json(req.body))
  const url = await setup(app)
  const answer = await fetch(url, { method: 'POST', body: '{"a":1}', headers: { 'content-type': 'application/json' } })
  expect(await answer.json()).toEqual({ a: 1 })
})

test('a request without a body has none', async () => {
  const url = await setup(readTwice)
  expect(await (await fetch(url)).json()).toEqual([null, ''])
})
