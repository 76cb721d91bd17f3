import { afterAll, describe, expect, test } from '@jest/globals'
import postgres from 'postgres'
import { readSchema, type Schema } from '../../../src/database/schema.ts'
import { createKeyStore, type KeyStoreOptions } from '../../../src/keys/key-store.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'
import { LITELLM_VERSIONS, type LiteLLMVersion } from '../../support/litellm-schema.ts'
import { until } from '../../support/until.ts'

const leftovers: (() => Promise<unknown>)[] = []
afterAll(() => Promise.all(leftovers.map((leave) => leave())))

describe.each(LITELLM_VERSIONS)('on a database of LiteLLM %s', (version) => {
  test('a key comes with everything its checks hang on', async () => {
    const { database, store } = await setup({ version })
    await fill(database)
    const key = await store.find('hash')
    expect(key).toMatchObject({
      hashedToken: 'hash',
      name: 'sk-...abcd',
      alias: 'robot',
      master: false,
      owners: {
        userId: 'u',
        userEmail: 'u@example.com',
        teamId: 't',
        teamAlias: 'the team',
        organizationId: 'o',
      },
      models: ['gpt-4o', 'claude'],
      blocked: false,
      spend: 1.5,
      maxBudget: 7,
      softBudget: 5,
      metadata: { tags: ['a'] },
      teamMetadata: { team_member_budget_id: 'b-default' },
      aliases: { mine: 'gpt-4o' },
      modelMaxBudget: { 'gpt-4o': { budget_limit: 1, time_period: '1d' } },
      limits: { rpm: 9007199254740991, tpm: 100, maxParallelRequests: 3 },
      team: {
        id: 't',
        organizationId: 'o',
        blocked: true,
        models: ['gpt-4o'],
        modelAliases: { fast: 'gpt-4o' },
        spend: 2,
        maxBudget: 20,
        limits: { rpm: 5 },
      },
      member: { role: 'admin', spend: 0.25, maxBudget: 4, limits: { tpm: 11 } },
      user: { id: 'u', role: 'internal_user', models: ['no-default-models'], spend: 3, maxBudget: 30 },
      organization: { id: 'o', alias: 'the org', spend: 4, maxBudget: 40, limits: { rpm: 77 }, models: [] },
      vectorStores: ['vs'],
    })
    expect(key?.expiresAt?.toISOString()).toBe('2030-01-02T03:04:05.678Z')
  })

  test('a bare key has no facts beyond its own', async () => {
    const { database, store } = await setup({ version })
    await database.sql`insert into "LiteLLM_VerificationToken" (token) values ('bare')`
    const key = await store.find('bare')
    expect(key).toMatchObject({ hashedToken: 'bare', models: [], blocked: false, spend: 0, owners: {} })
    expect(key?.maxBudget).toBeUndefined()
    expect(key?.expiresAt).toBeUndefined()
    expect([key?.team, key?.member, key?.user, key?.organization, key?.project]).toEqual(Array(5).fill(undefined))
  })

  test('a user and a team that do not exist are no obstacle', async () => {
    const { database, store } = await setup({ version })
    await database.sql`insert into "LiteLLM_VerificationToken" (token, user_id, team_id) values ('k', 'gone', 'gone')`
    const key = await store.find('k')
    expect(key?.owners).toMatchObject({ userId: 'gone', teamId: 'gone' })
    expect(key?.team).toBeUndefined()
  })
})

