import type { Usage } from '../../types.ts'
import type { LabelName, Observed } from './labels.ts'
import { type CallMetric, positive, secondsBetween } from './metric.ts'

const KEY = ['hashed_api_key', 'api_key_alias'] as const
const TEAM = ['team', 'team_alias'] as const
const ORGANIZATION = ['org_id', 'org_alias'] as const
const CLIENT = ['client_ip', 'user_agent'] as const
const SERVED = ['model_id', 'api_provider'] as const
const CALLER = ['end_user', ...KEY, 'model', ...TEAM, 'user', 'user_email'] as const
const TOKEN_DETAIL = [...CALLER, 'requested_model', ...SERVED] as const
const TOKENS = [...TOKEN_DETAIL, ...ORGANIZATION] as const
const ASKED = ['end_user', ...KEY, 'requested_model', ...TEAM, 'user'] as const
const PROMPT_CACHE = ['model', ...KEY, ...TEAM, 'end_user', 'user', ...SERVED] as const
const UPSTREAM = ['model_group', 'model', ...KEY, ...TEAM, 'requested_model', 'end_user', 'user', ...SERVED] as const
const OVERHEAD = ['model_group', 'api_provider', 'api_base', 'litellm_model_name', ...KEY, 'model_id'] as const

/** What calls cost, use and take. Labels are in LiteLLM's order. */
export const CALL_METRICS: readonly CallMetric[] = [
  counter(
    'litellm_proxy_total_requests_metric',
    'Requests that have ended, whatever their status',
    [...ASKED, 'status_code', 'user_email', 'route', ...CLIENT, ...SERVED, ...ORGANIZATION],
    () => 1,
  ),
  counter(
    'litellm_proxy_failed_requests_metric',
    'Requests that ended in an error for the client',
    [...ASKED, 'user_email', 'exception_status', 'exception_class', 'route', ...CLIENT, ...SERVED, ...ORGANIZATION],
    once(isFailed),
  ),
  counter(
    'litellm_llm_api_failed_requests_metric',
    'Calls that failed; superseded by litellm_proxy_failed_requests_metric',
    ['end_user', ...KEY, 'model', ...TEAM, 'user', 'model_id'],
    once((observed) => observed.event !== undefined && isFailed(observed)),
  ),
  counter(
    'litellm_requests_metric',
    'Calls that were answered; superseded by litellm_proxy_total_requests_metric',
    [...CALLER, ...CLIENT, 'requested_model', ...SERVED, ...ORGANIZATION],
    once(isAnswered),
  ),
  counter(
    'litellm_spend_metric',
    'US dollars that calls cost, as their rows say',
    [...CALLER, ...CLIENT, 'requested_model', ...SERVED, 'service_tier', ...ORGANIZATION],
    (observed) => (isAnswered(observed) ? (observed.event?.cost ?? 0) : positive(observed.event?.cost)),
  ),
  counter('litellm_total_tokens_metric', 'Input and output tokens', TOKENS, used(totalTokens)),
  counter(
    'litellm_input_tokens_metric',
    'Input tokens',
    TOKENS,
    used(({ promptTokens }) => promptTokens),
  ),
  counter(
    'litellm_output_tokens_metric',
    'Output tokens',
    TOKENS,
    used(({ completionTokens }) => completionTokens),
  ),
  counter(
    'litellm_input_cached_tokens_metric',
    "Input tokens read from the provider's cache",
    TOKEN_DETAIL,
    used(({ cacheReadTokens }) => positive(cacheReadTokens)),
  ),
  counter(
    'litellm_input_cache_creation_tokens_metric',
    "Input tokens written to the provider's cache",
    TOKEN_DETAIL,
    used(({ cacheWriteTokens }) => positive(cacheWriteTokens)),
  ),
  counter(
    'litellm_input_audio_tokens_metric',
    'Audio tokens of the input',
    TOKEN_DETAIL,
    used(({ promptDetails }) => positive(promptDetails.audio)),
  ),
  counter(
    'litellm_output_reasoning_tokens_metric',
    'Output tokens of reasoning',
    TOKEN_DETAIL,
    used(({ reasoningTokens }) => positive(reasoningTokens)),
  ),
  counter(
    'litellm_output_audio_tokens_metric',
    'Audio tokens of the output',
    TOKEN_DETAIL,
    used(({ completionDetails }) => positive(completionDetails.audio)),
  ),
  counter(
    'litellm_provider_cache_read_input_tokens_metric',
    "Input tokens read from the provider's cache",
    PROMPT_CACHE,
    used(({ cacheReadTokens }) => positive(cacheReadTokens)),
  ),
  counter(
    'litellm_provider_cache_creation_input_tokens_metric',
    "Input tokens written to the provider's cache",
    PROMPT_CACHE,
    used(({ cacheWriteTokens }) => positive(cacheWriteTokens)),
  ),
  counter(
    'litellm_cache_hits_metric',
    'Calls that the response cache answered',
    PROMPT_CACHE,
    once(({ event }) => event?.cache?.hit === true),
  ),
  counter(
    'litellm_cache_misses_metric',
    'Calls that the response cache had no answer for',
    PROMPT_CACHE,
    once((observed) => isAnswered(observed) && observed.event?.cache?.hit === false),
  ),
  counter('litellm_cached_tokens_metric', 'Tokens that the response cache answered with', PROMPT_CACHE, (observed) =>
    observed.event?.cache?.hit && observed.outcome.usage ? positive(totalTokens(observed.outcome.usage)) : undefined,
  ),
  counter('litellm_video_duration_seconds_metric', 'Seconds of video made', TOKENS, ({ event, outcome }) =>
    event?.call.callType.includes('video') ? positive(outcome.usage?.quantities.seconds) : undefined,
  ),
  counter(
    'litellm_images_generated_metric',
    'Images made',
    TOKENS,
    used(({ quantities }) => positive(quantities.images)),
  ),
  latency(
    'litellm_request_total_latency_metric',
    'Seconds from the arrival of a request to the end of its answer',
    ['model_group', ...ASKED, 'model', ...SERVED, 'service_tier', ...ORGANIZATION],
    ({ outcome }) => secondsBetween(outcome.startedAt, outcome.endedAt),
  ),
  latency(
    'litellm_llm_api_latency_metric',
    'Seconds from the request to the provider to the end of its answer',
    [...UPSTREAM, 'service_tier', ...ORGANIZATION],
    ({ event, outcome }) => secondsBetween(event?.route?.askedAt, outcome.endedAt),
  ),
  latency(
    'litellm_llm_api_time_to_first_token_metric',
    'Seconds from the request to the provider to the first byte of its stream',
    [...UPSTREAM, 'service_tier', ...ORGANIZATION],
    ({ event, outcome }) =>
      event?.call.stream ? secondsBetween(event.route?.askedAt, outcome.firstByteAt) : undefined,
  ),
  latency(
    'litellm_overhead_latency_metric',
    'Seconds that the gateway itself has taken until the answer left',
    OVERHEAD,
    overheadOf,
  ),
  latency(
    'litellm_overhead_with_guardrails_latency_metric',
    'As litellm_overhead_latency_metric: there are no guardrails',
    OVERHEAD,
    overheadOf,
  ),
]

