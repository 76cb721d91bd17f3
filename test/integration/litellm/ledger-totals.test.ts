import { afterAll, describe, expect, test } from '@jest/globals'
import postgres from 'postgres'
import { readSchema } from '../../../src/database/schema.ts'
import type { SpendEvent } from '../../../src/types.ts'
import { cents, createLedger, type Ledger, readTotals, type Totals } from '../../support/ledger.ts'
import { LITELLM_VERSIONS } from '../../support/litellm-schema.ts'
import { spendEvent } from '../../support/spend-event.ts'

const ledgers: Ledger[] = []
afterAll(() => Promise.all(ledgers.map((ledger) => ledger.drop())))

const CASES = LITELLM_VERSIONS.flatMap((schema) => [false, true].map((partitioned) => ({ schema, partitioned })))

async function setup(options: Parameters<typeof createLedger>[0]) {
  const ledger = await createLedger(options)
  ledgers.push(ledger)
  return { ...ledger, schema: await readSchema(ledger.sql) }
}

/** Calls of many owners on several days, some failed, some free, some without an owner. */
function manyEvents(count: number): SpendEvent[] {
  return Array.from({ length: count }, (_, n) => {
    const day = new Date(Date.UTC(2026, 2, 1 + (n % 3), 12))
    return spendEvent({
      key: n % 11 === 10 ? null : { ...ownedBy(n), metadata: { tags: [`tag${n % 5}`, `tag${n % 2}`, 'unlisted'] } },
      call: { endUserId: n % 4 ? `e${n % 3}` : undefined, callType: n % 2 ? 'acompletion' : 'anthropic_messages' },
      deployment: { model: `m${n % 2}` },
      outcome: { startedAt: day, endedAt: new Date(+day + 1000), status: n % 6 ? 'success' : 'failure' },
      cost: n % 9 === 8 ? 0 : n % 7 === 6 ? undefined : (1 + (n % 13)) / 100,
    })
  })
}

function ownedBy(n: number) {
  const owners = {
    userId: `u${n % 5}`,
    ...(n % 3 && { teamId: `t${n % 5}`, organizationId: `o${n % 5}` }),
    ...(n % 2 && { agentId: `a${n % 5}`, projectId: `p${n % 5}` }),
  }
  return { hashedToken: String(n % 5).repeat(64), owners }
}

/** Computed from the events alone. */
function expectedTotals(events: readonly SpendEvent[]): Totals {
  const totals: Totals = {
    user: {},
    end_user: {},
    key: {},
    team: {},
    team_member: {},
    organization: {},
    project: {},
    tag: {},
    agent: {},
  }
  for (const { key, call, cost } of events) {
    const { userId, teamId, organizationId, projectId, agentId } = key?.owners ?? {}
    const charge = (kind: string, id: string | undefined) => {
      if (!id || !cost) return
      totals[kind]![id] = (totals[kind]![id] ?? 0) + cents(cost)
    }
    charge('user', userId)
    charge('end_user', call.endUserId)
    charge('key', key?.hashedToken)
    charge('team', teamId)
    charge('team_member', userId && teamId && `${teamId}/${userId}`)
    charge('organization', organizationId)
    charge('project', projectId)
    charge('agent', agentId)
    for (const tag of new Set((key?.metadata.tags ?? []) as string[])) if (tag !== 'unlisted') charge('tag', tag)
  }
  return totals
}

