import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'
import { startAdmin, type TestAdmin } from './support.ts'

/*
 * Every member that LiteLLM's requests have, one at a time: where it is written, what answers show of it, and that it can
 * be changed and cleared.
 */

/** `metadata`: a member of it. `budget`: a column of the budget that the row is linked to. */
type Place = 'column' | 'metadata' | 'budget'

/** Instead of what is left of a member that null clears: null changes nothing. */
const KEPT = Symbol('kept')

/** Member, value, where it is written, as what when that is not the value itself, and what null leaves of it. */
type Field = readonly [name: string, value: unknown, place?: Place, written?: unknown, cleared?: unknown]

interface Route {
  readonly table: string
  readonly id: string
  readonly make: string
  /** Demanded of each request that makes one. */
  readonly base?: (id: string) => object
  readonly update: readonly [method: string, path: string]
  readonly fields: readonly Field[]
  /** The row in an answer to `make`, and in one to `update`. */
  readonly made?: (body: any) => any
  readonly updated?: (body: any) => any
}

const WINDOWS = [{ budget_duration: '1d', max_budget: 1, reset_at: '2030-01-01T00:00:00Z' }]
const LIMITS: readonly Field[] = [
  ['max_budget', 5],
  ['max_parallel_requests', 5],
  ['tpm_limit', 5, 'column', '5'],
  ['rpm_limit', 5, 'column', '5'],
  ['budget_duration', '30d'],
]
const BUDGET: readonly Field[] = [
  ['max_budget', 5, 'budget'],
  ['soft_budget', 5, 'budget'],
  ['max_parallel_requests', 5, 'budget'],
  ['tpm_limit', 5, 'budget', '5'],
  ['rpm_limit', 5, 'budget', '5'],
  ['budget_duration', '30d', 'budget'],
  ['model_max_budget', { m: { max_budget: 1, budget_duration: '1d' } }, 'budget'],
]
const MODELS: Field = ['models', ['m'], 'column', ['m'], []]

const KEY_METADATA: readonly Field[] = [
  ['model_rpm_limit', { m: 5 }, 'metadata'],
  ['model_tpm_limit', { m: 5 }, 'metadata'],
  ['rpm_limit_type', 'dynamic', 'metadata'],
  ['tpm_limit_type', 'guaranteed_throughput', 'metadata'],
  ['enforced_params', ['user'], 'metadata'],
  ['allowed_vector_store_indexes', [{ index_name: 'i' }], 'metadata'],
  ['guardrails', ['g'], 'metadata'],
  ['prompts', ['p'], 'metadata'],
  ['tags', ['t'], 'metadata'],
  ['allowed_passthrough_routes', ['/r'], 'metadata'],
  ['throttle_on_budget_exceeded', true, 'metadata'],
  ['disable_global_guardrails', true, 'metadata'],
  ['enable_prompt_caching', true, 'metadata'],
  ['end_user_budget_id', 'b', 'metadata'],
  ['denied_passthrough_routes', ['/r'], 'metadata'],
  ['tag_rpm_limit', { t: 5 }, 'metadata'],
  ['tag_tpm_limit', { t: 500 }, 'metadata'],
  ['mcp_rpm_limit', { s: 5 }, 'metadata'],
  ['default_estimated_output_tokens', 5, 'metadata'],
  ['default_estimated_output_tokens_per_model', { m: 5 }, 'metadata'],
]

