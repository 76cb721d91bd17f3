import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { StoredModels } from '../../../src/admin/models/stored-models.ts'
import { ROUTES } from '../../../src/admin/routes.ts'
import type { Json } from '../../../src/types.ts'
import { cleanups } from '../../support/cleanups.ts'
import { createTestDatabase } from '../../support/database.ts'
import { startAdmin } from './support.ts'

const FIELDS = [
  ...[
    'key',
    'keys',
    'key_alias',
    'key_aliases',
    'user_id',
    'user_ids',
    'user_email',
    'user_role',
    'team_id',
    'team_ids',
  ],
  ...['team_alias', 'organization_id', 'organization_ids', 'organization_alias', 'budget_id', 'budgets', 'id', 'name'],
  ...[
    'member',
    'members_with_roles',
    'role',
    'models',
    'model',
    'model_name',
    'litellm_params',
    'model_info',
    'metadata',
  ],
  ...['max_budget', 'soft_budget', 'spend', 'reset_to', 'tpm_limit', 'rpm_limit', 'max_parallel_requests', 'duration'],
  ...['budget_duration', 'budget_limits', 'model_max_budget', 'aliases', 'config', 'permissions', 'tags', 'blocked'],
  ...['object_permission', 'allowed_routes', 'key_type', 'temp_budget_increase', 'temp_budget_expiry', 'new_key'],
  ...[
    'grace_period',
    'alias',
    'description',
    'teams',
    'model_aliases',
    'max_budget_in_team',
    '__proto__',
    'constructor',
  ],
]
const value = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    '',
    'a',
    'b',
    '-1',
    '30d',
    '999999mo',
    '\u0000',
    '\ud800',
    true,
    0,
    -1,
    1e308,
    2 ** 53,
    0.1,
  ),
  fc.constantFrom<unknown>('2026-01-01T00:00:00Z', '9999-99-99', `sk-${'x'.repeat(300)}`, 'x'.repeat(20_000), [], {}),
  fc.constantFrom<unknown>(['a'], ['a', 'a'], [null], { role: 'user', user_id: 'a' }, [
    { role: 'admin', user_id: 'a' },
  ]),
  fc.constantFrom<unknown>({ model: 'openai/x' }, [{ budget_duration: '1d', max_budget: 1 }], { a: { max_budget: 1 } }),
  fc.jsonValue(),
)
/** As it comes off the wire. */
const body = fc
  .oneof(
    { weight: 9, arbitrary: fc.dictionary(fc.constantFrom(...FIELDS), value, { maxKeys: 8 }) },
    { weight: 1, arbitrary: fc.jsonValue() },
  )
  .map((sent) => JSON.parse(JSON.stringify(sent) ?? 'null') as unknown)
const segment = fc.constantFrom('a', 'b', 'sk-nobody', '%00', 'x'.repeat(300))

const STORED: StoredModels = {
  seal: async (params) => params,
  open: (params) => params as Json,
  check: () => {},
  changed: async () => {},
}

test('whatever is sent to the management endpoints, the answer is no fault of ours, and breaks nothing', async () => {
  const database = await createTestDatabase()
  cleanups.push(database.drop)
  const { call, events } = await startAdmin({ database, settings: { storedModels: STORED } })
  const faults: unknown[] = []
  events.on('fault', (fault) => faults.push(fault))
  const request = fc.record({ route: fc.constantFrom(...Object.keys(ROUTES)), body, segment })
  await fc.assert(
    fc.asyncProperty(request, async ({ route, body: sent, segment: part }) => {
      const [method, path] = route.replace(/\{\w+\}/g, part).split(' ') as [string, string]
      const query = method === 'GET' ? `?${new URLSearchParams(texts(sent))}` : ''
      const { status } = await call(method, path + query, method === 'GET' ? undefined : sent)
      expect([status < 500, faults]).toEqual([true, []])
    }),
    { numRuns: 1_500 },
  )
  expect(({} as Json).polluted).toBeUndefined()
  // It goes on to work for those who ask for what it is for.
  expect((await call('POST', '/key/generate', { key_alias: 'after all that' })).status).toBe(200)
})

function texts(sent: unknown): Record<string, string> {
  if (typeof sent !== 'object' || sent === null) return {}
  return Object.fromEntries(
    Object.entries(sent).map(([name, part]) => [name, typeof part === 'string' ? part : JSON.stringify(part)]),
  )
}
