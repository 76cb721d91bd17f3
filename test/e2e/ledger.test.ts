import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type { Row } from 'postgres'
import { startApp, type TestApp } from '../support/app.ts'
import { chatCompletion, chatEvents, type ScriptedUpstream, sendJson, startUpstream } from '../support/upstream.ts'

let upstream: ScriptedUpstream
let app: TestApp

// What an upstream does with the nth request, by the wish in its message.
beforeAll(async () => {
  let count = 0
  upstream = await startUpstream((res, { body }) => {
    const { stream, messages, stream_options } = JSON.parse(body.toString())
    const wish = messages[0].content
    const id = `chatcmpl-${count++}`
    if (wish === 'fail') return sendJson(res, 500, { error: { message: 'no', type: 'server_error' } })
    if (!stream) return sendJson(res, 200, chatCompletion({ id, prompt: count, completion: 3 }))
    res.writeHead(200, { 'content-type': 'text/event-stream' })
    const events = chatEvents({ id, prompt: count, completion: 3, usage: stream_options?.include_usage })
    if (wish === 'abort') return void res.write(events.slice(0, 2).join(''))
    res.end(events.join(''))
  })
  app = await startApp({ upstream: upstream.url })
})

afterAll(async () => {
  await app.close()
  await upstream.close()
})

const WISHES = ['json', 'stream', 'fail', 'abort', 'json'] as const

