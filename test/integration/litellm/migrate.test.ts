import { readFileSync } from 'node:fs'
import { afterAll, expect, test } from '@jest/globals'
import postgres, { type Sql } from 'postgres'
import { migrate } from '../../../src/upkeep/migrate.ts'
import { MIGRATIONS } from '../../../src/upkeep/migrations/migrations.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'

const databases: TestDatabase[] = []
afterAll(() => Promise.all(databases.map((database) => database.drop())))

async function setup(schema: 'empty' | '20260216' = 'empty'): Promise<TestDatabase> {
  const database = await createTestDatabase({ schema })
  databases.push(database)
  return database
}

const NAMES = MIGRATIONS.map(({ name }) => name)
const read = (name: string) =>
  JSON.parse(readFileSync(new URL(`../../fixtures/litellm-schemas/${name}.json`, import.meta.url), 'utf8')) as Record<
    string,
    object
  >
/** What a migration has brought up to LiteLLM's newest, else as LiteLLM of 2026-02-16 has it. */
const EXPECTED = read('20260216')
for (const [name, table] of Object.entries(read('20261101-managed'))) EXPECTED[name] = { ...EXPECTED[name], ...table }

test('an empty database gets every table as LiteLLM has it, column by column', async () => {
  const { sql } = await setup()
  expect(await migrate(sql)).toEqual({ managedBy: 'express-litellm', applied: NAMES, missing: [] })
  const tables = await describe(sql)
  expect(Object.keys(tables)).toHaveLength(30)
  for (const [name, table] of Object.entries(tables)) {
    expect({ [name]: table }).toEqual({ [name]: { foreign_keys: [], ...EXPECTED[name] } })
  }
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
  await sql`create table "_prisma_migrations" (id text)`
  expect(await migrate(sql)).toEqual({ managedBy: 'litellm', applied: [], missing: [] })
})

/** LiteLLM's tables in the form of the recorded schemas. */
async function describe(sql: Sql): Promise<Record<string, object>> {
  const tables = await sql<{ name: string; shape: object }[]>`
    select
      c.relname as name,
      json_build_object(
        'columns', (
          select json_object_agg(a.attname, json_build_object(
            'type', regexp_replace(format_type(a.atttypid, a.atttypmod), '^timestamp\\(3\\)(.*)$', 'timestamp\\1(3)'),
            'nullable', not a.attnotnull,
            'default', pg_get_expr(d.adbin, d.adrelid)
          ) order by a.attnum)
          from pg_attribute as a
          left join pg_attrdef as d on d.adrelid = a.attrelid and d.adnum = a.attnum
          where a.attrelid = c.oid and a.attnum > 0
        ),
        'primary_key', (
          select json_agg(a.attname order by u.n)
          from pg_index as i, unnest(i.indkey) with ordinality as u (attnum, n), pg_attribute as a
          where i.indrelid = c.oid and i.indisprimary and a.attrelid = c.oid and a.attnum = u.attnum
        ),
        'unique', ${indexes(sql, true)},
        'indexes', ${indexes(sql, false)},
        'foreign_keys', (
          select coalesce(json_agg(pg_get_constraintdef(f.oid)), '[]')
          from pg_constraint as f
          where f.conrelid = c.oid and f.contype = 'f'
        )
      ) as shape
    from pg_class as c
    where c.relkind = 'r' and starts_with(c.relname, 'LiteLLM_')`
  return Object.fromEntries(tables.map(({ name, shape }) => [name, shape]))
}

function indexes(sql: Sql, unique: boolean) {
  return sql`(
    select coalesce(json_object_agg(x.relname, (
      select json_agg(trim('"' from pg_get_indexdef(i.indexrelid, n, true)) order by n)
      from generate_series(1, i.indnkeyatts) as n
    )), '{}')
    from pg_index as i
    join pg_class as x on x.oid = i.indexrelid
    where i.indrelid = c.oid and not i.indisprimary and i.indisunique = ${unique}
  )`
}

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
