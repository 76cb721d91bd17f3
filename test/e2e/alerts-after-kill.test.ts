import { expect, test } from '@jest/globals'
import { startCallbackServer } from '../support/callback-server.ts'
import { cleanups } from '../support/cleanups.ts'
import { createTestDatabase } from '../support/database.ts'
import { createKey } from '../support/keys.ts'
import { serveFolder } from '../support/serve.ts'
import { until } from '../support/until.ts'
import { chatCompletion, sendJson, startUpstream } from '../support/upstream.ts'

test('an alert whose process was killed before it was delivered is told by the next, once', async () => {
  let answers = 0
  const upstream = await startUpstream((res) => sendJson(res, 200, chatCompletion({ id: `chatcmpl-${++answers}` })))
  cleanups.push(() => upstream.close())
  const { url: databaseUrl, sql, drop } = await createTestDatabase()
  cleanups.push(() => drop())
  const slack = await startCallbackServer()
  const folder = await serveFolder({
    ...{ upstream: upstream.url, databaseUrl },
    general: { alerting: ['slack'], alert_types: ['budget_alerts'] },
  })
  const env = { SLACK_WEBHOOK_URL: slack.url }

  const server = await folder.serve([], env)
  slack.behave('hang')
  const { secret } = await createKey(sql, { key_alias: 'the key', spend: 0.9, max_budget: 1 })
  const headers = { authorization: `Bearer ${secret}`, 'content-type': 'application/json' }
  expect((await server.chat({}, { headers })).status).toBe(200)
  // It is about to be told when the process dies: nothing says that it was not.
  await until(() => slack.received.length === 1)
  server.signal('SIGKILL')
  await server.ended
  await folder.serve([], env)
  await until(() => slack.accepted.length === 1)
  expect(slack.accepted[0]!.body.text).toContain('*key_alias:* `the key`')
  const keys = slack.received.map(({ headers }) => headers['idempotency-key'])
  expect([keys.length, new Set(keys).size]).toEqual([2, 1])
})
