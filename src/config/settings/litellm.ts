import * as z from 'zod'
import { RESET_TIME_RULE, resetTimeOf, WEEKDAY_RULE, weekdayOf } from '../budget-calendar.ts'
import { readable } from '../schema-kinds.ts'
import { keyAlertEmails } from './alerting.ts'
import { cacheParamsShape } from './cache-params.ts'
import { timeZone } from './general.ts'
import {
  amount,
  anyNumber,
  budgetDuration,
  byName,
  count,
  DURATION_RULE,
  dollars,
  flag,
  fraction,
  httpError,
  listOf,
  mapping,
  members,
  names,
  oneOf,
  seconds,
  text,
} from './kinds.ts'

const resetTime = () => readable(z.string({ error: RESET_TIME_RULE }), RESET_TIME_RULE, resetTimeOf)
const weekday = () => readable(z.string({ error: WEEKDAY_RULE }), WEEKDAY_RULE, weekdayOf)

const MARGIN_RULE = 'must be a fraction, for example 0.1, or an object with `percentage` and `fixed_amount`'
const share = () => z.number({ error: MARGIN_RULE }).refine((value) => value >= 0, { error: MARGIN_RULE })
const margin = z.union(
  [
    share().meta({ type: 'number' }),
    z
      .strictObject({ percentage: share().optional(), fixed_amount: dollars().optional() })
      .transform(({ percentage, fixed_amount: fixedAmount }) => ({ percentage, fixedAmount })),
  ],
  { error: MARGIN_RULE },
)

/** Who signs a callback's requests to AWS, and where: the same parameters for each, by its own prefix. */
const signer = <P extends string>(prefix: P) => ({
  [`${prefix}_region_name` as const]: text().optional(),
  [`${prefix}_aws_access_key_id` as const]: text().optional(),
  [`${prefix}_aws_secret_access_key` as const]: text().optional(),
  [`${prefix}_aws_session_token` as const]: text().optional(),
  [`${prefix}_aws_session_name` as const]: text().optional(),
  [`${prefix}_aws_profile_name` as const]: text().optional(),
  [`${prefix}_aws_role_name` as const]: text().optional(),
  [`${prefix}_aws_web_identity_token` as const]: text().optional(),
  [`${prefix}_aws_sts_endpoint` as const]: text().optional(),
})

/** What rows of keys, users and teams have in common. Others of their columns are taken as they are. */
const created = {
  max_budget: dollars().optional(),
  soft_budget: dollars().optional(),
  budget_duration: budgetDuration().optional(),
  // "-1" is for ever.
  duration: z.union([z.literal('-1'), budgetDuration()], { error: DURATION_RULE }).optional(),
  tpm_limit: amount().optional(),
  rpm_limit: amount().optional(),
  tpd_limit: amount().optional(),
  max_parallel_requests: amount().optional(),
  models: names().optional(),
  tags: names().optional(),
  guardrails: names().optional(),
  allowed_routes: names().optional(),
  metadata: mapping().optional(),
  permissions: mapping().optional(),
  aliases: mapping().optional(),
  model_max_budget: mapping().optional(),
  blocked: flag().optional(),
}

const FILE_RULE = 'must be a list of names, or the path of a file with one on each line'
const NAMES_RULE = 'must be a name or a list of names'

