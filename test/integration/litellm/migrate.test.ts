import { readFileSync } from 'node:fs'
import { afterAll, expect, test } from '@jest/globals'
import postgres, { type Sql } from 'postgres'
import { migrate } from '../../../src/upkeep/migrate.ts'
import { MIGRATIONS } from '../../../src/upkeep/migrations/migrations.ts'
import { applyMigration, checksumOf } from '../../../src/upkeep/sql/apply-migration.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'

const databases: TestDatabase[] = []
afterAll(() => Promise.all(databases.map((database) => database.drop())))

async function setup(schema: 'empty' | '20260216' = 'empty'): Promise<TestDatabase> {
  const database = await createTestDatabase({ schema })
  databases.push(database)
  return database
}

const NAMES = MIGRATIONS.map(({ name }) => name)
/** Each column, index, key and type of a database that the migrations of LiteLLM 1.106.12 made, a line each. */
const LITELLM = readFileSync(new URL('../../fixtures/litellm-schemas/1.106.12.txt', import.meta.url), 'utf8')

test("an empty database gets every table, column, index and key of LiteLLM's newest version", async () => {
  const { sql } = await setup()
  expect(await migrate(sql)).toEqual({ managedBy: 'express-litellm', applied: NAMES, missing: [] })
  expect(await catalogOf(sql)).toEqual(LITELLM.trim().split('\n'))
})

test('a second run applies nothing', async () => {
  const { sql } = await setup()
  await migrate(sql)
  expect(await migrate(sql)).toEqual({ managedBy: 'express-litellm', applied: [], missing: [] })
})

test('an interruption ends it between two migrations, and the next run does the rest', async () => {
  const { sql } = await setup()
  const stop = new AbortController()
  const steps: string[] = []
  const onStep = ({ done, of, name }: { done: number; of: number; name: string }) => {
    steps.push(`${done} of ${of}: ${name}`)
    if (done === 1) stop.abort()
  }
  const interrupted = await migrate(sql, { signal: stop.signal, onStep })
  expect(interrupted).toMatchObject({ applied: NAMES.slice(0, 2), missing: NAMES.slice(2) })
  expect(steps).toEqual([`0 of ${NAMES.length}: ${NAMES[0]}`, `1 of ${NAMES.length}: ${NAMES[1]}`])
  expect(await migrate(sql)).toMatchObject({ applied: NAMES.slice(2), missing: [] })
})

test('an interrupted run is completed', async () => {
  const { sql } = await setup()
  await migrate(sql)
  await sql`drop table "LiteLLM_DailyUserSpend", "LiteLLM_DailyTeamSpend", "LiteLLM_DailyOrganizationSpend",
    "LiteLLM_DailyEndUserSpend", "LiteLLM_DailyAgentSpend", "LiteLLM_DailyTagSpend"`
  await sql`drop table "_prisma_migrations"`
  await sql`delete from express_litellm.migrations where name = ${NAMES.at(-1)!}`
  expect((await migrate(sql)).applied).toEqual([NAMES.at(-1)])
})

test('four pools that start at once create everything once', async () => {
  const { sql, url } = await setup()
  const pools = Array.from({ length: 4 }, () => postgres(url, { max: 1, onnotice: () => {} }))
  try {
    const reports = await Promise.all(pools.map((pool) => migrate(pool)))
    expect(reports.map((report) => report.managedBy)).toEqual(Array(4).fill('express-litellm'))
  } finally {
    await Promise.all(pools.map((pool) => pool.end()))
  }
  const rows = await sql`select name from express_litellm.migrations order by name`
  expect(rows.map((row) => row.name)).toEqual(NAMES)
})

test('a migration that fails leaves neither tables nor record', async () => {
  const { sql } = await setup()
  await sql`create view "LiteLLM_ModelTable" as select 1 as one`
  await expect(migrate(sql)).rejects.toMatchObject({ cause: { code: '42P07' } })
  expect(await sql`select to_regclass('"LiteLLM_BudgetTable"') as made`).toEqual([{ made: null }])
  expect(await sql`select to_regclass('express_litellm.migrations') as made`).toEqual([{ made: null }])
})

test("a database with LiteLLM's tables is left alone", async () => {
  const { sql } = await setup('20260216')
  expect(await migrate(sql)).toEqual({ managedBy: 'litellm', applied: [], missing: [] })
  expect(await sql`select to_regnamespace('express_litellm') as made`).toEqual([{ made: null }])
})

test('a database that LiteLLM has begun to migrate is left alone', async () => {
  const { sql } = await setup()
  await sql`create table "_prisma_migrations" (migration_name text, finished_at timestamptz)`
  expect(await migrate(sql)).toEqual({ managedBy: 'litellm', applied: [], missing: [] })
})

test("LiteLLM's own record names its migrations: one that has nothing new leaves the database ours", async () => {
  const { sql } = await setup()
  await migrate(sql)
  const recorded = await sql<{ line: string }[]>`
    select checksum || ' ' || migration_name as line
    from "_prisma_migrations"
    where finished_at is not null and applied_steps_count = 1`
  expect(recorded).toHaveLength(213)
  expect(recorded.filter(({ line }) => !/^[0-9a-f]{64} 202\d{5,11}_[\w -]+$/.test(line))).toEqual([])
  expect(await migrate(sql)).toMatchObject({ managedBy: 'express-litellm' })
})

