import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { VirtualKey } from '../../../src/types.ts'
import { type Answer, refusal, startAdmin, type TestAdmin } from './support.ts'

const HASH = 'a'.repeat(64)
const ONLY_ADMIN = (route: string, role: string, user: string) =>
  refusal(
    401,
    'Authentication Error, Only proxy admin can be used to generate, delete, update info for new keys/users/teams. ' +
      `Route=${route}. Your role=${role}. Your user_id=${user}`,
    'auth_error',
  )
const VIEWER = (route: string) =>
  refusal(
    403,
    `user not allowed to access this route, role= proxy_admin_viewer. Trying to access: ${route}`,
    'auth_error',
  )
const NOT_ADMIN = (route: string, user: string) =>
  refusal(
    403,
    `{'error': 'Only proxy admins, team admins, or org admins can call ${route}. user_role=internal_user, user_id=${user}'}`,
  )
const invalid = (loc: (string | number)[], type: string, msg: string) => ({
  status: 422,
  body: { detail: [{ type, msg, loc }] },
})

/** Read only, or refused: one database serves all the cases. */
let admin: TestAdmin
const people: Record<string, VirtualKey> = {}

beforeAll(async () => {
  admin = await startAdmin()
  const { sql, post, user } = admin
  await post('/key/generate', { key: 'sk-taken-by-hand', key_alias: 'taken' })
  await post('/team/new', { team_id: 'red', team_member_permissions: ['/key/generate', '/key/info'] })
  await post('/team/new', { team_id: 'blue' })
  for (const [id, role] of [
    ['ann-internal', 'internal_user'],
    ['bob-internal', 'internal_user'],
    ['vic-viewer', 'proxy_admin_viewer'],
    ['pat-admin', 'proxy_admin'],
    ['ivy-views', 'internal_user_viewer'],
    ['tom-teamadmin', 'internal_user'],
  ] as const) {
    people[id.slice(0, 3)] = await user(id, role)
  }
  await post('/team/member_add', {
    team_id: 'red',
    member: [
      { role: 'user', user_id: 'ann-internal' },
      { role: 'admin', user_id: 'tom-teamadmin' },
      { role: 'user', user_id: 'pat-admin' },
    ],
  })
  await post('/team/member_add', { team_id: 'blue', member: { role: 'user', user_id: 'ann-internal' } })
  await sql`insert into "LiteLLM_VerificationToken" (token, spend, max_budget) values (${HASH}, 5, 3)`
  await sql`insert into "LiteLLM_VerificationToken" (token, user_id, created_by, max_budget) values ('given', 'ann-internal', 'default_user_id', 3)`
  await sql`insert into "LiteLLM_VerificationToken" (token, user_id, team_id, created_by) values ('red-key', 'bob-internal', 'red', 'bob-internal'), ('pat-red-key', 'pat-admin', 'red', null)`
  people.non = (await admin.keys.find(HASH))!
})
afterAll(() => admin.database.drop())

type Case = readonly [claim: string, who: string | undefined, request: string, body: unknown, answer: Answer]

