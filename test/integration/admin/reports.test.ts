import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { migrate } from '../../../src/upkeep/migrate.ts'
import { createTestDatabase } from '../../support/database.ts'
import { startAdmin, type TestAdmin } from './support.ts'

const RANGE = 'start_date=2026-03-01&end_date=2026-03-31'
const LOGS = 'start_date=2026-03-01&end_date=2026-04-01'

let admin: TestAdmin
afterAll(() => admin.database.drop())
beforeAll(async () => {
  const database = await createTestDatabase({ schema: 'empty' })
  await migrate(database.sql)
  admin = await startAdmin({ database })
  const { sql } = admin
  const days = [
    ['2026-03-02', 'ann', 'k1', 'gpt', 2, 3],
    ['2026-03-02', 'bob', 'k2', 'gpt', 1, 1],
    ['2026-03-01', 'ann', 'k1', 'claude', 0.5, 1],
    ['2026-02-01', 'ann', 'k1', 'gpt', 99, 9],
  ] as const
  for (const [date, user_id, api_key, model, spend, api_requests] of days) {
    const row = {
      id: `${date}${user_id}${model}`,
      date,
      user_id,
      api_key,
      model,
      model_group: model,
      spend,
      api_requests,
    }
    await sql`insert into "LiteLLM_DailyUserSpend" ${sql({ ...row, custom_llm_provider: 'openai', successful_requests: api_requests, updated_at: new Date() })}`
    await sql`insert into "LiteLLM_DailyTeamSpend" ${sql({ ...rowOf(row), team_id: `team-${user_id}`, updated_at: new Date() })}`
  }
  const calls = [
    ['c1', 'ann', 'k1', '2026-03-02 10:00:00', 0.2, 'success'],
    ['c2', 'bob', 'k2', '2026-03-02 11:00:00', 0.1, 'failure'],
    ['c3', 'ann', 'k1', '2026-03-03 10:00:00', 0.3, 'success'],
  ] as const
  for (const [request_id, user, api_key, startTime, spend, status] of calls) {
    await sql`insert into "LiteLLM_SpendLogs" ${sql({
      ...{
        request_id,
        user,
        api_key,
        startTime,
        endTime: startTime,
        spend,
        status,
        call_type: 'acompletion',
        model: 'gpt',
      },
      ...{
        messages: sql.json([{ role: 'user', content: `secret of ${request_id}` }]),
        metadata: sql.json({ user_api_key_alias: api_key }),
      },
    })}`
  }
})

function rowOf({ user_id: _user, ...row }: { readonly user_id: string; readonly [member: string]: unknown }) {
  return row
}

test('an administrator sees the sums of all by day and model, without days outside', async () => {
  const { status, body } = await admin.get(`/user/daily/activity/aggregated?${RANGE}`)
  expect(status).toBe(200)
  expect(body.metadata).toMatchObject({ total_spend: 3.5, total_api_requests: 5 })
  expect(body.results.map(({ date, metrics }: any) => [date, metrics.spend])).toEqual([
    ['2026-03-02', 3],
    ['2026-03-01', 0.5],
  ])
  const { models, entities, providers, api_keys } = body.results[0].breakdown
  expect(models.gpt.metrics.spend).toBe(3)
  expect([entities.ann.metrics.spend, entities.bob.metrics.spend, providers.openai.metrics.spend]).toEqual([2, 1, 3])
  expect(api_keys.k1.metrics.spend).toBe(2)
})

test.each([
  ['user_id=bob', 1],
  ['model=claude', 0.5],
  ['api_key=k1', 2.5],
  ['user_id=nobody', 0],
])('%s narrows the activity', async (filter, spend) => {
  const { body } = await admin.get(`/user/daily/activity?${RANGE}&${filter}`)
  expect(body.metadata.total_spend).toBe(spend)
})

test('teams have the same, by several ids', async () => {
  const { body } = await admin.get(`/team/daily/activity?${RANGE}&team_ids=team-ann,team-bob`)
  expect(body.metadata.total_spend).toBe(3.5)
  expect(Object.keys(body.results[0].breakdown.entities)).toEqual(expect.arrayContaining(['team-ann', 'team-bob']))
})

