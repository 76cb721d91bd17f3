import { BUDGET_METRICS } from './budget-metrics.ts'
import { CALL_METRICS } from './call-metrics.ts'
import { DEPLOYMENT_METRICS } from './deployment-metrics.ts'
import { OWN_METRICS, STATE_METRICS } from './gateway-metrics.ts'
import { BUCKETS, wireName } from './metric.ts'

/** Every metric: those that finished calls feed, and those that are looked up when they are read. */
export const METRICS = {
  calls: [...CALL_METRICS, ...DEPLOYMENT_METRICS, ...BUDGET_METRICS],
  gateway: [...STATE_METRICS, ...OWN_METRICS],
} as const

/** A metric as documentation and dashboards speak of it. */
export interface DescribedMetric {
  /** On the wire. */
  readonly name: string
  readonly kind: 'counter' | 'gauge' | 'histogram'
  readonly help: string
  readonly labels: readonly string[]
  /** Upper bounds of a histogram, without +Inf. */
  readonly buckets?: readonly number[]
}

export function describedMetrics(): readonly DescribedMetric[] {
  return [
    ...METRICS.calls.map((metric) => ({
      name: wireName(metric),
      kind: metric.kind,
      help: metric.help,
      labels: metric.labels,
      buckets: metric.buckets && BUCKETS[metric.buckets],
    })),
    ...METRICS.gateway.map((metric) => ({ ...metric, name: wireName(metric) })),
  ]
}

const NO_GUARDRAILS = 'There are no guardrails.'
const NO_MCP = 'There is no MCP gateway.'
const NO_FILES = 'Files and batches are kept by the providers, not managed here.'
const NO_POLLING = 'Batches are charged when a client fetches them; nothing polls them.'
const NOT_READ = 'A call does not read it; `/team/info`, `/user/info` and `/customer/info` tell it.'
const NOT_COUNTED = 'Counting rows is left to the database.'

/** Metrics of LiteLLM's that are not exposed, and why: by the names that its settings have for them. */
export const ABSENT_METRICS: Readonly<Record<string, string>> = {
  litellm_team_budget_remaining_hours_metric: NOT_READ,
  litellm_team_members_metric: NOT_READ,
  litellm_org_budget_remaining_hours_metric: NOT_READ,
  litellm_user_budget_remaining_hours_metric: NOT_READ,
  litellm_remaining_customer_budget_metric: NOT_READ,
  litellm_customer_max_budget_metric: NOT_READ,
  litellm_customer_budget_remaining_hours_metric: NOT_READ,
  litellm_request_queue_time_seconds: 'It is part of `litellm_overhead_latency_metric`.',
  litellm_guardrail_latency_seconds: NO_GUARDRAILS,
  litellm_guardrail_errors: NO_GUARDRAILS,
  litellm_guardrail_requests: NO_GUARDRAILS,
  litellm_provider_remaining_budget_metric: 'There are no budgets of providers.',
  litellm_zero_cost_requests: 'Calls without a price are `express_litellm_unpriced_calls_total`.',
  litellm_spend_capture_rate: 'Bills of providers are not read.',
  litellm_total_users: NOT_COUNTED,
  litellm_active_users: NOT_COUNTED,
  litellm_teams_count: NOT_COUNTED,
  litellm_managed_batch_created: NO_FILES,
  litellm_managed_file_size_bytes: NO_FILES,
  litellm_managed_batch_duration_seconds: NO_FILES,
  litellm_managed_file_created: NO_FILES,
  litellm_managed_file_deleted: NO_FILES,
  litellm_check_batch_cost_jobs_polled: NO_POLLING,
  litellm_check_batch_cost_jobs_processed: NO_POLLING,
  litellm_check_batch_cost_errors: NO_POLLING,
  litellm_check_batch_cost_last_run_timestamp: NO_POLLING,
  litellm_mcp_tool_calls: NO_MCP,
  litellm_mcp_tool_call_spend_metric: NO_MCP,
}
