import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type { VirtualKey } from '../../../src/types.ts'
import { migrate } from '../../../src/upkeep/migrate.ts'
import { createTestDatabase } from '../../support/database.ts'
import { startAdmin, type TestAdmin } from './support.ts'

let admin: TestAdmin
let people: Record<'user' | 'member' | 'teamAdmin' | 'orgAdmin', VirtualKey>
let count = 0

beforeAll(async () => {
  const database = await createTestDatabase({ schema: 'empty' })
  await migrate(database.sql)
  admin = await startAdmin({ database })
  people = {
    user: await admin.user('user'),
    member: await admin.user('member'),
    teamAdmin: await admin.user('team-admin'),
    orgAdmin: await admin.user('org-admin'),
  }
  await admin.post('/organization/new', { organization_id: 'org', organization_alias: 'org' })
  await admin.post('/organization/member_add', {
    organization_id: 'org',
    member: [{ user_id: 'org-admin', role: 'org_admin' }],
  })
  await admin.post('/team/new', {
    team_id: 'team',
    organization_id: 'org',
    team_member_permissions: ['/key/generate', '/key/update', '/key/regenerate'],
    members_with_roles: [
      { user_id: 'member', role: 'user' },
      { user_id: 'team-admin', role: 'admin' },
    ],
  })
})
afterAll(() => admin.database.drop())

/** What those who run a team may set in it, and nobody else but administrators. */
const OF_TEAM: readonly (readonly [string, unknown])[] = [
  ['allow_client_tags', true],
  ['tags', ['theirs']],
  ['model_rpm_limit', { m: 1_000_000 }],
  ['model_tpm_limit', { m: 1_000_000 }],
  ['model_itpm_limit', { m: 1 }],
  ['model_otpm_limit', { m: 1 }],
  ['model_max_parallel_requests', { m: 1 }],
  ['tag_rpm_limit', { t: 1 }],
  ['tag_tpm_limit', { t: 1 }],
  ['mcp_rpm_limit', { t: 1 }],
  ['rpm_limit_type', 'dynamic'],
  ['tpm_limit_type', 'dynamic'],
  ['temp_budget_increase', 100],
  ['temp_budget_expiry', '2099-01-01T00:00:00Z'],
  ['throttle_on_budget_exceeded', true],
  ['end_user_budget_id', 'b'],
  ['default_estimated_output_tokens', 1],
  ['default_estimated_output_tokens_per_model', { m: 1 }],
  ['disable_global_guardrails', true],
  ['opted_out_global_guardrails', ['g']],
  ['logging', [{ callback_name: 'x' }]],
  ['priority', 'high'],
]
const OF_ADMINS: readonly (readonly [string, unknown])[] = [
  ['allow_foreign_resources', true],
  ['allow_litellm_changed_by_header', true],
  ['allowed_passthrough_routes', ['/x']],
  ['team_member_budget_id', 'b'],
]
/** Those that LiteLLM also takes beside the metadata. */
const BESIDE = new Set([
  ...[
    'tags',
    'model_rpm_limit',
    'model_tpm_limit',
    'tag_rpm_limit',
    'tag_tpm_limit',
    'mcp_rpm_limit',
    'rpm_limit_type',
  ],
  ...['tpm_limit_type', 'throttle_on_budget_exceeded', 'end_user_budget_id', 'default_estimated_output_tokens'],
  ...[
    'default_estimated_output_tokens_per_model',
    'disable_global_guardrails',
    'logging',
    'allowed_passthrough_routes',
  ],
])

const generate = async (body: object, as?: VirtualKey) => (await admin.post('/key/generate', body, as)).status
const own = async (as: VirtualKey, body: object = {}) => {
  const made = await admin.post('/key/generate', { key_alias: `k${++count}`, ...body }, as)
  expect(made.status).toBe(200)
  return made.body.key as string
}

test.each([...OF_TEAM, ...OF_ADMINS])(
  '%s: no user gives it to a key of their own, or of a team',
  async (name, value) => {
    const { user, member } = people
    for (const body of BESIDE.has(name)
      ? [{ metadata: { [name]: value } }, { [name]: value }]
      : [{ metadata: { [name]: value } }]) {
      expect(await generate(body, user)).toBe(403)
      expect(await generate({ ...body, team_id: 'team' }, member)).toBe(403)
      expect(await generate({ ...body, team_id: 'team', key_alias: `s${++count}` }, member)).toBe(403)
      const key = await own(user)
      expect((await admin.post('/key/update', { key, ...body }, user)).status).toBe(403)
      expect((await admin.post(`/key/${key}/regenerate`, body, user)).status).toBe(403)
    }
  },
)

test.each(OF_TEAM)('%s: who runs a team gives it to keys of the team, and to no other', async (name, value) => {
  const { teamAdmin } = people
  const metadata = { [name]: value }
  expect(await generate({ metadata, team_id: 'team' }, teamAdmin)).toBe(200)
  expect(await generate({ metadata }, teamAdmin)).toBe(403)
  const key = await own(teamAdmin, { team_id: 'team' })
  const updated = await admin.post('/key/update', { key, metadata }, teamAdmin)
  expect([updated.status, updated.body.metadata]).toEqual([200, metadata])
})

