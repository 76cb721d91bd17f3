import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { createLiteLLM } from '../../src/index.ts'
import { MASTER_KEY, startApp, type TestApp } from '../support/app.ts'
import { until } from '../support/until.ts'
import { chatCompletion, type ScriptedUpstream, sendJson, startUpstream } from '../support/upstream.ts'

let app: TestApp
let upstream: ScriptedUpstream

beforeAll(async () => {
  upstream = await startUpstream((res) => sendJson(res, 200, chatCompletion({ id: '' })))
  app = await startApp({ upstream: upstream.url, options: { authCacheTtl: '1h' } })
})

afterAll(async () => {
  await app.close()
  await upstream.close()
})

const CHAT = { model: 'gpt-4o', messages: [] }
const chat = async (secret: string) => (await app.post('/v1/chat/completions', secret, CHAT)).status
const manage = async (path: string, body: object) => (await app.post(path, MASTER_KEY, body)).json() as Promise<any>

test('a key that is made here works, and what is changed about it takes effect at once', async () => {
  const { key } = await manage('/key/generate', { models: ['gpt-4o'], max_budget: 10, key_alias: 'made' })
  expect(key).toMatch(/^sk-/)
  expect(await chat(key)).toBe(200)
  await manage('/key/update', { key, models: ['other'] })
  expect(await chat(key)).toBe(403)
  await manage('/key/update', { key, models: [] })
  await manage('/key/block', { key })
  expect(await chat(key)).toBe(401)
  await manage('/key/unblock', { key })
  expect(await chat(key)).toBe(200)
  await manage('/key/delete', { keys: [key] })
  expect(await chat(key)).toBe(401)
})

test('a change that another process makes takes effect at once here', async () => {
  const other = createLiteLLM({
    databaseUrl: app.databaseUrl,
    masterKey: MASTER_KEY,
    minConns: 1,
    maxConns: 3,
    config: {},
  })
  try {
    const { key } = await manage('/key/generate', {})
    expect(await chat(key)).toBe(200)
    const blocking = other.admin!.match('POST', '/key/block')!
    await other.admin!.handle(blocking, {
      caller: ADMIN,
      body: { key },
      query: new URLSearchParams(),
      changedBy: undefined,
    })
    await until(async () => (await chat(key)) === 401)
  } finally {
    await other.close()
  }
})

const ADMIN = {
  hashedToken: 'litellm_proxy_master_key',
  master: true,
  owners: { userId: 'default_user_id' },
  models: [],
  blocked: false,
  spend: 0,
  metadata: {},
  teamMetadata: {},
}

test('a virtual key may not manage', async () => {
  const { secret } = await app.key()
  const answer = await app.post('/key/generate', secret, {})
  expect(answer.status).toBe(401)
  expect(await answer.json()).toMatchObject({ error: { type: 'auth_error' } })
})
