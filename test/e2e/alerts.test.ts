import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, jest, test } from '@jest/globals'
import express from 'express'
import { createLiteLLM, type LiteLLMOptions, litellm } from '../../src/index.ts'
import type { Alert } from '../../src/signals/alerts/alert.ts'
import { type RunningCall, watchHangingCalls } from '../../src/signals/alerts/hanging-calls.ts'
import { outboxLetters } from '../../src/signals/outbox/outbox-letters.ts'
import { defaultModels, MASTER_KEY, startApp, type TestApp } from '../support/app.ts'
import { type CallbackServer, type ReceivedPost, startCallbackServer } from '../support/callback-server.ts'
import { cleanups } from '../support/cleanups.ts'
import { type SmtpServer, startSmtpServer } from '../support/smtp-server.ts'
import { until } from '../support/until.ts'
import { chatCompletion, sendJson, startUpstream } from '../support/upstream.ts'

const LOGIN = { user: 'mailer', password: 'smtp-password-canary' }
const CANARY = 'prompt-canary'
const SECRETS = new RegExp([MASTER_KEY, 'sk-provider', LOGIN.password, CANARY, 'answer-canary'].join('|'))

/** What Slack says 400 to. */
function slackProblem({ headers, body }: ReceivedPost): string | undefined {
  if (headers['content-type'] !== 'application/json') return 'no JSON'
  return Object.keys(body).join() === 'text' && typeof body.text === 'string' ? undefined : 'invalid_payload'
}

const WEBHOOK_MEMBERS = [
  ...['spend', 'max_budget', 'soft_budget', 'token', 'customer_id', 'user_id', 'team_id', 'team_alias'],
  ...['organization_id', 'user_email', 'key_alias', 'projected_exceeded_date', 'projected_spend', 'event_group'],
  ...['alert_emails', 'max_budget_alert_emails', 'event', 'event_message'],
]

function webhookProblem({ body }: ReceivedPost): string | undefined {
  return Object.keys(body).join() === WEBHOOK_MEMBERS.join() ? undefined : `members: ${Object.keys(body)}`
}

function teamsProblem({ body }: ReceivedPost): string | undefined {
  const [attachment] = body.attachments ?? []
  const isCard = attachment?.contentType === 'application/vnd.microsoft.card.adaptive'
  return body.type === 'message' && isCard && attachment.content.body[0].text ? undefined : 'no card'
}

interface Parts {
  readonly general?: object
  readonly litellm?: object
  readonly env?: Record<string, string>
  readonly options?: LiteLLMOptions
}

async function setup({ general, litellm: litellmSettings = {}, env, options }: Parts = {}) {
  const [slack, webhook, teams, mail] = [
    await startCallbackServer(slackProblem),
    await startCallbackServer(webhookProblem),
    await startCallbackServer(teamsProblem),
    await startSmtpServer(LOGIN),
  ]
  const upstream = await startUpstream((res, { body }) => {
    if (body.includes('please hang')) return
    if (body.includes('please fail')) return sendJson(res, 500, { error: { message: `boom ${CANARY}` } })
    sendJson(res, 200, chatCompletion({ id: `chatcmpl-${Math.random()}`, content: 'answer-canary' }))
  })
  cleanups.push(() => upstream.close())
  const dir = await mkdtemp(join(tmpdir(), 'alerts-'))
  cleanups.push(() => rm(dir, { recursive: true, force: true }))
  const config = {
    model_list: defaultModels(upstream.url),
    general_settings: { alerting: ['slack', 'webhook', 'email', 'ms_teams'], ...general },
    litellm_settings: litellmSettings,
    router_settings: { num_retries: 0 },
    environment_variables: {
      SLACK_WEBHOOK_URL: `${slack.url}/services/url-canary`,
      WEBHOOK_URL: webhook.url,
      MS_TEAMS_WEBHOOK_URL: teams.url,
      SMTP_HOST: '127.0.0.1',
      SMTP_PORT: String(mail.port),
      SMTP_USERNAME: LOGIN.user,
      SMTP_PASSWORD: LOGIN.password,
      SMTP_SENDER_EMAIL: 'gateway@example.com',
      SMTP_TLS: 'False',
      ...env,
    },
  }
  const all: LiteLLMOptions = { durability: 'journal', journal: { dir, fsync: 'never' }, config, ...options }
  const app = await startApp({ upstream: upstream.url, options: all })
  cleanups.push(() => app.close())
  return { app, slack, webhook, teams, mail, config, dir, upstream }
}