test('a LiteLLM that adds migrations of its own manages the database from then on', async () => {
  const { sql } = await setup()
  await migrate(sql)
  await sql`delete from express_litellm.migrations where name = ${NAMES[0]!}`
  await sql`
    insert into "_prisma_migrations" (id, checksum, finished_at, migration_name)
    values ('1', 'abc', now(), '20991231000000_newer')`
  expect(await migrate(sql)).toEqual({ managedBy: 'litellm', applied: [], missing: [] })
})

test("a database of ours on which a LiteLLM has run before ours recorded LiteLLM's migrations is LiteLLM's", async () => {
  const { sql } = await setup()
  for (const migration of MIGRATIONS.slice(0, 10)) await applyMigration(sql, migration)
  await sql`create table "_prisma_migrations" (migration_name text, finished_at timestamptz)`
  await sql`insert into "_prisma_migrations" values ('20250326162113_baseline', now())`
  expect(await migrate(sql)).toEqual({ managedBy: 'litellm', applied: [], missing: [] })
})

test('rows that newer keys between tables would refuse stay as they are', async () => {
  const { sql } = await setup()
  for (const migration of MIGRATIONS.slice(0, 10)) await applyMigration(sql, migration)
  await sql`insert into "LiteLLM_VerificationToken" (token, project_id) values ('old', 'gone')`
  await migrate(sql)
  expect(await sql`select project_id from "LiteLLM_VerificationToken"`).toEqual([{ project_id: 'gone' }])
  const insert = sql`insert into "LiteLLM_VerificationToken" (token, project_id) values ('new', 'gone')`
  await expect(insert).rejects.toMatchObject({ code: '23503' })
})

test('a released migration never changes', () => {
  const released = readFileSync(new URL('../../fixtures/migrations.txt', import.meta.url), 'utf8')
  expect(MIGRATIONS.map((migration) => `${checksumOf(migration)} ${migration.name}\n`).join('')).toBe(released)
})

test('each migration is recorded with its checksum, and one of another form is told by name', async () => {
  const { sql } = await setup()
  await migrate(sql)
  const rows = await sql`select name, checksum from express_litellm.migrations order by name`
  expect(rows.map(({ name }) => name)).toEqual(NAMES)
  expect(rows.every(({ checksum }) => /^[0-9a-f]{64}$/.test(checksum))).toBe(true)
  await sql`update express_litellm.migrations set checksum = repeat('0', 64) where name = ${NAMES[2]!}`
  await expect(migrate(sql)).rejects.toThrow(`Migration ${NAMES[2]} was applied in another form`)
})

test('records without checksums get them', async () => {
  const { sql } = await setup()
  await migrate(sql)
  const [before] = await sql`select string_agg(checksum, ',' order by name) as all from express_litellm.migrations`
  await sql`alter table express_litellm.migrations drop column checksum`
  expect((await migrate(sql)).applied).toEqual([])
  const [after] = await sql`select string_agg(checksum, ',' order by name) as all from express_litellm.migrations`
  expect(after).toEqual(before)
})

test('a migration that fails is named, with what to do; nothing of it stays', async () => {
  const { sql } = await setup()
  await sql`create table "LiteLLM_UserTable" (id int)`
  await sql`create schema express_litellm`
  await sql`create table express_litellm.migrations (name text primary key, applied_at timestamptz not null default now())`
  await sql`insert into express_litellm.migrations (name) values ('0000-something')`
  const error: unknown = await migrate(sql).catch((thrown: unknown) => thrown)
  expect(String(error)).toMatch(
    /^ConfigError: Migration 0002-owners failed: relation "LiteLLM_UserTable" already exists\..*Something else has made a relation of that name.*run `express-litellm migrate`/,
  )
  const rows = await sql`select name from express_litellm.migrations order by name`
  expect(rows.map(({ name }) => name)).toEqual(['0000-something', '0001-budgets'])
})

/** A line for each column, index, constraint, type and trigger of a database, sorted. */
async function catalogOf(sql: Sql): Promise<readonly string[]> {
  const rows = await sql<{ line: string }[]>`
    select concat_ws(' ',
      'column', format('%s.%s', c.relname, a.attname), format_type(a.atttypid, a.atttypmod),
      case when a.attnotnull then 'not null' end, 'default ' || pg_get_expr(d.adbin, d.adrelid)
    ) as line
    from pg_class as c
    join pg_attribute as a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    left join pg_attrdef as d on d.adrelid = c.oid and d.adnum = a.attnum
    where c.relnamespace = 'public'::regnamespace and c.relkind = 'r'
    union all
    select 'index ' || indexdef from pg_indexes where schemaname = 'public'
    union all
    select format('constraint %s %s %s', conrelid::regclass, conname, pg_get_constraintdef(oid))
    from pg_constraint
    where connamespace = 'public'::regnamespace and contype in ('p', 'u', 'f')
    union all
    select format('type %s %s', t.typname, string_agg(e.enumlabel, ', ' order by e.enumsortorder))
    from pg_enum as e
    join pg_type as t on t.oid = e.enumtypid
    group by t.typname
    union all
    select 'trigger ' || pg_get_triggerdef(oid) from pg_trigger where not tgisinternal`
  return rows.map(({ line }) => line).sort()
}
