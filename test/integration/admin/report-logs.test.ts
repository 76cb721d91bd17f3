import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { migrate } from '../../../src/upkeep/migrate.ts'
import { createTestDatabase } from '../../support/database.ts'
import { insertReportRows, RARE } from '../../support/report-rows.ts'
import { startAdmin, type TestAdmin } from './support.ts'

const UNTIL = new Date('2026-03-18T10:20:30.456Z')
const MONTH = 'start_date=2026-02-01%2000:00:00&end_date=2026-03-19%2000:00:00'

let admin: TestAdmin
afterAll(() => admin.database.drop())
beforeAll(async () => {
  const database = await createTestDatabase({ schema: 'empty' })
  await migrate(database.sql)
  admin = await startAdmin({ database })
  await insertReportRows(admin.sql, { rows: 1_500, days: 30, until: UNTIL })
})

async function idsOf(path: string): Promise<string[]> {
  return (await admin.get(path)).body.data.map(({ request_id }: any) => request_id)
}

/** What the log has, the newest first. */
async function logged(where: string): Promise<string[]> {
  const order = 'order by "startTime" desc, request_id desc'
  const rows = await admin.sql.unsafe(`select request_id from "LiteLLM_SpendLogs" as l where ${where} ${order}`)
  return rows.map(({ request_id }) => request_id)
}

describe('pages', () => {
  test('by cursor each call comes once, in order, in as many pages as it takes', async () => {
    const seen: string[] = []
    let cursor = ''
    do {
      const { body } = await admin.get(
        `/spend/logs/v2?${MONTH}&page_size=400${cursor && `&cursor=${encodeURIComponent(cursor)}`}`,
      )
      expect(body.total).toBe(1_500)
      seen.push(...body.data.map(({ request_id }: any) => request_id))
      cursor = body.next_cursor
    } while (cursor)
    expect(seen).toEqual(await logged('true'))
  })

  test('by number they are the same, the last one is short, and there is none behind it', async () => {
    const all = await logged('true')
    const { body } = await admin.get(`/spend/logs/ui?${MONTH}&page=4&page_size=400`)
    expect(body.data.map(({ request_id }: any) => request_id)).toEqual(all.slice(1_200))
    expect(body).toMatchObject({ total: 1_500, total_pages: 4, total_is_capped: false })
    expect(body).not.toHaveProperty('next_cursor')
    expect(await idsOf(`/spend/logs/ui?${MONTH}&page=5&page_size=400`)).toEqual([])
  })

  test('oldest first, and calls of the same millisecond are not lost between two pages', async () => {
    const same = '2026-03-01 00:00:00.123'
    const ids = ['same-1', 'same-2', 'same-3']
    for (const request_id of ids) {
      const row = { request_id, call_type: 'acompletion', api_key: 'same', startTime: same, endTime: same }
      await admin.sql`insert into "LiteLLM_SpendLogs" ${admin.sql(row)}`
    }
    const sums = { id: 'same', user_id: '', date: '2026-03-01', api_key: 'same', updated_at: new Date() }
    await admin.sql`insert into "LiteLLM_DailyUserSpend" ${admin.sql(sums)}`
    const path = `/spend/logs/v2?start_date=2026-03-01&end_date=2026-03-02&api_key=same&page_size=1&sort_order=asc`
    const first = (await admin.get(path)).body
    const second = (await admin.get(`${path}&cursor=${encodeURIComponent(first.next_cursor)}`)).body
    const third = (await admin.get(`${path}&cursor=${encodeURIComponent(second.next_cursor)}`)).body
    expect([first, second, third].map(({ data }) => data[0].request_id)).toEqual(ids)
    await admin.sql`delete from "LiteLLM_SpendLogs" where api_key = 'same'`
  })

  test.each(['spend', 'total_tokens', 'endTime', 'request_duration_ms', 'model', 'ttft_ms'])(
    'sorted by %s',
    async (sort) => {
      const { data } = (await admin.get(`/spend/logs/ui?${MONTH}&sort_by=${sort}&sort_order=asc&page_size=1000`)).body
      const comparedOf = (row: any) =>
        sort === 'ttft_ms' ? Date.parse(row.completionStartTime) - Date.parse(row.startTime) : row[sort]
      const values = data.map(comparedOf)
      expect(values).toHaveLength(1_000)
      expect(values).toEqual(values.toSorted((a: any, b: any) => (a < b ? -1 : a > b ? 1 : 0)))
    },
  )
})

