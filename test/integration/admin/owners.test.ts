import { afterAll, describe, expect, test } from '@jest/globals'
import { LITELLM_VERSIONS } from '../../support/litellm-schema.ts'
import { refusal, startAdmin, type TestAdmin } from './support.ts'

const admins: TestAdmin[] = []
afterAll(() => Promise.all(admins.map(({ database }) => database.drop())))

describe.each(LITELLM_VERSIONS)('on a database of LiteLLM %s', (version) => {
  test('a budget lives from its creation to its deletion', async () => {
    const { post, get, row } = await setup({ schema: version })
    expect(await post('/budget/new', { budget_id: 'free', max_budget: 1, budget_duration: '7d' })).toMatchObject({
      status: 200,
      body: {
        budget_id: 'free',
        max_budget: 1,
        budget_reset_at: '2026-03-23T00:00:00Z',
        created_by: 'default_user_id',
      },
    })
    expect(await post('/budget/new', { budget_id: 'free' })).toEqual(
      refusal(400, `{'error': "Budget with id 'free' already exists."}`),
    )
    const { body: key } = await post('/key/generate', { budget_id: 'free' })
    expect(await post('/budget/update', { budget_id: 'free', max_budget: null, rpm_limit: 5 })).toMatchObject({
      status: 200,
      body: { max_budget: null, rpm_limit: 5, budget_duration: '7d' },
    })
    expect(await post('/budget/info', { budgets: ['free', 'none'] })).toMatchObject({ body: [{ budget_id: 'free' }] })
    expect(await get('/budget/list')).toMatchObject({ body: [{ budget_id: 'free' }] })
    const { body: settings } = await get('/budget/settings?budget_id=free')
    expect(settings.find((field: any) => field.field_name === 'rpm_limit')).toMatchObject({ field_value: 5 })
    expect(await post('/budget/delete', { id: 'free' })).toMatchObject({ status: 200, body: { budget_id: 'free' } })
    expect(await row('LiteLLM_BudgetTable')).toBeUndefined()
    expect(await row('LiteLLM_VerificationToken', { token: key.token })).toMatchObject({ budget_id: null })
  })

  test('a customer lives from creation to deletion', async () => {
    const { post, get, row } = await setup({ schema: version })
    const made = await post('/customer/new', { user_id: 'c', alias: 'the customer', max_budget: 5 })
    expect(made).toMatchObject({
      status: 200,
      body: { user_id: 'c', alias: 'the customer', spend: 0, blocked: false, litellm_budget_table: { max_budget: 5 } },
    })
    // A whole duration from now, while other budgets end at midnight.
    const { body: tiered } = await post('/customer/new', { user_id: 'tiered', max_budget: 1, budget_duration: '30d' })
    expect(tiered.litellm_budget_table.budget_reset_at).toMatch(/^2026-04-1\dT(?!00:00:00)/)
    await post('/customer/delete', { user_ids: ['tiered'] })
    expect(await post('/end_user/new', { user_id: 'c' })).toEqual(
      refusal(400, 'Customer already exists, passed user_id=c. Please pass a new user_id.', 'bad_request', 'user_id'),
    )
    expect(await get('/end_user/info?end_user_id=c')).toMatchObject({ status: 200, body: { user_id: 'c' } })
    expect(await post('/customer/update', { user_id: 'c', max_budget: 9, default_model: 'gpt-4o' })).toMatchObject({
      status: 200,
      body: { alias: 'the customer', default_model: 'gpt-4o', litellm_budget_table: { max_budget: 9 } },
    })
    expect(await post('/customer/block', { user_ids: ['c', 'new'] })).toMatchObject({
      status: 200,
      body: { blocked_users: expect.arrayContaining([expect.objectContaining({ user_id: 'new', blocked: true })]) },
    })
    expect(await row('LiteLLM_EndUserTable', { user_id: 'c' })).toMatchObject({ blocked: true, alias: 'the customer' })
    await post('/customer/unblock', { user_ids: ['c'] })
    expect(await row('LiteLLM_EndUserTable', { user_id: 'c' })).toMatchObject({ blocked: false })
    expect((await get('/customer/list')).body).toMatchObject([{ user_id: 'c' }, { user_id: 'new' }])
    expect(await post('/customer/delete', { user_ids: ['c', 'nobody'] })).toEqual(
      refusal(404, 'End User Id(s)=nobody do not exist in db', 'not_found', 'user_ids'),
    )
    expect(await post('/customer/delete', { user_ids: ['c', 'new'] })).toEqual({
      status: 200,
      body: { deleted_customers: 2, message: "Successfully deleted customers with ids: ['c', 'new']" },
    })
    expect(await row('LiteLLM_EndUserTable')).toBeUndefined()
  })

  test('an organization lives from creation to deletion', async () => {
    const { post, get, call, row } = await setup({ schema: version })
    const made = await post('/organization/new', {
      organization_id: 'o',
      organization_alias: 'acme',
      max_budget: 100,
      models: ['gpt-4o'],
      metadata: { a: 1 },
    })
    expect(made).toMatchObject({
      status: 200,
      body: { organization_id: 'o', spend: 0, metadata: { a: 1 }, litellm_budget_table: { max_budget: 100 } },
    })
    expect(
      await post('/organization/member_add', {
        organization_id: 'o',
        member: { role: 'org_admin', user_email: 'ann@example.com' },
        max_budget_in_organization: 3,
      }),
    ).toMatchObject({
      status: 200,
      body: {
        organization_id: 'o',
        updated_users: [{ user_email: 'ann@example.com' }],
        updated_organization_memberships: [{ organization_id: 'o', user_role: 'org_admin' }],
      },
    })
    await post('/team/new', { team_id: 't', organization_id: 'o' })
    await post('/key/generate', { team_id: 't' })
    const info = await get('/organization/info?organization_id=o')
    expect(info).toMatchObject({
      status: 200,
      body: { members: [{ litellm_budget_table: { max_budget: 3 } }], teams: [{ team_id: 't' }] },
    })
    expect(
      await call('PATCH', '/organization/member_update', {
        organization_id: 'o',
        user_email: 'ann@example.com',
        role: 'internal_user',
        max_budget_in_organization: 4,
      }),
    ).toMatchObject({ status: 200, body: { user_role: 'internal_user' } })
    expect(await call('PATCH', '/organization/update', { organization_id: 'o', max_budget: 50 })).toMatchObject({
      status: 200,
      body: {
        organization_alias: 'acme',
        models: ['gpt-4o'],
        litellm_budget_table: { max_budget: 50 },
        members: [{ litellm_budget_table: { max_budget: 4 } }],
      },
    })
    expect((await get('/organization/list')).body).toMatchObject([{ organization_id: 'o' }])
    expect((await post('/organization/info', { organizations: ['o'] })).body).toMatchObject([{ organization_id: 'o' }])
    expect(
      await call('DELETE', '/organization/member_delete', { organization_id: 'o', user_email: 'ann@example.com' }),
    ).toMatchObject({ status: 200, body: { organization_id: 'o' } })
    expect(await row('LiteLLM_OrganizationMembership')).toBeUndefined()
    expect(await call('DELETE', '/organization/delete', { organization_ids: ['o'] })).toMatchObject({
      status: 200,
      body: [{ organization_id: 'o' }],
    })
    expect(await row('LiteLLM_OrganizationTable')).toBeUndefined()
    expect(await row('LiteLLM_TeamTable')).toBeUndefined()
    expect(await row('LiteLLM_VerificationToken')).toBeUndefined()
  })

  test('tags that calls have had are listed, whether or not they were made', async () => {
    const { get, sql } = await setup({ schema: version })
    await sql`
      insert into "LiteLLM_DailyTagSpend" (id, tag, date, api_key, model, created_at, updated_at)
      values ('1', 'used', '2026-03-01', 'k', 'm', '2026-03-01 01:00', '2026-03-01 02:00')`
    expect((await get('/tag/list')).body).toMatchObject([
      { name: 'used', models: null, created_at: '2026-03-01T01:00:00+00:00', updated_at: '2026-03-01T02:00:00+00:00' },
    ])
    expect((await get('/tag/list?start_date=2026-03-02&end_date=2026-03-03')).body).toEqual([])
  })
})

