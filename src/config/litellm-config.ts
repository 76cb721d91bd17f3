import * as z from 'zod'
import { timeZoneOf } from '../auth/time-zone.ts'
import { RESET_TIME_RULE, resetTimeOf, WEEKDAY_RULE, weekdayOf } from './budget-calendar.ts'
import { ownClientAbort } from './client-abort.ts'
import { cloudParamsShape } from './cloud-params.ts'
import { numeric, readable, seconds } from './leaves.ts'
import { isPriceField } from './prices.ts'

/*
 * LiteLLM's config.yaml. Loose: what LiteLLM accepts is accepted. Typed are the keys that are acted on, so that a mistake
 * in one of them is found while starting up.
 */

const text = z.string().min(1)
const limit = numeric('must be a number of at least 0', (number) => number >= 0)
const count = numeric('must be a whole number of at least 1', (number) => Number.isInteger(number) && number > 0)
const PRICE_RULE = 'must be a number of US dollars of at least 0'
const dollars = numeric(PRICE_RULE, (number) => number >= 0)
const fraction = numeric('must be a fraction from 0 to 1, for example 0.05', (number) => number >= 0 && number <= 1)
const MARGIN_RULE = 'must be a fraction, for example 0.1, or an object with `percentage` and `fixed_amount`'
const share = numeric(MARGIN_RULE, (number) => number >= 0)
const margin = z.union(
  [
    share,
    z
      .strictObject({ percentage: share.optional(), fixed_amount: dollars.optional() })
      .transform(({ percentage, fixed_amount: fixedAmount }) => ({ percentage, fixedAmount })),
  ],
  { error: MARGIN_RULE },
)
const TIME_ZONE_RULE = 'must be the name of a time zone, for example Europe/Berlin'
const timeZone = readable(z.string({ error: TIME_ZONE_RULE }), TIME_ZONE_RULE, timeZoneOf)
const resetTime = readable(z.string({ error: RESET_TIME_RULE }), RESET_TIME_RULE, resetTimeOf)
const weekday = readable(z.string({ error: WEEKDAY_RULE }), WEEKDAY_RULE, weekdayOf)
const names = z.array(z.string(), { error: 'must be a list of names' }).optional()
const keyGeneration = z.looseObject({
  team_key_generation: z.looseObject({ allowed_team_member_roles: names, required_params: names }).optional(),
  personal_key_generation: z.looseObject({ allowed_user_roles: names, required_params: names }).optional(),
})
const USER_HEADER_RULE = 'must be a list of objects with `header_name` and `litellm_user_role`'
const userHeader = z.looseObject({ header_name: text, litellm_user_role: z.string().optional() })
const headers = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()], { error: 'must be text' }))

const litellmParams = z
  .looseObject({
    model: text,
    custom_llm_provider: text.optional(),
    api_base: text.optional(),
    base_url: text.optional(),
    api_key: z.string().optional(),
    api_version: z.string().optional(),
    organization: z.string().optional(),
    base_model: text.optional(),
    headers: headers.optional(),
    extra_headers: headers.optional(),
    timeout: seconds().optional(),
    stream_timeout: seconds().optional(),
    cooldown_time: seconds().optional(),
    num_retries: limit.optional(),
    max_retries: limit.optional(),
    rpm: limit.optional(),
    tpm: limit.optional(),
    weight: limit.optional(),
    order: limit.optional(),
    max_parallel_requests: limit.optional(),
    tags: z.array(z.string()).optional(),
    tag_regex: z.array(z.string()).optional(),
    ...cloudParamsShape,
    configurable_clientside_auth_params: z.array(z.unknown()).optional(),
    drop_params: z.boolean().optional(),
    additional_drop_params: z.array(z.string()).optional(),
    on_client_abort: ownClientAbort.optional(),
  })
  .superRefine(checkPrices)

