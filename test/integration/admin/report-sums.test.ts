import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { migrate } from '../../../src/upkeep/migrate.ts'
import { createTestDatabase } from '../../support/database.ts'
import { insertReportRows, RARE } from '../../support/report-rows.ts'
import { NOW, startAdmin, type TestAdmin } from './support.ts'

const DAYS = 'start_date=2026-03-02&end_date=2026-03-10'
const IN_DAYS = `"startTime" >= '2026-03-02' and "startTime" < '2026-03-11'`
/** LiteLLM's last 30 days, at NOW. */
const IN_MONTH = `"startTime" >= '2026-02-16'`

let admin: TestAdmin
afterAll(() => admin.database.drop())
beforeAll(async () => {
  const database = await createTestDatabase({ schema: 'empty' })
  await migrate(database.sql)
  admin = await startAdmin({ database, settings: { maxBudget: 50 } })
  await insertReportRows(admin.sql, { rows: 4_000, days: 40, until: NOW })
})

/** What the log itself says: [name, number …] of each group. */
async function logged(select: string, where: string, from = '"LiteLLM_SpendLogs" as l'): Promise<unknown[][]> {
  const rows = await admin.sql.unsafe(`select ${select} from ${from} where ${where} group by 1`).values()
  return rows.map(([name, ...numbers]) => [name, ...numbers.map((one) => round(Number(one)))]).toSorted(byText)
}

function told(rows: readonly any[], ...members: string[]): unknown[][] {
  const texts = rows.map((row) => members.map((name, at) => (at === 0 ? row[name] : round(row[name]))))
  return texts.toSorted(byText)
}

function round(number: number): number {
  return Math.round(number * 1e4) / 1e4
}

function byText(a: readonly unknown[], b: readonly unknown[]): number {
  return String(a[0]) < String(b[0]) ? -1 : 1
}

const WITH_TAGS = '"LiteLLM_SpendLogs" as l, jsonb_array_elements_text(l.request_tags) as t (tag)'

