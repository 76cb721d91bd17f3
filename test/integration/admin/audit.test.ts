import { expect, test } from '@jest/globals'
import type { StoredModels } from '../../../src/admin/models/stored-models.ts'
import { ROUTES } from '../../../src/admin/routes.ts'
import { CALLBACK_ROUTES } from '../../../src/admin/settings/callback-routes.ts'
import { CONFIG_ROUTES } from '../../../src/admin/settings/config-routes.ts'
import { UI_SETTINGS_ROUTES } from '../../../src/admin/settings/ui-settings.ts'
import type { Json } from '../../../src/types.ts'
import { migrate } from '../../../src/upkeep/migrate.ts'
import { cleanups } from '../../support/cleanups.ts'
import { createTestDatabase } from '../../support/database.ts'
import { startAdmin } from './support.ts'

/** `{key}` stands for the hashed token of the first key, `{link}` for the invitation. In this order each finds what it is about. */
const CHANGES: readonly (readonly [route: string, body: Json | undefined, path?: string])[] = [
  ['POST /budget/new', { budget_id: 'b', max_budget: 1 }],
  ['POST /budget/update', { budget_id: 'b', max_budget: 2 }],
  ['POST /organization/new', { organization_id: 'o', organization_alias: 'o' }],
  ['PATCH /organization/update', { organization_id: 'o', organization_alias: 'p' }],
  ['POST /user/new', { user_id: 'u', auto_create_key: false }],
  ['POST /user/update', { user_id: 'u', max_budget: 5 }],
  ['POST /invitation/new', { user_id: 'u' }],
  ['POST /invitation/update', { invitation_id: '{link}', is_accepted: true }],
  ['POST /invitation/delete', { invitation_id: '{link}' }],
  ['POST /organization/member_add', { organization_id: 'o', member: { user_id: 'u', role: 'internal_user' } }],
  ['PATCH /organization/member_update', { organization_id: 'o', user_id: 'u', role: 'org_admin' }],
  ['DELETE /organization/member_delete', { organization_id: 'o', user_id: 'u' }],
  ['POST /team/new', { team_id: 't' }],
  ['POST /team/update', { team_id: 't', max_budget: 9 }],
  ['POST /team/block', { team_id: 't' }],
  ['POST /team/unblock', { team_id: 't' }],
  ['POST /team/member_add', { team_id: 't', member: { user_id: 'u', role: 'user' } }],
  ['POST /team/member_update', { team_id: 't', user_id: 'u', role: 'admin' }],
  ['POST /team/member_delete', { team_id: 't', user_id: 'u' }],
  ['POST /team/bulk_member_add', { team_id: 't', members: [{ user_id: 'u', role: 'user' }] }],
  ['POST /team/model/add', { team_id: 't', models: ['m'] }],
  ['POST /team/model/delete', { team_id: 't', models: ['m'] }],
  ['POST /team/permissions_update', { team_id: 't', team_member_permissions: ['/key/info'] }],
  ['POST /user/bulk_update', { users: [{ user_id: 'u', max_budget: 4 }] }],
  ['POST /key/generate', { key_alias: 'a', max_budget: 5, spend: 3, user_id: 'u' }],
  ['POST /key/service-account/generate', { team_id: 't', key_alias: 'robot' }],
  ['POST /key/update', { key: '{key}', max_budget: 6 }],
  ['POST /key/bulk_update', { keys: [{ key: '{key}', max_budget: 7 }] }],
  ['POST /key/block', { key: '{key}' }],
  ['POST /key/unblock', { key: '{key}' }],
  ['POST /key/{key}/reset_spend', { reset_to: 1 }, '/key/{key}/reset_spend'],
  ['POST /global/spend/reset', undefined],
  ['POST /key/regenerate', { key: '{key}' }],
  ['POST /key/{key}/regenerate', {}, '/key/{key}/regenerate'],
  ['POST /key/delete', { key_aliases: ['a'] }],
  ...['/customer', '/end_user'].flatMap(
    (prefix) =>
      [
        [`POST ${prefix}/new`, { user_id: prefix }],
        [`POST ${prefix}/update`, { user_id: prefix, alias: 'x' }],
        [`POST ${prefix}/block`, { user_ids: [prefix] }],
        [`POST ${prefix}/unblock`, { user_ids: [prefix] }],
        [`POST ${prefix}/delete`, { user_ids: [prefix] }],
      ] as const,
  ),
  ['POST /tag/new', { name: 'g' }],
  ['POST /tag/update', { name: 'g', description: 'x' }],
  ['POST /tag/delete', { name: 'g' }],
  ['POST /model/new', { model_name: 'm', litellm_params: { model: 'openai/x' }, model_info: { id: 'm' } }],
  ['POST /model/update', { model_info: { id: 'm' }, model_name: 'n' }],
  ['PATCH /model/{id}/update', { model_name: 'o' }, '/model/m/update'],
  ['POST /model/{id}/update', { model_name: 'p' }, '/model/m/update'],
  ['POST /access_group/new', { access_group: 'g', model_names: ['p'] }],
  ['PUT /access_group/{name}/update', { model_ids: ['m'] }, '/access_group/g/update'],
  ['DELETE /access_group/{name}/delete', undefined, '/access_group/g/delete'],
  ['POST /model/delete', { id: 'm' }],
  ['POST /credentials', { credential_name: 'c', credential_values: { api_key: 'k' } }],
  ['PATCH /credentials/{name}', { credential_info: { a: 1 } }, '/credentials/c'],
  ['DELETE /credentials/{name}', undefined, '/credentials/c'],
  ['POST /project/new', { team_id: 't', project_id: 'p' }],
  ['POST /project/update', { project_id: 'p', description: 'x' }],
  ['DELETE /project/delete', { project_ids: ['p'] }],
  ['POST /team/delete', { team_ids: ['t'] }],
  ['POST /user/delete', { user_ids: ['u'] }],
  ['DELETE /organization/delete', { organization_ids: ['o'] }],
  ['POST /budget/delete', { id: 'b' }],
]
/** Routes with a body that only look, and those of a session, which login.test.ts looks at. */
const LOOKS = [
  'POST /v2/key/info',
  'POST /key/health',
  'POST /utils/token_counter',
  'POST /organization/info',
  'POST /budget/info',
  'POST /tag/info',
  'POST /spend/calculate',
  'POST /global/spend/end_users',
  'POST /session/logout',
  'POST /user/password/change',
]