describe('by session', () => {
  const path = `/spend/logs/ui?${MONTH}&group_by_session=true`

  async function sessions(where: string): Promise<string[]> {
    const rows = await admin.sql.unsafe(`
      select request_id from (
        select distinct on (coalesce(session_id, request_id), api_key) request_id, "startTime"
        from "LiteLLM_SpendLogs" where ${where}
        order by coalesce(session_id, request_id), api_key, "startTime" desc, request_id desc
      ) as l order by "startTime" desc, request_id desc`)
    return rows.map(({ request_id }) => request_id)
  }

  test('each session comes once, by its latest call, with sums of all its calls', async () => {
    const seen: any[] = []
    let cursor = ''
    do {
      const { body } = await admin.get(
        `${path}&page_size=300${cursor && `&session_cursor=${encodeURIComponent(cursor)}`}`,
      )
      seen.push(...body.data)
      expect(body.has_more).toBe(body.next_session_cursor !== null)
      cursor = body.next_session_cursor
    } while (cursor)
    expect(seen.map(({ request_id }) => request_id)).toEqual(await sessions('true'))
    const { session_id, api_key, ...shown } = seen.find((row) => row.session_total_count > 1)
    const [sums] = await admin.sql`
      select count(*)::int as calls, sum(spend) as spend, sum(total_tokens)::int as tokens
      from "LiteLLM_SpendLogs" where session_id = ${session_id} and api_key = ${api_key}`
    expect([shown.session_total_count, shown.session_total_tokens]).toEqual([sums!.calls, sums!.tokens])
    expect(shown.session_total_spend).toBeCloseTo(sums!.spend)
    expect((await admin.get(path)).body.total).toBe(seen.length)
  })

  test('pages by number are the same, sorted by another column too', async () => {
    const all = await sessions('true')
    expect(await idsOf(`${path}&page=3&page_size=100`)).toEqual(all.slice(200, 300))
    const sorted = (await admin.get(`${path}&sort_by=spend&page_size=1000`)).body
    expect(sorted.data.map(({ spend }: any) => spend)).toEqual(
      sorted.data.map(({ spend }: any) => spend).toSorted((a: number, b: number) => b - a),
    )
    expect(sorted.total).toBe(all.length)
  })

  test('of a filter, and of the status of the call that is shown', async () => {
    expect(await idsOf(`${path}&api_key=key-3&page_size=1000`)).toEqual(await sessions(`api_key = 'key-3'`))
    const failed = (await admin.get(`${path}&status_filter=failure&page_size=1000`)).body.data
    expect(failed.length).toBeGreaterThan(0)
    expect(failed.every(({ status }: any) => status === 'failure')).toBe(true)
  })

  test('an agent stands for its session, and tools do not', async () => {
    const calls = [
      ['a1', 'asend_message', '10:00'],
      ['a2', 'acompletion', '10:01'],
      ['t1', 'acompletion', '11:00'],
      ['t2', 'call_mcp_tool', '11:01'],
    ] as const
    for (const [request_id, call_type, time] of calls) {
      const startTime = `2026-02-01 ${time}:00`
      const session_id = `s-${request_id[0]}`
      const row = { request_id, call_type, api_key: 'k', startTime, endTime: startTime, session_id, spend: 0.5 }
      await admin.sql`insert into "LiteLLM_SpendLogs" ${admin.sql(row)}`
    }
    const { data } = (await admin.get(`${path}&api_key=k`)).body
    expect(data.map(({ request_id }: any) => request_id)).toEqual(['t1', 'a1'])
    expect(data[0]).toMatchObject({ mcp_tool_call_count: 1, mcp_tool_call_spend: 0.5, session_llm_count: 1 })
    expect(data[1]).toMatchObject({ session_agent_count: 1, session_total_count: 2 })
    expect(data[1]).not.toHaveProperty('mcp_tool_call_count')
    await admin.sql`delete from "LiteLLM_SpendLogs" where api_key = 'k'`
  })

  test('the calls of one session', async () => {
    const { session_id } = (
      await admin.sql`select session_id from "LiteLLM_SpendLogs" where session_id is not null`
    )[0]!
    const { body } = await admin.get(`/spend/logs/session/ui?session_id=${session_id}&page_size=2`)
    const all = await logged(`session_id = '${session_id}'`)
    expect(body.data.map(({ request_id }: any) => request_id)).toEqual(all.slice(0, 2))
    expect(body).toMatchObject({ total: all.length, total_pages: Math.ceil(all.length / 2) })
  })
})

