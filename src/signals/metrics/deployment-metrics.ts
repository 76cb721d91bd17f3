import type { LabelName, LimitType, Observed } from './labels.ts'
import { type CallMetric, secondsBetween } from './metric.ts'

const KEY = ['hashed_api_key', 'api_key_alias', 'team', 'team_alias'] as const
const PLACE = ['litellm_model_name', 'model_id', 'api_base', 'api_provider'] as const
const TRY = ['model_group', 'requested_model', ...PLACE] as const
const CALLER = [...KEY, 'client_ip', 'user_agent'] as const
const FAILURE = ['exception_status', 'exception_class'] as const
const FALLBACK = ['requested_model', 'fallback_model', ...KEY, ...FAILURE, 'model_id'] as const

/** What deployments did with the tries of calls, and where fallbacks led. A refused call has asked no deployment. */
export const DEPLOYMENT_METRICS: readonly CallMetric[] = [
  ofTries('litellm_deployment_success_responses', 'Tries that a deployment answered', [...TRY, ...CALLER], isAnswered),
  ofTries(
    'litellm_deployment_failure_responses',
    'Tries that failed at a deployment',
    [...TRY, ...FAILURE, ...CALLER],
    ({ failure }) => failure !== undefined,
  ),
  ofTries('litellm_deployment_total_requests', 'Tries of deployments', [...TRY, ...CALLER], () => true),
  {
    name: 'litellm_deployment_latency_per_output_token',
    kind: 'histogram',
    help: 'Seconds for each output token; of streams, seconds to the first byte for each output token',
    labels: ['model_group', ...PLACE, ...KEY, 'org_id', 'org_alias'],
    of: 'try',
    buckets: 'client',
    read: secondsPerToken,
  },
  {
    name: 'litellm_deployment_successful_fallbacks',
    kind: 'counter',
    help: 'Fallbacks to another model group that answered',
    labels: FALLBACK,
    of: 'fallback',
    read: ({ outcome }) => (outcome.status === 'success' ? 1 : undefined),
  },
  {
    name: 'litellm_deployment_failed_fallbacks',
    kind: 'counter',
    help: 'Fallbacks to another model group that failed too',
    labels: FALLBACK,
    of: 'fallback',
    read: ({ outcome }) => (outcome.status === 'failure' ? 1 : undefined),
  },
  {
    name: 'litellm_deployment_cooled_down',
    kind: 'counter',
    help: 'Times that a deployment was put to rest',
    labels: [...PLACE, 'exception_status'],
    of: 'cooldown',
    read: () => 1,
  },
  remaining('requests'),
  remaining('tokens'),
]

/** What the provider said at the end of a call is left of its rate limit. */
function remaining(type: LimitType): CallMetric {
  return {
    name: `litellm_remaining_${type}_metric`,
    kind: 'gauge',
    together: 'least',
    help: `${type === 'requests' ? 'Requests' : 'Tokens'} left of the limit of the provider, as its last answer said`,
    labels: [
      'model_group',
      'api_provider',
      'api_base',
      'litellm_model_name',
      'hashed_api_key',
      'api_key_alias',
      'model_id',
    ],
    of: 'call',
    read({ event }) {
      const left = Number(event?.limits?.[`llm_provider-x-ratelimit-remaining-${type}`])
      return Number.isNaN(left) ? undefined : left
    },
  }
}

function ofTries(
  name: string,
  help: string,
  labels: readonly LabelName[],
  counts: (tried: Observed) => boolean,
): CallMetric {
  return { name, kind: 'counter', help, labels, of: 'try', read: (tried) => (counts(tried) ? 1 : undefined) }
}

/** A client that left says nothing about the deployment. */
function isAnswered({ failure, outcome }: Observed): boolean {
  return failure === undefined && !outcome.aborted
}

function secondsPerToken(tried: Observed): number | undefined {
  const { event, outcome } = tried
  const tokens = outcome.usage?.completionTokens ?? 0
  if (!event || tokens === 0 || !isAnswered(tried)) return undefined
  const end = event.call.stream ? (outcome.firstByteAt ?? outcome.endedAt) : outcome.endedAt
  const seconds = secondsBetween(event.route?.askedAt ?? outcome.startedAt, end)
  return seconds === undefined ? undefined : seconds / tokens
}
