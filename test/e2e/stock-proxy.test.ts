import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { promisify } from 'node:util'
import { describe, expect, test } from '@jest/globals'
import express from 'express'
import { createProxyMiddleware } from 'http-proxy-middleware'
import { type Gateway, litellm, litellmAuth, litellmErrors, litellmSpend } from '../../src/index.ts'
import { startApp } from '../support/app.ts'
import { cleanups } from '../support/cleanups.ts'
import { chatCompletion, sendJson, startUpstream } from '../support/upstream.ts'

/** The README's recipe: a stock proxy behind auth and spend. */
async function setup() {
  const upstream = await startUpstream((res) => sendJson(res, 200, chatCompletion()))
  const proxy = createProxyMiddleware({ target: upstream.url, changeOrigin: true })
  const app = await startApp({
    upstream: upstream.url,
    app: (gateway: Gateway) =>
      express().use('/v1', litellmAuth({ gateway }), litellmSpend({ gateway }), proxy).use(litellmErrors()),
  })
  cleanups.push(upstream.close, app.close)
  const { secret } = await app.key({ models: ['gpt-4o'] })
  const send = (method: string, path: string, model: string) =>
    fetch(app.url + path, {
      method,
      headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
      body: JSON.stringify({ model, messages: [] }),
    })
  return { app, upstream, secret, send }
}

describe('behind a stock proxy, a body is checked and metered whatever its method', () => {
  test.each(['POST', 'PUT', 'PATCH', 'DELETE'])('%s', async (method) => {
    const { app, upstream, send } = await setup()
    expect((await send(method, '/v1/chat/completions', 'dear')).status).toBe(403)
    expect(upstream.requests).toHaveLength(0)
    expect((await send(method, '/v1/chat/completions', 'gpt-4o')).status).toBe(200)
    expect(await app.rows()).toMatchObject([{ status: 'success', total_tokens: 30 }])
  })
})

describe('paths are normalised before they are joined', () => {
  test.each([
    ['/v1/../admin', '/v1/admin'],
    ['/v1/%2e%2e/%2E%2e/admin', '/v1/admin'],
    ['/v1//chat/./completions', '/v1/chat/completions'],
    ['/v1/%63hat/completions', '/v1/chat/completions'],
    ['/v1/x/..%2Fadmin?a=%2e', '/v1/x/..%2Fadmin?a=%2e'],
  ])('%s -> %s', async (path, expected) => {
    const { app, upstream, secret } = await setup()
    const socket = connect(Number(new URL(app.url).port), '127.0.0.1')
    const body = '{"model":"gpt-4o","messages":[]}'
    socket.write(
      `POST ${path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\nauthorization: Bearer ${secret}\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
    )
    await text(socket)
    expect(upstream.requests.map(({ url }) => url)).toEqual([expected])
  })
})

describe('an upgrade that is not spoken is served as HTTP/1.1', () => {
  async function withUpgrade() {
    const upstream = await startUpstream((res) => sendJson(res, 200, chatCompletion({ id: '' })))
    const app = await startApp({
      upstream: upstream.url,
      app: (gateway: Gateway) => express().use(litellm({ gateway })),
    })
    app.server.on('upgrade', litellm({ gateway: app.gateway }).upgrade)
    cleanups.push(upstream.close, app.close)
    return { app, secret: (await app.key()).secret }
  }

  test.each(['h2c', 'websocket', 'something/1'])('%s, several times on one connection', async (protocol) => {
    const { app, secret } = await withUpgrade()
    const socket = connect(Number(new URL(app.url).port), '127.0.0.1').setEncoding('utf8')
    const body = JSON.stringify({ model: 'gpt-4o', messages: [{ role: 'user', content: 'x'.repeat(100_000) }] })
    for (let count = 0; count < 15; count++) {
      socket.write(
        `POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nconnection: Upgrade, HTTP2-Settings\r\nupgrade: ${protocol}\r\nhttp2-settings: AAMAAABkAAQAAP__\r\nauthorization: Bearer ${secret}\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
      )
      let received = ''
      while (!received.includes('total_tokens')) received += (await once(socket, 'data'))[0]
      expect(received).toMatch(/^HTTP\/1\.1 200 /)
    }
    socket.destroy()
  })

  test('curl --http2', async () => {
    const { app, secret } = await withUpgrade()
    const sent = ['-d', '{"model":"gpt-4o","messages":[]}', '-w', '%{http_code}', `${app.url}/v1/chat/completions`]
    const curl = promisify(execFile)('curl', ['-s', '--http2', '-H', `authorization: Bearer ${secret}`, ...sent])
    expect((await curl).stdout).toMatch(/total_tokens.*200$/s)
  })
})