describe.each(CASES)('LiteLLM $schema, partitioned: $partitioned', (version) => {
  test('every running total is the sum of its calls', async () => {
    const { sql, write, drops } = await setup(version)
    const events = manyEvents(250)
    await write(events)
    expect(drops).toEqual([])
    const expected = expectedTotals(events)
    const totals = await readTotals(sql)
    expect(Object.keys(totals).length).toBeGreaterThanOrEqual(6)
    for (const [kind, found] of Object.entries(totals)) expect({ [kind]: found }).toEqual({ [kind]: expected[kind] })
  })

  test('every daily table adds up to the log, day by day and entity by entity', async () => {
    const { sql, write, schema } = await setup(version)
    await write(manyEvents(250))
    // In two goes, so that rows are both inserted and updated.
    await write(manyEvents(120))
    for (const [table, entity, source, where] of [
      ['User', 'user_id', `l."user"`, 'true'],
      ['Team', 'team_id', 'l.team_id', 'true'],
      ['Organization', 'organization_id', 'l.organization_id', `l.organization_id <> ''`],
      ['EndUser', 'end_user_id', 'l.end_user', `l.end_user <> ''`],
      ['Agent', 'agent_id', 'l.agent_id', 'l.agent_id is not null'],
      ['Tag', 'tag', 't.tag', 'true'],
    ] as const) {
      const name = `LiteLLM_Daily${table}Spend`
      if (!schema.has(name)) continue
      const hasEndpoint = schema.get(name)!.columns.has('endpoint')
      const days = await sql.unsafe(`
        select ${entity} as entity, date, api_key, model, custom_llm_provider, ${hasEndpoint ? 'endpoint' : "''"} as endpoint,
          round(spend::numeric * 10000)::int as spend, prompt_tokens::int, completion_tokens::int,
          cache_read_input_tokens::int, cache_creation_input_tokens::int,
          api_requests::int, successful_requests::int, failed_requests::int
        from "${name}" order by 1, 2, 3, 4, 5, 6`)
      const logged = await sql.unsafe(`
        select ${source} as entity, to_char("startTime", 'YYYY-MM-DD') as date, api_key, model, custom_llm_provider,
          case when ${hasEndpoint} and call_type = 'acompletion' then '/chat/completions' else '' end as endpoint,
          round(sum(spend)::numeric * 10000)::int as spend, sum(prompt_tokens)::int as prompt_tokens,
          sum(completion_tokens)::int as completion_tokens, (30 * count(*))::int as cache_read_input_tokens,
          (5 * count(*))::int as cache_creation_input_tokens, count(*)::int as api_requests,
          count(*) filter (where status = 'success')::int as successful_requests,
          count(*) filter (where status = 'failure')::int as failed_requests
        from "LiteLLM_SpendLogs" as l
        ${table === 'Tag' ? 'cross join lateral (select distinct jsonb_array_elements_text(request_tags) as tag) as t' : ''}
        where ${where} group by 1, 2, 3, 4, 5, 6 order by 1, 2, 3, 4, 5, 6`)
      expect({ [name]: [...days] }).toEqual({ [name]: [...logged] })
      expect(days.length).toBeGreaterThan(5)
    }
  })
})

test('the columns that dashboards group by are never null', async () => {
  const { sql, write, schema } = await setup({})
  await write([spendEvent({ key: null, deployment: null, outcome: { responseId: undefined } })])
  for (const [name, { uniqueKeys }] of schema) {
    if (!/Daily\w+Spend$/.test(name)) continue
    const key = uniqueKeys.find((names) => names.includes('date'))!
    const nulls = await sql.unsafe(
      `select 1 from "${name}" where (${key.map((c) => `"${c}"`).join(', ')}) is null or not (${key.map((c) => `"${c}" is not null`).join(' and ')})`,
    )
    expect({ [name]: nulls.length }).toEqual({ [name]: 0 })
  }
})

test("the master key charges LiteLLM's default user", async () => {
  const { sql, write } = await setup({})
  await write([spendEvent({ key: { master: true, owners: {} } })])
  expect(await sql`select api_key, "user" from "LiteLLM_SpendLogs"`).toEqual([
    { api_key: 'litellm_proxy_master_key', user: 'default_user_id' },
  ])
  expect((await readTotals(sql)).user).toEqual({ default_user_id: 100 })
})

test('the budget of the proxy as a whole is charged with every call, where it has one', async () => {
  const { sql, write } = await setup({})
  await sql`insert into "LiteLLM_UserTable" (user_id) values ('litellm-proxy-budget')`
  await write([spendEvent({ key: ownedBy(1) }), spendEvent({ key: ownedBy(2) }), spendEvent({ key: null })])
  expect((await readTotals(sql)).user).toEqual({ u1: 100, u2: 100, 'litellm-proxy-budget': 300 })
  expect(await sql`select 1 from "LiteLLM_DailyUserSpend" where user_id = 'litellm-proxy-budget'`).toHaveLength(0)
})

test('an end user is created at its first charge, and charged after', async () => {
  const { sql, write } = await setup({})
  await write([spendEvent({ call: { endUserId: 'new' } })])
  await write([spendEvent({ call: { endUserId: 'new' } }), spendEvent({ call: { endUserId: 'free' }, cost: 0 })])
  expect(await sql`select user_id, spend, blocked from "LiteLLM_EndUserTable"`).toEqual([
    { user_id: 'new', spend: 0.02, blocked: false },
  ])
})