test('a database that is newer than any we know tells all it has', async () => {
  const { database, store } = await setup()
  const { sql } = database
  await sql`
    alter table "LiteLLM_VerificationToken"
      add column project_id text, add column agent_id text, add column budget_limits jsonb, add column unheard_of text,
      add column tpd_limit bigint`
  await sql`
    alter table "LiteLLM_TeamTable" add column default_team_member_models text[], add column budget_limits jsonb,
      add column tpd_limit bigint`
  await sql`
    alter table "LiteLLM_BudgetTable"
      add column allowed_models text[],
      add column tpd_limit bigint,
      add column temp_budget_increase double precision,
      add column temp_budget_expiry timestamp(3)`
  await sql`
    create table "LiteLLM_ProjectTable" (
      project_id text primary key, project_alias text, budget_id text, metadata jsonb, models text[],
      spend double precision, blocked boolean, model_rpm_limit jsonb
    )`
  await fill(database)
  await sql`
    insert into "LiteLLM_ProjectTable" values ('p', 'the project', 'b-org', '{}', '{m}', 6, true, '{"m": 1}')`
  await sql`
    update "LiteLLM_VerificationToken"
    set
      project_id = 'p',
      agent_id = 'a',
      tpd_limit = 7000,
      budget_limits = '[{"budget_duration": "1d", "max_budget": 3, "reset_at": "2030-01-01T00:00:00Z"}, {"nonsense": 1}]'`
  await sql`
    update "LiteLLM_TeamTable" set default_team_member_models = '{x}', tpd_limit = 8000, budget_limits = '"[{\\"budget_duration\\": \\"7d\\", \\"max_budget\\": 1}]"'`
  await sql`
    update "LiteLLM_BudgetTable"
    set allowed_models = '{y}', temp_budget_increase = 2, temp_budget_expiry = '2030-01-01'
    where budget_id = 'b-member'`
  const key = await store.find('hash')
  expect(key).toMatchObject({
    owners: { projectId: 'p', agentId: 'a' },
    project: {
      id: 'p',
      alias: 'the project',
      blocked: true,
      models: ['m'],
      spend: 6,
      maxBudget: 40,
      modelLimits: { model_rpm_limit: { m: 1 } },
    },
    budgetWindows: [{ duration: '1d', maxBudget: 3, resetAt: new Date('2030-01-01T00:00:00Z') }],
    limits: { tpd: 7000 },
    team: { limits: { tpd: 8000 }, defaultMemberModels: ['x'], budgetWindows: [{ duration: '7d', maxBudget: 1 }] },
    member: { models: ['y'], budgetIncrease: 2, budgetIncreaseUntil: new Date('2030-01-01T00:00:00Z') },
  })
})

test('a database with next to nothing still has its keys', async () => {
  const { database, store } = await setup()
  const { sql } = database
  await sql`drop schema public cascade`
  await sql`create schema public`
  await sql`create table "LiteLLM_VerificationToken" (token text primary key, spend double precision)`
  await sql`insert into "LiteLLM_VerificationToken" values ('k', 2)`
  expect(await store.find('k')).toMatchObject({ hashedToken: 'k', spend: 2, models: [], blocked: false })
})

test('objects that were stored as text are read as objects', async () => {
  const { database, store } = await setup()
  await database.sql`
    insert into "LiteLLM_VerificationToken" (token, metadata, aliases, config)
    values ('k', ${database.sql.json('{"tags": ["a"]}')}, ${database.sql.json('{"x": "y"}')}, ${database.sql.json('oops')})`
  expect(await store.find('k')).toMatchObject({ metadata: { tags: ['a'] }, aliases: { x: 'y' }, config: {} })
})

test('expiries at the ends of time are read', async () => {
  const { database, store } = await setup()
  await database.sql`
    insert into "LiteLLM_VerificationToken" (token, expires)
    values ('never', 'infinity'), ('far', '12000-01-01'), ('long ago', '-infinity')`
  expect((await store.find('never'))?.expiresAt).toBeUndefined()
  expect((await store.find('far'))?.expiresAt).toBeUndefined()
  expect((await store.find('long ago'))?.expiresAt?.getTime()).toBeLessThan(0)
})

