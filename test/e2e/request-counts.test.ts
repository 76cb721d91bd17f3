import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { startApp, type TestApp } from '../support/app.ts'
import { until } from '../support/until.ts'
import { type ScriptedUpstream, sendJson, startUpstream } from '../support/upstream.ts'

const CHAT = { model: 'gpt-4o', messages: [{ role: 'user', content: 'Hi' }] }

let upstream: ScriptedUpstream
let app: TestApp
let secret: string

beforeAll(async () => {
  const answer = { choices: [], usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 } }
  upstream = await startUpstream((res) => sendJson(res, 200, answer))
  app = await startApp({ upstream: upstream.url, database: { schema: 'empty' } })
  await app.gateway.migrate()
  secret = (await app.key()).secret
})
afterAll(async () => {
  await app.close()
  await upstream.close()
})

test('answered and refused requests are counted by route, and nothing else is', async () => {
  await app.post('/v1/chat/completions', secret, CHAT)
  await app.post('/chat/completions', secret, CHAT)
  await app.post('/v1/chat/completions', 'sk-unknown', CHAT)
  await app.post('/v1/chat/completions', secret, { ...CHAT, model: 'no-such' })
  await app.post('/v1/messages', secret, 'no JSON')
  await app.post('/v1/messages/count_tokens', secret, CHAT)
  await app.post('/key/generate', secret, {})
  await fetch(`${app.url}/v1/models`, { headers: { authorization: `Bearer ${secret}` } })
  await until(async () => (await counts()).length === 2 && (await total()) === 5)
  const today = new Date().toISOString().slice(0, 10)
  expect(await counts()).toEqual([
    { date: today, category: 'llm', route: '/chat/completions', successful_requests: 2, failed_requests: 2 },
    { date: today, category: 'llm', route: '/v1/messages', successful_requests: 0, failed_requests: 1 },
  ])
})

test('counts that cannot be written are told once, kept, and written later', async () => {
  const faults: unknown[] = []
  app.gateway.events.on('fault', ({ where }) => faults.push(where))
  await app.sql`alter table "LiteLLM_DailyGatewayRequests" rename to away`
  await app.post('/v1/embeddings', secret, { model: 'embed', input: 'hi' })
  await until(async () => {
    await app.gateway.flush()
    return faults.length > 0
  })
  await app.post('/v1/embeddings', secret, { model: 'embed', input: 'hi' })
  await app.gateway.flush()
  await app.sql`alter table away rename to "LiteLLM_DailyGatewayRequests"`
  await until(async () => (await counts()).find(({ route }) => route === '/embeddings')?.successful_requests === 2)
  expect(faults).toEqual(['counts of requests'])
})

async function counts() {
  await app.gateway.flush()
  return await app.sql`
    select date, category, route, successful_requests::int, failed_requests::int
    from "LiteLLM_DailyGatewayRequests" order by route`
}

async function total(): Promise<number> {
  const rows = await counts()
  return rows.reduce((sum, row) => sum + row.successful_requests + row.failed_requests, 0)
}