test('a tag lives from creation to deletion', async () => {
  const { post, get, row } = await setup()
  const made = await post('/tag/new', { name: 'x', description: 'the tag', models: ['m'], max_budget: 5 })
  expect(made).toMatchObject({
    status: 200,
    body: { message: 'Tag x created successfully', tag: { name: 'x', description: 'the tag', models: ['m'] } },
  })
  expect(await post('/tag/new', { name: 'x' })).toEqual(refusal(400, 'Tag x already exists'))
  expect(await post('/tag/update', { name: 'x', max_budget: 7 })).toMatchObject({
    status: 200,
    body: { message: 'Tag x updated successfully', tag: { description: 'the tag', models: ['m'] } },
  })
  expect(await post('/tag/info', { names: ['x'] })).toMatchObject({
    status: 200,
    body: { x: { name: 'x', litellm_budget_table: { max_budget: 7 } } },
  })
  expect((await get('/tag/list')).body).toMatchObject([{ name: 'x' }])
  expect(await post('/tag/delete', { name: 'x' })).toEqual({
    status: 200,
    body: { message: 'Tag x deleted successfully' },
  })
  expect(await row('LiteLLM_TagTable')).toBeUndefined()
})

test('a database that has no tags says so', async () => {
  const { post } = await setup({ schema: '20250531' })
  expect(await post('/tag/new', { name: 'x' })).toEqual(
    refusal(400, 'This database has no table of tags: let a newer LiteLLM migrate it.', 'bad_request_error'),
  )
})

