import { afterAll, expect, test } from '@jest/globals'
import { timeZoneOf } from '../../../src/admission/facts/time-zone.ts'
import { NOW, refusal, startAdmin, type TestAdmin } from './support.ts'

const admins: TestAdmin[] = []
afterAll(() => Promise.all(admins.map(({ database }) => database.drop())))

test('what an update does not mention stays, and null clears', async () => {
  const { post, row } = await setup()
  const { body } = await post('/key/generate', {
    key_alias: 'robot',
    max_budget: 10,
    duration: '1d',
    tpm_limit: 5,
    budget_duration: '1mo',
    metadata: { a: 1 },
    tags: ['x'],
    model_max_budget: { 'gpt-4o': { budget_limit: 1, time_period: '1d' } },
  })
  const { token } = body
  await post('/key/update', { key: token, tpm_limit: null, model_max_budget: null, models: ['m'] })
  expect(await row('LiteLLM_VerificationToken', { token })).toMatchObject({
    key_alias: 'robot',
    max_budget: 10,
    expires: new Date('2026-03-19T10:20:30.456Z'),
    tpm_limit: null,
    model_max_budget: {},
    models: ['m'],
    metadata: { a: 1, tags: ['x'] },
  })
  await post('/key/update', { key: token, metadata: { b: 2 }, duration: '-1', budget_duration: null, key_alias: null })
  expect(await row('LiteLLM_VerificationToken', { token })).toMatchObject({
    key_alias: null,
    expires: null,
    budget_duration: null,
    budget_reset_at: null,
    metadata: { b: 2 },
  })
  await post('/key/update', { key: token, duration: '', budget_duration: '' })
  expect(await row('LiteLLM_VerificationToken', { token })).toMatchObject({ expires: null, budget_duration: null })
})

test('a key that is not named is found by its alias', async () => {
  const { post, row } = await setup()
  const { body: key } = await post('/key/generate', { key_alias: 'robot', max_budget: 1 })
  expect(await post('/key/update', { key_alias: 'robot', max_budget: 2 })).toMatchObject({
    status: 200,
    body: { key: key.token, key_alias: 'robot', max_budget: 2 },
  })
  expect(await row('LiteLLM_VerificationToken')).toMatchObject({ max_budget: 2 })
  expect(await post('/key/update', { key_alias: 'nobody', max_budget: 2 })).toMatchObject({ status: 404 })
  expect(await post('/key/update', { max_budget: 2 })).toMatchObject({ status: 422 })
})

test('a change of settings does not undo what is being spent', async () => {
  const { post, row, sql } = await setup()
  const { body } = await post('/key/generate', {})
  const spending = (async () => {
    for (let call = 0; call < 100; call++) await sql`update "LiteLLM_VerificationToken" set spend = spend + 1`
  })()
  for (let budget = 0; budget < 15; budget++) await post('/key/update', { key: body.token, max_budget: budget })
  await spending
  expect(await row('LiteLLM_VerificationToken')).toMatchObject({ spend: 100, max_budget: 14 })
})

test('a temporary budget is kept in the metadata', async () => {
  const { post, row } = await setup()
  const { body } = await post('/key/generate', { max_budget: 1 })
  await post('/key/update', { key: body.key, temp_budget_increase: 5, temp_budget_expiry: '2030-01-01' })
  expect(await row('LiteLLM_VerificationToken')).toMatchObject({
    metadata: { temp_budget_increase: 5, temp_budget_expiry: '2030-01-01' },
  })
})

test('a soft budget is a tier of its own', async () => {
  const { post, get, row } = await setup()
  const { body } = await post('/key/generate', { soft_budget: 3 })
  expect(body).not.toHaveProperty('soft_budget')
  expect(body.litellm_budget_table).toMatchObject({ soft_budget: 3 })
  expect(await row('LiteLLM_BudgetTable')).toMatchObject({ soft_budget: 3, budget_id: body.budget_id })
  expect((await get(`/key/info?key=${body.key}`)).body.info.litellm_budget_table).toMatchObject({ soft_budget: 3 })
})

