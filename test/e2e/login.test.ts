import { createHash, createHmac } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { hashSecret } from '../../src/admission/credential/credential.ts'
import { hashPassword } from '../../src/admission/credential/password.ts'
import { MASTER_KEY, startApp, type TestApp } from '../support/app.ts'
import { startUpstream } from '../support/upstream.ts'

const PASSWORD = 'Correct-Horse-9'
let app: TestApp
let upstream: Awaited<ReturnType<typeof startUpstream>>

beforeAll(async () => {
  upstream = await startUpstream((res) => res.end())
  const variables = { UI_USERNAME: 'operator', UI_PASSWORD: 'operators password' }
  app = await startApp({
    upstream: upstream.url,
    options: { config: { environment_variables: variables } },
    database: { schema: 'empty' },
  })
  await app.gateway.migrate()
  await user('ann', 'Ann@Example.com', 'internal_user', await hashPassword(PASSWORD))
  await user('old', 'old@example.com', 'internal_user_viewer', createHash('sha256').update(PASSWORD).digest('hex'))
  await user('none', 'none@example.com', 'proxy_admin', null)
})
afterAll(async () => {
  await app.close()
  await upstream.close()
})

const user = (id: string, email: string, role: string, password: string | null) => app.sql`
  insert into "LiteLLM_UserTable" (user_id, user_email, user_role, password)
  values (${id}, ${email}, ${role}, ${password})`

