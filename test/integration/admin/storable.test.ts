import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { examine } from '../../../src/upkeep/doctor.ts'
import { LATE_COLUMNS } from '../../../src/upkeep/late-columns.ts'
import { migrate } from '../../../src/upkeep/migrate.ts'
import { MIGRATIONS } from '../../../src/upkeep/migrations/migrations.ts'
import { applyMigration } from '../../../src/upkeep/sql/apply-migration.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'
import { LITELLM_VERSIONS } from '../../support/litellm-schema.ts'
import { startAdmin, type TestAdmin } from './support.ts'

const WINDOWS = [{ budget_duration: '1d', max_budget: 5, reset_at: '2026-03-19T00:00:00Z' }]

/** What requests set, with the table that keeps it. */
const OF_KEYS: readonly (readonly [string, unknown, unknown?])[] = [
  ['budget_limits', WINDOWS],
  ['tpd_limit', 7, '7'],
  ['budget_fallbacks', { m: ['n'] }],
  ['agent_id', 'agent'],
  ['project_id', 'project'],
  ['key_type', 'llm_api'],
  ['router_settings', { num_retries: 1 }],
  ['access_group_ids', ['g']],
  ['auto_rotate', true],
  ['rotation_interval', '30d'],
]
/** LiteLLM's answers about a new key leave them out. */
const NOT_ANSWERED = ['auto_rotate', 'rotation_interval']
const OF_TEAMS: typeof OF_KEYS = [
  ['budget_limits', WINDOWS],
  ['tpd_limit', 7, '7'],
  ['default_team_member_models', ['m']],
  ['soft_budget', 4],
  ['policies', ['p']],
  ['access_group_ids', ['g']],
  ['router_settings', { num_retries: 1 }],
]
const OF_BUDGETS: typeof OF_KEYS = [
  ['allowed_models', ['m']],
  ['tpd_limit', 7, '7'],
]

interface Kind {
  readonly table: string
  readonly fields: typeof OF_KEYS
  readonly made: string
  readonly changed: string
  /** What names the row that was made, for a change and in its table. */
  readonly id: (body: any) => readonly [change: object, where: Record<string, unknown>]
  readonly answer: (body: any) => any
}

const KINDS: Readonly<Record<string, Kind>> = {
  key: {
    table: 'LiteLLM_VerificationToken',
    fields: OF_KEYS,
    made: '/key/generate',
    changed: '/key/update',
    id: ({ key, token }) => [{ key }, { token }],
    answer: (body) => body,
  },
  'key, renewed': {
    table: 'LiteLLM_VerificationToken',
    fields: OF_KEYS,
    made: '/key/generate',
    changed: '/key/regenerate',
    id: ({ key, token }) => [{ key }, { token }],
    answer: (body) => body,
  },
  team: {
    table: 'LiteLLM_TeamTable',
    fields: OF_TEAMS,
    made: '/team/new',
    changed: '/team/update',
    id: ({ team_id }) => [{ team_id }, { team_id }],
    answer: (body) => body.data ?? body,
  },
  budget: {
    table: 'LiteLLM_BudgetTable',
    fields: OF_BUDGETS,
    made: '/budget/new',
    changed: '/budget/update',
    id: ({ budget_id }) => [{ budget_id }, { budget_id }],
    answer: (body) => body,
  },
}

const databases: TestDatabase[] = []
afterAll(() => Promise.all(databases.map((database) => database.drop())))

async function own(): Promise<TestDatabase> {
  const database = await createTestDatabase({ schema: 'empty' })
  databases.push(database)
  await migrate(database.sql)
  await database.sql`
    insert into "LiteLLM_ProjectTable" (project_id, created_by, updated_by) values ('project', 'test', 'test')`
  return database
}

