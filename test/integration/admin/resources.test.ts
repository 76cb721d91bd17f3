import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { StoredModels } from '../../../src/admin/models/stored-models.ts'
import type { Json } from '../../../src/types.ts'
import { migrate } from '../../../src/upkeep/migrate.ts'
import { createTestDatabase } from '../../support/database.ts'
import { refusal, startAdmin, type TestAdmin } from './support.ts'

/** Seals by turning texts round, so that tests see both. */
const turned = (params: unknown) =>
  Object.fromEntries(
    Object.entries((params ?? {}) as Json).map(([name, value]) => [name, [...String(value)].reverse().join('')]),
  )
let changes = 0
const STORED: StoredModels = {
  seal: async (params) => turned(params),
  open: turned,
  check: () => {},
  changed: async () => {
    changes++
  },
}

let admin: TestAdmin
beforeAll(async () => {
  const database = await createTestDatabase({ schema: 'empty' })
  await migrate(database.sql)
  admin = await startAdmin({
    database,
    settings: { storedModels: STORED, defaultUserParams: { available_teams: ['open', 'gone'] } },
  })
})
afterAll(() => admin.database.drop())

describe('credentials', () => {
  const secret = 'sk-very-secret-1'

  test('are stored sealed, shown masked, and told to the router', async () => {
    const { post, get, row, audits } = admin
    const before = changes
    const values = { api_key: secret, api_base: 'https://me:pass@host/v1' }
    expect(await post('/credentials', { credential_name: 'c', credential_values: values })).toMatchObject({
      status: 200,
      body: { success: true },
    })
    expect(changes).toBe(before + 1)
    expect((await row('LiteLLM_CredentialsTable')).credential_values).toEqual(turned(values))
    const shown = {
      credential_name: 'c',
      display_name: null,
      credential_info: {},
      credential_values: { api_key: 'sk****-1', api_base: 'https://****@host/v1' },
      source: 'db',
    }
    expect((await get('/credentials')).body).toEqual({ success: true, credentials: [shown] })
    expect((await get('/credentials/by_name/c')).body).toEqual(shown)
    expect(JSON.stringify(await audits())).not.toContain('very-secret')
  })

  test('change member by member', async () => {
    const { call, row } = admin
    const change = { credential_values: { region: 'eu' }, credential_values_to_delete: ['api_base'] }
    expect(await call('PATCH', '/credentials/c', change)).toMatchObject({ status: 200 })
    expect((await row('LiteLLM_CredentialsTable')).credential_values).toEqual(turned({ api_key: secret, region: 'eu' }))
  })

  test('have one name each, values, and are for administrators', async () => {
    const { post, get, call, user } = admin
    expect((await post('/credentials', { credential_name: 'c', credential_values: {} })).status).toBe(409)
    expect((await post('/credentials', { credential_name: 'd' })).status).toBe(400)
    expect(await call('DELETE', '/credentials/none')).toEqual(
      refusal(404, 'Credential not found. Got credential name: none'),
    )
    const eve = await user('eve')
    for (const answer of [
      await get('/credentials', eve),
      await get('/credentials/by_name/c', eve),
      await post('/credentials', { credential_name: 'e', credential_values: {} }, eve),
      await call('PATCH', '/credentials/c', {}, eve),
      await call('DELETE', '/credentials/c', undefined, eve),
    ]) {
      expect(answer.status).toBe(401)
    }
    expect((await call('DELETE', '/credentials/c')).status).toBe(200)
    expect((await get('/credentials/by_name/c')).status).toBe(404)
  })
})

test('access groups are names in the models of the database', async () => {
  const { post, get, call, row } = admin
  const model = (model_name: string, id: string) =>
    post('/model/new', { model_name, litellm_params: { model: 'openai/x' }, model_info: { id } })
  await model('a', 'a1')
  await model('a', 'a2')
  await model('b', 'b1')
  expect(await post('/access_group/new', { access_group: 'g', model_names: ['a'] })).toEqual({
    status: 200,
    body: { access_group: 'g', model_names: ['a'], model_ids: null, models_updated: 2 },
  })
  expect((await post('/access_group/new', { access_group: 'g', model_names: ['a'] })).status).toBe(409)
  expect((await post('/access_group/new', { access_group: 'h', model_names: ['none'] })).status).toBe(400)
  expect((await post('/access_group/new', { access_group: 'h' })).status).toBe(400)
  expect((await get('/access_group/g/info')).body).toMatchObject({ model_names: ['a'], deployment_count: 2, spend: 0 })
  expect((await call('PUT', '/access_group/g/update', { model_ids: ['b1'] })).body.models_updated).toBe(1)
  expect((await get('/access_group/list')).body.access_groups).toMatchObject([
    { access_group: 'g', model_names: ['b'] },
  ])
  const { model_info: info } = await row('LiteLLM_ProxyModelTable', { model_id: 'b1' })
  expect(info).toMatchObject({ id: 'b1', access_groups: ['g'] })
  expect((await call('DELETE', '/access_group/g/delete')).body.models_updated).toBe(1)
  expect((await get('/access_group/g/info')).status).toBe(404)
})

