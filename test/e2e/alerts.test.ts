import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import type { LiteLLMOptions } from '../../src/index.ts'
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

async function setup({ general, litellm, env, options }: Parts = {}) {
  const [slack, webhook, teams, mail] = [
    await startCallbackServer(slackProblem),
    await startCallbackServer(webhookProblem),
    await startCallbackServer(teamsProblem),
    await startSmtpServer(LOGIN),
  ]
  const upstream = await startUpstream((res, { body }) => {
    if (body.includes('please fail')) return sendJson(res, 500, { error: { message: `boom ${CANARY}` } })
    sendJson(res, 200, chatCompletion({ id: `chatcmpl-${Math.random()}`, content: 'answer-canary' }))
  })
  cleanups.push(() => upstream.close())
  const dir = await mkdtemp(join(tmpdir(), 'alerts-'))
  cleanups.push(() => rm(dir, { recursive: true, force: true }))
  const config = {
    model_list: defaultModels(upstream.url),
    general_settings: { alerting: ['slack', 'webhook', 'email', 'ms_teams'], ...general },
    litellm_settings: litellm ?? {},
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
