import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { MASTER_KEY, startApp, type TestApp } from '../support/app.ts'
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

test('the activity of the gateway sums these counts by day and route, for administrators only', async () => {
  await app.sql`
    insert into "LiteLLM_DailyGatewayRequests" (
      date, category, route, successful_requests, failed_requests, updated_at
    )
    values ('2026-02-01', 'llm', '/rerank', 3, 1, now()), ('2026-02-02', 'llm', '/rerank', 4, 0, now()),
      ('2026-02-02', 'llm', '/moderations', 9, 2, now()), ('2026-02-03', 'llm', '/rerank', 50, 0, now())`
  const range = '?start_date=2026-02-01&end_date=2026-02-02'
  expect(await activity(MASTER_KEY, range)).toEqual({
    status: 200,
    body: {
      total_successful_requests: 16,
      total_failed_requests: 3,
      by_date: [
        { date: '2026-02-01', successful_requests: 3, failed_requests: 1 },
        { date: '2026-02-02', successful_requests: 13, failed_requests: 2 },
      ],
      by_route: [
        { category: 'llm', route: '/moderations', successful_requests: 9, failed_requests: 2 },
        { category: 'llm', route: '/rerank', successful_requests: 7, failed_requests: 1 },
      ],
    },
  })
  const recent = await activity(MASTER_KEY)
  expect(recent.body).toMatchObject({ total_successful_requests: 2, total_failed_requests: 3 })
  expect((await activity(MASTER_KEY, '?start_date=yesterday')).status).toBe(400)
  expect((await activity(secret, range)).status).toBe(401)
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

async function activity(key: string, query = '') {
  const headers = { authorization: `Bearer ${key}` }
  const answer = await fetch(`${app.url}/gateway/daily/activity${query}`, { headers })
  return { status: answer.status, body: await answer.json() }
}

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