const ROUTES: Readonly<Record<string, Route>> = {
  key: {
    table: 'LiteLLM_VerificationToken',
    id: 'token',
    make: '/key/generate',
    update: ['POST', '/key/update'],
    fields: [
      ...LIMITS,
      ...KEY_METADATA,
      MODELS,
      ['key_alias', 'key-#'],
      ['spend', 5, 'column', 5, KEPT],
      ['user_id', 'somebody'],
      ['team_id', 'team'],
      ['organization_id', 'org'],
      ['budget_id', 'tier'],
      ['metadata', { a: 1 }, 'column', { a: 1 }, {}],
      ['allowed_cache_controls', ['ttl'], 'column', ['ttl'], []],
      ['config', { a: 1 }, 'column', { a: 1 }, {}],
      ['permissions', { a: true }, 'column', { a: true }, {}],
      ['aliases', { a: 'm' }, 'column', { a: 'm' }, {}],
      ['model_max_budget', { m: { budget_limit: 1, time_period: '1d' } }, 'column', undefined, {}],
      ['blocked', true],
      ['allowed_routes', ['/v1/models'], 'column', ['/v1/models'], []],
      ['policies', ['p'], 'column', ['p'], []],
      ['router_settings', { num_retries: 1 }],
      ['access_group_ids', ['g'], 'column', ['g'], []],
      ['auto_rotate', true],
      ['rotation_interval', '30d'],
      ['tpd_limit', 5, 'column', '5'],
      ['budget_limits', WINDOWS],
      ['budget_fallbacks', { m: ['n'] }, 'column', { m: ['n'] }, {}],
      ['agent_id', 'agent'],
      ['project_id', 'project'],
      ['key_type', 'llm_api'],
    ],
  },
  user: {
    table: 'LiteLLM_UserTable',
    id: 'user_id',
    make: '/user/new',
    base: () => ({ auto_create_key: false }),
    update: ['POST', '/user/update'],
    updated: ({ data }) => data,
    fields: [
      ...LIMITS,
      MODELS,
      ['user_email', 'somebody-#@example.com'],
      ['user_alias', 'Somebody'],
      ['user_role', 'internal_user_viewer'],
      ['sso_user_id', 'sso-#'],
      ['spend', 5, 'column', 5, KEPT],
      ['metadata', { a: 1 }, 'column', { a: 1 }, {}],
      ['allowed_cache_controls', ['ttl'], 'column', ['ttl'], []],
      ['model_max_budget', { m: { budget_limit: 1, time_period: '1d' } }, 'column', undefined, {}],
      ['policies', ['p'], 'column', ['p'], []],
      ['model_rpm_limit', { m: 5 }, 'metadata'],
      ['guardrails', ['g'], 'metadata'],
    ],
  },
  team: {
    table: 'LiteLLM_TeamTable',
    id: 'team_id',
    make: '/team/new',
    update: ['POST', '/team/update'],
    updated: ({ data }) => data,
    fields: [
      ...LIMITS,
      MODELS,
      ['team_alias', 'A team'],
      ['organization_id', 'org'],
      ['soft_budget', 4],
      ['metadata', { a: 1 }, 'column', { a: 1 }, {}],
      ['blocked', true, 'column', true, false],
      ['team_member_permissions', ['/key/generate'], 'column', ['/key/generate'], []],
      ['model_max_budget', { m: { budget_limit: 1, time_period: '1d' } }, 'column', undefined, {}],
      ['access_group_ids', ['g'], 'column', ['g'], []],
      ['policies', ['p'], 'column', ['p'], []],
      ['router_settings', { num_retries: 1 }],
      ['default_team_member_models', ['m'], 'column', ['m'], []],
      ['tpd_limit', 5, 'column', '5'],
      ['budget_limits', WINDOWS],
      ['tags', ['t'], 'metadata'],
      ['guardrails', ['g'], 'metadata'],
      ['model_rpm_limit', { m: 5 }, 'metadata'],
      ['model_tpm_limit', { m: 5 }, 'metadata'],
      ['team_member_key_duration', '1d', 'metadata'],
      ['allowed_passthrough_routes', ['/r'], 'metadata'],
      ['default_estimated_output_tokens', 5, 'metadata'],
      ['default_estimated_output_tokens_per_model', { m: 5 }, 'metadata'],
    ],
  },
  budget: {
    table: 'LiteLLM_BudgetTable',
    id: 'budget_id',
    make: '/budget/new',
    update: ['POST', '/budget/update'],
    fields: [
      ...LIMITS,
      ['soft_budget', 5],
      ['model_max_budget', { m: { max_budget: 1, budget_duration: '1d' } }],
      ['allowed_models', ['m'], 'column', ['m'], []],
      ['tpd_limit', 5, 'column', '5'],
    ],
  },
  customer: {
    table: 'LiteLLM_EndUserTable',
    id: 'user_id',
    make: '/customer/new',
    base: (id) => ({ user_id: id }),
    update: ['POST', '/customer/update'],
    // As in LiteLLM, null changes nothing here.
    fields: [
      ...BUDGET,
      ['alias', 'A customer'],
      ['allowed_model_region', 'eu'],
      ['default_model', 'm'],
      ['blocked', true],
      ['budget_id', 'tier'],
    ].map(([name, value, place, written]) => [name, value, place, written, KEPT]) as unknown as Field[],
  },
  organization: {
    table: 'LiteLLM_OrganizationTable',
    id: 'organization_id',
    make: '/organization/new',
    base: () => ({ organization_alias: 'An organization' }),
    update: ['PATCH', '/organization/update'],
    fields: [
      ...BUDGET.map(([name, value, place, written]) => [name, value, place, written, KEPT] as Field),
      MODELS,
      ['organization_alias', 'Another', 'column', 'Another', KEPT],
      ['budget_id', 'tier', 'column', 'tier', KEPT],
      ['metadata', { a: 1 }, 'column', { a: 1 }, {}],
      ['tags', ['t'], 'metadata'],
      ['model_rpm_limit', { m: 5 }, 'metadata'],
      ['model_tpm_limit', { m: 5 }, 'metadata'],
    ],
  },
  tag: {
    table: 'LiteLLM_TagTable',
    id: 'tag_name',
    make: '/tag/new',
    base: (id) => ({ name: id }),
    update: ['POST', '/tag/update'],
    made: ({ tag }) => ({ ...tag, tag_name: tag.name }),
    updated: ({ tag }) => ({ ...tag, tag_name: tag.name }),
    fields: [
      ...BUDGET.map(([name, value, place, written]) => [name, value, place, written, KEPT] as Field),
      MODELS,
      ['description', 'A tag'],
    ],
  },
}

