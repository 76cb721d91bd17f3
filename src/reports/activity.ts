import type { ActivityRow, Dimension } from './sql/daily-activity.ts'

/** Sums as LiteLLM's pages read them. Members that this gateway has no figures for are 0. */
export interface Metrics {
  spend: number
  flat_cost: number
  prompt_tokens: number
  completion_tokens: number
  cache_read_input_tokens: number
  cache_creation_input_tokens: number
  total_tokens: number
  successful_requests: number
  failed_requests: number
  api_requests: number
  total_response_time_ms: number
  timed_requests: number
}

/** What is said of a key beside its sums. `key_exists`: it has not been deleted. */
export interface KeyMetadata {
  readonly key_alias: string | null
  readonly team_id: string | null
  readonly user_id: string | null
  readonly key_exists: boolean
}

interface KeyActivity {
  readonly metrics: Metrics
  readonly metadata: KeyMetadata
}

interface PartActivity {
  readonly metrics: Metrics
  readonly metadata: Readonly<Record<string, unknown>>
  readonly api_key_breakdown: Record<string, KeyActivity>
}

type Part = Exclude<Dimension, 'total'>

interface DayActivity {
  readonly date: string
  readonly metrics: Metrics
  readonly breakdown: Record<Part, Record<string, PartActivity>> & { api_keys: Record<string, KeyActivity> }
}

export interface Activity {
  readonly results: readonly DayActivity[]
  readonly metadata: Readonly<Record<string, number | boolean>>
}

const UNKNOWN_KEY: KeyMetadata = { key_alias: null, team_id: null, user_id: null, key_exists: false }

/**
 * Daily activity in the form of LiteLLM's `/user/daily/activity`: days with the newest first, each with sums, and the same
 * by model, provider, endpoint, entity and key.
 */
export function activityOf(rows: readonly ActivityRow[], keys: ReadonlyMap<string, KeyMetadata>): Activity {
  const days = new Map<string, DayActivity>()
  const total = noMetrics()
  for (const row of rows) {
    const day = days.get(row.date) ?? newDay(row.date)
    days.set(row.date, day)
    const metadata = keys.get(row.api_key) ?? UNKNOWN_KEY
    if (row.dimension === 'total') {
      add(total, row)
      add(day.metrics, row)
      add(memberOf(day.breakdown.api_keys, row.api_key, () => ({ metrics: noMetrics(), metadata })).metrics, row)
    } else {
      const part = memberOf(day.breakdown[row.dimension], row.name, newPart)
      add(part.metrics, row)
      add(memberOf(part.api_key_breakdown, row.api_key, () => ({ metrics: noMetrics(), metadata })).metrics, row)
    }
  }
  return { results: [...days.values()], metadata: { ...totalsOf(total), page: 1, total_pages: 1, has_more: false } }
}

function totalsOf(total: Metrics): Record<string, number> {
  return {
    total_spend: total.spend,
    total_flat_cost: total.flat_cost,
    total_prompt_tokens: total.prompt_tokens,
    total_completion_tokens: total.completion_tokens,
    total_tokens: total.total_tokens,
    total_api_requests: total.api_requests,
    total_successful_requests: total.successful_requests,
    total_failed_requests: total.failed_requests,
    total_cache_read_input_tokens: total.cache_read_input_tokens,
    total_cache_creation_input_tokens: total.cache_creation_input_tokens,
    total_response_time_ms: total.total_response_time_ms,
    total_timed_requests: total.timed_requests,
  }
}

function newDay(date: string): DayActivity {
  // Names come from clients: no name may find what every object has.
  const none = () => Object.create(null) as Record<string, never>
  return {
    date,
    metrics: noMetrics(),
    breakdown: {
      models: none(),
      model_groups: none(),
      mcp_servers: none(),
      providers: none(),
      endpoints: none(),
      api_keys: none(),
      entities: none(),
    },
  }
}

function newPart(): PartActivity {
  return { metrics: noMetrics(), metadata: {}, api_key_breakdown: Object.create(null) }
}

function noMetrics(): Metrics {
  return {
    spend: 0,
    flat_cost: 0,
    prompt_tokens: 0,
    completion_tokens: 0,
    cache_read_input_tokens: 0,
    cache_creation_input_tokens: 0,
    total_tokens: 0,
    successful_requests: 0,
    failed_requests: 0,
    api_requests: 0,
    total_response_time_ms: 0,
    timed_requests: 0,
  }
}

function memberOf<T>(members: Record<string, T>, name: string, make: () => T): T {
  members[name] ??= make()
  return members[name]
}

function add(metrics: Metrics, row: ActivityRow): void {
  metrics.spend += row.spend
  metrics.prompt_tokens += row.prompt_tokens
  metrics.completion_tokens += row.completion_tokens
  metrics.total_tokens += row.prompt_tokens + row.completion_tokens
  metrics.cache_read_input_tokens += row.cache_read_input_tokens
  metrics.cache_creation_input_tokens += row.cache_creation_input_tokens
  metrics.api_requests += row.api_requests
  metrics.successful_requests += row.successful_requests
  metrics.failed_requests += row.failed_requests
  metrics.total_response_time_ms += row.total_response_time_ms
  metrics.timed_requests += row.timed_requests
}
