import { once } from 'node:events'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, expect, test } from '@jest/globals'
import connect from 'connect'
import express from 'express'
import { createAdmin } from '../../../src/admin/admin.ts'
import { MASTER_KEY } from '../../../src/admission/credential/credential.ts'
import { answerError } from '../../../src/call/answer/answer.ts'
import { openContext } from '../../../src/call/request/context.ts'
import { readSchema } from '../../../src/database/schema.ts'
import { litellmAdmin } from '../../../src/endpoints/admin.ts'
import { isLiteLLMError } from '../../../src/errors.ts'
import { GatewayEvents } from '../../../src/events.ts'
import type { Middleware } from '../../../src/lib/http/middleware.ts'
import { createTestDatabase } from '../../support/database.ts'

const leftovers: (() => Promise<unknown>)[] = []
afterAll(async () => {
  for (const leave of leftovers.reverse()) await leave()
})

const master: Middleware = (req, _res, next) => {
  openContext(req).key = MASTER_KEY
  next()
}

test.each([
  ['Express', (admin: Middleware) => express().use(master, admin) as RequestListener],
  [
    'Express after a body parser',
    (admin: Middleware) => express().use(express.json(), master, admin) as RequestListener,
  ],
  ['Connect', (admin: Middleware) => connect().use(master).use(admin) as RequestListener],
])('in %s a key is made, found and deleted', async (_name, app) => {
  const { send } = await setup(app)
  const made = await send('POST', '/key/generate', { key_alias: 'robot' }, { 'litellm-changed-by': 'boss' })
  expect(made).toMatchObject({ status: 200, body: { key_alias: 'robot' } })
  const key = (made.body as { key: string }).key
  expect(await send('GET', `/key/info?key=${encodeURIComponent(key)}`)).toMatchObject({ status: 200, body: { key } })
  expect(await send('POST', `/key/${key}/regenerate`)).toMatchObject({ status: 200 })
  expect(await send('POST', '/key/delete', { key_aliases: ['robot'] })).toEqual({
    status: 200,
    body: { deleted_keys: ['robot'] },
  })
})

test('what cannot be read is refused, and nothing is quoted', async () => {
  const { send } = await setup()
  expect(await send('POST', '/key/generate', '{"key": "sk-secret')).toEqual({
    status: 400,
    body: {
      error: {
        message: 'Invalid JSON payload: the body is not valid JSON.',
        type: 'invalid_request_error',
        param: 'request_body',
        code: '400',
      },
    },
  })
  expect(await send('POST', '/key/generate', { note: 'a'.repeat(1_100_000) })).toMatchObject({ status: 413 })
  expect(await send('POST', '/key/generate', 'null')).toMatchObject({ status: 422 })
})

test('other paths are passed on', async () => {
  const { send } = await setup()
  expect(await send('GET', '/key/generate')).toEqual({ status: 404, body: 'passed on' })
  expect(await send('POST', '/reports', {})).toEqual({ status: 404, body: 'passed on' })
})

test('without a database every path is passed on', async () => {
  const admin = litellmAdmin({ gateway: { admin: undefined, calls: { maxBodyBytes: 1000 } } })
  const { send } = await serve(connect().use(master).use(admin) as RequestListener)
  expect(await send('POST', '/key/generate', {})).toMatchObject({ status: 404 })
})

test('without auth before it, it says what is missing', async () => {
  const { send } = await setup((admin) => connect().use(admin) as RequestListener)
  expect(await send('POST', '/key/generate', {})).toMatchObject({
    status: 500,
    body: { error: { message: 'getKey() needs litellmAuth() earlier in the chain: app.use(litellmAuth())' } },
  })
})

async function setup(app: (admin: Middleware) => RequestListener = (admin) => connect().use(master).use(admin)) {
  const database = await createTestDatabase()
  leftovers.push(() => database.drop())
  const { sql } = database
  const admin = litellmAdmin({
    gateway: {
      admin: createAdmin({
        sql,
        schema: () => readSchema(sql),
        keys: { forget: () => {}, clear: () => {} },
        settings: {},
        events: new GatewayEvents(),
      }),
      calls: { maxBodyBytes: 10_000_000 },
    },
  })
  return await serve(app(answeringErrors(admin)))
}

/** As `litellmErrors` would, and a word for what is passed on. */
function answeringErrors(admin: Middleware): Middleware {
  return (req, res, next) =>
    admin(req, res, (error) => {
      if (isLiteLLMError(error)) return answerError(req, res, error)
      if (error) return next(error)
      res.writeHead(404).end('"passed on"')
    })
}

async function serve(listener: RequestListener) {
  const server: Server = createServer(listener)
  await once(server.listen(0, '127.0.0.1'), 'listening')
  leftovers.push(async () => {
    server.close().closeAllConnections()
  })
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    async send(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
      const answer = await fetch(url + path, {
        method,
        headers: { ...headers, ...(body !== undefined && { 'content-type': 'application/json' }) },
        body: body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body),
      })
      const text = await answer.text()
      return { status: answer.status, body: tryParse(text) }
    },
  }
}

function tryParse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