describe('sums of everybody are those of the log', () => {
  test('all spend, and the budget of all', async () => {
    const [[, spend] = []] = await logged(`'all', sum(spend)`, IN_MONTH)
    const { body } = await admin.get('/global/spend')
    expect([round(body.spend), body.max_budget]).toEqual([spend, 50])
  })

  test('by day, of all keys and of one', async () => {
    const { body } = await admin.get('/global/spend/logs')
    expect(told(body, 'date', 'spend')).toEqual(await logged('"startTime"::date::text, sum(spend)', IN_MONTH))
    const one = await admin.get('/global/spend/logs?api_key=key-7')
    const where = `${IN_MONTH} and api_key = 'key-7'`
    expect(told(one.body, 'date', 'spend')).toEqual(await logged('"startTime"::date::text, sum(spend)', where))
    expect(one.body[0].api_key).toBe('key-7')
  })

  test('by key, the dearest first, with alias and name', async () => {
    const { body } = await admin.get('/global/spend/keys')
    expect(told(body, 'api_key', 'total_spend')).toEqual(await logged('api_key, sum(spend)', IN_MONTH))
    const top = (await admin.get('/global/spend/keys?limit=3')).body
    expect(top).toEqual(body.slice(0, 3))
    expect(top[0].total_spend).toBeGreaterThanOrEqual(top[2].total_spend)
    expect(top[0].key_alias).toBe(top[0].api_key.replace('key', 'alias'))
    expect((await admin.get('/global/spend/keys?limit=0')).status).toBe(422)
  })

  test('by model', async () => {
    const { body } = await admin.get('/global/spend/models?limit=100')
    expect(told(body, 'model', 'total_spend')).toEqual(await logged('model, sum(spend)', IN_MONTH))
    expect((await admin.get('/global/spend/models?limit=2')).body).toEqual(body.slice(0, 2))
  })

  test('by team and day, rounded to cents', async () => {
    const { body } = await admin.get('/global/spend/teams')
    expect(body.teams).toEqual(expect.arrayContaining(['Team 0', 'Team 9']))
    const sums = await logged(`'Team ' || right(team_id, 1), sum(spend)`, `${IN_MONTH} and team_id <> '${RARE.team}'`)
    const shown = body.total_spend_per_team.filter((team: any) => team.team_id !== 'Rare')
    expect(shown).toHaveLength(10)
    for (const [name, spend] of sums) {
      expect(shown.find((team: any) => team.team_id === name).total_spend).toBeCloseTo(spend as number, 2)
    }
    expect(body.daily_spend[0]).toHaveProperty('date', '2026-02-16')
  })

  test('by tag: of days, of some tags, and ever', async () => {
    const { body } = await admin.get(`/global/spend/tags?${DAYS}`)
    const sums = await logged('t.tag, sum(spend), count(*)', IN_DAYS, WITH_TAGS)
    expect(told(body.spend_per_tag, 'name', 'spend', 'log_count')).toEqual(sums)
    const some = (await admin.get(`/global/spend/tags?${DAYS}&tags=tag-1,tag-2`)).body.spend_per_tag
    expect(some.map(({ name }: any) => name).toSorted()).toEqual(['tag-1', 'tag-2'])
    const ever = (await admin.get('/spend/tags')).body
    expect(told(ever, 'individual_request_tag', 'total_spend', 'log_count')).toEqual(
      await logged('t.tag, sum(spend), count(*)', 'true', WITH_TAGS),
    )
    expect((await admin.get('/global/spend/all_tag_names')).body.tag_names).toHaveLength(22)
  })

  test('a summary of tags has users and tokens too', async () => {
    const { results } = (await admin.get(`/tag/summary?${DAYS}&tag_filter=TAG-1`)).body
    const sums = await logged('t.tag, sum(spend), sum(total_tokens)', `${IN_DAYS} and t.tag like 'tag-1%'`, WITH_TAGS)
    expect(told(results, 'tag', 'total_spend', 'total_tokens')).toEqual(sums)
    const one = (await admin.get(`/tag/summary?${DAYS}&tag_filters=tag-3&tag_filters=tag-4`)).body.results
    expect(one.map(({ tag }: any) => tag).toSorted()).toEqual(['tag-3', 'tag-4'])
    expect(one[0].unique_users).toBe(5)
    expect((await admin.get('/tag/distinct')).body.results).toContainEqual({ tag: 'tag-3' })
  })

  test('by provider and by customer', async () => {
    const { body } = await admin.get(`/global/spend/provider?${DAYS}`)
    expect(told(body, 'provider', 'spend')).toEqual(await logged('custom_llm_provider, sum(spend)', IN_DAYS))
    const customers = (await admin.post('/global/spend/end_users', {})).body
    expect(told(customers, 'end_user', 'total_spend', 'total_count')).toEqual(
      await logged('end_user, sum(spend), count(*)', IN_MONTH),
    )
    const of = { api_key: 'key-7', startTime: '2026-03-02T00:00:00Z', endTime: '2026-03-10T00:00:00Z' }
    const some = (await admin.post('/global/spend/end_users', of)).body
    expect(told(some, 'end_user', 'total_count')).toEqual(
      await logged('end_user, count(*)', `${IN_DAYS} and api_key = 'key-7'`),
    )
    expect((await admin.get('/global/all_end_users')).body.end_users).toHaveLength(100)
  })

  test('the report by key, team and customer', async () => {
    const report = async (query: string) => (await admin.get(`/global/spend/report?${DAYS}&${query}`)).body
    const keys = await report('group_by=api_key')
    expect(told(keys, 'api_key', 'total_cost', 'total_input_tokens')).toEqual(
      await logged('api_key, sum(spend), sum(prompt_tokens)', IN_DAYS),
    )
    expect(keys[0].model_details[0]).toMatchObject({
      model: expect.any(String),
      total_output_tokens: expect.any(Number),
    })
    expect(await report('api_key=key-7')).toEqual(keys.filter(({ api_key }: any) => api_key === 'key-7'))
    const ofUser = await report('internal_user_id=user-7')
    expect(ofUser.map(({ api_key }: any) => api_key)).toContain('key-7')
    const teams = await report('group_by=team&team_id=team-3')
    expect(teams.map(({ group_by_day }: any) => group_by_day)).toContain('2026-03-02T00:00:00+00:00')
    expect(teams[0].teams.map(({ team_name }: any) => team_name)).toEqual(['Team 3'])
    const customers = await report('group_by=customer')
    const [, , calls] = customers[0].customers[0].metadata.length > 0 ? [0, 0, 1] : []
    expect(calls).toBe(1)
  })

  test('activity by day, and of the models that are called most', async () => {
    const { body } = await admin.get(`/global/activity?${DAYS}`)
    const [[, calls, tokens] = []] = await logged(`'all', count(*), sum(total_tokens)`, IN_DAYS)
    expect([body.sum_api_requests, body.sum_total_tokens]).toEqual([calls, tokens])
    expect(body.daily_data[0].date).toBe('Mar 02')
    const models = (await admin.get(`/global/activity/model?${DAYS}`)).body
    expect(told(models, 'model', 'sum_api_requests')).toEqual(await logged('model_group, count(*)', IN_DAYS))
  })

  test('answers out of the cache, by call type, with the errors of the others', async () => {
    const path = `/global/activity/cache_hits?${DAYS}`
    const { body } = await admin.get(path)
    const hits = `count(*) filter (where cache_hit = 'True'), count(*) filter (where status = 'failure')`
    expect(told(body.groups, 'call_type', 'cache_hits', 'failed_requests')).toEqual(
      await logged(`call_type, ${hits}`, IN_DAYS),
    )
    expect(body.error_breakdown[0]).toMatchObject({ error_class: 'BadRequestError', count: expect.any(Number) })
    expect(body.filter_options.models).toContain('model-3')
    // Days that are over come out of memory now.
    expect((await admin.get(path)).body).toEqual(body)
    const some = (await admin.get(`${path}&key_aliases=alias-7&models=model-5`)).body
    const where = `${IN_DAYS} and api_key = 'key-7' and model = 'model-5'`
    expect(told(some.groups, 'call_type', 'cache_hits', 'failed_requests')).toEqual(
      await logged(`call_type, ${hits}`, where),
    )
  })

  test('latency, slow answers and the time to the first token, of a model group', async () => {
    const query = '_selected_model_group=group-1&startTime=2026-03-02T00:00:00&endTime=2026-03-11T00:00:00'
    const where = `${IN_DAYS} and model_group = 'group-1' and cache_hit <> 'True'`
    const mean = (seconds: string) => logged(`"startTime"::date::text, avg(${seconds})`, where)
    const base = 'https://api-1.example/v1'
    const latency = (await admin.get(`/model/metrics?${query}`)).body
    expect(latency.all_api_bases).toEqual([base])
    expect(told(latency.data, 'date', base)).toEqual(
      await mean('extract(epoch from "endTime" - "startTime") / nullif(completion_tokens, 0)'),
    )
    const first = (await admin.get(`/model/streaming_metrics?${query}`)).body
    expect(told(first.data, 'date', base)).toEqual(
      await mean('extract(epoch from "completionStartTime" - "startTime")'),
    )
    const [slow] = (await admin.get(`/model/metrics/slow_responses?${query}`)).body
    expect([[slow.api_base, slow.total_count]]).toEqual(await logged('api_base, count(*)', where))
    const day = query.replace('03-11', '03-02')
    const streams = (await admin.get(`/model/streaming_metrics?${day}`)).body
    expect(streams.data).toHaveLength(Number((await logged(`'n', count(*)`, where.replace('03-11', '03-03')))[0]![1]))
    expect((await admin.get(`/model/metrics/exceptions?${query}`)).body).toEqual({ data: [], exception_types: [] })
    expect((await admin.get(`/global/activity/exceptions?${DAYS}&model_group=group-1`)).body.daily_data).toEqual([])
  })

  test('the log by day, by key, user and model; the last day ends the sums', async () => {
    const { body } = await admin.get(`/spend/logs?${DAYS}`)
    const where = IN_DAYS.replace('2026-03-11', '2026-03-10')
    expect(told(body.slice(0, -1), 'startTime', 'spend')).toEqual(
      await logged('"startTime"::date::text, sum(spend)', where),
    )
    expect(body.at(-1)).toEqual({ startTime: '2026-03-10', spend: 0, users: {}, models: {} })
    expect(Object.keys(body[0].users)).toContain('user-7')
    const rows = (await admin.get(`/spend/logs?${DAYS}&summarize=false&api_key=key-7`)).body
    expect(rows.map(({ api_key }: any) => api_key)).toEqual(rows.map(() => 'key-7'))
  })

  test('keys and users by what they have spent', async () => {
    const keys = (await admin.get('/spend/keys')).body
    expect(keys.slice(0, 2).map(({ token, spend }: any) => [token, spend])).toEqual([
      ['key-199', 199],
      ['key-198', 198],
    ])
    expect((await admin.get('/spend/users')).body[0]).toMatchObject({ user_id: 'user-49', spend: 49 })
    expect((await admin.get('/spend/users?user_id=nobody')).body).toEqual([null])
    expect(JSON.stringify((await admin.get('/spend/users')).body)).not.toContain('password"')
  })

  test('activity by key has pages', async () => {
    const path = `/user/daily/activity/aggregated/keys?${DAYS}`
    const all = (await admin.get(`${path}&limit=100`)).body
    const sums = await logged('api_key, sum(spend), count(*)', IN_DAYS)
    expect(all.total_api_keys).toBe(sums.length)
    const { body } = await admin.get(`${path}&offset=1&limit=2`)
    expect(body.api_keys).toEqual(all.api_keys.slice(1, 3))
    expect(body.api_keys[0].metadata).toMatchObject({ key_exists: true, user_email: expect.stringContaining('@') })
  })

  test('the keys of a model are those that have used it, the dearest first', async () => {
    const path = `/user/daily/activity/aggregated/model_top_keys?${DAYS}`
    const [[model] = []] = await logged('model_group, sum(spend), count(*)', IN_DAYS)
    const { body } = await admin.get(`${path}&model_group=${model}&limit=3`)
    expect(body).toMatchObject({ model, by_model_group: true })
    const spends = body.api_keys.map(({ metrics }: any) => metrics.spend)
    expect(spends).toHaveLength(3)
    expect(spends).toEqual(spends.toSorted((a: number, b: number) => b - a))
    expect((await admin.get(`${path}&model_group=none`)).body.api_keys).toEqual([])
    expect((await admin.get(path)).status).toBe(422)
  })

  test('whole times stand for their days, as a page of LiteLLM sends them', async () => {
    const whole = DAYS.replaceAll(/(\d{4}-\d\d-\d\d)/g, '$1T21:22:21.558Z')
    const { body } = await admin.get(`/global/spend/tags?${whole}`)
    expect(body).toEqual((await admin.get(`/global/spend/tags?${DAYS}`)).body)
    expect(body.spend_per_tag.length).toBeGreaterThan(0)
  })

  test('activity of teams tells their names', async () => {
    const { body } = await admin.get(
      `/team/daily/activity/aggregated?${DAYS}&team_ids=team-1,team-2&exclude_team_ids=team-2`,
    )
    const { entities } = body.results[0].breakdown
    expect([Object.keys(entities), entities['team-1'].metadata]).toEqual([['team-1'], { team_alias: 'Team 1' }])
    expect(body.metadata.entity_total_api_keys).toEqual({ 'team-1': expect.any(Number) })
  })
})