test('a project is a part of a team, within what the team has', async () => {
  const { post, get, call, user } = admin
  const [head, member, eve] = [await user('head'), await user('member'), await user('other')]
  const members = [
    { role: 'admin', user_id: 'head' },
    { role: 'user', user_id: 'member' },
  ]
  await post('/team/new', { team_id: 'pt', models: ['m'], max_budget: 10, members_with_roles: members })
  const made = await post('/project/new', { team_id: 'pt', project_id: 'p', max_budget: 4, tags: ['x'] }, head)
  expect(made).toMatchObject({
    status: 200,
    body: { project_id: 'p', team_id: 'pt', metadata: { tags: ['x'] }, litellm_budget_table: { max_budget: 4 } },
  })
  expect((await post('/project/new', { team_id: 'pt', project_id: 'p' })).status).toBe(400)
  expect((await post('/project/new', { team_id: 'none' })).status).toBe(404)
  expect((await post('/project/new', { team_id: 'pt', models: ['n'] }, head)).status).toBe(400)
  expect((await post('/project/new', { team_id: 'pt', max_budget: 11 }, head)).status).toBe(400)
  expect((await post('/project/update', { project_id: 'p', max_budget: 11 }, head)).status).toBe(400)
  for (const one of [member, eve]) {
    expect((await post('/project/new', { team_id: 'pt' }, one)).status).toBe(403)
    expect((await post('/project/update', { project_id: 'p', blocked: true }, one)).status).toBe(403)
  }
  expect((await post('/project/update', { project_id: 'p', description: 'd' }, head)).body).toMatchObject({
    description: 'd',
    metadata: { tags: ['x'] },
    litellm_budget_table: { max_budget: 4 },
  })
  expect((await get('/project/list', member)).body).toMatchObject([{ project_id: 'p' }])
  expect((await get('/project/list', eve)).body).toEqual([])
  expect((await get('/project/info?project_id=p', eve)).status).toBe(403)
  await post('/key/generate', { team_id: 'pt', project_id: 'p', key_alias: 'of-project' })
  expect((await call('DELETE', '/project/delete', { project_ids: ['p'] })).status).toBe(400)
  await post('/key/delete', { key_aliases: ['of-project'] })
  expect((await call('DELETE', '/project/delete', { project_ids: ['p'] })).status).toBe(200)
  expect((await get('/project/info?project_id=p')).status).toBe(404)
})

test('the log of changes has pages and filters, and is for administrators', async () => {
  const { post, get, user } = admin
  await post('/team/new', { team_id: 'logged' })
  await post('/team/block', { team_id: 'logged' })
  const { body } = await get('/audit?object_id=logged&page_size=1&sort_by=action&sort_order=desc')
  expect(body).toMatchObject({ total: 2, page: 1, page_size: 1, total_pages: 2 })
  expect(body.audit_logs).toMatchObject([{ action: 'created', table_name: 'LiteLLM_TeamTable', object_id: 'logged' }])
  expect((await get('/audit?object_id=logged&action=blocked')).body.total).toBe(1)
  expect((await get('/audit?object_id=logged&start_date=2027-01-01')).body.total).toBe(0)
  expect((await get('/audit?object_id=logged&end_date=2027-01-01')).body.total).toBe(2)
  expect((await get('/audit?sort_by=before_value')).status).toBe(400)
  expect((await get(`/audit/${body.audit_logs[0].id}`)).body).toEqual(body.audit_logs[0])
  expect((await get('/audit/none')).status).toBe(404)
  expect((await get('/audit', await user('nosy'))).status).toBe(401)
})

test('users are counted by day and tag', async () => {
  const { post, get, sql } = admin
  const [a, b] = await Promise.all(['u1', 'u2'].map((user_id) => post('/key/generate', { user_id })))
  const spend = (api_key: string, date: string, tag: string) => ({ id: `${api_key}${date}${tag}`, api_key, date, tag })
  const rows = [
    spend(a!.body.token, '2026-03-17', 'x'),
    spend(b!.body.token, '2026-03-17', 'x'),
    spend(a!.body.token, '2026-03-17', 'y'),
    spend(a!.body.token, '2026-03-01', 'x'),
  ]
  await sql`insert into "LiteLLM_DailyTagSpend" ${sql(rows.map((row) => ({ ...row, model: 'm', updated_at: new Date(), prompt_tokens: 0 })))}`
  const day = { date: '2026-03-17', period_start: null, period_end: null }
  const all = [
    { tag: 'x', active_users: 2, ...day },
    { tag: 'y', active_users: 1, ...day },
  ]
  expect((await get('/tag/dau')).body.results).toEqual(all)
  expect((await get('/tag/dau?tag_filter=Y')).body.results).toEqual([all[1]])
  expect((await get('/tag/dau?tag_filters=x&tag_filters=z')).body.results).toEqual([all[0]])
})