test('an object permission is a row of its own, changed in place', async () => {
  const { post, get, sql } = await setup()
  const { body } = await post('/key/generate', { object_permission: { vector_stores: ['vs'], mcp_servers: ['m'] } })
  await post('/key/update', { key: body.key, object_permission: { vector_stores: ['vs', 'more'] } })
  const rows = await sql`select * from "LiteLLM_ObjectPermissionTable"`
  expect(rows).toHaveLength(1)
  expect(rows[0]).toMatchObject({ vector_stores: ['vs', 'more'], mcp_servers: ['m'] })
  expect((await get(`/key/info?key=${body.key}`)).body.info.object_permission).toMatchObject({ mcp_servers: ['m'] })
})

test('a key that is there already is left as it is, so that set-up scripts may run again', async () => {
  const { post, audits } = await setup()
  const first = await post('/key/generate', { key: 'sk-fixed-secret', max_budget: 5 })
  const again = await post('/key/generate', { key: 'sk-fixed-secret', max_budget: 500 })
  expect(again).toMatchObject({ status: 200, body: { key: 'sk-fixed-secret', token: first.body.token, max_budget: 5 } })
  expect(await audits()).toHaveLength(1)
})

test('a service account belongs to its team and to nobody', async () => {
  const { post, row } = await setup()
  await post('/team/new', { team_id: 't' })
  const { body } = await post('/key/service-account/generate', { team_id: 't', key_alias: 'ci', user_id: 'x' })
  expect(body).toMatchObject({ team_id: 't', user_id: null })
  expect(await row('LiteLLM_VerificationToken')).toMatchObject({
    user_id: null,
    metadata: { service_account_id: 'ci' },
  })
})

test('with a time of grace the old secret works on, as the new key', async () => {
  const { post, row, keys } = await setup()
  const { body: old } = await post('/key/generate', { key_alias: 'robot' })
  const { body } = await post('/key/regenerate', { key: old.key, grace_period: '24h', new_key: 'sk-my-own-new-key' })
  expect(body).toMatchObject({ key: 'sk-my-own-new-key', key_alias: 'robot', key_name: 'sk-...-key' })
  expect(await row('LiteLLM_DeprecatedVerificationToken')).toMatchObject({
    token: old.token,
    active_token_id: body.token,
    revoke_at: new Date(NOW.getTime() + 86_400_000),
  })
  expect(await row('LiteLLM_DeletedVerificationToken')).toMatchObject({
    token: old.token,
    key_alias: 'robot',
    deleted_by: 'default_user_id',
  })
  expect(await row('LiteLLM_VerificationToken')).toMatchObject({
    token: body.token,
    rotation_count: 1,
    last_rotation_at: NOW,
  })
  // Honoured by the clock of the database, which is not the one of this test.
  const { sql } = admins.at(-1)!
  await sql`update "LiteLLM_DeprecatedVerificationToken" set revoke_at = now() at time zone 'UTC' + interval '1 hour'`
  expect(await keys.find(old.token)).toMatchObject({ hashedToken: body.token })
})

test('spend and limits survive a new secret, and can change with it', async () => {
  const { post, row, sql } = await setup()
  const { body } = await post('/key/generate', { max_budget: 10, models: ['m'] })
  await sql`update "LiteLLM_VerificationToken" set spend = 4`
  await post(`/key/${body.token}/regenerate`, { max_budget: 20 })
  expect(await row('LiteLLM_VerificationToken')).toMatchObject({ spend: 4, max_budget: 20, models: ['m'] })
})

