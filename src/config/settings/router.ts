import * as z from 'zod'
import { STRATEGIES, type StrategyName } from '../../models/routing/strategies/strategies.ts'
import { amount, byName, count, flag, members, oneOf, seconds, text } from './kinds.ts'

export const group = z.union([text(), members({ model: text() })], {
  error: 'must be the name of a model group, or an object with `model`',
})
const groups = z.union([z.array(group), group], { error: 'must be a list of model groups' })
const FALLBACKS_RULE = 'must be a list of mappings: [{ model: [another] }]'
const fallbacks = () =>
  z
    .union([z.array(z.record(z.string(), groups)), z.record(z.string(), groups)], { error: FALLBACKS_RULE })
    .meta({ type: 'list' })
export const namedAlias = z.union([text(), members({ model: text(), hidden: flag().optional() })], {
  error: 'must be the name of a model group, or an object with `model` and `hidden`',
})
const alias = z.union([namedAlias, z.array(z.string())], {
  error: 'must be the name of a model group, a list of names, or an object with `model` and `hidden`',
})
const policy = () => byName(count(0))

/** `router_settings` as far as the gateway acts on it. All but Redis may stand in `litellm_settings` too. */
export const routerShape = {
  routing_strategy: oneOf(...(Object.keys(STRATEGIES) as [StrategyName, ...StrategyName[]])).describe(
    'How a deployment of a model group is chosen',
  ),
  routing_strategy_args: members({
    ttl: seconds().optional(),
    max_latency_list_size: count(0).optional(),
    lowest_latency_buffer: amount().optional(),
  }).describe('Of `latency-based-routing`'),
  model_group_alias: byName(alias).describe('Other names of model groups'),
  num_retries: count(0).describe('Retries of a call within one model group'),
  retry_after: amount().describe('Least time between two tries, in seconds'),
  retry_policy: policy().describe('Retries by class of error'),
  model_group_retry_policy: byName(policy()).describe('The same by model group'),
  allowed_fails: count(0).describe('Failures of a minute before a deployment cools down'),
  allowed_fails_policy: policy().describe('The same by class of error'),
  cooldown_time: amount().describe('Time that a deployment cools down, in seconds'),
  disable_cooldowns: flag().describe('Cool nothing down'),
  fallbacks: fallbacks().describe('Model groups to try instead'),
  default_fallbacks: z
    .union([z.array(group), group], { error: 'must be a list of model groups' })
    .meta({ type: 'list' })
    .describe('Those of every model group that has none'),
  context_window_fallbacks: fallbacks().describe('When the prompt is too long'),
  content_policy_fallbacks: fallbacks().describe("When the provider's filter refuses"),
  max_fallbacks: count(0).describe('How many fallbacks deep a call may go'),
  enable_tag_filtering: flag().describe('Choose deployments by tags'),
  tag_filtering_match_any: flag().describe('One common tag is enough'),
  tag_routing_prefix: z
    .string({ error: 'must be text' })
    .meta({ type: 'string' })
    .describe('Taken off the front of tags'),
  enable_pre_call_checks: flag().describe('Leave out deployments that are too small or too busy'),
  default_max_parallel_requests: count(0).describe('Calls at once of a deployment that says nothing'),
  timeout: seconds().describe('Longest wait for an answer'),
  stream_timeout: seconds().describe('The same for streams'),
}

/** The Redis of the router alone. */
export const routerRedisShape = {
  redis_url: text().describe('The Redis that routers share'),
  redis_host: text().describe('Its host, instead of a URL'),
  redis_port: count(1).describe('Its port'),
  redis_password: text().describe('Its password'),
  redis_db: count(0).describe('Its database'),
}