test('1,000 calls, 16 at a time, some streamed, failing or aborted: one row each, and every sum agrees', async () => {
  const { sql } = app
  await sql`insert into "LiteLLM_BudgetTable" (budget_id, created_by, updated_by) values ('b', 'test', 'test')`
  await sql`insert into "LiteLLM_OrganizationTable" (organization_id, organization_alias, budget_id, created_by, updated_by, models) values ('org', 'org', 'b', 'test', 'test', '{}')`
  await sql`insert into "LiteLLM_TeamTable" (team_id, organization_id) values ('team', 'org')`
  await sql`insert into "LiteLLM_UserTable" (user_id) values ('ann'), ('bob'), ('default_user_id')`
  await sql`insert into "LiteLLM_TeamMembership" (user_id, team_id) values ('ann', 'team')`
  await sql`insert into "LiteLLM_TagTable" (tag_name) values ('red'), ('blue')`
  const metadata = sql.json({ allow_client_tags: true })
  const keys = [
    await app.key({ user_id: 'ann', team_id: 'team', organization_id: 'org', metadata }),
    await app.key({ user_id: 'bob', metadata }),
    await app.key({}),
  ]
  let next = 0
  await Promise.all(Array.from({ length: 16 }, work))
  async function work() {
    while (next < 1_000) await call(next++)
  }
  async function call(index: number) {
    const wish = WISHES[index % WISHES.length]!
    const client = new AbortController()
    const response = await fetch(`${app.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${keys[index % keys.length]!.secret}`, 'content-type': 'application/json' },
      signal: client.signal,
      body: JSON.stringify({
        model: 'gpt-4o',
        stream: wish === 'stream' || wish === 'abort',
        messages: [{ role: 'user', content: wish }],
        user: `customer-${index % 7}`,
        metadata: { tags: index % 2 ? ['red', 'blue'] : ['red', 'red'] },
      }),
    })
    if (wish !== 'abort') return void (await response.text())
    const reader = response.body!.getReader()
    await reader.read()
    client.abort()
    await reader.read().catch(() => {})
  }

  let rows: Record<string, any>[] = []
  for (let tries = 0; tries < 100 && rows.length < 1_000; tries++) rows = await app.rows()
  expect(rows).toHaveLength(1_000)
  expect(new Set(rows.map((row) => row.request_id)).size).toBe(1_000)
  // A stream that its client left is a success, as in LiteLLM.
  expect(rows.filter((row) => row.status === 'success')).toHaveLength(800)

  await expectSums(
    'LiteLLM_VerificationToken',
    'token',
    sql`select api_key as id, sum(spend) as spend from "LiteLLM_SpendLogs" group by 1`,
  )
  await expectSums(
    'LiteLLM_UserTable',
    'user_id',
    sql`select "user" as id, sum(spend) as spend from "LiteLLM_SpendLogs" where "user" <> '' group by 1`,
  )
  await expectSums(
    'LiteLLM_TeamTable',
    'team_id',
    sql`select team_id as id, sum(spend) as spend from "LiteLLM_SpendLogs" where team_id <> '' group by 1`,
  )
  await expectSums(
    'LiteLLM_TeamMembership',
    'team_id',
    sql`select team_id as id, sum(spend) as spend from "LiteLLM_SpendLogs" where team_id <> '' group by 1`,
  )
  await expectSums(
    'LiteLLM_OrganizationTable',
    'organization_id',
    sql`select organization_id as id, sum(spend) as spend from "LiteLLM_SpendLogs" where organization_id <> '' group by 1`,
  )
  await expectSums(
    'LiteLLM_EndUserTable',
    'user_id',
    sql`select end_user as id, sum(spend) as spend from "LiteLLM_SpendLogs" group by 1`,
  )
  await expectSums(
    'LiteLLM_TagTable',
    'tag_name',
    sql`
    select tag as id, sum(spend) as spend from "LiteLLM_SpendLogs", jsonb_array_elements_text(request_tags) as tag
    where tag in ('red', 'blue') group by 1`,
  )

  for (const [table, column, charged] of DAILY) await expectDaily(table, column, charged)

  async function expectSums(table: string, column: string, expected: Promise<Row[]>) {
    const found = await sql`select ${sql(column)} as id, spend from ${sql(table)} order by 1`
    const sums = new Map((await expected).map((row) => [row.id, row.spend as number]))
    expect(found.length).toBeGreaterThan(0)
    for (const row of found)
      expect([table, row.id, row.spend]).toEqual([table, row.id, expect.closeTo(sums.get(row.id) ?? 0, 9)])
  }

  async function expectDaily(table: string, column: string, charged: string) {
    const daily = await sql`
      select ${sql(column)} as id, date, api_key, model, sum(spend) as spend, sum(api_requests)::int as requests,
        sum(successful_requests)::int as successes, sum(failed_requests)::int as failures,
        sum(prompt_tokens)::int as prompt, sum(completion_tokens)::int as completion, count(*)::int as rows
      from ${sql(table)} group by 1, 2, 3, 4 order by 1, 2, 3, 4`
    const logs = await sql.unsafe(`
      select ${charged} as id, to_char("startTime", 'YYYY-MM-DD') as date, api_key, model, sum(spend) as spend, count(*)::int as requests,
        sum((status = 'success')::int)::int as successes, sum((status = 'failure')::int)::int as failures,
        sum(prompt_tokens)::int as prompt, sum(completion_tokens)::int as completion, 1 as rows
      from "LiteLLM_SpendLogs" ${charged === 'tag' ? ', jsonb_array_elements_text(request_tags) as tag' : ''}
      ${column === 'end_user_id' ? "where end_user <> ''" : ''}
      group by 1, 2, 3, 4 order by 1, 2, 3, 4`)
    expect(daily.length).toBeGreaterThan(0)
    expect(daily.map((row) => ({ ...row, table }))).toEqual(
      logs.map((row) => ({ ...row, spend: expect.closeTo(row.spend as number, 9), table })),
    )
  }
})

const DAILY = [
  ['LiteLLM_DailyUserSpend', 'user_id', '"user"'],
  ['LiteLLM_DailyTeamSpend', 'team_id', 'team_id'],
  ['LiteLLM_DailyEndUserSpend', 'end_user_id', 'end_user'],
  ['LiteLLM_DailyTagSpend', 'tag', 'tag'],
] as const