function ask(app: Pick<TestApp, 'post'>, secret: string, content = CANARY, more: object = {}) {
  const body = { model: 'gpt-4o', messages: [{ role: 'user', content }], ...more }
  return app.post('/v1/chat/completions', secret, body)
}

const texts = (server: CallbackServer) => server.accepted.map(({ body }) => String(body.text))

const alertsIn = (mails: SmtpServer) =>
  mails.accepted.map(
    ({ to, data }) => `${to.join()}: ${/^Subject: (.*(?:\n .*)*)/m.exec(data)?.[1]?.replaceAll('\n ', ' ')}`,
  )

/** A key of a user in a team of an organization, each with a budget of one dollar of which so much is spent. */
async function ownedKey({ sql, key }: TestApp, id: string, spend: number, more: object = {}) {
  const [budget, by] = [
    { budget_id: `b-${id}`, max_budget: 1 },
    { created_by: 'x', updated_by: 'x' },
  ]
  await sql`insert into "LiteLLM_BudgetTable" ${sql({ ...budget, ...by })}`
  await sql`insert into "LiteLLM_OrganizationTable" ${sql({ organization_id: `o-${id}`, organization_alias: 'org', budget_id: `b-${id}`, spend, models: [], ...by })}`
  await sql`insert into "LiteLLM_TeamTable" ${sql({ team_id: `t-${id}`, team_alias: `team ${id}`, organization_id: `o-${id}`, max_budget: 1, spend, admins: [], members: [], models: [] })}`
  await sql`insert into "LiteLLM_UserTable" ${sql({ user_id: `u-${id}`, user_email: `${id}@example.com`, max_budget: 1, spend, teams: [], models: [] })}`
  await sql`insert into "LiteLLM_TeamMembership" ${sql({ team_id: `t-${id}`, user_id: `u-${id}`, budget_id: `b-${id}`, spend })}`
  const owners = { user_id: `u-${id}`, team_id: `t-${id}`, key_alias: `key ${id}` }
  return await key({ ...owners, max_budget: 1, spend, ...more })
}