test.each(OF_ADMINS)('%s: who runs a team does not give it either', async (name, value) => {
  const metadata = { [name]: value }
  expect(await generate({ metadata, team_id: 'team' }, people.teamAdmin)).toBe(403)
  expect(await generate({ metadata })).toBe(200)
  expect((await admin.post('/team/update', { team_id: 'team', metadata }, people.orgAdmin)).status).toBe(403)
  const team = { organization_id: 'org', metadata }
  expect((await admin.post('/team/new', team, people.orgAdmin)).status).toBe(403)
})

test('what administrators have put onto a key its maker neither changes nor takes away', async () => {
  const { user } = people
  const key = await own(user, { metadata: { note: 'mine' } })
  const limits = { model_rpm_limit: { m: 1 }, tags: ['charged'] }
  expect((await admin.post('/key/update', { key, metadata: { note: 'mine', ...limits } })).status).toBe(200)
  for (const body of [{ metadata: {} }, { metadata: null }, { tags: [] }, { model_rpm_limit: null }]) {
    expect((await admin.post('/key/update', { key, ...body }, user)).status).toBe(403)
  }
  const kept = await admin.post('/key/update', { key, metadata: { note: 'new', ...limits } }, user)
  expect([kept.status, kept.body.metadata]).toEqual([200, { note: 'new', ...limits }])
})

test('what only holds a key back its maker sets, and takes away no more', async () => {
  const { user } = people
  const key = await own(user, { metadata: { note: 1, enforced_params: ['user'] } })
  expect((await admin.post('/key/update', { key, metadata: { note: 2 } }, user)).status).toBe(403)
})

test('the defaults of the configuration are not what a user has asked for', async () => {
  const settings = { defaultKeyParams: { metadata: { tags: ['of the house'] } } }
  const configured = await startAdmin({ settings })
  try {
    const ann = await configured.user('ann')
    const made = await configured.post('/key/generate', {}, ann)
    expect([made.status, made.body.metadata]).toEqual([200, { tags: ['of the house'] }])
  } finally {
    await configured.database.drop()
  }
})

test('a service account is made by a member who may make keys', async () => {
  const body = { team_id: 'team', key_alias: `service${++count}` }
  const { teamAdmin } = people
  const made = await admin.post('/key/service-account/generate', body, teamAdmin)
  expect([made.status, made.body.metadata]).toEqual([200, { service_account_id: body.key_alias }])
})

test.each([
  ['model_max_budget', { m: { max_budget: 1e9, budget_duration: '1d' } }],
  ['access_group_ids', ['group']],
])('%s: a member puts nothing above the team', async (name, value) => {
  expect(await generate({ [name]: value, team_id: 'team' }, people.member)).toBe(403)
  expect(await generate({ [name]: value, team_id: 'team' }, people.teamAdmin)).toBe(200)
  expect(await generate({ [name]: value }, people.user)).toBe(200)
})

test.each([
  ['allowed_routes', ['/team/new']],
  ['allowed_routes', ['llm_api_routes', 'management_routes']],
  ['key_type', 'management'],
  ['object_permission', { vector_stores: ['vs_of_another'] }],
])('%s: a user opens nothing with it', async (name, value) => {
  expect(await generate({ [name]: value }, people.user)).toBe(403)
  expect(await generate({ [name]: value, team_id: 'team' }, people.teamAdmin)).toBe(403)
  const key = await own(people.user)
  expect((await admin.post('/key/update', { key, [name]: value }, people.user)).status).toBe(403)
  expect(await generate({ [name]: value })).toBe(200)
})

test('routes of calls are for every key', async () => {
  expect(await generate({ allowed_routes: ['llm_api_routes'] }, people.user)).toBe(200)
  expect(await generate({ key_type: 'llm_api' }, people.user)).toBe(200)
})

test('an admin of an organization gives no right to the first key of a user, and makes none for a foreign team', async () => {
  await admin.post('/team/new', { team_id: 'foreign' })
  const ask = async (body: object) =>
    (await admin.post('/user/new', { organizations: ['org'], ...body }, people.orgAdmin)).status
  expect(await ask({})).toBe(200)
  expect(await ask({ metadata: { allow_client_tags: true } })).toBe(403)
  expect(await ask({ tags: ['theirs'] })).toBe(403)
  expect(await ask({ team_id: 'foreign' })).toBe(403)
  expect(await ask({ team_id: 'team' })).toBe(200)
})

test('the link to the budget of members is nobody’s to set', async () => {
  await admin.post('/budget/new', { budget_id: 'victim', max_budget: 1 })
  const metadata = { team_member_budget_id: 'victim' }
  const asked = { team_id: 'team', metadata, team_member_budget: 1e9 }
  expect((await admin.post('/team/update', asked, people.orgAdmin)).status).toBe(403)
  expect(await admin.row('LiteLLM_BudgetTable', { budget_id: 'victim' })).toMatchObject({ max_budget: 1 })
})
