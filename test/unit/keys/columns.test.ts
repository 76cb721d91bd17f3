import { expect, test } from '@jest/globals'
import {
  askedChanges,
  askedRow,
  KEY_COLUMNS,
  LATE_KEY_COLUMNS,
  ownFacts,
  READ_COLUMNS,
} from '../../../src/keys/columns.ts'
import { selectKey } from '../../../src/keys/sql/select-key.ts'

/** Each column with a value that no other has. */
const ROW = {
  token: 'the-hash',
  key_name: 'sk-...name',
  key_alias: 'the-alias',
  spend: 1,
  expires: '2026-01-02T00:00:00',
  models: ['a-model'],
  aliases: { an: 'alias' },
  config: { a: 'config' },
  user_id: 'the-user',
  team_id: 'the-team',
  agent_id: 'the-agent',
  project_id: 'the-project',
  organization_id: 'the-organization',
  permissions: { a: 'permission' },
  metadata: { a: 'member' },
  blocked: true,
  max_parallel_requests: 2,
  tpm_limit: 3,
  rpm_limit: 4,
  tpd_limit: 5,
  max_budget: 6,
  budget_duration: '7d',
  budget_reset_at: '2026-01-08T00:00:00',
  model_max_budget: { m: { max_budget: 9 } },
  allowed_cache_controls: ['a-control'],
  allowed_routes: ['/a-route'],
  budget_limits: [{ budget_duration: '10d', max_budget: 11, reset_at: null }],
  budget_fallbacks: { m: ['a-fallback'] },
  router_settings: { num_retries: 1 },
}

test('each column becomes the fact that it is', () => {
  expect(Object.keys(ROW)).toEqual(READ_COLUMNS)
  expect(ownFacts(ROW, null)).toEqual({
    hashedToken: 'the-hash',
    name: 'sk-...name',
    alias: 'the-alias',
    master: false,
    models: ['a-model'],
    expiresAt: new Date('2026-01-02T00:00:00Z'),
    blocked: true,
    spend: 1,
    maxBudget: 6,
    metadata: { a: 'member' },
    aliases: { an: 'alias' },
    allowedRoutes: ['/a-route'],
    allowedCacheControls: ['a-control'],
    config: { a: 'config' },
    permissions: { a: 'permission' },
    softBudget: undefined,
    budgetDuration: '7d',
    budgetResetAt: new Date('2026-01-08T00:00:00Z'),
    modelMaxBudget: { m: { max_budget: 9 } },
    budgetFallbacks: { m: ['a-fallback'] },
    routerSettings: { num_retries: 1 },
    budgetWindows: [{ duration: '10d', maxBudget: 11, resetAt: undefined }],
    limits: { rpm: 4, tpm: 3, tpd: 5, maxParallelRequests: 2 },
  })
})

test('what a key leaves open is that of its budget tier, but for parallel calls', () => {
  const budget = { max_budget: 1, soft_budget: 2, rpm_limit: 3, tpm_limit: 4, tpd_limit: 5, max_parallel_requests: 6 }
  expect(ownFacts({ token: 't', model_max_budget: {} }, { ...budget, model_max_budget: { m: 7 } })).toMatchObject({
    maxBudget: 1,
    softBudget: 2,
    modelMaxBudget: { m: 7 },
    limits: { rpm: 3, tpm: 4, tpd: 5, maxParallelRequests: undefined },
  })
})

test('the statement reads the columns that the database has', () => {
  const columns = new Set(['token', 'spend', 'budget_id'])
  const text = selectKey(new Map([['LiteLLM_VerificationToken', { columns, uniqueKeys: [], insertable: true }]]))
  expect(text).toContain('(select to_jsonb(r) from (select k."token", k."spend") as r) as "key"')
})

test('what a request says of a new key stands in its column, and what it does not is empty', () => {
  const empty = {
    key_alias: null,
    models: [],
    aliases: {},
    config: {},
    user_id: null,
    team_id: null,
    agent_id: null,
    project_id: null,
    organization_id: null,
    permissions: {},
    blocked: null,
    max_parallel_requests: null,
    tpm_limit: null,
    rpm_limit: null,
    tpd_limit: null,
    max_budget: null,
    model_max_budget: {},
    allowed_cache_controls: [],
    allowed_routes: [],
    budget_fallbacks: {},
    budget_id: null,
    policies: [],
    access_group_ids: [],
    router_settings: {},
    auto_rotate: false,
    rotation_interval: null,
  }
  expect(askedRow({})).toEqual(empty)
  expect(askedRow(ROW)).toEqual({
    ...empty,
    ...Object.fromEntries(Object.entries(ROW).filter(([name]) => name in empty)),
  })
})

test('what a request does not mention stays, and null clears: lists and objects become empty', () => {
  const nothing = Object.fromEntries(Object.keys(KEY_COLUMNS).map((name) => [name, null]))
  const cleared = askedChanges(nothing)
  expect(askedChanges({})).toEqual({})
  const withUnknown = { tpd_limit: 0, unknown: 1 }
  expect(askedChanges(withUnknown)).toEqual({ tpd_limit: 0 })
  const names = (text: string) =>
    Object.entries(cleared).flatMap(([name, value]) => (JSON.stringify(value) === text ? [name] : []))
  expect(names('[]')).toEqual(['models', 'allowed_cache_controls', 'allowed_routes', 'policies', 'access_group_ids'])
  expect(names('{}')).toEqual(['aliases', 'config', 'permissions', 'model_max_budget', 'budget_fallbacks'])
  expect(cleared).toMatchObject({ router_settings: null, auto_rotate: null, tpm_limit: null })
  expect(Object.keys(cleared)).not.toContain('metadata')
})

test('columns that came later name the version that brought them', () => {
  expect(LATE_KEY_COLUMNS).toMatchObject({ tpd_limit: '1.104.0', budget_fallbacks: '1.92.0', auto_rotate: '1.77.5' })
  expect(LATE_KEY_COLUMNS).not.toHaveProperty('tpm_limit')
})