describe('rights', () => {
  const everybody = [
    ...['/global/spend', '/global/spend/logs', '/global/spend/keys', '/global/spend/models', '/global/spend/teams'],
    ...[`/global/spend/tags?${DAYS}`, `/global/spend/provider?${DAYS}`, '/global/spend/all_tag_names'],
    ...['/global/all_end_users', `/global/spend/report?${DAYS}`, `/global/activity/exceptions?${DAYS}&model_group=g`],
    ...['/model/metrics', '/model/metrics/slow_responses', '/model/metrics/exceptions', '/model/streaming_metrics'],
    ...[`/tag/summary?${DAYS}`, '/tag/distinct', '/provider/budgets', '/management/v1/budgets'],
    ...[`/customer/daily/activity?${DAYS}`, `/agent/daily/activity/aggregated?${DAYS}`],
    ...[
      `/organization/daily/activity/aggregated/keys?${DAYS}`,
      `/global/activity/exceptions/deployment?${DAYS}&model_group=g`,
    ],
  ]

  test.each(everybody)('%s tells a user nothing, and a viewer all', async (path) => {
    const stranger = await admin.user('stranger')
    const { status, body } = await admin.get(path, stranger)
    expect([status, body.error.type]).toEqual([401, 'auth_error'])
    expect((await admin.get(path, await admin.as((await admin.post('/key/generate', {})).body.key))).status).toBe(401)
    expect((await admin.get(path, await admin.user('eye', 'proxy_admin_viewer'))).status).toBe(200)
  })

  test('a permission of a key opens what everybody has spent, and nothing else', async () => {
    const { key } = (await admin.post('/key/generate', { permissions: { get_spend_routes: true } })).body
    const permitted = await admin.as(key)
    expect((await admin.get('/global/spend', permitted)).status).toBe(200)
    expect((await admin.get('/model/metrics', permitted)).status).toBe(401)
  })

  const own = [
    ['/spend/keys', (body: any) => body.map(({ user_id }: any) => user_id)],
    ['/spend/tags', (body: any) => body],
    [`/global/activity?${DAYS}`, (body: any) => body.daily_data],
    [`/global/activity/model?${DAYS}`, (body: any) => body],
    [`/global/activity/cache_hits?${DAYS}`, (body: any) => [...body.groups, ...body.filter_options.models]],
    [`/user/daily/activity/aggregated/keys?${DAYS}`, (body: any) => body.api_keys],
    [`/user/daily/activity/aggregated/model_top_keys?${DAYS}&model_group=model-1`, (body: any) => body.api_keys],
    [`/tag/daily/activity/aggregated?${DAYS}`, (body: any) => body.results],
    [`/team/daily/activity/aggregated?${DAYS}`, (body: any) => body.results],
    [`/spend/logs?${DAYS}`, (body: any) => body],
    ['/spend/logs', (body: any) => body],
  ] as const

  test.each(own)('%s tells a stranger nothing of others', async (path, rowsOf) => {
    const stranger = await admin.user('stranger')
    const { status, body } = await admin.get(path, stranger)
    expect([status, rowsOf(body).filter((one: any) => one !== 'stranger')]).toEqual([200, []])
  })

  test.each(own.filter(([path]) => !path.startsWith('/team')))('%s tells a user of the own', async (path, rowsOf) => {
    const seven = (await admin.keys.find('key-7'))!
    expect(rowsOf((await admin.get(path, seven)).body).length).toBeGreaterThan(0)
  })

  test("a user does not see another's sums", async () => {
    const seven = (await admin.keys.find('key-7'))!
    expect((await admin.get('/spend/users?user_id=user-8', seven)).status).toBe(403)
    expect((await admin.get('/spend/users', seven)).body.map(({ user_id }: any) => user_id)).toEqual(['user-7'])
    const sums = (await admin.get(`/global/activity?${DAYS}`, seven)).body
    const [[, calls] = []] = await logged(`'n', count(*)`, `${IN_DAYS} and "user" = 'user-7'`)
    expect(sums.sum_api_requests).toBe(calls)
  })

  test("a team's admin sees all of the team, its member the own keys, others are refused", async () => {
    const path = `/team/daily/activity/aggregated?${DAYS}&team_ids=team-3`
    const runner = (await admin.keys.find('key-3'))!
    const member = (await admin.keys.find('key-13'))!
    const all = (await admin.get(path)).body.metadata.total_api_requests
    expect((await admin.get(path, runner)).body.metadata.total_api_requests).toBe(all)
    const seen = (await admin.get(path, member)).body
    const own = await admin.sql`select count(*)::int from "LiteLLM_SpendLogs"
      where "startTime" >= '2026-03-02' and "startTime" < '2026-03-11' and "user" = 'user-13'`
    expect(seen.metadata.total_api_requests).toBe(own[0]!.count)
    expect((await admin.get(path, (await admin.keys.find('key-4'))!)).status).toBe(404)
  })

  test('only the master key resets what was spent, with a line in the log of changes', async () => {
    const before = (await admin.sql`select sum(spend) from "LiteLLM_SpendLogs"`)[0]
    const boss = await admin.user('boss', 'proxy_admin')
    expect((await admin.post('/global/spend/reset', undefined, boss)).status).toBe(401)
    expect((await admin.post('/global/spend/reset')).body.status).toBe('success')
    const [left] = await admin.sql`
      select (select sum(spend) from "LiteLLM_VerificationToken") as keys, (select sum(spend) from "LiteLLM_TeamTable") as teams`
    expect(left).toEqual({ keys: 0, teams: 0 })
    expect((await admin.audits()).some(({ object_id }) => object_id === 'key-199')).toBe(true)
    expect((await admin.sql`select sum(spend) from "LiteLLM_SpendLogs"`)[0]).toEqual(before)
  })
})