const login = (username: unknown, password: unknown) =>
  fetch(`${app.url}/v2/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username, password }),
  })

const claimsOf = (token: string) => JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString())

/** The claims of a new session. */
async function signIn(username: string, password: string) {
  const answer = await login(username, password)
  expect(answer.status).toBe(200)
  return claimsOf(((await answer.json()) as { token: string }).token)
}

const get = (path: string, secret: string) => fetch(app.url + path, { headers: { authorization: `Bearer ${secret}` } })
const passwordOf = async (id: string) =>
  (await app.sql`select password from "LiteLLM_UserTable" where user_id = ${id}`)[0]!.password as string

test('UI_USERNAME and UI_PASSWORD open a session: a token signed with the master key, and a key that expires', async () => {
  const answer = await login('operator', 'operators password')
  const { token, redirect_url } = (await answer.json()) as { token: string; redirect_url: string }
  expect(redirect_url).toBe('/ui/?login=success')
  expect(answer.headers.get('set-cookie')).toBe(`token=${token}; Path=/; SameSite=Lax`)
  expect(answer.headers.get('cache-control')).toBe('no-store')
  const [head, body, signature] = token.split('.')
  expect(createHmac('sha256', MASTER_KEY).update(`${head}.${body}`).digest('base64url')).toBe(signature)
  const { key, exp, ...claims } = claimsOf(token)
  expect(claims).toEqual({
    user_id: 'default_user_id',
    user_email: null,
    user_role: 'proxy_admin',
    login_method: 'username_password',
    premium_user: false,
    auth_header_name: 'Authorization',
    disabled_non_admin_personal_key_creation: false,
    server_root_path: '',
    password_reset_required: false,
  })
  expect(Math.abs(exp - Date.now() / 1000 - 86_400)).toBeLessThan(60)
  const [row] = await app.sql`select * from "LiteLLM_VerificationToken" where token = ${hashSecret(key)}`
  expect(row).toMatchObject({ team_id: 'litellm-dashboard', user_id: 'default_user_id', max_budget: 1, metadata: {} })
  expect(Math.abs(row!.expires.getTime() / 1000 - exp)).toBeLessThan(2)
  expect((await get('/user/list', key)).status).toBe(200)
  expect((await get('/user/list', token)).status).toBe(401)
})

test('a user of the table signs in by address, whatever its case, with its own rights', async () => {
  const { key, ...claims } = await signIn('ann@example.COM', PASSWORD)
  expect(claims).toMatchObject({ user_id: 'ann', user_role: 'internal_user', user_email: 'Ann@Example.com' })
  expect((await get('/user/list', key)).status).toBe(403)
  expect(await (await get('/v2/user/info', key)).json()).toMatchObject({ user_id: 'ann' })
})

test('a hash of an old LiteLLM is accepted, and replaced', async () => {
  await signIn('old@example.com', PASSWORD)
  expect(await passwordOf('old')).toMatch(/^scrypt:/)
  await signIn('old@example.com', PASSWORD)
})

test('wrong passwords, unknown names, users without a password and other types get the same answer', async () => {
  const answers = await Promise.all([
    login('operator', 'wrong'),
    login('nobody', 'wrong'),
    login('ann@example.com', await passwordOf('ann')),
    login('none@example.com', ''),
    login({ a: 1 }, ['operators password']),
  ])
  const texts = await Promise.all(answers.map((answer) => answer.text()))
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([401]))
  expect(new Set(texts).size).toBe(1)
  expect(JSON.parse(texts[0]!).error).toMatchObject({ type: 'auth_error', param: 'invalid_credentials', code: '401' })
  expect((await login('operator', MASTER_KEY)).status).toBe(401)
})

test('the form without script sets the cookie, and says what is wrong; an app keeps its own /login', async () => {
  const form = await fetch(`${app.url}/login`, { method: 'POST', body: new URLSearchParams({ username: 'operator' }) })
  expect(form.status).toBe(404)
})

test('guesses at one name are refused after a while, right or wrong; other names still sign in', async () => {
  const tries = []
  for (let i = 0; i < 8; i++) tries.push((await login('guessed@example.com', `${i}`)).status)
  expect(tries).toEqual([401, 401, 401, 401, 401, 401, 429, 429])
  const refused = await login('guessed@example.com', 'x')
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(290)
  expect(await refused.json()).toMatchObject({ error: { type: 'auth_error', param: 'username', code: '429' } })
  await signIn('ann@example.com', PASSWORD)
})

test('guesses at the same moment count as those one after another do', async () => {
  const answers = await Promise.all(Array.from({ length: 20 }, (_, i) => login('crowd@example.com', `${i}`)))
  expect(answers.filter(({ status }) => status === 401)).toHaveLength(6)
})

test('a session ends with its logout, and no other key does', async () => {
  const { key } = await signIn('ann@example.com', PASSWORD)
  const { key: other } = await signIn('ann@example.com', PASSWORD)
  const out = await app.post('/session/logout', key, {})
  expect([out.status, await out.json()]).toEqual([200, { message: 'Session revoked.' }])
  expect(out.headers.get('set-cookie')).toMatch(/^token=; Path=\/; Max-Age=0/)
  expect((await get('/v2/user/info', key)).status).toBe(401)
  expect((await get('/v2/user/info', other)).status).toBe(200)
  expect((await app.post('/session/logout', MASTER_KEY, {})).status).toBe(403)
})

test('an invitation is good for one password, within its days, on the page that it has opened', async () => {
  await user('new', 'new@example.com', 'internal_user', null)
  const made = await app.post('/invitation/new', MASTER_KEY, { user_id: 'new' })
  const invitation = (await made.json()) as { id: string }
  expect(invitation).toMatchObject({ user_id: 'new', is_accepted: false, created_by: 'default_user_id' })
  const opened = await fetch(`${app.url}/onboarding/get_token?invite_link=${invitation.id}`)
  const { token, user_email } = (await opened.json()) as { token: string; user_email: string }
  expect(user_email).toBe('new@example.com')
  const page = claimsOf(token).key as string
  const claim = (secret: string, body: object) =>
    app.post('/onboarding/claim_token', secret, { invitation_link: invitation.id, user_id: 'new', ...body })
  expect((await claim(MASTER_KEY, { password: PASSWORD })).status).toBe(401)
  expect((await claim(page, { password: PASSWORD, user_id: 'ann' })).status).toBe(401)
  const weak = await claim(page, { password: 'short' })
  expect([weak.status, await weak.text()]).toEqual([400, expect.stringContaining('at least 12 characters')])
  const [first, second] = await Promise.all([claim(page, { password: PASSWORD }), claim(page, { password: PASSWORD })])
  expect([first.status, second.status].sort()).toEqual([200, 401])
  const done = (await (first.status === 200 ? first : second).json()) as { token: string; user: object }
  expect(done.user).toMatchObject({ user_id: 'new' })
  expect(JSON.stringify(done)).not.toContain('scrypt')
  expect((await get('/v2/user/info', claimsOf(done.token).key)).status).toBe(200)
  expect((await fetch(`${app.url}/onboarding/get_token?invite_link=${invitation.id}`)).status).toBe(401)
  await signIn('new@example.com', PASSWORD)
})

test('an invitation that is too old, unknown or missing is refused', async () => {
  const made = await app.post('/invitation/new', MASTER_KEY, { user_id: 'none' })
  const { id } = (await made.json()) as { id: string }
  await app.sql`update "LiteLLM_InvitationLink" set expires_at = now() - interval '2 days' where id = ${id}`
  const open = async (query: string) => {
    const answer = await fetch(`${app.url}/onboarding/get_token${query}`)
    return [answer.status, JSON.stringify(await answer.json())]
  }
  expect(await open(`?invite_link=${id}`)).toEqual([401, expect.stringContaining('expired')])
  expect(await open('?invite_link=unknown')).toEqual([401, expect.stringContaining('does not exist')])
  expect(await open('')).toEqual([422, expect.stringContaining('invite_link')])
})

test('only those who run the user invite it', async () => {
  const { key: ann } = await signIn('ann@example.com', PASSWORD)
  expect((await app.post('/invitation/new', ann, { user_id: 'none' })).status).toBe(400)
  expect((await app.post('/invitation/new', MASTER_KEY, { user_id: 'unknown' })).status).toBe(400)
  const team = await app.post('/team/new', MASTER_KEY, {
    members_with_roles: [
      { user_id: 'ann', role: 'admin' },
      { user_id: 'old', role: 'user' },
    ],
  })
  expect(team.status).toBe(200)
  expect((await app.post('/invitation/new', ann, { user_id: 'none' })).status).toBe(400)
  const made = await app.post('/invitation/new', ann, { user_id: 'old' })
  const { id } = (await made.json()) as { id: string }
  expect((await app.post('/invitation/delete', ann, { invitation_id: id })).status).toBe(200)
})

test('a password of an administrator has to be changed before anything else, which ends the other sessions', async () => {
  const { key: before } = await signIn('ann@example.com', PASSWORD)
  const set = await app.post('/user/update', MASTER_KEY, { user_id: 'ann', password: 'Chosen-For-Ann-1' })
  expect([set.status, JSON.stringify(await set.json())]).toEqual([200, expect.not.stringContaining('scrypt')])
  expect((await get('/v2/user/info', before)).status).toBe(401)
  const { key, password_reset_required } = await signIn('ann@example.com', 'Chosen-For-Ann-1')
  expect(password_reset_required).toBe(true)
  expect((await get('/v2/user/info', key)).status).toBe(403)
  const change = (current_password: string, new_password: string) =>
    app.post('/user/password/change', key, { current_password, new_password })
  expect((await change('wrong', PASSWORD)).status).toBe(400)
  expect((await change('Chosen-For-Ann-1', 'weak')).status).toBe(400)
  expect((await change('Chosen-For-Ann-1', PASSWORD)).status).toBe(200)
  const next = await signIn('ann@example.com', PASSWORD)
  expect(next.password_reset_required).toBe(false)
  const refused = await app.post('/user/password/change', MASTER_KEY, { current_password: 'a', new_password: 'b' })
  expect(refused.status).toBe(403)
})

test('no row of the log of changes has a password or a key', async () => {
  const rows = await app.sql`select row_to_json(a)::text as text from "LiteLLM_AuditLog" as a`
  expect(rows.length).toBeGreaterThan(5)
  expect(rows.filter(({ text }) => /scrypt:|sk-[\w-]{20}/.test(text))).toEqual([])
})