test('late columns and tables are written where they exist', async () => {
  const { sql, write, drops } = await setup({})
  await sql
    .unsafe(`
    alter table "LiteLLM_VerificationToken" add column last_active timestamp(3);
    alter table "LiteLLM_TeamMembership" add column total_spend float8 not null default 0;
    alter table "LiteLLM_AgentsTable" add column spend float8 not null default 0;
    alter table "LiteLLM_SpendLogs" add column request_duration_ms int, add column litellm_call_id text,
      add column cache_read_input_tokens int, add column created_at timestamp(3), add column updated_at timestamp(3);
    create table "LiteLLM_ProjectTable" (project_id text primary key, spend float8 not null default 0);
    insert into "LiteLLM_ProjectTable" values ('p1')`)
    .simple()
  const event = spendEvent({
    callId: 'late',
    key: ownedBy(1),
    outcome: { endedAt: new Date('2026-03-05T00:00:01.750Z') },
  })
  await write([event, spendEvent({ key: { ...ownedBy(1) }, cost: 0 }), spendEvent({ key: ownedBy(1) })])
  expect(drops).toEqual([])
  expect(await sql`select spend, total_spend from "LiteLLM_TeamMembership" where team_id = 't1'`).toEqual([
    { spend: 0.02, total_spend: 0.02 },
  ])
  expect(await readTotals(sql)).toMatchObject({ agent: { a1: 200 }, project: { p1: 200 } })
  const [key] = await sql`
    select last_active at time zone 'UTC' as used from "LiteLLM_VerificationToken" where token = ${'1'.repeat(64)}`
  expect(key!.used).toEqual(new Date('2026-03-05T00:00:01.750Z'))
  const [log] = await sql`
    select request_duration_ms, litellm_call_id, cache_read_input_tokens, created_at is not null as made
    from "LiteLLM_SpendLogs" where request_id = 'chatcmpl-late'`
  expect(log).toEqual({ request_duration_ms: 2250, litellm_call_id: 'late', cache_read_input_tokens: 30, made: true })
})

test('models and tools are counted where LiteLLM has tables for that', async () => {
  const { sql, write, drops } = await setup({})
  await sql
    .unsafe(`
    create table "LiteLLM_DailyModelUsage" (
      date text, model_group text, model text, custom_llm_provider text, task_type text,
      spend float8 not null default 0, prompt_tokens bigint not null default 0, completion_tokens bigint not null default 0,
      request_count bigint not null default 0, successful_requests bigint not null default 0,
      failed_requests bigint not null default 0, created_at timestamp(3) not null, updated_at timestamp(3) not null,
      primary key (date, model_group, model, custom_llm_provider, task_type)
    );
    create table "LiteLLM_ToolTable" (
      tool_id text primary key, tool_name text unique not null, origin text, input_policy text default 'untrusted',
      call_count int not null default 0, key_hash text, team_id text, key_alias text, user_agent text,
      last_used_at timestamp(3), created_at timestamp(3), created_by text, updated_at timestamp(3), updated_by text
    )`)
    .simple()
  const key = ownedBy(1)
  await write([
    spendEvent({ key, tools: ['find', 'send'] }),
    spendEvent({ key, tools: ['find'], outcome: { status: 'failure' } }),
    spendEvent({ key, call: { tags: ['task:nonesuch', 'task:translation'] } }),
  ])
  await write([spendEvent({ key, tools: ['send'] })])
  expect(drops).toEqual([])
  expect(
    await sql`
      select task_type, spend, request_count::int as calls, successful_requests::int as good, failed_requests::int as bad
      from "LiteLLM_DailyModelUsage" where model_group = 'gpt' order by task_type`,
  ).toEqual([
    { task_type: 'translation', spend: 0.01, calls: 1, good: 1, bad: 0 },
    { task_type: 'uncategorized', spend: 0.03, calls: 3, good: 2, bad: 1 },
  ])
  expect(
    await sql`select tool_name, call_count, origin, team_id, input_policy from "LiteLLM_ToolTable" order by 1`,
  ).toEqual([
    { tool_name: 'find', call_count: 1, origin: 'user_defined', team_id: 't1', input_policy: 'untrusted' },
    { tool_name: 'send', call_count: 2, origin: 'user_defined', team_id: 't1', input_policy: 'untrusted' },
  ])
})

test('a free call locks no entity', async () => {
  const { sql, write } = await setup({})
  const before = await sql`select xmin::text from "LiteLLM_UserTable" order by user_id`
  await write([spendEvent({ key: ownedBy(1), cost: 0 })])
  expect(await sql`select xmin::text from "LiteLLM_UserTable" order by user_id`).toEqual(before)
})

test('days and times are UTC, whatever zone the session has', async () => {
  const { sql, url, write, newSink } = await setup({})
  const tokyo = postgres(url, { max: 1, connection: { TimeZone: 'Asia/Tokyo' } })
  try {
    await write([spendEvent()], newSink({ sql: tokyo }))
  } finally {
    await tokyo.end()
  }
  const [log] = await sql`select to_char("startTime", 'YYYY-MM-DD"T"HH24:MI:SS.MS') as at from "LiteLLM_SpendLogs"`
  expect(log!.at).toBe('2026-03-04T23:59:59.500')
  const [day] = await sql`
    select date, abs(extract(epoch from updated_at - now() at time zone 'UTC')) < 60 as now from "LiteLLM_DailyUserSpend"`
  expect(day).toEqual({ date: '2026-03-04', now: true })
})