/** settings.test.ts looks at them. */
const SETTINGS = { ...CONFIG_ROUTES, ...CALLBACK_ROUTES, ...UI_SETTINGS_ROUTES }

const STORED: StoredModels = {
  seal: async (params) => params,
  open: (params) => params as Json,
  check: () => {},
  changed: async () => {},
}

test('every change leaves an entry in the log of changes, with who made it', async () => {
  const database = await createTestDatabase({ schema: 'empty' })
  cleanups.push(database.drop)
  await migrate(database.sql)
  const { sql, call } = await startAdmin({ database, settings: { storedModels: STORED, trustChangedBy: true } })
  for (const [route, body, path = route.slice(route.indexOf(' ') + 1)] of CHANGES) {
    const [before, keys, links] = await Promise.all([
      sql`select id from "LiteLLM_AuditLog"`,
      sql`select token from "LiteLLM_VerificationToken" where key_alias = 'a'`,
      sql`select id from "LiteLLM_InvitationLink"`,
    ])
    const fill = (text: string) =>
      text.replaceAll('{key}', String(keys[0]?.token)).replaceAll('{link}', String(links[0]?.id))
    const method = route.slice(0, route.indexOf(' '))
    const sent = body && JSON.parse(fill(JSON.stringify(body)))
    const answer = await call(method, fill(path), sent, undefined, { changedBy: 'somebody' })
    expect([route, answer.status, JSON.stringify(answer.body)]).toEqual([route, 200, expect.any(String)])
    const added = await sql`
      select changed_by, action, object_id from "LiteLLM_AuditLog" where id <> all(${before.map(({ id }) => id)})`
    expect([route, added.length > 0]).toEqual([route, true])
    expect([route, [...new Set(added.map((entry) => entry.changed_by))]]).toEqual([route, ['somebody']])
  }
})

test('there is no route of changes beside these', () => {
  const routes = Object.keys(ROUTES).filter((route) => !route.startsWith('GET ') && !Object.hasOwn(SETTINGS, route))
  expect([...new Set([...CHANGES.map(([route]) => route), ...LOOKS])].sort()).toEqual(routes.sort())
})