test('each budget that a call takes over a line is told once, everywhere, without secrets', async () => {
  const { app, slack, webhook, teams, mail } = await setup({
    general: { apply_user_budget_to_team_keys: true },
    litellm: { max_budget: 1 },
  })
  await until(async () => {
    const row = await app.sql`update "LiteLLM_UserTable" set spend = 0.96 where user_id = 'litellm-proxy-budget'`
    return row.count === 1
  })
  const below = await ownedKey(app, 'below', 0.84)
  const { secret, hashedToken } = await ownedKey(app, 'one', 0.86)
  expect((await ask(app, below.secret)).status).toBe(200)
  expect((await ask(app, secret)).status).toBe(200)
  await until(() => webhook.accepted.length === 6 && teams.accepted.length === 6)
  await until(() => slack.accepted.length === 6)
  const told = webhook.accepted.map(({ body }) => [body.event_group, body.event, body.event_message]).sort()
  expect(told).toEqual([
    ['key', 'threshold_crossed', 'Key Budget: 15% or less of budget remaining'],
    ['organization', 'threshold_crossed', 'Organization Budget: 15% or less of budget remaining'],
    ['proxy', 'threshold_crossed', 'Proxy Budget: 5% or less of budget remaining'],
    ['team', 'threshold_crossed', 'Team Budget: 15% or less of budget remaining'],
    ['team_member', 'threshold_crossed', 'Team Member Budget: 15% or less of budget remaining'],
    ['user', 'threshold_crossed', 'User Budget: 15% or less of budget remaining'],
  ])
  const ofKey = webhook.accepted.find(({ body }) => body.event_group === 'key')!
  expect(ofKey.body).toMatchObject({
    ...{ token: hashedToken, key_alias: 'key one', user_id: 'u-one', team_id: 't-one', user_email: 'one@example.com' },
    ...{ organization_id: 'o-one', max_budget: 1, soft_budget: null, customer_id: null },
  })
  expect(ofKey.body.spend).toBeGreaterThan(0.86)
  const text = texts(slack).find((one) => one.includes('Key Budget'))!
  expect(text).toMatch(
    /^Alert type: `budget_alerts`\nLevel: `High`\nTimestamp: `\d\d:\d\d:\d\d`\n\nMessage: Key Budget: 15% or less/,
  )
  expect(text).toContain('*max_budget:* `1.0`\n*user_id:* `u-one`\n*team_id:* `t-one`')
  expect(text).not.toContain(hashedToken)
  // The owner is written to at 80 % too: of the key below as well.
  await until(() => mail.accepted.length === 5)
  expect(alertsIn(mail).sort()).toEqual([
    'below@example.com: LiteLLM: Max Budget Alert - 80% of Maximum Budget Reached',
    'one@example.com: LiteLLM: Key Budget: 15% or less of budget remaining',
    'one@example.com: LiteLLM: Max Budget Alert - 80% of Maximum Budget Reached',
    'one@example.com: LiteLLM: Team Member Budget: 15% or less of budget remaining',
    'one@example.com: LiteLLM: User Budget: 15% or less of budget remaining',
  ])

  // The next line is an alert of its own; the same line is not told again.
  await app.sql`update "LiteLLM_VerificationToken" set spend = 0.951 where token = ${hashedToken}`
  expect((await ask(app, secret)).status).toBe(200)
  await until(() => webhook.accepted.length === 7)
  await app.sql`update "LiteLLM_VerificationToken" set spend = 1 where token = ${hashedToken}`
  await ask(app, secret)
  await until(() => webhook.accepted.length === 8 && slack.accepted.length === 8)
  expect(webhook.accepted.slice(6).map(({ body }) => body.event_message)).toEqual([
    'Key Budget: 5% or less of budget remaining',
    'Key Budget: Budget Crossed\n Total Budget:`1.0`',
  ])
  const all = JSON.stringify([slack.received, webhook.received, teams.received, mail.accepted])
  expect(all).not.toMatch(SECRETS)
  expect(all).not.toContain(secret)
})