test("a process's own time zone does not move the expiry", async () => {
  const { database } = await setup()
  const schema = await readSchema(database.sql)
  const away = postgres(database.url, { max: 1, connection: { TimeZone: 'America/New_York' } })
  leftovers.push(() => away.end())
  await database.sql`insert into "LiteLLM_VerificationToken" (token, expires) values ('k', '2030-01-02 03:04:05')`
  const store = createKeyStore({ sql: away, schema: async () => schema, max: 10, ttlMs: 1000 })
  expect((await store.find('k'))?.expiresAt?.toISOString()).toBe('2030-01-02T03:04:05.000Z')
})

test("a member's own budget goes before the team's default, and a default of 0 is none", async () => {
  const { database, store } = await setup()
  await fill(database)
  expect((await store.find('hash'))?.member).toMatchObject({ maxBudget: 4, ownMaxBudget: 4 })
  await database.sql`update "LiteLLM_TeamMembership" set budget_id = null`
  store.clear()
  expect((await store.find('hash'))?.member).toMatchObject({ maxBudget: 8, ownMaxBudget: undefined })
  await database.sql`update "LiteLLM_BudgetTable" set max_budget = 0 where budget_id = 'b-default'`
  store.clear()
  expect((await store.find('hash'))?.member?.maxBudget).toBeUndefined()
})

test('access groups of the key and of the team add models', async () => {
  const { database, store } = await setup()
  await fill(database)
  await database.sql`
    insert into "LiteLLM_AccessGroupTable" (access_group_id, access_group_name, access_model_names)
    values ('g1', 'one', '{a,b}'), ('g2', 'two', '{b,c}')`
  await database.sql`update "LiteLLM_VerificationToken" set access_group_ids = '{g1,g2}'`
  await database.sql`update "LiteLLM_TeamTable" set access_group_ids = '{g2}'`
  const key = await store.find('hash')
  expect([...(key?.accessGroupModels ?? [])].sort()).toEqual(['a', 'b', 'c'])
  expect([...(key?.team?.accessGroupModels ?? [])].sort()).toEqual(['b', 'c'])
})

test('a replaced key works until its time of grace is over, as the key that replaced it', async () => {
  const { database, store } = await setup({ ttlMs: 60_000 })
  await database.sql`insert into "LiteLLM_VerificationToken" (token, key_alias) values ('new', 'robot')`
  await database.sql`
    insert into "LiteLLM_DeprecatedVerificationToken" (id, token, active_token_id, revoke_at)
    values
      ('1', 'old', 'new', now() at time zone 'UTC' + interval '4 seconds'),
      ('2', 'over', 'new', now() at time zone 'UTC' - interval '1 minute')`
  expect((await store.find('old'))?.hashedToken).toBe('new')
  expect(await store.find('over')).toBeUndefined()
  await until(async () => (await store.find('old')) === undefined)
  expect((await store.find('new'))?.alias).toBe('robot')
})

test('forgetting a key forgets the token it replaced', async () => {
  const { database, store } = await setup()
  await database.sql`insert into "LiteLLM_VerificationToken" (token) values ('new')`
  await database.sql`
    insert into "LiteLLM_DeprecatedVerificationToken" (id, token, active_token_id, revoke_at)
    values ('1', 'old', 'new', now() at time zone 'UTC' + interval '1 hour')`
  expect(await store.find('old')).toMatchObject({ blocked: false })
  await database.sql`update "LiteLLM_VerificationToken" set blocked = true`
  expect(await store.find('old')).toMatchObject({ blocked: false })
  store.forget('new')
  expect(await store.find('old')).toMatchObject({ blocked: true })
})

test('a column that LiteLLM drops costs one more probe, not a request', async () => {
  const { database, store, probes } = await setup()
  await database.sql`insert into "LiteLLM_VerificationToken" (token, key_alias) values ('a', 'x'), ('b', 'y')`
  expect(await store.find('a')).toMatchObject({ alias: 'x' })
  await database.sql`alter table "LiteLLM_VerificationToken" drop column allowed_routes`
  expect(await store.find('b')).toMatchObject({ alias: 'y' })
  expect(probes()).toBe(2)
})