const ONLY_ADMIN = (route: string) =>
  refusal(
    401,
    'Authentication Error, Only proxy admin can be used to generate, delete, update info for new keys/users/teams. ' +
      `Route=${route}. Your role=internal_user. Your user_id=***`,
    'auth_error',
  )

test.each([
  [
    'POST /budget/new',
    { max_budget: -1 },
    refusal(400, "{'error': 'max_budget must be a non-negative finite number. Received: -1.0'}"),
  ],
  ['POST /budget/update', { max_budget: 1 }, refusal(400, "{'error': 'budget_id is required'}")],
  ['POST /budget/update', { budget_id: 'b' }, { status: 200, body: null }],
  [
    'POST /budget/info',
    { budgets: [] },
    refusal(400, `{'error': "Specify list of budget id's to query. Passed in=[]"}`),
  ],
  ['POST /budget/delete', { id: 'b' }, { status: 200, body: null }],
  [
    'POST /budget/new',
    { budget_reset_at: 'soon' },
    refusal(400, 'budget_reset_at is not a valid time.', 'bad_request_error', 'budget_reset_at'),
  ],
  [
    'GET /customer/info?end_user_id=c',
    undefined,
    refusal(404, 'End User Id=c does not exist in db', 'not_found', 'end_user_id'),
  ],
  [
    'POST /customer/update',
    { user_id: 'c' },
    refusal(404, 'End User Id=c does not exist in db', 'not_found', 'user_id'),
  ],
  [
    'POST /customer/new',
    { user_id: 'c', default_model: 'none' },
    refusal(
      422,
      "{'error': 'Default Model not on proxy. Configure via `/model/new` or config.yaml. Default_model=none'}",
    ),
  ],
  [
    'GET /customer/info',
    undefined,
    { status: 422, body: { detail: [{ type: 'missing', loc: ['query', 'end_user_id'], msg: 'Field required' }] } },
  ],
  ['POST /tag/info', { names: ['x', 'y'] }, refusal(404, "Tags not found: ['x', 'y']")],
  ['POST /tag/update', { name: 'x' }, refusal(404, 'Tag x not found')],
  ['POST /tag/delete', { name: 'x' }, refusal(404, 'Tag x not found')],
  ['GET /tag/list?start_date=2026-01-01', undefined, refusal(400, 'start_date and end_date must be provided together')],
  [
    'GET /organization/info?organization_id=o',
    undefined,
    refusal(404, "{'error': 'Organization not found for organization_id=o'}"),
  ],
  [
    'POST /organization/member_add',
    { organization_id: 'o', member: { role: 'org_admin', user_id: 'u' } },
    refusal(404, "{'error': 'Organization not found for organization_id=o'}"),
  ],
  [
    'POST /organization/new',
    {},
    {
      status: 422,
      body: { detail: [{ type: 'missing', loc: ['body', 'organization_alias'], msg: 'Field required' }] },
    },
  ],
  ['GET /team/info?team_id=t', undefined, refusal(404, "{'message': 'Team not found, passed team id: t.'}")],
  ['GET /team/info', undefined, refusal(422, "{'message': 'Malformed request. No team id passed in.'}", 'auth_error')],
  [
    'POST /team/new',
    { team_id: 'red' },
    refusal(400, "{'error': 'Team id = red already exists. Please use a different team id.'}"),
  ],
  [
    'POST /team/new',
    { soft_budget: 100, max_budget: 50 },
    refusal(400, "{'error': 'soft_budget (100.0) must be strictly lower than max_budget (50.0)'}"),
  ],
  ['POST /team/update', { team_id: 't' }, refusal(404, "{'error': 'Team not found, passed team_id=t'}")],
  ['POST /team/delete', { team_ids: ['red', 't'] }, refusal(404, "{'error': 'Team not found, passed team_id=t'}")],
  ['POST /team/block', { team_id: 't' }, refusal(404, "{'error': 'Team not found, passed team_id=t'}")],
  [
    'POST /team/member_add',
    { team_id: 't', member: { role: 'user', user_id: 'u' } },
    refusal(404, `{'error': "Team doesn't exist in db. Team=t. Create team via \`/team/new\` call."}`),
  ],
  [
    'POST /team/member_delete',
    { team_id: 't', user_id: 'u' },
    refusal(400, "{'error': 'Team id=t does not exist in db'}"),
  ],
  [
    'POST /team/member_delete',
    { team_id: 'red' },
    {
      status: 422,
      body: {
        detail: [
          { type: 'value_error', loc: ['body'], msg: 'Value error, Either user id or user email must be provided' },
        ],
      },
    },
  ],
  ['POST /team/member_delete', { team_id: 'red', user_id: 'u' }, refusal(400, "{'error': 'User not found in team'}")],
  [
    'POST /team/member_update',
    { team_id: 'red', user_id: 'u', role: 'boss' },
    {
      status: 422,
      body: { detail: [{ type: 'literal_error', loc: ['body', 'role'], msg: "Input should be 'admin' or 'user'" }] },
    },
  ],
  ['POST /user/new', { user_id: 'ann' }, refusal(409, "{'error': 'User with id ann already exists'}")],
  [
    'POST /user/new',
    { user_email: 'ANN@example.com' },
    refusal(409, "{'error': 'User with email ANN@example.com already exists'}"),
  ],
  [
    'POST /user/new',
    { user_role: 'king' },
    {
      status: 422,
      body: {
        detail: [
          {
            type: 'literal_error',
            loc: ['body', 'user_role'],
            msg: "Input should be 'proxy_admin', 'proxy_admin_viewer', 'internal_user' or 'internal_user_viewer'",
          },
        ],
      },
    },
  ],
  [
    'POST /user/new',
    { password: 'x' },
    refusal(
      400,
      'A password cannot be set here: users set it by an invitation, see `POST /invitation/new`.',
      'bad_request_error',
      'password',
    ),
  ],
  [
    'POST /user/update',
    { user_email: 'nobody' },
    refusal(404, "{'error': 'User not found, passed user_email=nobody'}"),
  ],
  [
    'POST /user/update',
    { max_budget: 1 },
    {
      status: 422,
      body: {
        detail: [
          { type: 'value_error', loc: ['body'], msg: 'Value error, Either user id or user email must be provided' },
        ],
      },
    },
  ],
  [
    'POST /user/delete',
    { user_ids: ['ann', 'nobody'] },
    refusal(404, "{'error': 'User not found, passed user_id=nobody'}"),
  ],
  ['GET /user/info?user_id=nobody', undefined, refusal(404, 'User nobody not found')],
] as const)('the master key asks %s with %j and changes nothing', async (request, body, answer) => {
  const { call, sql } = await shared()
  const [method = '', path = ''] = request.split(' ')
  const before = await sql`select count(*)::int from "LiteLLM_AuditLog"`
  expect(await call(method, path, body)).toEqual(answer)
  expect(await sql`select count(*)::int from "LiteLLM_AuditLog"`).toEqual(before)
})