/** LiteLLM's answers about what is new leave them out. */
const NOT_ANSWERED = new Set(['auto_rotate', 'rotation_interval', 'sso_user_id'])

let database: TestDatabase
let admin: TestAdmin
let count = 0

beforeAll(async () => {
  database = await createTestDatabase()
  const { sql } = database
  await sql.unsafe(`
    alter table "LiteLLM_VerificationToken" add column tpd_limit bigint, add column budget_limits jsonb,
      add column budget_fallbacks jsonb not null default '{}', add column agent_id text, add column key_type text,
      add column project_id text;
    alter table "LiteLLM_TeamTable" add column tpd_limit bigint, add column budget_limits jsonb,
      add column default_team_member_models text[];
    alter table "LiteLLM_BudgetTable" add column tpd_limit bigint, add column allowed_models text[]`)
  admin = await startAdmin({ database })
  await admin.post('/budget/new', { budget_id: 'tier' })
  await admin.post('/organization/new', { organization_id: 'org', organization_alias: 'org' })
  await admin.post('/team/new', { team_id: 'team' })
})

afterAll(() => database.drop())

describe.each(Object.entries(ROUTES))('of a %s', (_kind, route) => {
  test.each(route.fields)('%s', async (name, given, place = 'column', written = given, cleared = null) => {
    const numbered = <T>(value: T) => (typeof value === 'string' ? value.replace('#', String(count)) : value)
    const holds = async (id: string, answer: any) => {
      expect(await stored(route, id, name, place)).toEqual(numbered(written))
      const isLeftOut = answer[name] === undefined && NOT_ANSWERED.has(name)
      if (place === 'column' && !isLeftOut) expect(answer).toMatchObject({ [name]: numbered(given) })
    }
    count++
    const made = await make(route, { [name]: numbered(given) })
    await holds(made.id, made.answer)

    count++
    const bare = await make(route, {})
    await holds(bare.id, await update(route, bare, { [name]: numbered(given) }))
    // What is not mentioned stays.
    await holds(bare.id, await update(route, bare, {}))
    if (cleared === KEPT) return
    await update(route, bare, { [name]: null })
    expect((await stored(route, bare.id, name, place)) ?? null).toEqual(cleared)
  })
})

