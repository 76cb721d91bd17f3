import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { MASTER_KEY, startApp, type TestApp } from '../support/app.ts'

let app: TestApp
let admin: string

beforeAll(async () => {
  app = await startApp({ upstream: 'http://127.0.0.1:9', options: { authCacheTtl: '1h' } })
  await post('/organization/new', { organization_id: 'org', organization_alias: 'org', models: ['gpt-4o'] })
  await post('/organization/new', { organization_id: 'other', organization_alias: 'other' })
  await post('/organization/member_add', {
    organization_id: 'org',
    member: [
      { user_id: 'head', role: 'org_admin' },
      { user_id: 'hand', role: 'internal_user' },
    ],
  })
  admin = await keyOf('head')
})
afterAll(() => app.close())

const post = async (path: string, body: object, secret = MASTER_KEY) => {
  const answer = await app.post(path, secret, body)
  return { status: answer.status, body: (await answer.json()) as any }
}
const keyOf = async (user_id: string) => (await post('/key/generate', { user_id })).body.key as string

test('an admin of an organization makes and changes teams of it, through the whole gateway', async () => {
  const made = await post('/team/new', { team_id: 'theirs', organization_id: 'org', models: ['gpt-4o'] }, admin)
  expect([made.status, made.body.organization_id]).toEqual([200, 'org'])
  expect(made.body.members_with_roles).toMatchObject([{ user_id: 'head', role: 'admin' }])
  expect((await post('/team/update', { team_id: 'theirs', team_alias: 'x' }, admin)).status).toBe(200)
  expect((await post('/user/new', { organizations: ['org'], user_id: 'made' }, admin)).status).toBe(200)
})

test('whatever role the row of the user has', async () => {
  for (const role of ['internal_user', 'internal_user_viewer', null]) {
    await app.sql`update "LiteLLM_UserTable" set user_role = ${role} where user_id = 'head'`
    const secret = await keyOf('head')
    expect((await post('/team/new', { organization_id: 'org' }, secret)).status).toBe(200)
  }
})

test('not of another organization, not of none, and not by who is only a member', async () => {
  expect((await post('/team/new', { organization_id: 'other' }, admin)).status).toBe(401)
  expect((await post('/team/new', {}, admin)).status).toBe(401)
  expect((await post('/team/new', { organization_id: 'org' }, await keyOf('hand'))).status).toBe(401)
  await post('/team/new', { team_id: 'foreign', organization_id: 'other' })
  expect((await post('/team/update', { team_id: 'foreign', organization_id: 'org' }, admin)).status).toBe(403)
  expect((await post('/user/new', { organizations: ['other'] }, admin)).status).toBe(401)
})

test('a team of an organization gets no model beyond those of the organization', async () => {
  const asked = { organization_id: 'org', models: ['gpt-4o', 'dear'] }
  const refused = await post('/team/new', asked, admin)
  expect([refused.status, refused.body.error.message]).toEqual([400, expect.stringContaining("Model 'dear' not in")])
  await post('/team/new', { team_id: 'narrow', organization_id: 'org', models: ['gpt-4o'] })
  expect((await post('/team/update', { team_id: 'narrow', models: ['dear'] }, admin)).status).toBe(400)
})

test('a refusal says the role, and None where the user has none', async () => {
  await post('/user/new', { user_id: 'plain', user_role: 'internal_user', auto_create_key: false })
  const said = async () => (await post('/team/new', {}, await keyOf('plain'))).body.error.message as string
  expect(await said()).toContain('Your role=internal_user.')
  await app.sql`update "LiteLLM_UserTable" set user_role = null where user_id = 'plain'`
  expect(await said()).toContain('Your role=None.')
  const { key } = (await post('/key/generate', {})).body
  expect((await post('/team/new', {}, key)).body.error.message).toContain('Your role=unknown.')
  await app.sql`update "LiteLLM_UserTable" set user_role = null where user_id = 'plain'`
  for (const path of ['/key/block', '/budget/new', '/organization/new', '/user/new', '/key/generate']) {
    expect(JSON.stringify((await post(path, {}, await keyOf('plain'))).body)).not.toMatch(/undefined|null role/)
  }
})