test('a table that LiteLLM drops costs one more probe, not a request', async () => {
  const { database, store, probes } = await setup()
  await database.sql`insert into "LiteLLM_VerificationToken" (token, key_alias) values ('a', 'x'), ('b', 'y')`
  await store.find('a')
  await database.sql`drop table "LiteLLM_DeprecatedVerificationToken"`
  expect(await store.find('b')).toMatchObject({ alias: 'y' })
  expect(probes()).toBe(2)
})

test('a column whose type changes under a prepared statement is read on', async () => {
  const { database, store } = await setup()
  await database.sql`insert into "LiteLLM_VerificationToken" (token, tpm_limit) values ('a', 1), ('b', 2)`
  await store.find('a')
  await database.sql`alter table "LiteLLM_VerificationToken" alter column tpm_limit type numeric`
  expect((await store.find('b'))?.limits).toMatchObject({ tpm: 2 })
})

async function setup({
  version = '20260216',
  ...options
}: Partial<KeyStoreOptions> & { version?: LiteLLMVersion } = {}) {
  const database = await createTestDatabase({ schema: version })
  leftovers.push(() => database.drop())
  let schema: Schema | undefined
  let probes = 0
  const store = createKeyStore({
    sql: database.sql,
    schema: async ({ fresh = false } = {}) => {
      if (schema && !fresh) return schema
      probes++
      schema = await readSchema(database.sql)
      return schema
    },
    max: 100,
    ttlMs: 60_000,
    ...options,
  })
  return { database, store, probes: () => probes }
}

async function fill({ sql }: TestDatabase) {
  await sql`
    insert into "LiteLLM_BudgetTable" (budget_id, max_budget, soft_budget, rpm_limit, tpm_limit, model_max_budget, created_by, updated_by)
    values
      ('b-key', 7, 5, 9007199254740991, 999, '{"gpt-4o": {"budget_limit": 1, "time_period": "1d"}}', '', ''),
      ('b-member', 4, null, null, 11, null, '', ''),
      ('b-default', 8, null, null, null, null, '', ''),
      ('b-org', 40, null, 77, null, null, '', '')`
  await sql`
    insert into "LiteLLM_OrganizationTable" (organization_id, organization_alias, budget_id, spend, created_by, updated_by)
    values ('o', 'the org', 'b-org', 4, '', '')`
  await sql`insert into "LiteLLM_ModelTable" (id, aliases, created_by, updated_by) values (5, ${sql.json({ fast: 'gpt-4o' })}, '', '')`
  await sql`
    insert into "LiteLLM_TeamTable" (team_id, team_alias, organization_id, members_with_roles, metadata, max_budget, spend, models, rpm_limit, blocked, model_id)
    values (
      't', 'the team', 'o', '[{"role": "user", "user_id": "x"}, {"role": "admin", "user_id": "u"}]',
      '{"team_member_budget_id": "b-default"}', 20, 2, '{gpt-4o}', 5, true, 5
    )`
  await sql`
    insert into "LiteLLM_UserTable" (user_id, user_email, user_role, models, spend, max_budget)
    values ('u', 'u@example.com', 'internal_user', '{no-default-models}', 3, 30)`
  await sql`insert into "LiteLLM_TeamMembership" (user_id, team_id, spend, budget_id) values ('u', 't', 0.25, 'b-member')`
  await sql`insert into "LiteLLM_ObjectPermissionTable" (object_permission_id, vector_stores) values ('op', '{vs}')`
  await sql`
    insert into "LiteLLM_VerificationToken" (
      token, key_name, key_alias, spend, expires, models, aliases, user_id, team_id, metadata, tpm_limit, max_parallel_requests,
      budget_id, object_permission_id
    )
    values (
      'hash', 'sk-...abcd', 'robot', 1.5, '2030-01-02 03:04:05.678', '{gpt-4o,claude}', '{"mine": "gpt-4o"}', 'u', 't',
      '{"tags": ["a"]}', 100, 3, 'b-key', 'op'
    )`
}