test.each([
  ['api_key=key-7', `api_key = 'key-7'`],
  [`api_key=${RARE.key}`, `api_key = '${RARE.key}'`],
  [`user_id=${RARE.user}`, `"user" = '${RARE.user}'`],
  ['team_id=team-3', `team_id = 'team-3'`],
  ['team_id=team-3&api_key=key-7', 'false'],
  [`model=${RARE.model}`, `model = '${RARE.model}'`],
  ['model=group-3', `model_group = 'group-3'`],
  ['model_group=group-3', `model_group = 'group-3'`],
  ['model_id=deployment-3', `model_id = 'deployment-3'`],
  ['end_user=customer-5', `end_user = 'customer-5'`],
  ['session_id=ession-3-', `session_id like '%ession-3-%'`],
  ['key_alias=lias-19', `metadata ->> 'user_api_key_alias' like '%lias-19%'`],
  ['status_filter=failure', `status = 'failure'`],
  ['status_filter=success', `status = 'success'`],
  ['cache_hit_filter=hit', `cache_hit = 'True'`],
  ['cache_hit_filter=miss', `cache_hit <> 'True'`],
  ['error_code=410', `metadata -> 'error_information' ->> 'error_code' = '410'`],
  ['error_message=refused%2015', `metadata -> 'error_information' ->> 'error_message' like '%refused 15%'`],
  ['min_spend=0.005&max_spend=0.006', 'spend >= 0.005 and spend <= 0.006'],
  ['span_type=llm', 'true'],
  ['span_type=mcp', 'false'],
  ['search=customer-5', `end_user = 'customer-5'`],
  ['request_id=call-000000700', `request_id = 'call-000000700'`],
])('%s narrows the log, and its count is that of the log', async (filter, where) => {
  const expected = await logged(where)
  const { body } = await admin.get(`/spend/logs/ui?${MONTH}&page_size=1000&${filter}`)
  expect(body.data.map(({ request_id }: any) => request_id)).toEqual(expected.slice(0, 1_000))
  expect(body.total).toBe(expected.length)
})

test('calls are found by key on days that the daily tables do not know, and on the last, which they may not know yet', async () => {
  const today = new Date().toISOString().slice(0, 10)
  for (const [request_id, day] of [
    ['early', '2025-01-01'],
    ['gap', '2026-04-02'],
    ['late', today],
  ] as const) {
    const startTime = `${day} 00:00:00`
    const row = { request_id, call_type: 'acompletion', api_key: 'no-daily-row', startTime, endTime: startTime }
    await admin.sql`insert into "LiteLLM_SpendLogs" ${admin.sql(row)}`
  }
  const path = `/spend/logs/v2?start_date=2024-12-31&end_date=${today}%2023:59:59&api_key=no-daily-row`
  expect(await idsOf(path)).toEqual(['late', 'gap', 'early'])
  expect((await admin.get(path)).body.total).toBe(3)
  await admin.sql`delete from "LiteLLM_SpendLogs" where api_key = 'no-daily-row'`
})

describe('rights', () => {
  test('a user sees the own calls and those of a team it runs, and no others', async () => {
    const runner = (await admin.keys.find('key-3'))!
    const { body } = await admin.get(`/spend/logs/ui?${MONTH}&page_size=1000`, runner)
    const expected = await logged(`"user" = 'user-3' or team_id = 'team-3'`)
    expect(body.data.map(({ request_id }: any) => request_id)).toEqual(expected)
    const member = (await admin.keys.find('key-13'))!
    const own = await logged(`"user" = 'user-13'`)
    const seen = (await admin.get(`/spend/logs/v2?${MONTH}&page_size=1000`, member)).body
    expect(seen.data.map(({ request_id }: any) => request_id)).toEqual(own)
  })

  test('a member may read the calls of the team where the team says so', async () => {
    const member = (await admin.keys.find('key-14'))!
    const path = `/spend/logs/ui?${MONTH}&team_id=team-4&page_size=1000`
    expect((await admin.get(path, member)).status).toBe(403)
    await admin.sql`update "LiteLLM_TeamTable" set team_member_permissions = array['/spend/logs'] where team_id = 'team-4'`
    expect((await admin.get(path, member)).body.total).toBe((await logged(`team_id = 'team-4'`)).length)
  })

  test('a stranger gets no call, by no way', async () => {
    const stranger = await admin.user('stranger')
    const foreign = (await logged(`"user" = 'user-7' and session_id is not null`))[0]!
    const [{ session_id }] = (await admin.sql`
      select session_id from "LiteLLM_SpendLogs" where request_id = ${foreign}`) as any
    for (const query of ['', '&user_id=user-7', '&api_key=key-7', `&search=${foreign}`, '&group_by_session=true']) {
      expect((await admin.get(`/spend/logs/ui?${MONTH}${query}`, stranger)).body.data).toEqual([])
    }
    expect((await admin.get(`/spend/logs/ui?request_id=${foreign}`, stranger)).status).toBe(403)
    expect((await admin.get(`/spend/logs/ui/${foreign}`, stranger)).status).toBe(403)
    expect((await admin.get('/spend/logs/ui/nothing', stranger)).status).toBe(403)
    expect((await admin.get(`/spend/logs/ui?${MONTH}&team_id=team-7`, stranger)).status).toBe(403)
    expect((await admin.get(`/spend/logs/session/ui?session_id=${session_id}`, stranger)).body.data).toEqual([])
    expect((await admin.get('/spend/logs/ui/nothing')).body).toBeNull()
  })
})
