import { randomUUID } from 'node:crypto'
import type { Gateway } from '../../src/gateway.ts'
import type { SpendEvent } from '../../src/types.ts'
import { spendEvent } from '../support/spend-event.ts'

/** Owners and keys of a made-up company, as the management API takes them. */
const ORGANIZATIONS = [
  { organization_id: 'acme', organization_alias: 'Acme', max_budget: 600 },
  { organization_id: 'labs', organization_alias: 'Acme Labs', max_budget: 300 },
]
const TEAMS = [
  { team_id: 'search', team_alias: 'Search', organization_id: 'acme', max_budget: 250, budget_duration: '30d' },
  { team_id: 'support', team_alias: 'Support desk', organization_id: 'acme', max_budget: 500, rpm_limit: 600 },
  { team_id: 'research', team_alias: 'Research', organization_id: 'labs', max_budget: 100, budget_duration: '7d' },
  { team_id: 'platform', team_alias: 'Platform', tpm_limit: 2_000_000 },
]
const USERS = ['ada', 'grace', 'linus', 'margaret', 'ken'].map((name, at) => ({
  user_id: name,
  user_email: `${name}@acme.example`,
  user_role: at === 0 ? 'proxy_admin' : 'internal_user',
  auto_create_key: false,
  ...(at > 2 && { max_budget: 60 }),
}))
const KEYS = [
  { key_alias: 'web-prod', team_id: 'search', max_budget: 300, budget_duration: '30d', rpm_limit: 1_200 },
  { key_alias: 'ci-bot', team_id: 'platform', user_id: 'linus', max_budget: 55, budget_duration: '30d' },
  { key_alias: 'support-widget', team_id: 'support', max_budget: 400, tpm_limit: 400_000 },
  { key_alias: 'notebooks', team_id: 'research', user_id: 'grace', max_budget: 90, budget_duration: '7d' },
  { key_alias: 'ken-laptop', user_id: 'ken', max_budget: 40, budget_duration: '7d' },
  { key_alias: 'batch-nightly', team_id: 'research', models: ['gpt-4o-mini'] },
  { key_alias: 'ada-admin', user_id: 'ada' },
  { key_alias: 'old-prototype', user_id: 'margaret', max_budget: 10 },
]
const WEIGHTS = [30, 12, 24, 14, 6, 9, 2, 3]

const MODELS = [
  { group: 'gpt-4o', input: 2.5e-6, output: 1e-5, weight: 5, ms: 1_900 },
  { group: 'gpt-4o-mini', input: 1.5e-7, output: 6e-7, weight: 9, ms: 700 },
  { group: 'claude-sonnet', input: 3e-6, output: 1.5e-5, weight: 4, ms: 2_600 },
  { group: 'embeddings', input: 2e-8, output: 0, weight: 3, ms: 120 },
]

type Post = (path: string, body: unknown) => Promise<{ key?: string; token?: string }>

/** Fills a gateway with a month of calls. Returns the secret of a key that belongs to a user. */
export async function seedDashboard(gateway: Gateway, post: Post, calls: number): Promise<string> {
  for (const body of ORGANIZATIONS) await post('/organization/new', body)
  for (const body of TEAMS) await post('/team/new', body)
  for (const body of USERS) await post('/user/new', body)
  await post('/team/member_add', {
    team_id: 'research',
    member: USERS.slice(0, 3).map(({ user_id }) => ({ user_id, role: user_id === 'grace' ? 'admin' : 'user' })),
    max_budget_in_team: 100,
  })
  await post('/team/member_add', { team_id: 'support', member: [{ user_id: 'margaret', role: 'user' }] })
  await post('/customer/new', { user_id: 'customer-17', max_budget: 5 })
  const keys: (Seeded & { readonly key?: string; readonly token?: string })[] = []
  for (const body of KEYS) {
    const { key, token } = await post('/key/generate', body)
    keys.push({ key, token, ...body })
  }
  const random = seededRandom(7)
  for (let at = 0; at < calls; at++) {
    const key = keys[pick(WEIGHTS, random)]!
    await gateway.sink.record(callOf({ ...key, hashedToken: key.token ?? '' }, timeOf(random), random))
  }
  await post('/key/block', { key: keys.at(-1)?.token })
  await gateway.flush()
  return keys[3]?.key ?? ''
}

