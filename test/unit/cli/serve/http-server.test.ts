import { once } from 'node:events'
import type { RequestListener, ServerResponse } from 'node:http'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { expect, test } from '@jest/globals'
import { type HttpServer, type HttpServerOptions, startHttpServer } from '../../../../src/cli/serve/http-server.ts'
import { ConfigError } from '../../../../src/errors.ts'
import { cleanups } from '../../../support/cleanups.ts'

function end(server: HttpServer): Promise<void> {
  const stopped = server.stop()
  server.cut()
  return stopped
}

const OPTIONS = { port: 0, host: '127.0.0.1', headersTimeoutMs: 15_000, bodyTimeoutMs: 60_000 }

async function setup(listener: RequestListener, options: Partial<HttpServerOptions> = {}) {
  const server = await startHttpServer(listener, { ...OPTIONS, ...options })
  cleanups.push(() => end(server))
  return server
}

/** Answers with a stream that the test goes on with. */
async function streaming() {
  const open: ServerResponse[] = []
  const server = await setup((_req, res) => {
    res.writeHead(200)
    res.write('begin ')
    open.push(res)
  })
  const answer = await fetch(server.url)
  return { server, answer, stream: open[0]! }
}

test('stop lets a running stream end', async () => {
  const { server, answer, stream } = await streaming()
  const stopped = server.stop()
  stream.end('and end')
  expect(await answer.text()).toBe('begin and end')
  await stopped
})

test('stop takes no new connection', async () => {
  const { server, stream } = await streaming()
  const stopped = server.stop()
  await expect(fetch(server.url)).rejects.toThrow()
  stream.end()
  await stopped
})

test('cut ends a stream that does not end', async () => {
  const { server, answer } = await streaming()
  const text = answer.text()
  await Promise.all([end(server), expect(text).rejects.toThrow('terminated')])
})

test('a connection that says nothing does not hold the stop up', async () => {
  const server = await setup(() => {})
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1')
  await once(socket, 'connect')
  await server.stop()
  socket.destroy()
})

test('stop may be called twice', async () => {
  const server = await setup(() => {})
  await server.stop()
  await server.stop()
})

test('a port that is taken is a sentence', async () => {
  const port = Number(new URL((await setup(() => {})).url).port)
  const second = setup(() => {}, { port, host: '127.0.0.1' })
  await expect(second).rejects.toThrow(ConfigError)
  await expect(second).rejects.toThrow(`Port ${port} is taken: stop what listens there, or choose another with --port.`)
})

test('an address of another machine is a sentence', async () => {
  await expect(setup(() => {}, { port: 0, host: '192.0.2.1' })).rejects.toThrow(
    'This machine has no address 192.0.2.1: see --host.',
  )
})

test('a client that does not come to the end of its headers is told so, and let go', async () => {
  const { url } = await setup(() => {}, { headersTimeoutMs: 100 })
  const socket = connect(Number(new URL(url).port), '127.0.0.1')
  socket.write('GET / HTTP/1.1\r\nhost: x\r\nx-slow: ')
  expect(await text(socket)).toMatch(/^HTTP\/1\.1 408 /)
})