function counter(name: string, help: string, labels: readonly LabelName[], read: CallMetric['read']): CallMetric {
  return { name, kind: 'counter', help, labels, of: 'call', read }
}

/** Of answered calls alone: how long a refusal takes says nothing about a model. */
function latency(name: string, help: string, labels: readonly LabelName[], read: CallMetric['read']): CallMetric {
  const ofAnswered = (observed: Observed) => (isAnswered(observed) ? read(observed) : undefined)
  return { name, kind: 'histogram', help, labels, of: 'call', read: ofAnswered, buckets: 'latency' }
}

function isAnswered({ event, outcome }: Observed): boolean {
  return event !== undefined && outcome.status === 'success'
}

function isFailed({ outcome }: Observed): boolean {
  return outcome.status === 'failure'
}

function once(concerns: (observed: Observed) => boolean): CallMetric['read'] {
  return (observed) => (concerns(observed) ? 1 : undefined)
}

/** A call that broke off has used something too. */
function used(count: (usage: Usage) => number | undefined): CallMetric['read'] {
  return ({ event, outcome: { usage } }) => (event && usage ? count(usage) : undefined)
}

function totalTokens({ promptTokens, completionTokens }: Usage): number {
  return promptTokens + completionTokens
}

function overheadOf({ event }: Observed): number | undefined {
  return event?.overheadMs === undefined ? undefined : event.overheadMs / 1_000
}