test.each([
  ['POST /user/new', {}, ONLY_ADMIN('/user/new')],
  ['POST /user/update', { user_id: 'ann', max_budget: 1 }, ONLY_ADMIN('/user/update')],
  ['POST /user/delete', { user_ids: ['ann'] }, ONLY_ADMIN('/user/delete')],
  ['GET /user/list', undefined, refusal(403, "{'error': 'Only proxy admins and organization admins can list users.'}")],
  [
    'GET /user/info?user_id=default_user_id',
    undefined,
    refusal(
      403,
      "key not allowed to access this user's info. user_id=default_user_id, key's user_id=ann",
      'auth_error',
    ),
  ],
  ['POST /team/new', {}, ONLY_ADMIN('/team/new')],
  ['POST /team/update', { team_id: 'red', max_budget: 1 }, refusal(403, 'You do not have access to this team')],
  ['POST /team/delete', { team_ids: ['red'] }, ONLY_ADMIN('/team/delete')],
  ['POST /team/block', { team_id: 'red' }, ONLY_ADMIN('/team/block')],
  [
    'GET /team/info?team_id=red',
    undefined,
    refusal(403, "{'error': 'User=ann not authorized to access this team=red'}"),
  ],
  [
    'GET /team/list',
    undefined,
    refusal(401, "{'error': 'Only admin users can query all teams/other teams. Your user role=internal_user'}"),
  ],
  [
    'POST /team/member_add',
    { team_id: 'red', member: { role: 'user', user_id: 'ann' } },
    refusal(
      403,
      "{'error': 'Call not allowed. User not proxy admin OR team admin. route=/team/member_add, team_id=red'}",
    ),
  ],
  [
    'POST /team/member_delete',
    { team_id: 'red', user_id: 'default_user_id' },
    refusal(
      403,
      "{'error': 'Call not allowed. User not proxy admin OR team admin. route=/team/member_delete, team_id=red'}",
    ),
  ],
  [
    'POST /organization/new',
    { organization_alias: 'x' },
    refusal(401, 'Only proxy admins can create new organizations. You are internal_user', 'auth_error', 'user_role'),
  ],
  [
    'GET /organization/info?organization_id=acme',
    undefined,
    refusal(403, "{'error': 'User=ann not authorized to access this organization=acme'}"),
  ],
  [
    'POST /organization/member_add',
    { organization_id: 'acme', member: { role: 'org_admin', user_id: 'ann' } },
    refusal(
      401,
      'You do not have a role within the selected organization. Passed organization_id: acme. ' +
        'Please contact the organization admin to request access.',
      'auth_error',
      'organization_id',
    ),
  ],
  ['PATCH /organization/update', { organization_id: 'acme' }, ONLY_ADMIN('/organization/update')],
  ['POST /budget/new', {}, ONLY_ADMIN('/budget/new')],
  ['GET /budget/list', undefined, ONLY_ADMIN('/budget/list')],
  ['POST /customer/new', { user_id: 'c' }, ONLY_ADMIN('/customer/new')],
  ['GET /customer/list', undefined, ONLY_ADMIN('/customer/list')],
  ['POST /tag/new', { name: 'x' }, ONLY_ADMIN('/tag/new')],
] as const)('a user asks %s with %j and is refused', async (request, body, answer) => {
  const admin = await shared()
  const [method = '', path = ''] = request.split(' ')
  const before = await admin.sql`select count(*)::int from "LiteLLM_AuditLog"`
  expect(await admin.call(method, path, body, admin.ann)).toEqual(answer)
  expect(await admin.sql`select count(*)::int from "LiteLLM_AuditLog"`).toEqual(before)
})

