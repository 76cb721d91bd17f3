import { afterAll, describe, expect, test } from '@jest/globals'
import postgres, { type Sql } from 'postgres'
import { readSchema } from '../../../src/database/schema.ts'
import { createFactsStore, type FactsStoreOptions } from '../../../src/keys/facts-store.ts'
import { GlobalBudget } from '../../../src/keys/global-budget.ts'
import { createTestDatabase } from '../../support/database.ts'
import { LITELLM_VERSIONS, type LiteLLMVersion } from '../../support/litellm-schema.ts'

const leftovers: (() => Promise<unknown>)[] = []
afterAll(() => Promise.all(leftovers.map((leave) => leave())))

describe.each(LITELLM_VERSIONS)('on a database of LiteLLM %s', (version) => {
  test('an end user comes with its budget', async () => {
    const { sql, facts } = await setup({ version })
    await sql`insert into "LiteLLM_BudgetTable" (budget_id, max_budget, rpm_limit, created_by, updated_by) values ('b', 5, 7, '', '')`
    await sql`insert into "LiteLLM_EndUserTable" (user_id, spend, budget_id, blocked) values ('e', 1.5, 'b', true)`
    expect(await facts.endUser('e')).toMatchObject({
      id: 'e',
      spend: 1.5,
      maxBudget: 5,
      blocked: true,
      limits: { rpm: 7 },
    })
    expect(await facts.endUser('nobody')).toBeUndefined()
  })

  test('an agent comes with its limits where agents have some', async () => {
    const { sql, facts } = await setup({ version })
    const agents = `insert into "LiteLLM_AgentsTable" (agent_id, agent_name, agent_card_params, created_by, updated_by)`
    if (version === '20260216') await sql.unsafe(`${agents} values ('a', 'a', '{}', '', '')`)
    expect(await facts.agent('a')).toBeUndefined()
  })

  test('tags come with their budgets where there are tags at all', async () => {
    const { sql, facts } = await setup({ version })
    if (version === '20250531') {
      expect(await facts.tags(['a'])).toEqual([])
      return
    }
    await sql`insert into "LiteLLM_BudgetTable" (budget_id, max_budget, created_by, updated_by) values ('b', 5, '', '')`
    await sql`insert into "LiteLLM_TagTable" (tag_name, spend, budget_id) values ('a', 1, 'b'), ('it''s', 2, null)`
    expect(await facts.tags(["it's", 'unknown', 'a'])).toMatchObject([
      { name: "it's", spend: 2 },
      { name: 'a', spend: 1, maxBudget: 5 },
    ])
  })

  test('what was spent since then is in the logs', async () => {
    const { sql, facts } = await setup({ version })
    await sql`
      insert into "LiteLLM_SpendLogs" (request_id, call_type, api_key, team_id, spend, "startTime", "endTime")
      select
        n::text, '', case when n < 3 then 'k' else 'other' end, 't', 10 ^ n,
        now() at time zone 'UTC' - n * interval '1 day', now()
      from generate_series(0, 4) as n
      union all
      select 'old', '', 'k', 't', 100000, now() at time zone 'UTC' - interval '40 days', now()`
    const since = new Date(Date.now() - 1.5 * 24 * 3_600_000)
    expect(await facts.spendSince({ entity: 'key', id: 'k', since: since })).toBe(11)
    expect(await facts.spendSince({ entity: 'team', id: 't', since: new Date(since.getTime() - 24 * 3_600_000) })).toBe(
      111,
    )
    expect(await facts.spendSince({ entity: 'key', id: 'nobody', since: since })).toBe(0)
  })
})

test('what everybody has spent is kept, and read again once that row is told of', async () => {
  const { sql, facts, queries } = await setup()
  await sql`
    insert into "LiteLLM_UserTable" (user_id, spend, budget_duration, budget_reset_at)
    values ('litellm-proxy-budget', 1.5, '1d', '2099-01-01')`
  expect((await facts.globalSpend())?.spend).toBe(1.5)
  await sql`update "LiteLLM_UserTable" set spend = 2`
  expect((await facts.globalSpend())?.spend).toBe(1.5)
  expect(queries()).toBe(1)
  facts.forget('litellm-proxy-budget')
  expect((await facts.globalSpend())?.spend).toBe(2)
  await sql`update "LiteLLM_UserTable" set spend = 0`
  facts.clear()
  expect((await facts.globalSpend())?.spend).toBe(0)
})

test('an end user without a budget has the default one', async () => {
  const { sql, facts } = await setup({ defaultEndUserBudgetId: 'usual' })
  await sql`
    insert into "LiteLLM_BudgetTable" (budget_id, max_budget, created_by, updated_by)
    values ('b', 5, '', ''), ('usual', 1, '', '')`
  await sql`insert into "LiteLLM_EndUserTable" (user_id, budget_id) values ('own', 'b'), ('none', null)`
  expect((await facts.endUser('own'))?.maxBudget).toBe(5)
  expect((await facts.endUser('none'))?.maxBudget).toBe(1)
})

test('an end user has a limit of tokens per day where the database knows of such', async () => {
  const { sql, facts } = await setup({
    before: (db) => db`alter table "LiteLLM_BudgetTable" add column tpd_limit bigint`,
  })
  await sql`insert into "LiteLLM_BudgetTable" (budget_id, tpd_limit, created_by, updated_by) values ('b', 9, '', '')`
  await sql`insert into "LiteLLM_EndUserTable" (user_id, budget_id) values ('e', 'b')`
  expect((await facts.endUser('e'))?.limits).toMatchObject({ tpd: 9 })
})

