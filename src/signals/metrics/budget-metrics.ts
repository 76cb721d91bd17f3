import { byObject } from '../../lib/memoize.ts'
import type { SpendEvent, VirtualKey } from '../../types.ts'
import type { LabelName, LimitType, Observed } from './labels.ts'
import type { CallMetric, Together } from './metric.ts'

const KEY = ['hashed_api_key', 'api_key_alias'] as const
const TEAM = ['team', 'team_alias'] as const
const ORGANIZATION = ['org_id', 'org_alias'] as const
const PROJECT = ['project_id', 'project_alias', 'requested_model'] as const

/** Python's largest integer: what LiteLLM says of a key without such a limit. */
const UNLIMITED = 2 ** 63

interface Budgeted {
  readonly spend: number
  readonly maxBudget?: number
  readonly budgetResetAt?: Date
}

/** What is left of budgets and rate limits, as of the last call of each. */
export const BUDGET_METRICS: readonly CallMetric[] = [
  ...budgets(['api_key', 'API key'], KEY, (key) => key),
  ...budgets(['team', 'team'], TEAM, ({ team }) => team).slice(0, 2),
  ...budgets(['user', 'user'], ['user'], ({ user }) => user).slice(0, 2),
  ...budgets(['org', 'organization'], ORGANIZATION, ({ organization }) => organization).slice(0, 2),
  perModel(
    'litellm_remaining_api_key_requests_for_model',
    'Requests left of the rpm limit of key and model',
    'requests',
  ),
  perModel('litellm_remaining_api_key_tokens_for_model', 'Tokens left of the tpm limit of key and model', 'tokens'),
  ...limits('api_key', 'api_key', 'API key', KEY),
  ...limits('team', 'team', 'team', TEAM),
  ...limits('project_model', 'model_per_project', 'project and model', PROJECT),
]

type Owner = (key: VirtualKey) => Budgeted | undefined

function budgets(
  [infix, named]: readonly [string, string],
  labels: readonly LabelName[],
  ownerOf: Owner,
): CallMetric[] {
  const gauge = (
    name: string,
    help: string,
    value: (owner: Budgeted) => number | undefined,
    together?: Together,
  ): CallMetric => ({
    name,
    together,
    kind: 'gauge',
    help,
    labels,
    of: 'call',
    blank: true,
    read({ event }) {
      const owner = event?.key && ownerOf(event.key)
      return owner && value(owner)
    },
  })
  return [
    gauge(
      `litellm_remaining_${infix}_budget_metric`,
      `US dollars left of the budget of the ${named}`,
      remainingOf,
      'least',
    ),
    gauge(
      `litellm_${infix}_max_budget_metric`,
      `US dollars of the budget of the ${named}`,
      ({ maxBudget }) => maxBudget,
    ),
    gauge(
      `litellm_${infix}_budget_remaining_hours_metric`,
      `Hours to the reset of the budget of the ${named}`,
      ({ budgetResetAt }) => budgetResetAt && (budgetResetAt.getTime() - Date.now()) / 3_600_000,
      'least',
    ),
  ]
}

/** US dollars that calls have cost since a row was read: what it says itself is older. */
const costSinceRead = byObject((_: object) => ({ dollars: 0 }))

/** To be called once for each call, before its gauges are set. */
export function addCost({ key, cost = 0 }: SpendEvent): void {
  for (const owner of [key, key?.team, key?.user, key?.organization]) {
    if (owner) costSinceRead(owner).dollars += cost
  }
}

function remainingOf(owner: Budgeted): number {
  if (owner.maxBudget === undefined) return Number.POSITIVE_INFINITY
  return owner.maxBudget - owner.spend - costSinceRead(owner).dollars
}

function perModel(name: string, help: string, type: LimitType): CallMetric {
  return {
    name,
    kind: 'gauge',
    together: 'least',
    help,
    labels: [...KEY, 'model', 'model_id'],
    // The model group that the limit is for, not what the provider calls it.
    relabel: { model: 'model_group' },
    of: 'call',
    read: ({ event, outcome }) =>
      event?.key && outcome.status === 'success'
        ? (headerOf(event, `model_per_key-remaining-${type}`) ?? UNLIMITED)
        : undefined,
  }
}

function limits(infix: string, descriptor: string, named: string, labels: readonly LabelName[]): CallMetric[] {
  const gauge = (what: string, help: string, read: (observed: Observed) => number | undefined): CallMetric => ({
    name: `litellm_${infix}_rate_limit_${what}_metric`,
    kind: 'gauge',
    help: `${help} of the ${named} in the current window`,
    labels: [...labels, 'rate_limit_type'],
    of: 'limit',
    read,
  })
  const figure = ({ event, limit }: Observed, which: string) =>
    event && headerOf(event, `${descriptor}-${which}-${limit}`)
  return [
    gauge('allowed', 'Rate limit', (observed) => figure(observed, 'limit')),
    gauge('used', 'Requests or tokens', (observed) => {
      const [allowed, remaining] = [figure(observed, 'limit'), figure(observed, 'remaining')]
      return allowed === undefined || remaining === undefined ? undefined : allowed - remaining
    }),
  ]
}

/** What the answer said of the gateway's own limits. */
function headerOf({ limits }: SpendEvent, name: string): number | undefined {
  const value = limits?.[`x-ratelimit-${name}`]
  return value === undefined ? undefined : Number(value)
}