test('deleted keys are kept, with who has deleted them', async () => {
  const { post, row, sql, get } = await setup({ settings: { trustChangedBy: true } })
  const { body } = await post('/key/generate', { key_alias: 'robot' })
  await sql`update "LiteLLM_VerificationToken" set spend = 4`
  const answer = await post('/key/delete', { key_aliases: ['robot', 'other'] }, undefined, { changedBy: 'boss' })
  expect(answer.body).toEqual({ deleted_keys: ['robot'] })
  expect(await row('LiteLLM_DeletedVerificationToken')).toMatchObject({
    token: body.token,
    spend: 4,
    deleted_at: NOW,
    deleted_by: 'default_user_id',
    deleted_by_api_key: 'litellm_proxy_master_key',
    litellm_changed_by: 'boss',
  })
  expect((await get('/key/list?status=deleted')).body).toMatchObject({ total_count: 1, keys: [body.token] })
  expect(await row('LiteLLM_AuditLog', { action: 'deleted' })).toMatchObject({
    changed_by: 'boss',
    changed_by_api_key: 'litellm_proxy_master_key',
    table_name: 'LiteLLM_VerificationToken',
    object_id: body.token,
    before_value: { key_alias: 'robot', spend: 4 },
    updated_values: null,
  })
})

test('the archive of deleted keys says for whom, as the header does, also where the audit log does not believe it', async () => {
  const { post, sql } = await setup()
  for (const key_alias of ['a', 'b']) await post('/key/generate', { key_alias })
  await post('/key/delete', { key_aliases: ['a'] }, undefined, { changedBy: 'boss' })
  await post('/key/delete', { key_aliases: ['b'] })
  const archive = await sql`
    select key_alias, deleted_by, litellm_changed_by from "LiteLLM_DeletedVerificationToken" order by key_alias`
  expect([...archive]).toEqual([
    { key_alias: 'a', deleted_by: 'default_user_id', litellm_changed_by: 'boss' },
    { key_alias: 'b', deleted_by: 'default_user_id', litellm_changed_by: null },
  ])
  const log = await sql`select changed_by from "LiteLLM_AuditLog" where action = 'deleted'`
  expect(log.map(({ changed_by }) => changed_by)).toEqual(['default_user_id', 'default_user_id'])
})

test('spend goes down, never up', async () => {
  const { post, sql } = await setup()
  const { body } = await post('/key/generate', { max_budget: 10 })
  await sql`update "LiteLLM_VerificationToken" set spend = 4`
  expect(await post(`/key/${body.key}/reset_spend`, { reset_to: 1.5 })).toEqual({
    status: 200,
    body: { key_hash: body.token, spend: 1.5, previous_spend: 4, max_budget: 10, budget_reset_at: null },
  })
})

test('of many updates those that fail are told, and stop nobody', async () => {
  const { post, row } = await setup()
  const { body } = await post('/key/generate', {})
  const answer = await post('/key/bulk_update', {
    keys: [
      { key: 'sk-unknown-key', max_budget: 1 },
      { key: body.key, max_budget: 7 },
    ],
  })
  expect(answer.body).toMatchObject({
    total_requested: 2,
    successful_updates: [{ key: body.key, key_info: { max_budget: 7 } }],
    failed_updates: [{ key_info: null, failed_reason: 'Key not found.' }],
  })
  expect(JSON.stringify(answer.body)).not.toContain('sk-unknown-key')
  expect(await row('LiteLLM_VerificationToken')).toMatchObject({ max_budget: 7 })
})

test('a key that the database will not change is told with what it is, and the others are changed', async () => {
  const { post, sql } = await setup()
  const keys = []
  for (let n = 0; n < 3; n++) keys.push((await post('/key/generate', { max_budget: n })).body)
  await sql.unsafe(`
    create function refuse() returns trigger language plpgsql as $$
    begin
      if new.max_budget = 71 then raise exception 'not this one, % says the row', new.token; end if;
      return new;
    end $$;
    create trigger refuse before update on "LiteLLM_VerificationToken" for each row execute function refuse()`)
  const updates = keys.map(({ key }, n) => ({ key, max_budget: 70 + n }))
  const { status, body } = await post('/key/bulk_update', { keys: updates })
  expect([status, body]).toEqual([
    200,
    {
      total_requested: 3,
      successful_updates: [
        { key: keys[0].key, key_info: expect.objectContaining({ max_budget: 70 }) },
        { key: keys[2].key, key_info: expect.objectContaining({ max_budget: 72 }) },
      ],
      failed_updates: [
        {
          key: keys[1].token,
          key_info: expect.objectContaining({ max_budget: 1 }),
          failed_reason: expect.stringContaining('could not be changed'),
        },
      ],
    },
  ])
  expect(JSON.stringify(body)).not.toContain('says the row')
})