describe.each(['own', ...LITELLM_VERSIONS] as const)('on a database of %s', (version) => {
  let admin: TestAdmin
  beforeAll(async () => {
    if (version === 'own') admin = await startAdmin({ database: await own() })
    else {
      admin = await startAdmin({ schema: version })
      databases.push(admin.database)
    }
  })

  const hasColumn = async (table: string, column: string) => {
    const [found] = await admin.sql`
      select 1 from information_schema.columns where table_name = ${table} and column_name = ${column}`
    return found !== undefined
  }
  const columnOf = async (table: string, where: Record<string, unknown>, name: string) =>
    JSON.parse(JSON.stringify((await admin.row(table, where))[name]))

  const cases = Object.entries(KINDS).flatMap(([kind, { fields }]) => fields.map(([name]) => [kind, name] as const))

  test.each(cases)('%s: what is set in %s is in its row and in the answer, or refused', async (kind, name) => {
    const { table, fields, made, changed, id, answer } = KINDS[kind]!
    const [, value, written = value] = fields.find(([field]) => field === name)!
    const bare = await admin.post(made, {})
    expect(bare.status).toBe(200)
    const [named, where] = id(bare.body)
    const before = await admin.row(table, where)
    const [first, second] = [
      await admin.post(made, { [name]: value }),
      await admin.post(changed, { ...named, [name]: value }),
    ]
    if (await hasColumn(table, name)) {
      for (const { status, body } of [first, second]) {
        expect(status).toBe(200)
        if (!NOT_ANSWERED.includes(name)) expect(answer(body)).toMatchObject({ [name]: value })
      }
      expect(await columnOf(table, id(first.body)[1], name)).toEqual(written)
      return
    }
    const refusal = {
      status: 400,
      body: {
        error: {
          type: 'bad_request_error',
          param: name,
          code: '400',
          message: expect.stringMatching(
            new RegExp(
              `^${name} cannot be stored: "${table}" .* has no column ${name}\\. LiteLLM \\d+\\.\\d+\\.\\d+ brings it`,
            ),
          ),
        },
      },
    }
    expect([first, second]).toEqual([refusal, refusal])
    expect(await admin.row(table, where)).toEqual(before)
  })

  test('what says nothing is taken everywhere', async () => {
    const nothing = {
      budget_limits: null,
      tpd_limit: null,
      budget_fallbacks: {},
      access_group_ids: [],
      auto_rotate: false,
    }
    expect((await admin.post('/key/generate', { ...nothing, key_type: 'default', router_settings: {} })).status).toBe(
      200,
    )
    expect((await admin.post('/team/new', { ...nothing, policies: [], default_team_member_models: [] })).status).toBe(
      200,
    )
  })

  test('what the objects of a permission name is in its row, or refused', async () => {
    for (const name of Object.keys(LATE_COLUMNS.LiteLLM_ObjectPermissionTable!)) {
      const value = name === 'mcp_tool_permissions' ? { s: ['t'] } : name === 'mcp_tool_search_enabled' ? true : ['x']
      const made = await admin.post('/key/generate', { object_permission: { [name]: value } })
      if (await hasColumn('LiteLLM_ObjectPermissionTable', name)) {
        const { body } = await admin.get(`/key/info?key=${made.body.key}`)
        expect([made.status, body.info.object_permission[name]]).toEqual([200, value])
      } else {
        expect([made.status, made.body.error.param]).toEqual([400, `object_permission.${name}`])
      }
    }
  })

  test('the first key of a user, keys of services and members of teams are held to it too', async () => {
    const expected = (await hasColumn('LiteLLM_VerificationToken', 'tpd_limit')) ? 200 : 400
    const { team_id } = (await admin.post('/team/new', {})).body
    expect((await admin.post('/user/new', { tpd_limit: 7 })).status).toBe(expected)
    expect((await admin.post('/key/service-account/generate', { team_id, tpd_limit: 7 })).status).toBe(expected)
    const member = { team_id, member: { role: 'user', user_id: 'somebody' }, allowed_models: ['m'] }
    const models = (await hasColumn('LiteLLM_BudgetTable', 'allowed_models')) ? 200 : 400
    expect((await admin.post('/team/member_add', member)).status).toBe(models)
  })

  test('doctor lists what cannot be stored', async () => {
    const [{ setting }] = (await admin.sql`select current_setting('port') as setting`) as any
    const url = `postgres://127.0.0.1:${setting}/x`
    const findings = await examine({ sql: admin.sql, url, rows: true, disabled: false })
    const told = findings.map(({ text }) => text).filter((text) => text.startsWith('settings: '))
    for (const [table, columns] of Object.entries(LATE_COLUMNS)) {
      for (const [column, since] of Object.entries(columns)) {
        const is = told.some((text) => text.includes(`"${table}"`) && text.includes(`${column} (LiteLLM ${since})`))
        expect([table, column, is]).toEqual([table, column, !(await hasColumn(table, column))])
      }
    }
  })
})

test('who has no right hears that, not what the database lacks', async () => {
  const admin = await startAdmin()
  databases.push(admin.database)
  const user = await admin.user('user')
  expect((await admin.post('/team/new', { tpd_limit: 5 }, user)).status).toBe(401)
  expect((await admin.post('/key/generate', { tpd_limit: 5, project_id: 'p' }, user)).status).toBe(403)
})

test('a column that LiteLLM has added meanwhile is used at once', async () => {
  const admin = await startAdmin()
  databases.push(admin.database)
  expect((await admin.post('/key/generate', { tpd_limit: 5 })).status).toBe(400)
  await admin.sql`alter table "LiteLLM_VerificationToken" add column tpd_limit bigint`
  const made = await admin.post('/key/generate', { tpd_limit: 5 })
  expect([made.status, made.body.tpd_limit]).toEqual([200, 5])
})

test('a project that does not exist is refused, and nothing is stored', async () => {
  const admin = await startAdmin({ database: await own() })
  const { status, body } = await admin.post('/key/generate', { project_id: 'nowhere', key_alias: 'lost' })
  expect([status, body.error.type]).toEqual([400, 'bad_request_error'])
  expect(JSON.stringify(body)).toContain('project')
  expect(await admin.sql`select 1 from "LiteLLM_VerificationToken" where key_alias = 'lost'`).toEqual([])
})

test('tables that were made before have their rows afterwards, and take what is new', async () => {
  const database = await createTestDatabase({ schema: 'empty' })
  databases.push(database)
  const { sql } = database
  for (const migration of MIGRATIONS.slice(0, 7)) await applyMigration(sql, migration)
  const old = await startAdmin({ database })
  const { token, key } = (await old.post('/key/generate', { max_budget: 3 })).body
  expect((await old.post('/key/generate', { tpd_limit: 5 })).status).toBe(400)
  expect((await migrate(sql)).applied[0]).toBe('0008-newer-columns')
  const updated = await old.post('/key/update', { key, tpd_limit: 5, budget_limits: WINDOWS })
  expect([updated.status, updated.body.tpd_limit]).toEqual([200, 5])
  expect(await old.row('LiteLLM_VerificationToken', { token })).toMatchObject({ max_budget: 3, budget_limits: WINDOWS })
})