/** Some more of the calls in the last day; more by day than by night. */
function timeOf(random: () => number): Date {
  for (;;) {
    const agoMs = random() < 0.02 ? random() * 86_400_000 : random() ** 1.2 * 30 * 86_400_000
    const time = new Date(Date.now() - agoMs)
    const isNight = time.getUTCHours() < 6 || time.getUTCHours() > 21
    const isWeekend = time.getUTCDay() % 6 === 0
    if (random() < (isNight ? 0.25 : 1) * (isWeekend ? 0.4 : 1)) return time
  }
}

function organizationOf(team: string | undefined): string | undefined {
  return TEAMS.find(({ team_id }) => team_id === team)?.organization_id
}

interface Seeded {
  readonly hashedToken?: string
  readonly key_alias: string

  readonly team_id?: string
  readonly user_id?: string
}

function callOf(key: Seeded, startedAt: Date, random: () => number): SpendEvent {
  const model =
    MODELS[
      pick(
        MODELS.map(({ weight }) => weight),
        random,
      )
    ]!
  const isFailed = random() < 0.025
  const ms = model.ms * (0.4 + random() * 1.6) * (random() < 0.05 ? 3 : 1)
  const promptTokens = Math.round(200 + random() ** 3 * 9_000)
  const completionTokens = model.output === 0 ? 0 : Math.round(30 + random() ** 2 * 1_400)
  const input = promptTokens * model.input * 12
  const output = completionTokens * model.output * 12
  const event = spendEvent({
    callId: randomUUID(),
    key: {
      hashedToken: key.hashedToken,
      alias: key.key_alias,
      owners: { userId: key.user_id, teamId: key.team_id, organizationId: organizationOf(key.team_id) },
    },
    call: {
      modelGroup: model.group,
      stream: random() < 0.6,
      sessionId: random() < 0.3 ? `session-${Math.floor(random() * 60)}` : undefined,
      tags: random() < 0.5 ? [['checkout', 'chat', 'nightly'][Math.floor(random() * 3)]!] : [],
    },
    deployment: { id: `${model.group}-a`, modelGroup: model.group, model: model.group, provider: 'openai' },
    outcome: {
      status: isFailed ? 'failure' : 'success',
      statusCode: isFailed ? 429 : 200,
      startedAt,
      firstByteAt: new Date(startedAt.getTime() + ms * 0.35),
      endedAt: new Date(startedAt.getTime() + ms),
      ...(isFailed && {
        usage: undefined,
        error: { code: '429', class: 'RateLimitError', message: 'The provider has refused: too many requests.' },
      }),
      ...(!isFailed && {
        usage: {
          ...spendEvent().outcome.usage!,
          promptTokens,
          completionTokens,
          cacheReadTokens: 0,
          cacheWriteTokens: 0,
        },
      }),
    },
    cost: isFailed ? 0 : input + output,
  })
  return {
    ...event,
    ...(!isFailed && {
      costParts: {
        ...{ total: input + output, input, output, original: input + output },
        ...{ cacheRead: 0, cacheWrite: 0, reasoning: 0, tools: 0 },
        ...{ discountPercent: 0, discountAmount: 0, marginPercent: 0, marginFixedAmount: 0, marginAmount: 0 },
      },
    }),
  }
}

function pick(weights: readonly number[], random: () => number): number {
  let left = random() * weights.reduce((sum, weight) => sum + weight, 0)
  for (const [at, weight] of weights.entries()) {
    left -= weight
    if (left < 0) return at
  }
  return 0
}

/** The same figures at each run: mulberry32. */
function seededRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