const modelInfo = z
  .looseObject({
    id: z.union([text, z.int()], { error: 'must be text' }).transform(String).optional(),
    base_model: text.optional(),
    rpm: limit.optional(),
    tpm: limit.optional(),
    allowed_fails: limit.optional(),
    allowed_fails_policy: z.record(z.string(), z.number()).optional(),
    cooldown_time: seconds().optional(),
    enable_tag_filtering: z.boolean().optional(),
    max_input_tokens: limit.optional(),
    team_id: text.optional(),
    team_public_model_name: text.optional(),
    blocked: z.boolean().optional(),
    access_groups: z.array(z.string()).optional(),
  })
  .superRefine(checkPrices)

/** One entry of `model_list`, as it stands in a file or in LiteLLM's model table. */
export const modelEntrySchema = z.looseObject({
  model_name: text,
  litellm_params: litellmParams,
  model_info: modelInfo.optional(),
  rpm: limit.optional(),
  tpm: limit.optional(),
})

export const litellmConfigSchema = z.looseObject({
  // Each entry is read by deployments.ts, which needs it as it was written.
  model_list: z.array(z.unknown()).default([]),
  general_settings: z
    .looseObject({
      master_key: text.optional(),
      database_url: text.optional(),
      database_connection_pool_limit: count.optional(),
      database_disable_prepared_statements: z.boolean().optional(),
      user_api_key_cache_ttl: seconds().optional(),
      max_request_size_mb: limit.optional(),
      use_x_forwarded_for: z.boolean().optional(),
      user_header_name: z.string().optional(),
      user_header_mappings: z.union([userHeader, z.array(userHeader)], { error: USER_HEADER_RULE }).optional(),
      disable_spend_logs: z.boolean().optional(),
      disable_spend_updates: z.boolean().optional(),
      store_prompts_in_spend_logs: z.boolean().optional(),
      use_redis_transaction_buffer: z.boolean().optional(),
      strict_config: z.boolean().optional(),
      fail_closed_rate_limit_enforcement: z.boolean().optional(),
      fail_closed_budget_enforcement: z.boolean().optional(),
      maximum_spend_logs_retention_period: seconds().optional(),
      maximum_spend_logs_retention_interval: seconds().optional(),
      // Where LiteLLM has looked for it.
      litellm_settings: z.looseObject({ timezone: timeZone.optional() }).optional(),
    })
    .prefault({}),
  litellm_settings: z
    .looseObject({
      model_cost_map_url: text.optional(),
      request_timeout: seconds().optional(),
      drop_params: z.boolean().optional(),
      block_requests_for_models_without_pricing: z.boolean().optional(),
      timezone: timeZone.optional(),
      budget_reset_time: resetTime.optional(),
      weekly_budget_reset_day: weekday.optional(),
      key_generation_settings: keyGeneration.optional(),
      disable_add_user_agent_to_request_tags: z.boolean().optional(),
      extra_spend_tag_headers: names,
      cost_discount_config: z.record(z.string(), fraction).optional(),
      cost_margin_config: z.record(z.string(), margin).optional(),
    })
    .prefault({}),
  default_vertex_config: z
    .looseObject({
      vertex_project: cloudParamsShape.vertex_project,
      vertex_location: cloudParamsShape.vertex_location,
      vertex_credentials: cloudParamsShape.vertex_credentials,
    })
    .optional(),
  router_settings: z.looseObject({ timeout: seconds().optional() }).prefault({}),
  // A file that has them at the top means `litellm_settings`: LiteLLM knows no such section.
  litellm_params: z.looseObject({}).prefault({}),
  // Checked by the schema of the options, see litellm-section.ts.
  litellm_db: z.unknown().optional(),
})

export type ModelEntry = z.output<typeof modelEntrySchema>
export type LiteLLMConfig = z.output<typeof litellmConfigSchema>

function checkPrices(fields: Readonly<Record<string, unknown>>, context: z.RefinementCtx): void {
  for (const [name, input] of Object.entries(fields)) {
    // Tiers and search contexts are lists and mappings.
    if (!isPriceField(name) || typeof input === 'object' || dollars.safeParse(input).success) continue
    // One that has been told of: see readablePrices.
    if (Number.isNaN(input)) continue
    context.addIssue({ code: 'custom', path: [name], input, message: PRICE_RULE })
  }
}
