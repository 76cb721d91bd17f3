import { afterAll, expect, test } from '@jest/globals'
import postgres from 'postgres'
import { migrate } from '../../../src/upkeep/migrate.ts'
import { createTestDatabase } from '../../support/database.ts'
import { refusal, startAdmin, type TestAdmin } from './support.ts'

const leftovers: (() => Promise<unknown>)[] = []
afterAll(async () => {
  for (const leave of leftovers.reverse()) await leave()
})

test('other processes are told which key has changed', async () => {
  const { post, database } = await setup()
  const told: string[] = []
  const listener = postgres(database.url, { max: 1 })
  leftovers.push(() => listener.end())
  await listener.listen('express_litellm_keys', (token) => told.push(token))
  const { body } = await post('/key/generate', {})
  await post('/key/update', { key: body.key, max_budget: 1 })
  await post('/team/new', { team_id: 't' })
  const { body: next } = await post(`/key/${body.token}/regenerate`, {})
  await post('/key/update', { key: 'sk-unknown-key', max_budget: 1 })
  // What was sent before this has arrived before this.
  await database.sql`select pg_notify('express_litellm_keys', 'end')`
  while (!told.includes('end')) await new Promise((resolve) => setImmediate(resolve))
  expect(told).toEqual([body.token, body.token, '*', body.token, next.token, 'end'])
})

test('a change that fails leaves nothing behind: no row, no audit, no word', async () => {
  const { post, sql, events } = await setup()
  const faults: unknown[] = []
  events.on('fault', ({ where }) => faults.push(where))
  await sql`alter table "LiteLLM_AuditLog" add constraint broken check (action <> 'created')`
  expect(await post('/key/generate', { soft_budget: 1 })).toEqual(
    refusal(500, 'Internal server error.', 'internal_server_error', null),
  )
  expect(faults).toEqual(['/key/generate'])
  expect(await sql`select * from "LiteLLM_VerificationToken"`).toHaveLength(0)
  expect(await sql`select * from "LiteLLM_BudgetTable"`).toHaveLength(0)
})

test('members that are added at once are all in the team', async () => {
  const { post, get, row } = await setup()
  await post('/team/new', { team_id: 't' })
  const names = Array.from({ length: 12 }, (_, index) => `user-${index}`)
  const answers = await Promise.all(
    names.map((name) => post('/team/member_add', { team_id: 't', member: { role: 'user', user_id: name } })),
  )
  expect(answers.map(({ status }) => status)).toEqual(names.map(() => 200))
  const { body } = await get('/team/info?team_id=t')
  const members = body.team_info.members_with_roles.map((member: { user_id: string }) => member.user_id)
  expect(members.sort()).toEqual(['default_user_id', ...names].sort())
  await Promise.all(names.map((name) => post('/team/member_delete', { team_id: 't', user_id: name })))
  expect((await row('LiteLLM_TeamTable')).members_with_roles).toHaveLength(1)
})

test('a user who joins several teams at once is in all of them', async () => {
  const { post, row } = await setup()
  for (const id of ['a', 'b', 'c']) await post('/team/new', { team_id: id })
  await post('/user/new', { user_id: 'ann', auto_create_key: false })
  const member = { role: 'user', user_id: 'ann' }
  await Promise.all(['a', 'b', 'c'].map((id) => post('/team/member_add', { team_id: id, member })))
  expect((await row('LiteLLM_UserTable', { user_id: 'ann' })).teams.sort()).toEqual(['a', 'b', 'c'])
  await post('/team/delete', { team_ids: ['a', 'c'] })
  expect((await row('LiteLLM_UserTable', { user_id: 'ann' })).teams).toEqual(['b'])
})

test('of several that replace a key at once, one does', async () => {
  const { post, sql } = await setup()
  const { body } = await post('/key/generate', {})
  const answers = await whileLocked(sql, 'LiteLLM_VerificationToken', {
    start: () => [1, 2, 3].map(() => post(`/key/${body.token}/regenerate`, {})),
  })
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409])
  expect(await sql`select * from "LiteLLM_VerificationToken"`).toHaveLength(1)
  expect(await sql`select * from "LiteLLM_DeletedVerificationToken"`).toHaveLength(1)
  expect(await sql`select * from "LiteLLM_AuditLog" where action = 'rotated'`).toHaveLength(1)
})

test('who is added to a team that is deleted meanwhile is added to nothing', async () => {
  const { post, sql, row } = await setup()
  await post('/team/new', { team_id: 't' })
  await post('/user/new', { user_id: 'ann', auto_create_key: false })
  const member = [
    { role: 'user', user_id: 'ann' },
    { role: 'user', user_id: 'new' },
  ]
  const [answer] = await whileLocked(sql, 'LiteLLM_TeamTable', {
    start: () => [post('/team/member_add', { team_id: 't', member, max_budget_in_team: 1 })],
    finish: (locker) => locker`delete from "LiteLLM_TeamTable"`,
  })
  expect(answer).toEqual(refusal(409, 'Somebody else has changed this at the same time. Please retry.'))
  expect(await row('LiteLLM_UserTable', { user_id: 'ann' })).toMatchObject({ teams: [] })
  expect(await row('LiteLLM_UserTable', { user_id: 'new' })).toBeUndefined()
  expect(await row('LiteLLM_TeamMembership', { user_id: 'new' })).toBeUndefined()
  expect(await row('LiteLLM_BudgetTable')).toBeUndefined()
})

test('a column that LiteLLM drops meanwhile costs no request', async () => {
  const { post, sql } = await setup()
  await post('/key/generate', {})
  await sql`alter table "LiteLLM_VerificationToken" drop column access_group_ids`
  expect(await post('/key/generate', { key_alias: 'later' })).toMatchObject({
    status: 200,
    body: { key_alias: 'later' },
  })
})

