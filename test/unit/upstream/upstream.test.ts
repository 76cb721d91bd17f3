import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals'
import { callUnderWay } from '../../../src/lib/turn-queue.ts'
import { createUpstream, type Upstream } from '../../../src/upstream/upstream.ts'

let server: Server
let paths: (string | undefined)[]
let upstream: Upstream
let over: () => void

beforeAll(async () => {
  server = createServer((req, res) => {
    paths.push(req.url)
    res.end('{}')
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
})

afterAll(() => void server.close())

beforeEach(() => {
  paths = []
  upstream = createUpstream({ timeoutMs: 5_000 })
  over = callUnderWay()
})

afterEach(async () => {
  over()
  await upstream.close()
})

function send(path: string) {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`
  const request = { method: 'POST', url, headers: {}, body: Buffer.from('{}') }
  const receiver = { onHead() {}, onData() {}, onEnd: resolve, onError: reject }
  return { exchange: upstream.send(request, receiver), ended: promise }
}

test('a request waits for those of its turn, and one whose client leaves meanwhile is never sent', async () => {
  const left = send('/left')
  const stays = send('/stays')
  expect([left.exchange.waiting, stays.exchange.waiting]).toEqual([true, true])
  left.exchange.abort()
  await stays.ended
  expect(stays.exchange.waiting).toBe(false)
  expect(paths).toEqual(['/stays'])
})