test('defaults fill what is left open, bounds hold what is asked', async () => {
  const { post } = await setup({
    settings: {
      defaultKeyParams: { max_budget: 5, models: ['gpt-4o'], duration: '7d' },
      upperboundKeyParams: { max_budget: 50, duration: '30d', tpm_limit: 1000 },
    },
  })
  expect((await post('/key/generate', {})).body).toMatchObject({
    max_budget: 5,
    models: ['gpt-4o'],
    tpm_limit: 1000,
    expires: '2026-03-25T10:20:30.456000Z',
  })
  expect(await post('/key/generate', { max_budget: 51 })).toEqual(
    refusal(400, "{'error': 'max_budget is over max limit set in config - user_value=51.0; max_value=50.0'}"),
  )
  expect(await post('/key/generate', { duration: '-1' })).toEqual(
    refusal(400, "{'error': 'duration is over max limit set in config - user_value=-1; max_value=30d'}"),
  )
  expect(await post('/key/generate', { duration: '31d' })).toMatchObject({ status: 400 })
  const { body: key } = await post('/key/generate', { max_budget: 1, tpm_limit: 10 })
  expect(await post('/key/update', { key: key.key, max_budget: 51 })).toMatchObject({ status: 400 })
  expect(await post('/key/update', { key: key.key, max_budget: null })).toMatchObject({
    status: 200,
    body: { max_budget: 50, tpm_limit: 10 },
  })
  expect(await post(`/key/${key.token}/regenerate`, { max_budget: 51 })).toMatchObject({ status: 400 })
})

test('the configuration says who makes which keys', async () => {
  const { post, user } = await setup({
    settings: {
      keyGeneration: {
        team: { allowedRoles: ['admin'], requiredParams: ['key_alias'] },
        personal: { allowedRoles: ['proxy_admin'], requiredParams: ['tags'] },
      },
    },
  })
  const ann = await user('ann', 'internal_user')
  const bob = await user('bob', 'internal_user')
  await post('/team/new', {
    team_id: 't',
    members_with_roles: [
      { role: 'admin', user_id: 'ann' },
      { role: 'user', user_id: 'bob' },
    ],
    team_member_permissions: ['/key/generate'],
  })
  const team = { team_id: 't', user_id: 'ann' }
  expect(await post('/key/generate', team, ann)).toEqual(refusal(400, 'Required param key_alias not in data'))
  expect(await post('/key/generate', { ...team, key_alias: 'a' }, ann)).toMatchObject({ status: 200 })
  expect(await post('/key/generate', { team_id: 't', user_id: 'bob', key_alias: 'b' }, bob)).toEqual(
    refusal(400, "Team member role user not in allowed_team_member_roles=['admin']"),
  )
  expect(await post('/key/service-account/generate', { team_id: 't', key_alias: 'b' }, bob)).toMatchObject({
    status: 400,
  })
  expect(await post('/key/generate', { tags: ['x'] }, ann)).toEqual(
    refusal(
      400,
      "Personal key creation has been restricted by admin. Allowed roles=['proxy_admin']. Your role=internal_user",
    ),
  )
  // Administrators make keys of teams as they like, and their own as everybody.
  expect(await post('/key/generate', { team_id: 't' })).toMatchObject({ status: 200 })
  expect(await post('/key/generate', {})).toEqual(refusal(400, 'Required param tags not in data'))
  expect(await post('/key/generate', { tags: ['x'] })).toMatchObject({ status: 200 })
})