test('a new column is written once the tables are read anew', async () => {
  const { post, sql, row } = await setup({
    before: (db) => db`alter table "LiteLLM_VerificationToken" add column tpd_limit bigint`,
  })
  const { body } = await post('/key/generate', { tpd_limit: 9 })
  expect(await row('LiteLLM_VerificationToken')).toMatchObject({ tpd_limit: '9' })
  await post('/key/update', { key: body.key, tpd_limit: 10 })
  expect((await sql`select tpd_limit from "LiteLLM_VerificationToken"`)[0]).toEqual({ tpd_limit: '10' })
})

test('foreign keys hold, in the order of one statement', async () => {
  const database = await createTestDatabase({ schema: 'empty' })
  await migrate(database.sql)
  const admin = await setup({ database })
  const { post, call, row } = admin
  expect(await post('/key/generate', { soft_budget: 1, object_permission: { models: [] } })).toMatchObject({
    status: 200,
  })
  expect(await post('/key/generate', { budget_id: 'none' })).toEqual(
    refusal(400, 'The request refers to something that does not exist, or to which others refer.', 'bad_request_error'),
  )
  await post('/organization/new', { organization_id: 'o', organization_alias: 'o', max_budget: 1 })
  await post('/team/new', { team_id: 't', organization_id: 'o', model_aliases: { a: 'b' }, team_member_budget: 1 })
  await post('/user/new', { user_id: 'ann', organizations: ['o'], teams: ['t'] })
  expect(await row('LiteLLM_TeamMembership', { user_id: 'ann' })).toMatchObject({ team_id: 't' })
  expect(await post('/user/delete', { user_ids: ['ann'] })).toEqual({ status: 200, body: 1 })
  await post('/organization/member_add', { organization_id: 'o', member: { role: 'org_admin', user_id: 'bob' } })
  expect(await call('DELETE', '/organization/delete', { organization_ids: ['o'] })).toMatchObject({ status: 200 })
  expect(await row('LiteLLM_OrganizationTable')).toBeUndefined()
})

test('the log of changes names who, and holds no secret', async () => {
  const { post, user, audits } = await setup({ settings: { trustChangedBy: true } })
  const ann = await user('ann')
  const { body } = await post('/key/generate', { key: 'sk-a-secret-of-ann' }, ann)
  await post('/user/new', { user_id: 'bob', key: 'sk-a-secret-of-bob' }, undefined, { changedBy: 'boss' })
  const log = await audits()
  expect(log.find((entry) => entry.object_id === body.token)).toMatchObject({
    action: 'created',
    changed_by: 'ann',
    changed_by_api_key: ann.hashedToken,
  })
  expect(
    log
      .filter((entry) => entry.changed_by === 'boss')
      .map((entry) => entry.table_name)
      .sort(),
  ).toEqual(['LiteLLM_UserTable', 'LiteLLM_VerificationToken'])
  expect(JSON.stringify(log)).not.toContain('a-secret-of')
})

test('whom a change is for is believed of keys that are trusted to say so, or whose team is', async () => {
  const { post, as, audits } = await setup()
  const trusted = { metadata: { allow_litellm_changed_by_header: true } }
  await post('/user/new', { user_id: 'root', user_role: 'proxy_admin', auto_create_key: false })
  await post('/team/new', { team_id: 't', ...trusted })
  const keys = [{}, trusted, { team_id: 't' }].map((more) => post('/key/generate', { user_id: 'root', ...more }))
  const callers = await Promise.all(keys.map(async (made) => await as((await made).body.key)))
  const names = []
  for (const [index, caller] of [undefined, ...callers].entries()) {
    await post('/budget/new', { budget_id: `b${index}` }, caller, { changedBy: 'boss' })
    names.push((await audits()).find(({ object_id }) => object_id === `b${index}`)!.changed_by)
  }
  expect(names).toEqual(['default_user_id', 'root', 'boss', 'boss'])
})

test("a user's password is in no answer and in no log", async () => {
  const { post, get, sql, audits } = await setup()
  await sql`insert into "LiteLLM_UserTable" (user_id, password) values ('ann', 'hash-of-a-password')`
  const answers = [
    await post('/user/update', { user_id: 'ann', max_budget: 1 }),
    await get('/user/info?user_id=ann'),
    await get('/user/list'),
    await post('/user/delete', { user_ids: ['ann'] }),
  ]
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200])
  expect(JSON.stringify([answers, await audits()])).not.toContain('hash-of-a-password')
})

/** Starts what needs the rows of a table while they are locked, and lets it go on when all of it waits. */
async function whileLocked<T>(
  sql: TestAdmin['sql'],
  table: string,
  work: { start(): Promise<T>[]; finish?(locker: postgres.TransactionSql): Promise<unknown> },
): Promise<T[]> {
  let started: Promise<T>[] = []
  await sql.begin(async (locker) => {
    await locker.unsafe(`select from "${table}" for update`)
    started = work.start()
    for (let waiting = 0; waiting < started.length; ) {
      const [row] = await locker<[{ waiting: number }]>`
        select count(*)::int as waiting
        from pg_locks
        where not granted and pid in (select pid from pg_stat_activity where datname = current_database())`
      waiting = row.waiting
    }
    await work.finish?.(locker)
  })
  return await Promise.all(started)
}

async function setup({
  before,
  ...options
}: Parameters<typeof startAdmin>[0] & { before?: (sql: TestAdmin['sql']) => Promise<unknown> } = {}) {
  const database = options.database ?? (await createTestDatabase(options))
  await before?.(database.sql)
  const admin = await startAdmin({ ...options, database })
  leftovers.push(() => database.drop())
  return admin
}