const CASES: readonly Case[] = [
  [
    'a negative budget is refused',
    undefined,
    'POST /key/generate',
    { max_budget: -1 },
    refusal(400, "{'error': 'max_budget must be a non-negative finite number. Received: -1.0'}"),
  ],
  [
    'a taken alias is refused',
    undefined,
    'POST /key/generate',
    { key_alias: 'taken' },
    refusal(
      400,
      "Key with alias 'taken' already exists. Unique key aliases across all keys are required.",
      'bad_request_error',
      'key_alias',
    ),
  ],
  [
    'an own key must look like one, and is not repeated',
    undefined,
    'POST /key/generate',
    { key: 'abcd-secret-wxyz' },
    refusal(400, `{'error': "Invalid key format. LiteLLM Virtual Key must start with 'sk-'. Received: abcd****wxyz"}`),
  ],
  [
    'a key that is too short is refused',
    undefined,
    'POST /key/generate',
    { key: 'sk-1' },
    refusal(400, 'Invalid key format. A key has 8 to 256 visible characters.', 'bad_request_error', 'key'),
  ],
  [
    'an unknown team is refused to a user',
    'ann',
    'POST /key/generate',
    { team_id: 'none' },
    refusal(404, "{'error': 'Team not found, passed team_id=none'}"),
  ],
  [
    'a duration that is none is refused',
    undefined,
    'POST /key/generate',
    { duration: 'soon' },
    refusal(400, 'Invalid duration format. Received duration=soon', 'bad_request_error', 'duration'),
  ],
  [
    'a service account needs a team',
    undefined,
    'POST /key/service-account/generate',
    {},
    refusal(400, 'team_id is required for service account keys. Please specify `team_id` in the request body.'),
  ],
  [
    'a text where a number belongs is told with its place',
    undefined,
    'POST /key/generate',
    { max_budget: 'much' },
    invalid(
      ['body', 'max_budget'],
      'float_parsing',
      'Input should be a valid number, unable to parse string as a number',
    ),
  ],
  [
    'a fraction where a whole number belongs is told',
    undefined,
    'POST /key/generate',
    { tpm_limit: 1.5 },
    invalid(['body', 'tpm_limit'], 'int_type', 'Input should be a valid integer'),
  ],
  [
    'a text where a list belongs is told',
    undefined,
    'POST /key/generate',
    { models: 'gpt-4o' },
    invalid(['body', 'models'], 'list_type', 'Input should be a valid list'),
  ],
  [
    'a member of a list is told with its index',
    undefined,
    'POST /key/generate',
    { models: ['gpt-4o', 7] },
    invalid(['body', 'models', 1], 'string_type', 'Input should be a valid string'),
  ],
  [
    'a list where an object belongs is told',
    undefined,
    'POST /key/generate',
    { metadata: [] },
    invalid(['body', 'metadata'], 'dict_type', 'Input should be a valid dictionary'),
  ],
  [
    'a kind of key that does not exist is told',
    undefined,
    'POST /key/generate',
    { key_type: 'gold' },
    invalid(['body', 'key_type'], 'literal_error', "Input should be 'llm_api', 'management', 'read_only' or 'default'"),
  ],
  ['a body is needed', undefined, 'POST /key/generate', undefined, invalid(['body'], 'missing', 'Field required')],
  [
    'a list is no body',
    undefined,
    'POST /key/generate',
    [],
    invalid(['body'], 'dict_type', 'Input should be a valid dictionary'),
  ],
  [
    'an alias that is too long is refused',
    undefined,
    'POST /key/generate',
    { key_alias: 'a'.repeat(1025) },
    invalid(['body', 'key_alias'], 'string_too_long', 'String should have at most 1024 characters'),
  ],
  [
    'a NUL is refused',
    undefined,
    'POST /key/generate',
    { metadata: { note: 'a\0b' } },
    refusal(400, 'The request holds a NUL character.', 'bad_request_error'),
  ],
  [
    'half a character is refused',
    undefined,
    'POST /key/generate',
    { key_alias: '\ud800' },
    refusal(400, 'The request holds half of a surrogate pair.', 'bad_request_error'),
  ],
  [
    'a prototype is refused',
    undefined,
    'POST /key/generate',
    JSON.parse('{"metadata": {"__proto__": {"admin": true}}}'),
    refusal(400, "The request must not have a member named '__proto__'.", 'bad_request_error'),
  ],
  [
    'a text that is too long is refused',
    undefined,
    'POST /key/generate',
    { metadata: { note: 'a'.repeat(70_000) } },
    refusal(400, 'A text in the request is longer than 65536 characters.', 'bad_request_error'),
  ],
  [
    'a number that no column holds is refused',
    undefined,
    'POST /key/generate',
    { max_parallel_requests: 3_000_000_000 },
    refusal(400, 'A number in the request is out of range.', 'bad_request_error'),
  ],
  [
    'updating a key that does not exist',
    undefined,
    'POST /key/update',
    { key: HASH.replaceAll('a', 'b'), max_budget: 1 },
    refusal(404, 'Key not found.', 'not_found_error', 'key'),
  ],
  [
    'an update needs a key',
    undefined,
    'POST /key/update',
    { max_budget: 1 },
    invalid(['body'], 'value_error', 'Value error, either key or key_alias must be provided'),
  ],
  [
    'moving a key to a team that does not exist',
    undefined,
    'POST /key/update',
    { key: HASH, team_id: 'none' },
    refusal(404, `{'error': "Team doesn't exist in db. Team=none. Create team via \`/team/new\` call."}`),
  ],
  [
    'a temporary budget needs its end',
    undefined,
    'POST /key/update',
    { key: HASH, temp_budget_increase: 1 },
    invalid(['body'], 'value_error', 'Value error, temp_budget_increase and temp_budget_expiry must be set together'),
  ],
  [
    'deleting nothing',
    undefined,
    'POST /key/delete',
    {},
    invalid(['body'], 'value_error', "Value error, At least one of 'keys' or 'key_aliases' must be provided."),
  ],
  [
    'deleting what does not exist',
    undefined,
    'POST /key/delete',
    { keys: ['sk-nobody'] },
    refusal(404, "{'error': 'No keys found'}"),
  ],
  [
    'blocking what is no key',
    undefined,
    'POST /key/block',
    { key: 'robot' },
    refusal(400, 'Invalid key format.', 'bad_request_error', 'key'),
  ],
  [
    'blocking a key that does not exist',
    undefined,
    'POST /key/unblock',
    { key: 'B'.repeat(64) },
    refusal(404, 'Key not found.', 'not_found_error', 'key'),
  ],
  [
    'information on a key that does not exist',
    undefined,
    'GET /key/info?key=sk-nobody',
    undefined,
    refusal(404, 'Key not found in database', 'not_found_error', 'key'),
  ],
  [
    'regenerating a key that does not exist',
    undefined,
    `POST /key/${'c'.repeat(64)}/regenerate`,
    {},
    refusal(404, `Key ${'c'.repeat(64)} not found.`),
  ],
  [
    'a new key must look like one',
    undefined,
    `POST /key/${HASH}/regenerate`,
    { new_key: 'abcdefghijkl' },
    refusal(400, "New key must start with 'sk-'. Received: abcd****ijkl", 'bad_request_error', 'new_key'),
  ],
  [
    'spend is not reset to less than nothing',
    undefined,
    `POST /key/${HASH}/reset_spend`,
    { reset_to: -1 },
    refusal(400, "{'error': 'reset_to must be >= 0'}"),
  ],
  [
    'spend is not reset to more than it is',
    undefined,
    `POST /key/${HASH}/reset_spend`,
    { reset_to: 6 },
    refusal(400, "{'error': 'reset_to (6.0) must be <= current spend (5.0)'}"),
  ],
  [
    'spend is not reset to more than the budget',
    undefined,
    `POST /key/${HASH}/reset_spend`,
    { reset_to: 4 },
    refusal(400, "{'error': 'reset_to (4.0) must be <= budget (3.0)'}"),
  ],
  [
    'a list has pages from 1 up',
    undefined,
    'GET /key/list?page=0',
    undefined,
    invalid(['query', 'page'], 'greater_than_equal', 'Input should be greater than or equal to 1'),
  ],
  [
    'a status that is none',
    undefined,
    'GET /key/list?status=gone',
    undefined,
    refusal(400, `{'error': "Invalid status value. Supported: 'active', 'expired', 'revoked', 'deleted'."}`),
  ],
  // Who may do what.
  [
    'a user makes no keys for others',
    'ann',
    'POST /key/generate',
    { user_id: 'bob-internal' },
    refusal(403, 'User can only create keys for themselves. Got user_id=bob-internal, Your ID=ann-internal'),
  ],
  [
    'a member makes no keys in a team that does not let members',
    'ann',
    'POST /key/generate',
    { team_id: 'blue' },
    refusal(
      401,
      'Team member does not have permissions for endpoint: /key/generate. ' +
        "You only have access to the following endpoints: ['/key/info', '/key/health'] for team blue",
      'team_member_permission_error',
      '/key/generate',
    ),
  ],
  [
    'who is not in a team makes no keys in it',
    'bob',
    'POST /key/generate',
    { team_id: 'red' },
    refusal(401, 'User=bob-internal not assigned to team=red', 'team_member_permission_error'),
  ],
  [
    'a user gives no permissions',
    'ann',
    'POST /key/generate',
    { permissions: { get_spend_routes: true } },
    refusal(403, "{'error': 'Only proxy admins can set permissions.'}"),
  ],
  [
    'a user enters no organization with a key',
    'ann',
    'POST /key/generate',
    { organization_id: 'acme' },
    refusal(403, "{'error': 'User=ann-internal is not a member of organization=acme'}"),
  ],
  ['a viewer makes no keys', 'vic', 'POST /key/generate', {}, VIEWER('/key/generate')],
  ['a viewer blocks no keys', 'vic', 'POST /key/block', { key: HASH }, VIEWER('/key/block')],
  [
    'who only views their own makes no keys',
    'ivy',
    'POST /key/generate',
    {},
    ONLY_ADMIN('/key/generate', 'internal_user_viewer', 'ivy-vi*ws'),
  ],
  [
    'a key without a user makes no keys',
    'non',
    'POST /key/generate',
    {},
    ONLY_ADMIN('/key/generate', 'unknown', '*******'),
  ],
  [
    'a user blocks no keys',
    'ann',
    'POST /key/block',
    { key: HASH },
    ONLY_ADMIN('/key/block', 'internal_user', 'ann-in****al'),
  ],
  [
    'a user updates no foreign key',
    'ann',
    'POST /key/update',
    { key: HASH, max_budget: 9 },
    NOT_ADMIN('/key/update', 'ann-internal'),
  ],
  [
    'a user does not lift the limits of a key that was given to them',
    'ann',
    'POST /key/update',
    { key: 'given', max_budget: 9 },
    NOT_ADMIN('/key/update (max_budget/spend)', 'ann-internal'),
  ],
  ...(
    [
      ['aliases', { mine: 'dear' }],
      ['router_settings', { model_group_alias: { mine: 'dear' } }],
      ['budget_fallbacks', { m: ['dear'] }],
      ['policies', []],
      ['allowed_cache_controls', []],
      ['auto_rotate', true],
      ['rotation_interval', '1d'],
      ['rpm_limit_type', 'dynamic'],
      ['throttle_on_budget_exceeded', true],
      ['tag_rpm_limit', {}],
      ['agent_id', null],
      ['project_id', null],
    ] as const
  ).map(
    ([name, value]) =>
      [
        `a user does not get around them by ${name}`,
        'ann',
        'POST /key/update',
        { key: 'given', [name]: value },
        refusal(403, `{'error': 'Only who has created this key, or an admin, can change ${name}.'}`),
      ] as const,
  ),
  [
    'a user does not lift them by regenerating either',
    'ann',
    'POST /key/given/regenerate',
    { max_budget: 9 },
    NOT_ADMIN('/key/update (max_budget/spend)', 'ann-internal'),
  ],
  [
    'a user does not give a key away',
    'ann',
    'POST /key/update',
    { key: 'given', user_id: 'bob-internal' },
    refusal(403, "{'error': 'User can only keep keys for themselves. Got user_id=bob-internal, Your ID=ann-internal'}"),
  ],
  [
    'a team admin does not reset what was spent',
    'tom',
    'POST /key/update',
    { key: 'red-key', spend: 0.5 },
    refusal(403, "{'error': 'Only proxy admins can set spend.'}"),
  ],
  [
    'a team admin gives no key to who is not in the team',
    'tom',
    'POST /key/generate',
    { team_id: 'red', user_id: 'bob-internal' },
    refusal(400, "{'error': 'User=bob-internal not assigned to team=red'}"),
  ],
  [
    'a team admin comes by no key with the role of an administrator',
    'tom',
    'POST /key/generate',
    { team_id: 'red', user_id: 'pat-admin' },
    refusal(403, "{'error': 'Only proxy admins can make keys for proxy admins.'}"),
  ],
  [
    'not by an update either',
    'tom',
    'POST /key/update',
    { key: 'red-key', user_id: 'pat-admin' },
    refusal(403, "{'error': 'Only proxy admins can make keys for proxy admins.'}"),
  ],
  [
    'and not by a new secret for one that is there',
    'tom',
    'POST /key/pat-red-key/regenerate',
    {},
    refusal(403, 'You are not authorized to regenerate this key'),
  ],
  [
    'nobody takes a key out of its team but an administrator',
    'tom',
    'POST /key/update',
    { key: 'red-key', team_id: null },
    refusal(403, "{'error': 'Only proxy admins can take a key out of its team.'}"),
  ],
  [
    'a key changes its team neither with a new secret',
    'tom',
    'POST /key/red-key/regenerate',
    { team_id: 'blue' },
    refusal(403, "{'error': 'User=tom-teamadmin not authorized to move keys into team=blue'}"),
  ],
  [
    'a user does not reset what was spent to nothing',
    'ann',
    'POST /key/update',
    { key: 'given', spend: 0 },
    refusal(403, "{'error': 'Only proxy admins can set spend.'}"),
  ],
  [
    'a user lets no project pay',
    'ann',
    'POST /key/generate',
    { project_id: 'p' },
    refusal(403, "{'error': 'Only proxy admins can set project_id.'}"),
  ],
  [
    'who made a key of a team and is not in it any more does not change it',
    'bob',
    'POST /key/update',
    { key: 'red-key', key_alias: 'mine' },
    NOT_ADMIN('/key/update', 'bob-internal'),
  ],
  [
    'a team admin moves no key into a foreign team',
    'tom',
    'POST /key/update',
    { key: 'red-key', team_id: 'blue' },
    refusal(403, "{'error': 'User=tom-teamadmin not authorized to move keys into team=blue'}"),
  ],
  [
    'a user deletes no foreign key',
    'ann',
    'POST /key/delete',
    { keys: [HASH] },
    refusal(403, "{'error': 'You are not authorized to delete this key'}"),
  ],
  [
    'a user does not see a foreign key',
    'ann',
    `GET /key/info?key=${HASH}`,
    undefined,
    refusal(403, "You are not allowed to access this key's info. Your role=internal_user"),
  ],
  [
    'a key without a user sees no other key',
    'non',
    'GET /key/info?key=given',
    undefined,
    refusal(403, "You are not allowed to access this key's info. Your role=internal_user"),
  ],
  [
    'a user regenerates no foreign key',
    'ann',
    `POST /key/${HASH}/regenerate`,
    {},
    refusal(403, 'You are not authorized to regenerate this key'),
  ],
  [
    'a user resets no spend, not even of an own key',
    'ann',
    'POST /key/given/reset_spend',
    { reset_to: 0 },
    refusal(403, "{'error': 'You are not authorized to reset the spend of this key'}"),
  ],
  [
    'a user does not list the keys of others',
    'ann',
    'GET /key/list?user_id=bob-internal',
    undefined,
    refusal(403, "You are not authorized to check another user's keys", 'bad_request_error', 'user_id'),
  ],
  [
    'a user does not list by a foreign hash',
    'ann',
    `GET /key/list?key_hash=${HASH}`,
    undefined,
    refusal(403, 'Key Hash not found.', 'bad_request_error', 'key_hash'),
  ],
  [
    'many keys are changed by administrators only',
    'ann',
    'POST /key/bulk_update',
    { keys: [{ key: 'given' }] },
    ONLY_ADMIN('/key/bulk_update', 'internal_user', 'ann-in****al'),
  ],
]