test('two processes tell each alert once, and another goes on when a destination has failed', async () => {
  const { app, slack, webhook, config } = await setup({ general: { alerting: ['slack', 'webhook'] } })
  const other = createLiteLLM({
    ...{
      databaseUrl: app.databaseUrl,
      masterKey: MASTER_KEY,
      logFlushInterval: '50ms',
      minConns: 1,
      maxConns: 5,
      config,
    },
  })
  cleanups.push(() => other.close())
  const second = express().use(litellm({ gateway: other }))
  const server = createServer(second)
  await once(server.listen(0, '127.0.0.1'), 'listening')
  cleanups.push(() => server.close().closeAllConnections())
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const post: TestApp['post'] = (path, secret, body) =>
    fetch(url + path, {
      method: 'POST',
      headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
  let raised = 0
  for (const { events } of [app.gateway, other]) events.on('alert:raise', () => raised++)
  webhook.behave(500, 'cut')
  slack.behave(503)
  const keys = await Promise.all([1, 2, 3].map((n) => app.key({ key_alias: `shared ${n}`, spend: 0.9, max_budget: 1 })))
  for (const { secret } of keys) await Promise.all([ask(app, secret), ask({ post }, secret)])
  await until(() => raised === 6)
  await until(() => webhook.accepted.length === 3 && slack.accepted.length === 3)
  // What both have raised is settled before they close, and nothing came twice.
  await Promise.all([app.gateway.flush(), other.flush()])
  const told = await app.sql`select id, told_at is not null as told from express_litellm.alerts`
  await until(async () => (await app.sql`select from express_litellm.alerts where told_at is null`).length === 0)
  expect(told).toHaveLength(6)
  await other.close()
  expect(new Set(webhook.accepted.map(({ body }) => body.token)).size).toBe(3)
  expect([webhook.accepted.length, slack.accepted.length]).toEqual([3, 3])
  // The same alert has the same key each time it is sent.
  const sent = webhook.received.map(({ headers }) => headers['idempotency-key'])
  expect([sent.length, new Set(sent).size]).toEqual([5, 3])
})

test('a destination that hangs or refuses holds up no call and no other destination', async () => {
  const { app, slack, webhook, mail, dir } = await setup({ env: { SMTP_TIMEOUT: '1' } })
  slack.behave('hang')
  mail.behave('cut', 451)
  mail.unknown.add('gone@example.com')
  const refused: string[] = []
  app.gateway.events.on('delivery:refused', ({ callback }) => refused.push(callback))
  const metadata = { max_budget_alert_emails: { 50: ['gone@example.com', 'lead@example.com'] } }
  const { secret } = await app.key({ key_alias: 'k', spend: 0.9, max_budget: 1, metadata })
  expect((await ask(app, secret)).status).toBe(200)
  await until(() => webhook.accepted.length === 1 && mail.accepted.length === 1 && refused.length === 1)
  expect(alertsIn(mail)).toEqual(['lead@example.com: LiteLLM: Max Budget Alert - 50% of Maximum Budget Reached'])
  expect([refused, slack.accepted.length]).toEqual([['alerts-email'], 0])
  const letters = await outboxLetters(dir)
  const email = letters.find(({ callback }) => callback === 'alerts-email')!
  expect(await email.letters.list()).toHaveLength(1)
})

test('what has no address is named at the start, and so is a name that nobody knows', async () => {
  const warning = jest.spyOn(process, 'emitWarning').mockImplementation(() => {})
  cleanups.push(() => warning.mockRestore())
  await setup({
    general: {
      alerting: ['slack', 'ms_teams', 'email', 'webhook', 'slak'],
      alert_types: ['budget_alert', 'llm_exceptions', 'region_outage_alerts'],
      alert_to_webhook_url: { outage_alert: 'http://127.0.0.1:1' },
      alerting_args: { outage_alert_tll: 5, region_outage_alert_ttl: 5 },
    },
    env: { SLACK_WEBHOOK_URL: '', MS_TEAMS_WEBHOOK_URL: '', WEBHOOK_URL: '', SMTP_HOST: '' },
  })
  const warned = warning.mock.calls.map(([text]) => String(text))
  expect(warned).toEqual(
    expect.arrayContaining([
      'Alerts are not told to slack: SLACK_WEBHOOK_URL is missing in the environment.',
      'Alerts are not told to ms_teams: MS_TEAMS_WEBHOOK_URL is missing in the environment.',
      'Alerts are not told to webhook: WEBHOOK_URL is missing in the environment.',
      'Alerts are not told to email: SMTP_HOST is missing in the environment.',
    ]),
  )
  const unused = warned
    .find((text) => text.startsWith('Not acted on'))!
    .split(': ')
    .slice(1)
    .join(': ')
    .split(', ')
  expect(unused).toEqual([
    'general_settings.alerting: slak (did you mean slack?)',
    'general_settings.alert_types: budget_alert (did you mean budget_alerts?)',
    'general_settings.alert_types: region_outage_alerts',
    'general_settings.alert_to_webhook_url: outage_alert (did you mean outage_alerts?)',
    'general_settings.alerting_args.outage_alert_tll (did you mean outage_alert_ttl?)',
    'general_settings.alerting_args.region_outage_alert_ttl',
  ])
})

test.each([
  [{ alerting: ['slack'] }, { SLACK_WEBHOOK_URL: 'hooks.example.com/secret' }, /SLACK_WEBHOOK_URL must be a URL/],
  [
    { alert_to_webhook_url: { llm_exceptions: 'secret' }, alerting: ['slack'] },
    {},
    /alert_to_webhook_url.llm_exceptions must be a URL/,
  ],
  [
    { alerting: ['email'] },
    { SMTP_HOST: 'h', SMTP_SENDER_EMAIL: 'a@b.c', SMTP_PORT: 'secret' },
    /SMTP_PORT must be a number/,
  ],
  [{ alerting: 'slack' }, {}, /`general_settings.alerting` must be a list of names/],
  [{ alerting_threshold: 'soon' }, {}, /`general_settings.alerting_threshold` must be a number of seconds/],
  [{ spend_report_frequency: 'weekly' }, {}, /`general_settings.spend_report_frequency` must be a number of days/],
  [{ alerting_args: { minor_outage_alert_threshold: 0 } }, {}, /minor_outage_alert_threshold` must be a whole number/],
])('%j is a mistake', (general_settings, environment_variables, message) => {
  const start = () =>
    createLiteLLM({ enabled: false, config: { model_list: [], general_settings, environment_variables } })
  expect(start).toThrow(message)
  expect(start).not.toThrow(/secret/)
})

test('calls that fail or are slow, outages and what is not tracked are told, without what was asked or answered', async () => {
  const failures = await startCallbackServer(slackProblem)
  const { app, slack } = await setup({
    general: {
      alerting: ['slack'],
      alerting_threshold: 0.001,
      alerting_args: { minor_outage_alert_threshold: 2, major_outage_alert_threshold: 4 },
      alert_to_webhook_url: { llm_exceptions: failures.url, failed_tracking_spend: [failures.url] },
    },
  })
  const { secret } = await app.key({ key_alias: 'the key' })
  const told = (start: RegExp) => texts(slack).filter((text) => start.test(text))
  for (let call = 0; call < 3; call++) expect((await ask(app, secret)).status).toBe(200)
  await until(() => told(/Responses are slow/).length === 1)
  expect(told(/Responses are slow/)[0]).toMatch(
    /^Alert type: `llm_too_slow`\nLevel: `Low`\n.*\n\nMessage: `Responses are slow - \d+\.\d\ds response time > Alerting threshold: 0.001s`\nKey Name: `the key`\nTeam: `None`\nRequest Model: `gpt-4o`\nModel: `openai\/gpt-4o-2024-08-06`\nAPI Base: `http/,
  )
  // What only a client has done wrong is not told.
  expect((await ask(app, secret, 'x', { model: 'unknown' })).status).toBe(400)
  for (let call = 0; call < 4; call++) await ask(app, secret, 'please fail')
  await until(() => told(/Service Outage/).length === 2)
  expect(told(/Minor Service Outage/)[0]).toContain('*Errors:*\n\nAPI Errors: 2\n')
  expect(told(/Major Service Outage/)[0]).toContain('*Errors:*\n\nAPI Errors: 4\n')
  app.gateway.events.tell('call:unpriced', { callId: 'c', model: 'm', provider: 'p' })
  app.gateway.events.tell('spend:quarantine', { callId: 'c', sqlstate: '22P02', error: new Error(CANARY) })
  app.gateway.events.tell('database:down', { error: Object.assign(new Error(CANARY), { code: 'ECONNREFUSED' }) })
  const cooled = { modelGroup: 'gpt-4o', ms: 5_000, class: 'InternalServerError', status: 500 }
  app.gateway.events.tell('deployment:cool', { deploymentId: 'd', ...cooled })
  await until(() => failures.accepted.length === 3 && told(/db_exceptions|cooldown_deployment/).length === 2)
  expect(
    texts(failures)
      .map((text) => text.split('Message: ')[1])
      .sort(),
  ).toEqual([
    'Failed Tracking Cost for calls: the database refuses a call for good (22P02). It is kept: `express-litellm dlq`',
    'Failed Tracking Cost for model=`m` of `p`: no price is known, so its calls cost nothing',
    expect.stringMatching(/^LLM API call failed: `litellm.InternalServerError: 500`, tries: 1\nKey Name: `the key`/),
  ])
  expect(told(/db_exceptions/)[0]).toContain('DB read/write call failed: the database does not answer (ECONNREFUSED)')
  expect(told(/cooldown/)[0]).toContain('Deployment cooled down for 5s after `InternalServerError` (500)')
  expect(JSON.stringify([...slack.received, ...failures.received])).not.toMatch(SECRETS)
})

test('a call that hangs is told once, with its model and key', async () => {
  const running: RunningCall[] = []
  const alerts: Alert[] = []
  const watch = watchHangingCalls({
    thresholdMs: 40,
    bufferMs: 0,
    running: () => running,
    tell: (alert) => alerts.push(alert),
  })
  cleanups.push(() => watch.close())
  running.push({ callId: 'a', startedAt: new Date(Date.now() + 3_600_000), modelGroup: 'young' })
  running.push({
    callId: 'b',
    startedAt: new Date(Date.now() - 60),
    modelGroup: 'old',
    keyAlias: 'k',
    apiBase: 'http://x',
  })
  await until(() => alerts.length >= 2)
  expect(new Set(alerts.map(({ id }) => id))).toEqual(new Set(['hanging old http://x']))
  expect(alerts[0]!.message).toBe(
    '`Requests are hanging - 0.04s+ request time`\nRequest Model: `old`\nAPI Base: `http://x`\nKey Alias: `k`\nTeam Alias: `None`',
  )
})

test('the gateway says which calls are under way', async () => {
  const { app } = await setup({ general: { alerting: [] } })
  const { secret } = await app.key({ key_alias: 'the key' })
  const asked = ask(app, secret, 'please hang').catch(() => {})
  const context = () => app.gateway.openCalls!.list()[0]?.context
  await until(() => context()?.deployment)
  expect(context()).toMatchObject({ call: { modelGroup: 'gpt-4o' }, key: { alias: 'the key' } })
  await app.gateway.close({ timeoutMs: 0 })
  await asked
})

test('keys, teams and users that are created, changed or deleted are told, without their secrets', async () => {
  const types = ['new_virtual_key_created', 'virtual_key_updated', 'virtual_key_deleted', 'new_team_created']
  const all = [
    ...types,
    'team_updated',
    'team_deleted',
    'new_internal_user_created',
    'internal_user_updated',
    'internal_user_deleted',
  ]
  const { app, slack } = await setup({ general: { alerting: ['slack'], alert_types: all } })
  const manage = async (path: string, body: object) => {
    const response = await app.post(path, MASTER_KEY, body)
    expect([path, response.status]).toEqual([path, 200])
    return (await response.json()) as Record<string, string>
  }
  const secretOf = { metadata: { logging: [{ callback_vars: { langfuse_secret_key: CANARY } }] } }
  await manage('/user/new', { user_id: 'u', user_email: 'u@example.com', auto_create_key: false })
  await manage('/user/update', { user_id: 'u', max_budget: 5 })
  await manage('/team/new', { team_id: 't', team_alias: 'the team', ...secretOf })
  await manage('/team/update', { team_id: 't', max_budget: 7 })
  const { key } = await manage('/key/generate', { key_alias: 'k', team_id: 't', models: ['gpt-4o'], ...secretOf })
  await manage('/key/update', { key, max_budget: 3 })
  await manage('/key/delete', { keys: [key] })
  await manage('/team/delete', { team_ids: ['t'] })
  await manage('/user/delete', { user_ids: ['u'] })
  await until(() => texts(slack).length >= 9)
  expect(new Set(texts(slack).map((text) => /^Alert type: `(\w+)`/.exec(text)![1]))).toEqual(new Set(all))
  const made = texts(slack).find((text) => text.includes('New Virtual Key Created'))!
  expect(made).toMatch(
    /Message: `New Virtual Key Created`\n\*Action Done by:\*\ncreated_by_user_id: `\w+`\n\n\*Arguments passed:\*\nid: `[0-9a-f]{64}`\nkey_alias: `k`/,
  )
  expect(made).toContain('models: `["gpt-4o"]`')
  expect(JSON.stringify(slack.received)).not.toMatch(SECRETS)
  expect(JSON.stringify(slack.received)).not.toContain(key)
})

test('a webhook is told what each call of an end user has cost', async () => {
  const { app, webhook } = await setup({ general: { alerting: ['webhook'] } })
  const { secret, hashedToken } = await app.key({ key_alias: 'k' })
  for (let call = 0; call < 2; call++) await ask(app, secret, CANARY, { user: 'customer-1' })
  await ask(app, secret)
  await until(() => webhook.accepted.length === 2)
  const [{ body }] = webhook.accepted as [ReceivedPost]
  expect(body).toMatchObject({
    event: 'spend_tracked',
    event_group: 'end_user',
    customer_id: 'customer-1',
    token: hashedToken,
  })
  expect(body.event_message).toBe(`Customer spend tracked. Customer=customer-1, spend=${body.spend}`)
  expect(body.spend).toBeGreaterThan(0)
})

test('reports are made of the database, once for each period', async () => {
  const general = (everySeconds: number) => ({
    alerting: ['slack'],
    alert_types: ['daily_reports', 'spend_reports', 'user_spend_thresholds', 'user_spend_anomalies'],
    spend_report_frequency: '1d',
    alerting_args: {
      ...{ report_check_interval: everySeconds, user_spend_check_interval: everySeconds, daily_report_frequency: 3600 },
      ...{ daily_spend_per_user_threshold: 5, monthly_spend_per_user_threshold: 50, spend_anomaly_min_spend: 20 },
    },
  })
  const { app, slack, config } = await setup({ general: general(3_600) })
  const { sql } = app
  const [deployment] = app.gateway.relay.models!().map((model) => model.deployment)
  const hourAgo = new Date(Math.floor(Date.now() / 3_600_000) * 3_600_000 - 1_000)
  const log = (request_id: string, status: string, seconds: number) => sql`
    insert into "LiteLLM_SpendLogs" ${sql({
      ...{ request_id, call_type: 'acompletion', api_key: 'k', spend: 1, total_tokens: 10, prompt_tokens: 0 },
      ...{ completion_tokens: 10, startTime: hourAgo, endTime: new Date(hourAgo.getTime() + seconds * 1_000) },
      ...{ model: 'm', model_id: deployment!.id, status },
    })}`
  await log('a', 'failure', 1)
  await log('b', 'success', 5)
  await log('c', 'success', 15)
  const day = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10)
  const daily = { api_key: 'k', model: 'm', custom_llm_provider: 'openai', updated_at: new Date() }
  await sql`insert into "LiteLLM_TeamTable" ${sql({ team_id: 't1', team_alias: 'the team', admins: [], members: [], models: [] })}`
  await sql`insert into "LiteLLM_DailyTeamSpend" ${sql({ id: 't', team_id: 't1', date: day(1), spend: 12.34567, ...daily })}`
  await sql`insert into "LiteLLM_DailyTagSpend" ${sql({ id: 'g', tag: 'the tag', date: day(1), spend: 2, ...daily })}`
  const users = [
    ...[
      ['quiet', 0, 4.99],
      ['busy', 0, 5],
      ['odd', 0, 31],
      ['odd', 3, 70],
    ],
  ] as const
  for (const [user_id, days, spend] of users)
    await sql`insert into "LiteLLM_DailyUserSpend" ${sql({ id: `${user_id}${days}`, user_id, date: day(days), spend, ...daily })}`
  // A report is made at the first look: what it is made of has to be there.
  const general_settings = { ...config.general_settings, ...general(0.3) }
  const reporter = createLiteLLM({
    ...{ databaseUrl: app.databaseUrl, masterKey: MASTER_KEY, durability: 'memory', minConns: 1, maxConns: 5 },
    config: { ...config, general_settings },
  })
  cleanups.push(() => reporter.close())
  const bodies = () =>
    texts(slack)
      .map((text) => text.replace(/^(Alert type: `\w+`).*?Message: /s, '$1 '))
      .sort()
  // The monthly report is there on the first days of a month alone: yesterday was in it then.
  await until(() => bodies().filter((text) => !text.includes('Monthly')).length >= 5)
  const told = bodies()
  expect(told.find((text) => text.includes('daily_reports'))).toMatch(
    /Most Failed Requests:\*\n\n\t1\. Deployment: `openai\/gpt-4o-2024-08-06`, Failed Requests: `1`, {2}API Base: `http.*`\n[\s\S]*\t1\. Deployment: `openai\/gpt-4o-2024-08-06`, Latency per output token: `1\.000s\/token`/,
  )
  expect(told.find((text) => text.includes('(1 days)'))).toContain(
    '\n*Team Spend Report:*\nTeam: `the team` | Spend: `$12.3457`\n\n*Tag Spend Report:*\nTag: `the tag` | Spend: `$2`\n',
  )
  const ofUsers = told.filter((text) => text.includes('User: '))
  expect(
    ofUsers.filter((text) => !text.includes('Monthly')).map((text) => text.split('\n').slice(0, 3).join(' ')),
  ).toEqual([
    'Alert type: `user_spend_anomalies` User Spend Anomaly Detected: User: `odd` Spend Today: `$31.00`',
    'Alert type: `user_spend_thresholds` User Daily Spend Threshold Crossed: User: `busy` Spend Today: `$5.00`',
    'Alert type: `user_spend_thresholds` User Daily Spend Threshold Crossed: User: `odd` Spend Today: `$31.00`',
  ])
  expect(new Set(told).size).toBe(told.length)
})

test('an administrator can send a test alert to each channel, and nobody else', async () => {
  const { app, slack, webhook, teams, mail } = await setup({
    general: { alert_types: ['llm_exceptions'] },
    env: { TEST_EMAIL_ADDRESS: 'me@example.com' },
  })
  const test = async (service: string, secret = MASTER_KEY) => {
    const headers = { authorization: `Bearer ${secret}` }
    const response = await fetch(`${app.url}/health/services?service=${service}`, { headers })
    return [response.status, (await response.json()) as Record<string, unknown>] as const
  }
  expect(await test('slack')).toEqual([
    200,
    {
      status: 'success',
      alert_types: ['llm_exceptions'],
      message: 'Mock Slack Alert sent, verify Slack Alert Received',
    },
  ])
  for (const service of ['slack_budget_alerts', 'webhook', 'ms_teams', 'email'])
    expect((await test(service))[0]).toBe(200)
  await until(() => slack.accepted.length === 2 && webhook.accepted.length === 1 && teams.accepted.length === 1)
  await until(() => mail.accepted.length === 1)
  expect(texts(slack)[0]).toContain('Level: `Low`')
  expect(texts(slack)[0]).toContain('Message: This is a test Slack alert message')
  expect(webhook.accepted[0]!.body).toMatchObject({ spend: 1, max_budget: 0, event: 'budget_crossed' })
  expect(mail.accepted[0]!.to).toEqual(['me@example.com'])

  await app.sql`insert into "LiteLLM_UserTable" ${app.sql({ user_id: 'v', user_role: 'proxy_admin_viewer', teams: [], models: [] })}`
  const [own, viewer] = [await app.key(), await app.key({ user_id: 'v' })]
  expect((await test('slack', own.secret))[0]).toBe(401)
  expect((await test('slack', viewer.secret))[0]).toBe(403)
  expect((await test('slack', 'sk-unknown'))[0]).toBe(401)
  expect((await test('constructor'))[0]).toBe(400)
  expect(slack.received).toHaveLength(2)
})

test('what is not configured cannot be tested', async () => {
  const { app } = await setup({ general: { alerting: [] }, env: { SMTP_HOST: '' } })
  const headers = { authorization: `Bearer ${MASTER_KEY}` }
  for (const service of ['slack', 'email']) {
    const response = await fetch(`${app.url}/health/services?service=${service}`, { headers })
    expect([service, response.status]).toEqual([service, 422])
  }
})