/** `litellm_settings` as far as the gateway acts on it. The router's settings may stand here too, see router.ts. */
export const litellmShape = {
  model_cost_map_url: text().describe('File or URL of a price list'),
  request_timeout: seconds().describe('Longest wait for an answer, behind `router_settings.timeout`'),
  drop_params: flag().describe('Leave out parameters that the provider refuses'),
  block_requests_for_models_without_pricing: flag().describe('Refuse calls whose price is unknown'),
  cost_discount_config: byName(fraction()).describe('Discount by provider'),
  cost_margin_config: byName(margin).describe('Margin by provider'),
  max_budget: dollars().describe('Ceiling on the spend of all keys together'),
  budget_duration: budgetDuration().describe(
    'When that spend is reset. Default: 30 days, which end on the first of a month',
  ),
  budget_exceeded_status_code: httpError().describe('Status of a call whose budget is exceeded. Default: 422'),
  rpm: amount().describe('Requests per minute of all keys together'),
  tpm: amount().describe('Tokens per minute of all keys together'),
  timezone: timeZone().describe('The clock by which budgets are reset'),
  budget_reset_time: resetTime().meta({ type: 'time of day' }).describe('When on their day budgets are reset'),
  weekly_budget_reset_day: weekday().meta({ type: 'weekday' }).describe('The day on which budgets of a week are reset'),
  budget_exceeded_throttle_percentage: anyNumber().describe(
    'Slow a key down to this part of its rates, instead of stopping it',
  ),
  ui_theme_config: members({
    logo_url: text().optional(),
    logo_url_dark: text().optional(),
    favicon_url: text().optional(),
  }).describe("Addresses of the pictures of LiteLLM's dashboard"),
  public_model_groups: names().describe('Model groups that `GET /public/model_hub` shows to everybody, without a key'),
  store_audit_logs: flag().describe(
    'Changes by management endpoints leave a row in `LiteLLM_AuditLog`. Without it, `LITELLM_STORE_AUDIT_LOGS` decides. Default: where this package makes the tables',
  ),
  max_ui_session_budget: dollars().describe('What one session of the dashboard may spend. Default: 1 US dollar'),
  max_internal_user_budget: dollars().describe('Budget of internal users that have none'),
  internal_user_budget_duration: budgetDuration().describe('Its duration'),
  max_end_user_budget_id: text().describe('The budget of end users that have none'),
  default_key_generate_params: members(created).describe('For what `/key/generate` leaves open'),
  upperbound_key_generate_params: members(created).describe('What `/key/generate` may ask for at most'),
  default_internal_user_params: members(created).describe('For what `/user/new` leaves open'),
  default_team_params: members(created).describe('For what `/team/new` leaves open'),
  key_generation_settings: members({
    team_key_generation: members({
      allowed_team_member_roles: names().optional(),
      required_params: names().optional(),
    }).optional(),
    personal_key_generation: members({
      allowed_user_roles: names().optional(),
      required_params: names().optional(),
    }).optional(),
  }).describe('Who may make keys, and what requests must say'),
  blocked_user_list: z
    .union([z.string(), z.array(z.union([z.string(), z.number()]))], { error: FILE_RULE })
    .meta({ type: 'list of names or path' })
    .describe('End users who may make no calls, with the callback `blocked_user_check`'),
  callbacks: z
    .union([z.string(), z.array(z.unknown())], { error: NAMES_RULE })
    .meta({ type: 'list of names' })
    .describe('Who is told of each call, see [Callbacks](callbacks.md); `prometheus`; `blocked_user_check`'),
  success_callback: z
    .union([z.string(), z.array(z.unknown())], { error: NAMES_RULE })
    .meta({ type: 'list of names' })
    .describe('Who is told of calls that were answered'),
  failure_callback: z
    .union([z.string(), z.array(z.unknown())], { error: NAMES_RULE })
    .meta({ type: 'list of names' })
    .describe('Who is told of calls that failed'),
  audit_log_callbacks: names().describe('Who is told of changes made through the management endpoints'),
  redact_user_api_key_info: flag().describe('Callbacks are told nothing about the key'),
  standard_logging_payload_excluded_fields: names().describe('Fields that callbacks are not told'),
  default_key_max_budget_alert_emails: keyAlertEmails(),
  langfuse_default_tags: names().describe('Facts of a call that become tags in Langfuse: `user_api_key_alias`'),
  langsmith_batch_size: count(1).describe('Most runs in one request to LangSmith'),
  s3_callback_params: members({
    ...signer('s3'),
    ...{ s3_bucket_name: text().optional(), s3_endpoint_url: text().optional(), s3_path: text().optional() },
    s3_use_team_prefix: flag().optional(),
    s3_use_key_prefix: flag().optional(),
    s3_use_virtual_hosted_style: flag().optional(),
    s3_server_side_encryption: text().optional(),
    s3_sse_kms_key_id: text().optional(),
    s3_log_prompts_only: flag().optional(),
    s3_partition_granularity: oneOf('day', 'hour').optional(),
    s3_max_concurrent_uploads: count(1).optional(),
    s3_flush_interval: seconds().optional(),
    s3_batch_size: count(1).optional(),
    s3_batch_file_upload: flag().optional(),
  }).describe('Bucket, path, names and credentials of the callbacks `s3` and `s3_v2`'),
  aws_sqs_callback_params: members({
    ...signer('sqs'),
    ...{ sqs_queue_url: text().optional(), sqs_endpoint_url: text().optional() },
    sqs_flush_interval: seconds().optional(),
  }).describe('Queue and credentials of the callback `aws_sqs`'),
  dynamodb_table_name: text().describe('Table of the callback `dynamodb`'),
  cold_storage_custom_logger: text().describe(
    'Callback that keeps what was asked and answered, for log views and `previous_response_id`: `s3_v2`, `gcs_bucket`',
  ),
  require_auth_for_metrics_endpoint: flag().describe('`GET /metrics` needs a key. Default: yes'),
  prometheus_metrics_config: listOf(
    members({ group: text().optional(), metrics: names(), include_labels: names().optional() }),
  ).describe('Only these metrics, with only these labels'),
  prometheus_exclude_metrics: names().describe('Not these metrics'),
  prometheus_exclude_labels: names().describe('Not these labels'),
  prometheus_latency_buckets: listOf(amount()).describe('Upper bounds of the histograms of latencies, in seconds'),
  prometheus_metrics_max_series_per_metric: count(1).describe(
    'Label sets of one metric; what comes then is counted together. Default: 10,000',
  ),
  prometheus_emit_stream_label: flag().describe('`litellm_proxy_total_requests_metric` has the label `stream`'),
  prometheus_emit_rate_limit_labels: flag().describe(
    '`litellm_proxy_failed_requests_metric` has the labels `rate_limit_category` and `rate_limit_type`',
  ),
  custom_prometheus_metadata_labels: names().describe('Labels from the metadata of keys and calls: `metadata.region`'),
  custom_prometheus_tags: names().describe('Labels that say whether a call has a tag: `prod`, `User-Agent: curl/*`'),
  enable_end_user_cost_tracking_prometheus_only: flag().describe('Metrics have the label `end_user`'),
  model_access_denied_message: text().describe('The message of a refused model; `{model}` stands for its name'),
  json_logs: flag().describe(
    '`serve` writes each line as JSON, see [Logging](logging.md); also `LITELLM_LOG_FORMAT=json`, `JSON_LOGS=true`',
  ),
  set_verbose: flag().describe('`serve` logs at level `debug`, as with `--debug`'),
  turn_off_message_logging: flag().describe('Keep no prompts, and tell none to callbacks'),
  disable_add_user_agent_to_request_tags: flag().describe('Make no tag of the user agent'),
  extra_spend_tag_headers: names().describe('Headers whose values become tags'),
  cache: flag().describe('Answer calls that were answered before from the response cache, see docs/cache.md'),
  cache_params: members(cacheParamsShape).describe(
    'Where answers are kept, for how long and whose, see docs/cache.md. Its Redis is that of rate limits and spend too',
  ),
  default_redis_ttl: amount().describe('Seconds that an answer is kept in Redis, where `cache_params` has no `ttl`'),
  enable_caching_on_provider_specific_optional_params: flag().describe(
    'Parameters that only some provider knows are part of the key of a stored answer',
  ),
}