test('a user sees what is his own, whatever he asks for', async () => {
  const ann = await admin.user('ann', 'internal_user')
  expect((await admin.get(`/user/daily/activity?${RANGE}`, ann)).body.metadata.total_spend).toBe(2.5)
  expect((await admin.get(`/user/daily/activity?${RANGE}&user_id=bob`, ann)).status).toBe(403)
  expect((await admin.get(`/team/daily/activity?${RANGE}`, ann)).body.metadata.total_spend).toBe(0)
  expect((await admin.get(`/customer/daily/activity?${RANGE}`, ann)).status).toBe(401)
  expect((await admin.get(`/spend/logs/ui?${LOGS}&user_id=bob`, ann)).body.data).toEqual([])
  const { body } = await admin.get(`/spend/logs/ui?${LOGS}`, ann)
  expect(body.data.map(({ request_id }: any) => request_id)).toEqual(['c3', 'c1'])
  expect((await admin.get('/spend/logs/ui/c1', ann)).body.messages).toEqual([{ role: 'user', content: 'secret of c1' }])
  expect((await admin.get('/spend/logs/ui/c2', ann)).status).toBe(403)
})

test('a key without a user sees the calls of that key alone', async () => {
  const { key } = (await admin.post('/key/generate', {})).body
  const holder = await admin.as(key)
  expect((await admin.get(`/user/daily/activity?${RANGE}`, holder)).body.metadata.total_spend).toBe(0)
  expect((await admin.get(`/spend/logs/ui?${LOGS}`, holder)).body.total).toBe(0)
  expect((await admin.get('/spend/logs/ui/c1', holder)).status).toBe(403)
})

test('a viewer sees what an administrator sees', async () => {
  const viewer = await admin.user('eye', 'proxy_admin_viewer')
  expect((await admin.get(`/user/daily/activity?${RANGE}`, viewer)).body.metadata.total_spend).toBe(3.5)
  expect((await admin.get(`/spend/logs/ui?${LOGS}`, viewer)).body.total).toBe(3)
})

test('the log has pages, the newest call first, and no prompts in them', async () => {
  const first = (await admin.get(`/spend/logs/ui?${LOGS}&page_size=2`)).body
  expect([first.total, first.total_pages, first.data.map(({ request_id }: any) => request_id)]).toEqual([
    3,
    2,
    ['c3', 'c2'],
  ])
  expect(first.data[0].startTime).toBe('2026-03-03T10:00:00+00:00')
  expect(JSON.stringify(first)).not.toContain('secret of')
  const second = (await admin.get(`/spend/logs/ui?${LOGS}&page_size=2&page=2`)).body
  expect(second.data.map(({ request_id }: any) => request_id)).toEqual(['c1'])
})

test.each([
  ['status_filter=failure', ['c2']],
  ['min_spend=0.15&max_spend=0.25', ['c1']],
  ['key_alias=k2', ['c2']],
  ['request_id=c3', ['c3']],
  ['model=other', []],
])('%s narrows the log', async (filter, ids) => {
  const { body } = await admin.get(`/spend/logs/ui?${LOGS}&${filter}`)
  expect(body.data.map(({ request_id }: any) => request_id)).toEqual(ids)
})

test.each([
  ['/user/daily/activity', 400, 'start_date and end_date'],
  ['/user/daily/activity?start_date=yesterday&end_date=2026-03-31', 400, 'valid YYYY-MM-DD'],
  ['/spend/logs/ui?start_date=2026-03-01', 400, 'end date'],
  ['/spend/logs/ui?start_date=never&end_date=2026-03-01', 400, 'Invalid date format'],
  [`/spend/logs/ui?${LOGS}&sort_by=secret`, 400, 'Invalid sort_by'],
  [`/spend/logs/ui?${LOGS}&span_type=x`, 400, 'Invalid span_type'],
  [`/spend/logs/ui?${LOGS}&page=300`, 400, 'Pages end at call 10000'],
  [`/spend/logs/v2?${LOGS}&cursor=x`, 400, 'Invalid cursor'],
  ['/spend/logs/session/ui', 422, 'session_id'],
])('%s is refused with what is wrong', async (path, status, text) => {
  const answer = await admin.get(path)
  expect(answer.status).toBe(status)
  expect(JSON.stringify(answer.body)).toContain(text)
})