test('budgets are reset by the clock of the configured zone', async () => {
  const { post, row } = await setup({ settings: { timeZone: timeZoneOf('Asia/Tokyo')! } })
  const daily = { budget_duration: '1d', max_budget: 1 }
  const MIDNIGHT = new Date('2026-03-18T15:00:00Z')
  const at = async (table: string, where: object) =>
    (await row(table, where as Record<string, unknown>)).budget_reset_at
  const { body: key } = await post('/key/generate', daily)
  expect(await at('LiteLLM_VerificationToken', { token: key.token })).toEqual(MIDNIGHT)
  await post('/key/update', { key: key.key, budget_duration: '30d' })
  expect(await at('LiteLLM_VerificationToken', { token: key.token })).toEqual(new Date('2026-03-31T15:00:00Z'))
  await post('/team/new', { team_id: 't', ...daily })
  expect(await at('LiteLLM_TeamTable', { team_id: 't' })).toEqual(MIDNIGHT)
  await post('/user/new', { user_id: 'u', auto_create_key: false, ...daily })
  expect(await at('LiteLLM_UserTable', { user_id: 'u' })).toEqual(MIDNIGHT)
  await post('/budget/new', { budget_id: 'b', ...daily })
  expect(await at('LiteLLM_BudgetTable', { budget_id: 'b' })).toEqual(MIDNIGHT)
})

test('a team guarantees its keys no more throughput together than it has', async () => {
  const { post } = await setup()
  await post('/team/new', { team_id: 't', rpm_limit: 10, model_tpm_limit: { m: 100 } })
  const guaranteed = { team_id: 't', rpm_limit_type: 'guaranteed_throughput' }
  const first = await post('/key/generate', { ...guaranteed, rpm_limit: 6 })
  expect(first.status).toBe(200)
  expect(await post('/key/generate', { ...guaranteed, rpm_limit: 5 })).toEqual(
    refusal(400, 'Allocated RPM limit=6 + Key RPM limit=5 is greater than team RPM limit=10'),
  )
  expect((await post('/key/generate', { ...guaranteed, rpm_limit: 4 })).status).toBe(200)
  expect((await post('/key/generate', { team_id: 't', rpm_limit: 5 })).status).toBe(200)
  const ofModel = { ...guaranteed, model_tpm_limit: { m: 60 } }
  expect((await post('/key/generate', ofModel)).status).toBe(200)
  expect(await post('/key/generate', ofModel)).toEqual(
    refusal(400, 'Allocated TPM limit=60 + Key TPM limit=60 is greater than team TPM limit=100'),
  )
  // Its own limit of before does not count; the others have 9 by now.
  const change = { key: first.body.key, rpm_limit_type: 'guaranteed_throughput' }
  expect((await post('/key/update', { ...change, rpm_limit: 1 })).status).toBe(200)
  expect((await post('/key/update', { ...change, rpm_limit: 2 })).status).toBe(400)
})

test('an organization does not guarantee its teams more than it has', async () => {
  const { post } = await setup()
  await post('/organization/new', { organization_id: 'o', organization_alias: 'o', rpm_limit: 10, tpm_limit: 100 })
  const guaranteed = { organization_id: 'o', rpm_limit_type: 'guaranteed_throughput' }
  expect((await post('/team/new', { ...guaranteed, team_id: 'a', rpm_limit: 6 })).status).toBe(200)
  const beyond = 'Allocated RPM limit=6 + Team RPM limit=5 is greater than organization RPM limit=10'
  expect(await post('/team/new', { ...guaranteed, rpm_limit: 5 })).toEqual(refusal(400, beyond))
  const kept = { organization_id: 'o', rpm_limit: 5, metadata: { rpm_limit_type: 'guaranteed_throughput' } }
  expect(await post('/team/new', kept)).toEqual(refusal(400, beyond))
  expect((await post('/team/new', { organization_id: 'o', rpm_limit: 5, team_id: 'effort' })).status).toBe(200)
  expect(await post('/team/new', { ...guaranteed, model_tpm_limit: { m: 101 } })).toEqual(
    refusal(400, 'Allocated TPM limit=0 + Team TPM limit=101 is greater than organization TPM limit=100'),
  )
  expect((await post('/team/new', { rpm_limit_type: 'dynamic' })).status).toBe(422)
  // Its own old limit does not count: 5 of the other and 5 of its own are 10.
  const change = { team_id: 'a', metadata: { rpm_limit_type: 'guaranteed_throughput' } }
  expect((await post('/team/update', { ...change, rpm_limit: 5 })).status).toBe(200)
  expect((await post('/team/update', { ...change, rpm_limit: 6 })).status).toBe(400)
})

