import { describe, expect, test } from '@jest/globals'
import { MASTER_KEY, startApp } from '../support/app.ts'
import { cleanups } from '../support/cleanups.ts'
import { chatCompletion, sendJson, startUpstream } from '../support/upstream.ts'

async function setup() {
  const upstream = await startUpstream((res) => sendJson(res, 200, chatCompletion()))
  cleanups.push(upstream.close)
  const app = await startApp({ upstream: upstream.url })
  cleanups.push(app.close)
  const faults: unknown[] = []
  app.gateway.events.on('fault', ({ error }) => faults.push(error))
  return { app, upstream, faults }
}

/** As URLs and JSON have them. A URL cannot hold half a surrogate pair. */
const IN_URL = ['%00', 'a%00b', '%1e', '%1F']
const IN_JSON = ['\0', 'a\0b', '\ud800', 'a\udfff', 'bob\x1f', '\x1ebob']

describe('a query', () => {
  const paths = [
    ...['/spend/logs?api_key=', '/spend/logs?user_id=', '/spend/logs?request_id='],
    ...['/key/info?key=', '/key/list?user_id=', '/key/list?team_id=', '/key/list?key_alias=', '/user/info?user_id='],
    ...['/user/list?user_ids=', '/user/list?user_email=', '/team/info?team_id=', '/team/list?user_id='],
    ...['/organization/info?organization_id=', '/customer/info?end_user_id=', '/model/info?litellm_model_id='],
  ]

  test.each(paths)('%s with text that PostgreSQL does not have is a 400 that names it, and no fault', async (path) => {
    const { app, faults } = await setup()
    for (const text of IN_URL) {
      const answer = await fetch(app.url + path + text, { headers: { authorization: `Bearer ${MASTER_KEY}` } })
      const said = await answer.text()
      // What only looks into memory finds nothing.
      if (path.startsWith('/model/info')) expect(answer.status).toBeLessThan(500)
      else expect([text, answer.status, /NUL character|separator/.test(said)]).toEqual([text, 400, true])
    }
    expect(faults).toEqual([])
  })
})

describe('a body', () => {
  test.each([
    ['/key/generate', 'key_alias'],
    ['/key/update', 'key'],
    ['/user/new', 'user_id'],
    ['/team/new', 'team_alias'],
    ['/customer/new', 'user_id'],
    ['/budget/new', 'budget_id'],
    ['/tag/new', 'name'],
    ['/organization/new', 'organization_alias'],
  ])('%s with such a %s is a 400', async (path, member) => {
    const { app, faults } = await setup()
    for (const text of IN_JSON) {
      const answer = await app.post(path, MASTER_KEY, { [member]: text, metadata: { [text]: text } })
      expect(answer.status).toBe(400)
      expect(await answer.text()).toMatch(/NUL character|separator of records|surrogate/)
    }
    expect(faults).toEqual([])
  })

  test.each([
    ['user', (text: string) => ({ user: text })],
    ['user', (text: string) => ({ metadata: { user_id: text } })],
    ['user', (text: string) => ({ safety_identifier: text })],
    ['tags', (text: string) => ({ tags: [text] })],
    ['tags', (text: string) => ({ metadata: { tags: ['ok', text] } })],
    ['session_id', (text: string) => ({ litellm_session_id: text })],
    ['agent_id', (text: string) => ({ metadata: { agent_id: text } })],
  ])('a call whose %s no row could have is a 400, and goes nowhere', async (param, members) => {
    const { app, upstream, faults } = await setup()
    const { secret } = await app.key()
    for (const text of IN_JSON) {
      const answer = await app.post('/v1/chat/completions', secret, { model: 'gpt-4o', messages: [], ...members(text) })
      expect([text, answer.status, await answer.json()]).toEqual([
        text,
        400,
        { error: expect.objectContaining({ param, type: 'bad_request_error' }) },
      ])
    }
    expect(upstream.requests).toHaveLength(0)
    expect(faults).toEqual([])
  })

  test('such text elsewhere in a call is the provider’s business, and the row is written', async () => {
    const { app, faults } = await setup()
    const { secret } = await app.key()
    const messages = [{ role: 'user', content: 'a\0b\ud800' }]
    const answer = await app.post('/v1/chat/completions', secret, { model: 'gpt-4o', messages, metadata: { x: 'a\0' } })
    expect(answer.status).toBe(200)
    await answer.text()
    expect(await app.rows()).toHaveLength(1)
    expect(faults).toEqual([])
  })

  test('an end user who adds a character to their name does not lose their budget', async () => {
    const { app } = await setup()
    await app.sql`insert into "LiteLLM_BudgetTable" (budget_id, max_budget, created_by, updated_by) values ('b', 1, 'a', 'a')`
    await app.sql`insert into "LiteLLM_EndUserTable" (user_id, spend, blocked, budget_id) values ('bob', 2, false, 'b')`
    const { secret } = await app.key()
    for (const [user, status] of [
      ['bob', 422],
      ['bob\0', 400],
      ['bob\x1f', 400],
    ] as const) {
      expect((await app.post('/v1/chat/completions', secret, { model: 'gpt-4o', user, messages: [] })).status).toBe(
        status,
      )
    }
  })
})
