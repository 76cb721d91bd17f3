import * as z from 'zod'
import { timeZoneOf } from '../../admission/facts/time-zone.ts'
import { readable } from '../schema-kinds.ts'
import { alertingShape } from './alerting.ts'
import { amount, count, dollars, flag, listOf, mapping, members, names, oneOf, seconds, text } from './kinds.ts'

const USER_HEADER_RULE = 'must be a list of objects with `header_name` and `litellm_user_role`'
const userHeader = z.looseObject({ header_name: z.string().min(1), litellm_user_role: z.string().optional() })

const endpoint = members({
  path: text().optional(),
  target: text().optional(),
  headers: mapping().optional(),
  auth: flag().optional(),
  include_subpath: flag().optional(),
  methods: names().optional(),
  cost_per_request: dollars().optional(),
})

const TIME_ZONE_RULE = 'must be the name of a time zone, for example Europe/Berlin'
export const timeZone = () =>
  readable(z.string({ error: TIME_ZONE_RULE }), TIME_ZONE_RULE, timeZoneOf).meta({ type: 'time zone' })

/** `general_settings` as far as the gateway acts on it: name in LiteLLM, kind, and the sentence for the documentation. */
export const generalShape = {
  master_key: text().describe('Admin secret, no virtual key'),
  database_url: text().describe("PostgreSQL URL of LiteLLM's database"),
  database_connection_pool_limit: count(1).describe('Most connections of this process, as `max_conns`'),
  database_disable_prepared_statements: flag().describe('For a PgBouncer in transaction mode'),
  user_api_key_cache_ttl: seconds().describe('How long a key may be out of date'),
  max_request_size_mb: amount().describe('Largest request body'),
  max_held_bodies_mb: amount().describe('All request bodies in memory at once'),
  request_headers_timeout: seconds().describe('Longest wait for the headers of a request'),
  request_body_timeout: seconds().describe('Longest wait for a request body'),
  strict_config: flag().describe('Refuse to start when an entry of `model_list` cannot be used'),
  disable_spend_logs: flag().describe('Write no log rows'),
  disable_spend_updates: flag().describe('Write nothing about spend'),
  store_prompts_in_spend_logs: flag().describe('Keep what was asked and answered in the log rows'),
  use_redis_transaction_buffer: flag().describe('One process writes the spend of all'),
  maximum_spend_logs_retention_period: seconds().describe('Delete log rows that are older'),
  maximum_spend_logs_retention_interval: seconds().describe('Time between two clean-ups'),
  shutdown_grace: seconds().describe('How long calls may go on when the gateway is asked to stop'),
  shutdown_drain_delay: seconds().describe('How long `serve` still takes connections then'),
  disable_reset_budget: flag().describe('Do not reset budgets: another process does'),
  disable_budget_reservation: flag().describe('Do not reserve the greatest cost of a call before it is made'),
  fail_closed_budget_enforcement: flag().describe('Refuse calls with budgets while their spend cannot be read'),
  fail_closed_rate_limit_enforcement: flag().describe('Refuse calls with limits while their shared store fails'),
  allow_requests_on_db_unavailable: flag().describe('Let keys pass that cannot be looked up'),
  apply_user_budget_to_team_keys: flag().describe("A user's budget holds for their keys in teams too"),
  enforce_organization_models: flag().describe("Hold calls to the `models` of the key's organization"),
  enforce_fallback_budget: flag().describe('Pass over a fallback that the budget has no room for'),
  disable_batch_input_file_rate_limiting: flag().describe('What is in a batch counts for no limit'),
  token_rate_limit_type: oneOf('total', 'input', 'output').describe('The tokens that `tpm_limit` counts'),
  litellm_key_header_name: text().describe('One more header that may carry a key'),
  allow_user_auth: flag().describe('Pass `POST /user/auth` on to the app, instead of refusing it'),
  use_x_forwarded_for: flag().describe("Take the client's address from this header"),
  user_header_name: z
    .string({ error: 'must be text' })
    .meta({ type: 'string' })
    .describe('The header that names the end user'),
  user_header_mappings: z
    .union([userHeader, z.array(userHeader)], { error: USER_HEADER_RULE })
    .meta({ type: 'list' })
    .describe('Headers that name the end user (`litellm_user_role: customer`)'),
  allowed_ips: names().describe('Addresses of clients that may call'),
  allowed_routes: names().describe('Routes that are open; all others are closed'),
  admin_only_routes: names().describe('Routes for administrators only'),
  disable_llm_api_endpoints: flag().describe('Serve no calls to models'),
  disable_admin_endpoints: flag().describe('Serve no management'),
  allow_client_side_credentials: flag().describe('Requests may bring `api_base` and `api_key`'),
  enforce_user_param: flag().describe('Every call must name its end user'),
  reject_clientside_metadata_tags: flag().describe('Refuse calls that bring tags'),
  disable_responses_id_security: flag().describe('Responses are for every key'),
  allow_unmanaged_response_ids: flag().describe('So are responses that were made elsewhere'),
  enforced_params: names().describe('Members that every request body must have'),
  service_account_settings: members({ enforced_params: names().optional() }).describe(
    'The same for keys of service accounts',
  ),
  store_model_in_db: flag().describe('Read models and settings from the database'),
  supported_db_objects: names().describe('What is read from the database; `models` among it'),
  proxy_config_reload_interval_seconds: amount().describe('Time between two looks at it'),
  encryption_algorithm: oneOf('auto', 'aes-256-gcm', 'xsalsa20-poly1305').describe('How new models are encrypted'),
  ui_dir: text().describe("LiteLLM's dashboard: its folder `out`, see [The dashboard](dashboard.md)"),
  disable_env_credential_login: flag().describe('`UI_USERNAME` and `UI_PASSWORD` open no session'),
  max_failed_login_attempts_per_source: count(0).describe(
    'Failed sign-ins of an address in a window; half of it for one name. Default: 10. 0: no limit',
  ),
  failed_login_window_seconds: seconds().describe('That window. Default: 60'),
  failed_login_block_seconds: seconds().describe('How long sign-ins are refused then. Default: 300'),
  password_policy_min_length: count(0).describe('Least length of a password, at least 8. Default: 12'),
  password_policy_require_uppercase: flag().describe('It has a capital letter. Default: yes'),
  password_policy_require_lowercase: flag().describe('And a small one'),
  password_policy_require_numbers: flag().describe('And a digit'),
  password_policy_require_special_characters: flag().describe('And another character'),
  pass_through_endpoints: listOf(endpoint).describe('Paths of your own that are relayed'),
  background_health_checks: flag().describe(
    'Probe the deployments by a timer, and tell the latest results on `/health`. Otherwise `/health` asks them. Probes are billed',
  ),
  background_health_check_model_groups: names().describe('Only these model groups'),
  health_check_interval: seconds().describe('Time between two probes'),
  health_check_concurrency: amount().describe('Probes at once'),
  health_check_details: flag().describe('Say where the deployments are'),
  ...alertingShape,
  // Where LiteLLM has looked for it.
  litellm_settings: members({ timezone: timeZone().optional() }).describe('`timezone`, as in the section of that name'),
}