test('lists have pages, orders and filters', async () => {
  const { post, get, sql } = await setup()
  for (const [alias, budget] of [
    ['a', 3],
    ['b', 1],
    ['c', 2],
    ['d', null],
  ] as const) {
    await post('/key/generate', { key_alias: alias, max_budget: budget, user_id: alias === 'a' ? 'ann' : 'bob' })
  }
  await sql`insert into "LiteLLM_VerificationToken" (token, team_id) values ('ui', 'litellm-dashboard')`
  const all = await get('/key/list?return_full_object=true&sort_by=max_budget&sort_order=asc&size=3')
  expect(all.body).toMatchObject({ total_count: 4, current_page: 1, total_pages: 2 })
  expect(all.body.keys.map((key: any) => key.key_alias)).toEqual(['d', 'b', 'c'])
  const second = await get('/key/list?return_full_object=true&sort_by=max_budget&sort_order=asc&size=3&page=2')
  expect(second.body.keys.map((key: any) => key.key_alias)).toEqual(['a'])
  expect((await get('/key/list?user_id=bob')).body.total_count).toBe(3)
  expect((await get('/key/list?key_alias=c&expand=user')).body.keys).toMatchObject([{ key_alias: 'c' }])
  expect((await get('/key/list?size=1')).body.keys[0]).toMatch(/^[0-9a-f]{64}$/)
  const page = { total_count: 4, current_page: 1, total_pages: 1, size: 50 }
  expect((await get('/key/aliases')).body).toEqual({ aliases: ['a', 'b', 'c', 'd'], ...page })
  const found = { aliases: ['b'], total_count: 1, current_page: 1, total_pages: 1, size: 1 }
  expect((await get('/key/aliases?search=B&size=1')).body).toEqual(found)
  expect((await get('/key/aliases?size=3&page=2')).body).toMatchObject({ aliases: ['d'], total_pages: 2 })
  expect((await get('/key/aliases?team_id=none')).body).toMatchObject({ aliases: [], total_pages: 0 })
})

test('a user lists own keys, those of teams that are run, and those that were made', async () => {
  const { post, get, user } = await setup()
  const ann = await user('ann')
  await post('/team/new', {
    team_id: 'red',
    members_with_roles: [
      { role: 'admin', user_id: 'ann' },
      { role: 'user', user_id: 'bob' },
    ],
  })
  await post('/key/generate', { team_id: 'red', key_alias: 'of-team' })
  await post('/key/generate', { user_id: 'bob', key_alias: 'of-bob' })
  await post('/key/generate', { team_id: 'red', user_id: 'bob', key_alias: 'made' }, ann)
  expect((await get('/key/list', ann)).body.total_count).toBe(1)
  expect((await get('/key/list?include_team_keys=true', ann)).body.total_count).toBe(3)
  expect((await get('/key/list?include_created_by_keys=true', ann)).body.total_count).toBe(2)
  expect((await get('/key/list?team_id=red', ann)).body.total_count).toBe(2)
  expect((await get('/key/aliases', ann)).body.aliases).toEqual(['made', 'of-team'])
  expect((await get('/key/aliases', await user('eve'))).body.aliases).toEqual([])
})

test('information on several keys leaves out what is not for the caller', async () => {
  const { post, user } = await setup()
  const ann = await user('ann')
  const { body: own } = await post('/key/generate', { key_alias: 'own' }, ann)
  const { body: other } = await post('/key/generate', { key_alias: 'other' })
  const keys = [own.key, other.key]
  expect((await post('/v2/key/info', { keys })).body.info).toHaveLength(2)
  expect(await post('/v2/key/info', { keys }, ann)).toMatchObject({ body: { key: keys, info: [{ key_alias: 'own' }] } })
})

async function setup(options: Parameters<typeof startAdmin>[0] = {}) {
  const admin = await startAdmin(options)
  admins.push(admin)
  return admin
}
