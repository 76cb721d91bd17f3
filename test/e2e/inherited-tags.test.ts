import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { startApp, type TestApp } from '../support/app.ts'
import { chatCompletion, type ScriptedUpstream, sendJson, startUpstream } from '../support/upstream.ts'

let upstream: ScriptedUpstream
let app: TestApp

beforeAll(async () => {
  upstream = await startUpstream((res) => sendJson(res, 200, chatCompletion({ id: '' })))
  app = await startApp({ upstream: upstream.url })
  await app.sql`insert into "LiteLLM_BudgetTable" (budget_id, max_budget, created_by, updated_by) values ('b', 1, '', '')`
  await app.sql`insert into "LiteLLM_TagTable" (tag_name, spend, budget_id) values ('spent', 1.5, 'b'), ('open', 0, 'b')`
  const tagged = (tag: string) => app.sql.json({ tags: [tag] })
  await app.sql`
    insert into "LiteLLM_TeamTable" (team_id, metadata)
    values ('spent', ${tagged('spent')}), ('open', ${tagged('open')})`
})

afterAll(async () => {
  await app.close()
  await upstream.close()
})

const chat = async (columns: Record<string, unknown>) => {
  const { secret } = await app.key(columns)
  return await app.post('/v1/chat/completions', secret, { model: 'gpt-4o', messages: [], max_tokens: 1 })
}

test.each([
  ['key', { metadata: { tags: ['spent'] } }],
  ['team', { team_id: 'spent' }],
  ['key beside one that is open', { metadata: { tags: ['open', 'spent'] } }],
])('a tag that the %s brings is held to its budget', async (_, columns) => {
  const answer = await chat(columns)
  expect(answer.status).toBe(422)
  const { error } = (await answer.json()) as { error: { message: string } }
  expect(error.message).toBe('Budget has been exceeded! Tag=spent Current cost: 1.5, Max budget: 1.0')
})

test.each([
  ['key', { metadata: { tags: ['open'] } }],
  ['team', { team_id: 'open' }],
])('one that the %s brings and that has room lets calls pass', async (_, columns) => {
  expect((await chat(columns)).status).toBe(200)
})