test('an admin of an organization makes its teams and users, and no others', async () => {
  const { post, user, row } = await setup()
  await post('/organization/new', { organization_id: 'acme', organization_alias: 'acme' })
  const boss = await user('boss')
  await post('/organization/member_add', { organization_id: 'acme', member: { role: 'org_admin', user_id: 'boss' } })
  expect(await post('/team/new', { team_id: 't', organization_id: 'acme' }, boss)).toMatchObject({
    status: 200,
    body: { members_with_roles: [{ user_id: 'boss', role: 'admin' }] },
  })
  expect(await post('/team/new', { organization_id: 'other' }, boss)).toEqual(
    refusal(
      401,
      'You do not have the required role to call /team/new. Your role is None in Organization other',
      'auth_error',
      'user_role',
    ),
  )
  expect(await post('/team/new', {}, boss)).toEqual(
    refusal(
      401,
      "Passed organization_id is None, please specify the organization_id in your request. You are part of multiple organizations: ['acme']",
      'auth_error',
      'organization_id',
    ),
  )
  expect(await post('/team/update', { team_id: 't', organization_id: 'other' }, boss)).toMatchObject({ status: 403 })
  expect(await post('/user/new', { user_id: 'new', organizations: ['acme'] }, boss)).toMatchObject({ status: 200 })
  expect(await row('LiteLLM_OrganizationMembership', { user_id: 'new' })).toMatchObject({ organization_id: 'acme' })
  expect(
    await post('/user/new', { organizations: ['acme'], permissions: { get_spend_routes: true } }, boss),
  ).toMatchObject({ status: 403 })
  expect(await post('/team/new', { organization_id: 'acme', allowed_passthrough_routes: ['/x'] }, boss)).toMatchObject({
    status: 403,
  })
  await post('/team/new', { team_id: 'foreign' })
  expect(await post('/user/new', { organizations: ['acme'], teams: ['foreign'] }, boss)).toMatchObject({ status: 403 })
  expect(await post('/user/new', { organizations: ['acme'], user_role: 'proxy_admin' }, boss)).toEqual(
    refusal(
      403,
      "{'error': 'Only proxy admins can create administrative users (proxy_admin, proxy_admin_viewer). Attempted to create user with role: proxy_admin. Your role: internal_user'}",
    ),
  )
})

