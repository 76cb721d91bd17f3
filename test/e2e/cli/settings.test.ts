import { expect, test } from '@jest/globals'
import { MASTER_KEY } from '../../support/app.ts'
import { cleanups } from '../../support/cleanups.ts'
import { createTestDatabase } from '../../support/database.ts'
import { serveFolder } from '../../support/serve.ts'
import { chatCompletion, sendJson, startUpstream } from '../../support/upstream.ts'

/** The command with this section `litellm_db`, and a key with two dollars of which three are spent. */
async function setup(db: object) {
  const upstream = await startUpstream((res) => sendJson(res, 200, chatCompletion()))
  cleanups.push(upstream.close)
  const { url, sql, drop } = await createTestDatabase()
  cleanups.push(drop)
  const folder = await serveFolder({ upstream: upstream.url, databaseUrl: url, db })
  const run = await folder.serve(['--config', 'config.yaml'])
  const made = await fetch(`${run.url}/key/generate`, {
    method: 'POST',
    headers: { authorization: `Bearer ${MASTER_KEY}`, 'content-type': 'application/json' },
    body: JSON.stringify({ max_budget: 2 }),
  })
  const { key, token } = (await made.json()) as { key: string; token: string }
  await sql`update "LiteLLM_VerificationToken" set spend = 3 where token = ${token}`
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' }
  return () => run.chat({}, { headers })
}

test.each([
  ['compat', { compat: { budget_status: 400 } }, 400, null],
  ['mode', { mode: 'report', compat: 1.83 }, 200, 'budget_exceeded'],
])('the command acts on `litellm_db.%s`', async (_name, db, status, told) => {
  const call = await setup(db)
  const answer = await call()
  expect([answer.status, answer.headers.get('x-litellm-would-refuse')]).toEqual([status, told])
})

test('what the command does not act on is said once', async () => {
  const { url, drop } = await createTestDatabase()
  cleanups.push(drop)
  const general = { nothing_of_that_name: 1 }
  const folder = await serveFolder({ upstream: 'http://127.0.0.1:1', databaseUrl: url, general })
  const { said } = await folder.serve(['--config', 'config.yaml'])
  expect(said.err.match(/Not acted on.*nothing_of_that_name/g)).toHaveLength(1)
})