test('the answer to /key/generate has every member of LiteLLM’s, null where nothing was said', async () => {
  const { body } = await admin.post('/key/generate', {})
  expect(Object.keys(body).sort()).toEqual(
    [
      ...['key', 'token', 'token_id', 'key_name', 'key_alias', 'expires', 'duration', 'user_id', 'team_id', 'agent_id'],
      ...['organization_id', 'project_id', 'budget_id', 'litellm_budget_table', 'created_at', 'created_by'],
      ...['updated_at', 'updated_by', 'models', 'spend', 'max_budget', 'max_parallel_requests', 'metadata'],
      ...['tpm_limit', 'rpm_limit', 'tpd_limit', 'budget_duration', 'budget_limits', 'budget_fallbacks', 'config'],
      ...['allowed_cache_controls', 'permissions', 'model_max_budget', 'model_rpm_limit', 'model_tpm_limit'],
      ...['guardrails', 'policies', 'prompts', 'blocked', 'aliases', 'object_permission', 'tags', 'enforced_params'],
      ...['allowed_routes', 'allowed_passthrough_routes', 'allowed_vector_store_indexes', 'rpm_limit_type'],
      ...['tpm_limit_type', 'router_settings', 'access_group_ids', 'key_type', 'default_estimated_output_tokens'],
      ...['default_estimated_output_tokens_per_model', 'denied_passthrough_routes', 'disable_global_guardrails'],
      ...[
        'enable_prompt_caching',
        'end_user_budget_id',
        'mcp_rpm_limit',
        'tag_rpm_limit',
        'throttle_on_budget_exceeded',
      ],
    ].sort(),
  )
  const { key, token, token_id, key_name, created_at, updated_at, ...rest } = body
  expect([token_id, key_name, created_at]).toEqual([token, `sk-...${key.slice(-4)}`, updated_at])
  expect(Object.entries(rest).filter(([, value]) => value !== null)).toEqual(
    expect.arrayContaining([
      ['spend', 0],
      ['models', []],
      ['metadata', {}],
      ['aliases', {}],
      ['key_type', 'default'],
      ['created_by', 'default_user_id'],
    ]),
  )
})

test.each([
  [
    'a type of key opens its routes',
    '/key/generate',
    { key_type: 'management' },
    { allowed_routes: ['management_routes'] },
  ],
  ['an empty budget is none', '/key/generate', { max_budget: '' }, { max_budget: null }],
  ['an empty team is none', '/key/generate', { team_id: '' }, { team_id: null }],
  [
    'numbers may come as text',
    '/key/generate',
    { tpm_limit: '7', max_budget: '1.5' },
    { tpm_limit: 7, max_budget: 1.5 },
  ],
  ['a duration ends', '/key/generate', { duration: '1d' }, { expires: '2026-03-19T10:20:30.456000Z' }],
  [
    'a budget of a duration is reset',
    '/budget/new',
    { budget_duration: '7d' },
    { budget_reset_at: '2026-03-23T00:00:00Z' },
  ],
  [
    'a team has whoever made it as its admin',
    '/team/new',
    {},
    { members_with_roles: [expect.objectContaining({ role: 'admin' })] },
  ],
])('%s', async (_claim, path, request, answer) => {
  expect((await admin.post(path, request)).body).toMatchObject(answer)
})

interface Made {
  readonly id: string
  /** What a request names it by. */
  readonly named: object
  readonly answer: any
}

async function make({ make: path, base, id, made = (body) => body }: Route, members: object): Promise<Made> {
  const { status, body } = await admin.post(path, { ...base?.(`id-${count}`), ...members })
  expect([status, status === 200 ? undefined : body]).toEqual([200, undefined])
  const answer = made(body)
  const named = { token: { key: body.key }, tag_name: { name: answer.name } }[id] ?? { [id]: answer[id] }
  return { id: answer[id], named, answer }
}

async function update({ update: [method, path], updated = (body) => body }: Route, { named }: Made, members: object) {
  const { status, body } = await admin.call(method, path, { ...named, ...members })
  expect([status, status === 200 ? undefined : body]).toEqual([200, undefined])
  return updated(body)
}

async function stored({ table, id: column }: Route, id: string, name: string, place: Place): Promise<unknown> {
  const row = await admin.row(table, { [column]: id })
  if (place === 'metadata') return row.metadata[name]
  if (place === 'column') return row[name]
  return (await admin.row('LiteLLM_BudgetTable', { budget_id: row.budget_id }))?.[name]
}