test('who is in an organization without running it adds nobody to it', async () => {
  const { post, user } = await setup()
  await post('/organization/new', { organization_id: 'acme', organization_alias: 'acme' })
  const eve = await user('eve')
  await post('/organization/member_add', { organization_id: 'acme', member: { role: 'internal_user', user_id: 'eve' } })
  const member = { role: 'org_admin', user_id: 'eve' }
  expect(await post('/organization/member_add', { organization_id: 'acme', member }, eve)).toEqual(
    refusal(
      401,
      'You do not have the required role to perform /organization/member_add in Organization acme. ' +
        'Your role is internal_user in Organization acme',
      'auth_error',
      'user_role',
    ),
  )
  // Nor does one learn which others there are.
  expect(await post('/organization/member_add', { organization_id: 'gone', member }, eve)).toMatchObject({
    status: 401,
    body: { error: { param: 'organization_id' } },
  })
})

test('who may add members makes no administrators', async () => {
  const { post, row } = await setup()
  await post('/team/new', { team_id: 't' })
  const member = { role: 'user', user_id: 'eve', user_role: 'proxy_admin', max_budget: 1e9, models: ['*'] }
  await post('/team/member_add', { team_id: 't', member })
  expect(await row('LiteLLM_UserTable', { user_id: 'eve' })).toMatchObject({
    user_role: 'internal_user',
    max_budget: null,
    models: [],
  })
})