test('an agent comes with its limits, and costs no query the next time', async () => {
  const { sql, facts, queries } = await setup({
    before: giveAgentsLimits,
  })
  await sql`
    insert into "LiteLLM_AgentsTable"
      (agent_id, agent_name, agent_card_params, rpm_limit, session_tpm_limit, created_by, updated_by)
    values ('a', 'a', '{}', 5, 6, '', '')`
  const limits = { limits: { rpm: 5 }, sessionLimits: { tpm: 6 } }
  expect([await facts.agent('a'), await facts.agent('a')]).toMatchObject([limits, limits])
  expect([await facts.agent('b'), await facts.agent('b')]).toEqual([undefined, undefined])
  expect(queries()).toBe(2)
})

test('a thousand tags cost one query, and none the next time', async () => {
  const { sql, facts, queries } = await setup()
  await sql`insert into "LiteLLM_TagTable" (tag_name) select 'tag ' || n from generate_series(1, 500) as n`
  const names = Array.from({ length: 1000 }, (_, i) => `tag ${i + 1}`)
  expect(await facts.tags(names)).toHaveLength(500)
  expect(await facts.tags(names)).toHaveLength(500)
  expect(await facts.tags(['tag 7', 'tag 7', 'tag 501'])).toHaveLength(2)
  expect(queries()).toBe(1)
})

test.each(['forget', 'clear'] as const)('after %s, whoever was unknown is asked for anew', async (how) => {
  const { sql, facts } = await setup()
  expect([await facts.endUser('new'), await facts.tags(['new'])]).toEqual([undefined, []])
  await sql`insert into "LiteLLM_EndUserTable" (user_id) values ('new')`
  await sql`insert into "LiteLLM_TagTable" (tag_name) values ('new')`
  expect([await facts.endUser('new'), await facts.tags(['new'])]).toEqual([undefined, []])
  facts[how]('new')
  expect([await facts.endUser('new'), await facts.tags(['new'])]).toMatchObject([{ id: 'new' }, [{ name: 'new' }]])
})

test('a database that cannot be asked refuses nobody', async () => {
  const { facts, through } = await setup({ before: giveAgentsLimits })
  through.sql = postgres('postgres://nobody@127.0.0.1:1/none', { max: 1, connect_timeout: 1 })
  leftovers.push(() => through.sql.end({ timeout: 0 }))
  expect(await facts.endUser('e')).toBeUndefined()
  expect(await facts.tags(['a'])).toEqual([])
  expect(await facts.agent('a')).toBeUndefined()
  expect(await facts.globalSpend()).toBeUndefined()
  expect(await facts.spendSince({ entity: 'key', id: 'k', since: new Date() })).toBeUndefined()
})

test('what is known goes on without the database', async () => {
  const { sql, facts, through, clock } = await setup({ ttlMs: 1000 })
  await sql`insert into "LiteLLM_EndUserTable" (user_id, spend) values ('e', 3)`
  await facts.endUser('e')
  through.sql = postgres('postgres://nobody@127.0.0.1:1/none', { max: 1, connect_timeout: 1 })
  leftovers.push(() => through.sql.end({ timeout: 0 }))
  clock.now += 30_000
  expect(await facts.endUser('e')).toMatchObject({ spend: 3 })
})

test('where budgets fail closed, what cannot be asked refuses, known or not', async () => {
  const { sql, facts, through, clock } = await setup({ ttlMs: 1000, failClosed: true })
  await sql`insert into "LiteLLM_EndUserTable" (user_id, spend) values ('e', 3)`
  await facts.endUser('e')
  through.sql = postgres('postgres://nobody@127.0.0.1:1/none', { max: 1, connect_timeout: 1 })
  leftovers.push(() => through.sql.end({ timeout: 0 }))
  clock.now += 999
  expect(await facts.endUser('e')).toMatchObject({ spend: 3 })
  clock.now += 1
  const asked = [
    () => facts.endUser('e'),
    () => facts.tags(['a']),
    () => facts.globalSpend(),
    () => facts.spendSince({ entity: 'key', id: 'k', since: new Date() }),
  ]
  for (const ask of asked) await expect(ask()).rejects.toMatchObject({ code: 'budget_unverifiable', status: 503 })
})

const giveAgentsLimits = (sql: Sql) => sql`
  alter table "LiteLLM_AgentsTable" add column rpm_limit integer, add column tpm_limit integer,
    add column session_rpm_limit integer, add column session_tpm_limit integer`

interface SetupOptions extends Partial<FactsStoreOptions> {
  readonly version?: LiteLLMVersion
  /** Before the tables are looked at. */
  readonly before?: (sql: Sql) => Promise<unknown>
}

async function setup({ version, before, ...options }: SetupOptions = {}) {
  const database = await createTestDatabase({ schema: version })
  leftovers.push(() => database.drop())
  await before?.(database.sql)
  const schema = await readSchema(database.sql)
  const clock = { now: 0 }
  const through: { sql: Sql } = { sql: database.sql }
  let queries = 0
  const sql = {
    unsafe(...args: Parameters<Sql['unsafe']>) {
      queries++
      return through.sql.unsafe(...args)
    },
  } as unknown as Sql
  const facts = createFactsStore({
    sql,
    schema: async () => schema,
    max: 2000,
    ttlMs: 60_000,
    globalBudget: new GlobalBudget({ sql, schema: async () => schema, max: 5 }),
    clock: () => clock.now,
    ...options,
  })
  return { sql: database.sql, facts, through, clock, queries: () => queries }
}