describe('refusals', () => {
  test.each(CASES)('%s', async (_claim, who, request, body, answer) => {
    const [method = '', path = ''] = request.split(' ')
    const before = await admin.sql`select * from "LiteLLM_VerificationToken" order by token`
    expect(await admin.call(method, path, body, who ? people[who] : undefined)).toEqual(answer)
    expect(await admin.sql`select * from "LiteLLM_VerificationToken" order by token`).toEqual(before)
  })
})

test('a member makes keys in a team that lets members, and a user for oneself', async () => {
  expect(await admin.post('/key/generate', { team_id: 'red' }, people.ann)).toMatchObject({
    status: 200,
    body: { team_id: 'red', created_by: 'ann-internal' },
  })
  expect(await admin.post('/key/generate', {}, people.ann)).toMatchObject({
    status: 200,
    body: { user_id: 'ann-internal', team_id: null },
  })
})

test('a team admin manages the keys of the team', async () => {
  const { body: key } = await admin.post('/key/generate', { team_id: 'red', user_id: 'ann-internal' }, people.tom)
  expect(await admin.post('/key/update', { key: key.key, max_budget: 3 }, people.tom)).toMatchObject({
    status: 200,
    body: { max_budget: 3 },
  })
  expect(await admin.get(`/key/info?key=${key.key}`, people.tom)).toMatchObject({ status: 200 })
  expect(await admin.post(`/key/${key.key}/reset_spend`, { reset_to: 0 }, people.tom)).toEqual({
    status: 200,
    body: { key_hash: key.token, spend: 0, previous_spend: 0, max_budget: 3, budget_reset_at: null },
  })
  expect(await admin.post('/key/delete', { keys: [key.token] }, people.tom)).toEqual({
    status: 200,
    body: { deleted_keys: [key.token] },
  })
})

test('viewers see every key', async () => {
  expect(await admin.get(`/key/info?key=${HASH}`, people.vic)).toMatchObject({
    status: 200,
    body: { info: { spend: 5 } },
  })
  expect((await admin.get('/key/list', people.vic)).body.total_count).toBeGreaterThan(5)
})

test('every key sees itself', async () => {
  expect(await admin.get('/key/info', people.non)).toMatchObject({ status: 200, body: { key: HASH } })
})