test.each([
  ['/global/activity', 400, 'start_date and end_date'],
  ['/global/activity?start_date=x&end_date=y', 400, 'valid YYYY-MM-DD'],
  ['/global/spend/tags', 400, 'start_date and end_date'],
  ['/tag/summary?start_date=x&end_date=y', 400, 'Invalid date format'],
  ['/tag/summary', 422, 'start_date'],
  ['/global/activity/exceptions?start_date=2026-03-01&end_date=2026-03-02', 422, 'model_group'],
  ['/model/metrics?startTime=x', 400, 'Invalid startTime'],
  ['/management/v1/budgets?sort=secret', 400, 'Cannot sort budgets by'],
  ['/management/v1/budgets?foo=1', 422, 'foo'],
  ['/spend/logs?start_date=x&end_date=y', 400, 'valid YYYY-MM-DD'],
])('%s is refused with what is wrong', async (path, status, text) => {
  const answer = await admin.get(path)
  expect(answer.status).toBe(status)
  expect(JSON.stringify(answer.body)).toContain(text)
})

test('budgets have pages, filters and links', async () => {
  for (const max_budget of [1, 2, 3]) {
    await admin.post('/budget/new', { budget_id: `b${max_budget}`, max_budget, budget_duration: `${max_budget}d` })
  }
  const { body } = await admin.get('/management/v1/budgets?page=1&page_size=2&sort=-max_budget')
  expect(body.data.map(({ budget_id }: any) => budget_id)).toEqual(['b3', 'b2'])
  expect(body.meta).toEqual({ total_count: 3, page: 1, page_size: 2, total_pages: 2 })
  expect(body.links.next).toBe('/management/v1/budgets?page_size=2&sort=-max_budget&page=2')
  const some = await admin.get('/management/v1/budgets?filter[max_budget][gte]=2&filter[budget_duration][in]=2d,9d')
  expect(some.body.data.map(({ budget_id }: any) => budget_id)).toEqual(['b2'])
  expect((await admin.get('/management/v1/budgets?q=B1')).body.meta.total_count).toBe(1)
})