test('internal users get the configured budget', async () => {
  const { post, row } = await setup({
    settings: { maxInternalUserBudget: 3, internalUserBudgetDuration: '1d', defaultUserParams: { models: ['m'] } },
  })
  expect((await post('/user/new', { user_role: 'internal_user', auto_create_key: false })).body).toMatchObject({
    key: '',
    max_budget: 3,
    budget_duration: '1d',
    models: ['m'],
  })
  const { budget_reset_at: at } = await row('LiteLLM_UserTable')
  expect(at.toISOString()).toBe('2026-03-19T00:00:00.000Z')
  expect((await post('/user/new', { auto_create_key: false })).body).toMatchObject({ max_budget: null, models: [] })
})

test('a viewer sees users and teams, and changes only the own address', async () => {
  const { post, get, user } = await setup()
  const vic = await user('vic', 'proxy_admin_viewer')
  await post('/team/new', { team_id: 't' })
  expect(await get('/user/list', vic)).toMatchObject({ status: 200 })
  expect(await get('/team/info?team_id=t', vic)).toMatchObject({ status: 200 })
  expect(await get('/team/list', vic)).toMatchObject({ status: 200, body: [{ team_id: 't' }] })
  expect(await post('/user/update', { user_id: 'vic', user_email: 'v@example.com' }, vic)).toMatchObject({
    status: 200,
  })
  expect(await post('/user/update', { user_id: 'vic', user_role: 'proxy_admin' }, vic)).toMatchObject({ status: 403 })
})

test('members see their team, and list their own teams', async () => {
  const { post, get, user } = await setup()
  const ann = await user('ann')
  await post('/team/new', { team_id: 't', members_with_roles: [{ role: 'user', user_id: 'ann' }] })
  expect(await get('/team/info?team_id=t', ann)).toMatchObject({ status: 200 })
  expect((await get('/team/list?user_id=ann', ann)).body).toMatchObject([{ team_id: 't' }])
  expect(await get('/user/info', ann)).toMatchObject({
    status: 200,
    body: { user_id: 'ann', teams: [{ team_id: 't' }] },
  })
})

let common: Promise<TestAdmin & { ann: Awaited<ReturnType<TestAdmin['user']>> }> | undefined

/** For refusals, which change nothing. */
function shared() {
  common ??= (async () => {
    const admin = await setup({ settings: { modelGroups: () => ['gpt-4o'] } })
    const ann = await admin.user('ann')
    await admin.sql`update "LiteLLM_UserTable" set user_email = 'ann@example.com'`
    await admin.post('/team/new', { team_id: 'red' })
    await admin.post('/organization/new', { organization_id: 'acme', organization_alias: 'acme' })
    return { ...admin, ann }
  })()
  return common
}

async function setup(options: Parameters<typeof startAdmin>[0] = {}) {
  const admin = await startAdmin(options)
  admins.push(admin)
  return admin
}