test('teams get models and permissions from those who run them', async () => {
  const { post, get, user } = admin
  const [lead, guest] = [await user('lead'), await user('guest')]
  await post('/team/new', { team_id: 'mt', members_with_roles: [{ role: 'admin', user_id: 'lead' }] })
  expect((await post('/team/model/add', { team_id: 'mt', models: ['m'] }, lead)).body.models).toEqual([
    'all-proxy-models',
    'm',
  ])
  expect((await post('/team/model/delete', { team_id: 'mt', models: ['all-proxy-models'] })).body.models).toEqual(['m'])
  expect((await post('/team/model/add', { team_id: 'mt', models: ['n'] }, guest)).status).toBe(403)
  expect(await post('/team/model/add', { team_id: 'none', models: ['n'] })).toEqual({
    status: 404,
    body: { detail: { error: 'Team not found, passed team_id=none' } },
  })
  const permissions = { team_id: 'mt', team_member_permissions: ['/key/generate'] }
  expect((await post('/team/permissions_update', permissions, guest)).status).toBe(403)
  expect((await post('/team/permissions_update', permissions, lead)).status).toBe(200)
  const listed = await get('/team/permissions_list?team_id=mt', lead)
  expect(listed.body).toMatchObject(permissions)
  expect(listed.body.all_available_permissions).toContain('/key/generate')
  expect((await get('/team/permissions_list?team_id=mt', guest)).status).toBe(403)
  await post('/organization/new', { organization_id: 'small', organization_alias: 'small', models: ['m'] })
  await post('/team/new', { team_id: 'ot', organization_id: 'small', models: ['m'] })
  expect((await post('/team/model/add', { team_id: 'ot', models: ['n'] })).status).toBe(400)
})

test('teams that are open to all are listed for those who are not in them', async () => {
  const { post, get, user } = admin
  await post('/team/new', { team_id: 'open', members_with_roles: [{ role: 'user', user_id: 'inside' }] })
  expect((await get('/team/available', await user('outside'))).body).toMatchObject([{ team_id: 'open' }])
  expect((await get('/team/available', await user('inside'))).body).toEqual([])
})

test('the newer list of teams has pages, and shows each only who may see it', async () => {
  const { post, get, user } = admin
  const [lena, lars] = [await user('lena'), await user('lars')]
  for (const id of ['l1', 'l2', 'l3']) {
    const members_with_roles = id === 'l3' ? [] : [{ role: 'user', user_id: 'lena' }]
    await post('/team/new', { team_id: id, team_alias: `Listed ${id}`, members_with_roles })
  }
  await post('/key/generate', { team_id: 'l1' })
  const page = await get('/v2/team/list?team_alias=listed&page_size=2&sort_by=team_id')
  expect(page.body).toMatchObject({ total: 3, page: 1, page_size: 2, total_pages: 2 })
  expect(page.body.teams).toMatchObject([{ team_id: 'l1', members_count: 2, keys_count: 1 }, { team_id: 'l2' }])
  expect((await get('/v2/team/list?search=LISTED%20L3')).body.teams).toMatchObject([{ team_id: 'l3' }])
  expect((await get('/v2/team/list?user_id=lena', lena)).body.total).toBe(2)
  expect((await get('/v2/team/list?user_id=lena', lars)).status).toBe(401)
  expect((await get('/v2/team/list', lena)).status).toBe(401)
  expect((await get('/v2/team/list?status=gone')).status).toBe(400)
})

test('an update of a user that is not there makes it, and many are updated each on its own', async () => {
  const { post, get, user } = admin
  expect(await post('/user/update', { user_id: 'made', max_budget: 3 })).toMatchObject({
    status: 200,
    body: { user_id: 'made', data: { user_id: 'made', max_budget: 3, user_role: null } },
  })
  const users = [{ user_id: 'made', max_budget: 5 }, { user_email: 'nobody@example.com' }]
  expect((await post('/user/bulk_update', { users })).body).toMatchObject({
    results: [
      { user_id: 'made', success: true, updated_user: { data: { max_budget: 5 } } },
      { user_email: 'nobody@example.com', success: false, error: expect.stringContaining('not found') },
    ],
    ...{ total_requested: 2, successful_updates: 1, failed_updates: 1 },
  })
  expect((await get('/v2/user/info?user_id=made')).body).toMatchObject({ user_id: 'made', max_budget: 5 })
  expect((await get('/v2/user/info?user_id=made', await user('curious'))).status).toBe(404)
  await post('/user/new', { user_id: 'with+plus', auto_create_key: false })
  expect((await get('/user/info?user_id=with+plus')).body.user_id).toBe('with+plus')
})

test('tokens are counted, and routes listed', async () => {
  const { post, get } = admin
  expect((await post('/utils/token_counter', { model: 'm', prompt: 'hello world' })).body).toMatchObject({
    total_tokens: 2,
    request_model: 'm',
    model_used: 'm',
    tokenizer_type: 'openai_tokenizer',
  })
  expect((await post('/utils/token_counter', { model: 'm' })).status).toBe(400)
  const { routes } = (await get('/routes')).body
  const paths = routes.map(({ path }: { path: string }) => path)
  expect(paths).toEqual(expect.arrayContaining(['/key/generate', '/v1/chat/completions']))
  expect(new Set(paths).size).toBe(paths.length)
})
