import type { ActivityRow, ActivitySums } from './sql/daily-activity.ts'

/** Sums as LiteLLM's pages read them, in its order. What this gateway or this database has no figures for is 0. */
export interface Metrics extends Required<ActivitySums> {
  flat_cost: number
  total_tokens: number
}

/** What is said of a key beside its sums. `key_exists`: it has not been deleted. */
export interface KeyMetadata {
  readonly key_alias: string | null
  readonly team_id: string | null
  readonly user_id: string | null
  readonly user_email: string | null
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

/** LiteLLM's names of what activity is broken down by, in its order. */
const PARTS = ['mcp_servers', 'models', 'model_groups', 'providers', 'endpoints', 'entities'] as const

type Part = (typeof PARTS)[number]

interface DayActivity {
  readonly date: string
  readonly metrics: Metrics
  readonly breakdown: Record<Part, Record<string, PartActivity>> & { api_keys: Record<string, KeyActivity> }
}

export interface Activity {
  readonly results: readonly DayActivity[]
  readonly metadata: Readonly<Record<string, unknown>>
}

export interface ActivityOptions {
  readonly keys: ReadonlyMap<string, KeyMetadata>
  /** Only so many keys have sums of their own: those that have spent most. All others count in every other sum. */
  readonly keyLimit: number
  /** Metadata of entities, by id. */
  readonly entities?: ReadonlyMap<string, Readonly<Record<string, unknown>>>
}

const UNKNOWN_KEY: KeyMetadata = {
  ...{ key_alias: null, team_id: null, user_id: null, user_email: null, key_exists: false },
}

/** Of a call without an entity. */
const UNASSIGNED = 'Unassigned'

/**
 * Daily activity in the form of LiteLLM's `/user/daily/activity/aggregated`: days with the newest first, each with sums, and
 * the same by tool, model, provider, endpoint, entity and key.
 */
export function activityOf(rows: readonly ActivityRow[], { keys, keyLimit, entities }: ActivityOptions): Activity {
  const days = new Map<string, DayActivity>()
  const total = noMetrics()
  const keysOfEntities = new Map<string, Set<string>>()
  const spendByKey = new Map<string, number>()
  for (const { api_key, spend } of rows) spendByKey.set(api_key, (spendByKey.get(api_key) ?? 0) + spend)
  const shown = topKeys(spendByKey, keyLimit)
  for (const row of rows) {
    const { api_key: token } = row
    const day = days.get(row.date) ?? newDay(row.date)
    days.set(row.date, day)
    const metadata = shown.has(token) ? (keys.get(token) ?? UNKNOWN_KEY) : undefined
    add(total, row)
    add(day.metrics, row)
    if (metadata) addTo(day.breakdown.api_keys, token, metadata, row)
    for (const part of PARTS) {
      if (part !== 'entities') addPart(day, part, row[part], row, metadata)
    }
    for (const entity of entitiesOf(row)) {
      addPart(day, 'entities', entity, row, metadata, entities?.get(entity))
      keysOfEntities.set(entity, (keysOfEntities.get(entity) ?? new Set()).add(token))
    }
  }
  return {
    results: [...days.values()].toSorted((a, b) => (a.date < b.date ? 1 : -1)),
    metadata: {
      ...totalsOf(total),
      ...{ page: 1, total_pages: 1, has_more: false, api_key_limit: keyLimit, total_api_keys: spendByKey.size },
      entity_total_api_keys: Object.fromEntries([...keysOfEntities].map(([id, { size }]) => [id, size])),
    },
  }
}

function entitiesOf({ entities }: ActivityRow): readonly string[] {
  const named = typeof entities === 'string' ? [entities] : (entities ?? [])
  return named.some(Boolean) ? named : [UNASSIGNED]
}

function addPart(
  { breakdown }: DayActivity,
  part: Part,
  name: string | null,
  row: ActivityRow,
  keyMetadata: KeyMetadata | undefined,
  metadata?: PartActivity['metadata'],
): void {
  if (!name) return
  const found = memberOf(breakdown[part], name, () => newPart(metadata))
  add(found.metrics, row)
  if (keyMetadata) addTo(found.api_key_breakdown, row.api_key, keyMetadata, row)
}

function topKeys(spendByKey: ReadonlyMap<string, number>, limit: number): ReadonlySet<string> {
  if (spendByKey.size <= limit) return new Set(spendByKey.keys())
  const sorted = [...spendByKey].toSorted(([a, one], [b, other]) => other - one || (a < b ? -1 : 1))
  return new Set(sorted.slice(0, limit).map(([token]) => token))
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
    total_compression_saved_tokens: total.compression_saved_tokens,
    total_compression_savings_spend: total.compression_savings_spend,
    total_prompt_caching_savings_spend: total.prompt_caching_savings_spend,
    total_gateway_injected_caching_savings_spend: total.gateway_injected_caching_savings_spend,
    total_autorouter_savings_spend: total.autorouter_savings_spend,
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
      mcp_servers: none(),
      models: none(),
      model_groups: none(),
      providers: none(),
      endpoints: none(),
      api_keys: none(),
      entities: none(),
    },
  }
}

function newPart(metadata: Readonly<Record<string, unknown>> = {}): PartActivity {
  return { metrics: noMetrics(), metadata, api_key_breakdown: Object.create(null) }
}

function noMetrics(): Mutable<Metrics> {
  return {
    spend: 0,
    flat_cost: 0,
    prompt_tokens: 0,
    completion_tokens: 0,
    cache_read_input_tokens: 0,
    cache_creation_input_tokens: 0,
    compression_saved_tokens: 0,
    compression_savings_spend: 0,
    prompt_caching_savings_spend: 0,
    gateway_injected_caching_savings_spend: 0,
    autorouter_savings_spend: 0,
    total_tokens: 0,
    successful_requests: 0,
    failed_requests: 0,
    api_requests: 0,
    total_response_time_ms: 0,
    timed_requests: 0,
  }
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] }

function memberOf<T>(members: Record<string, T>, name: string, make: () => T): T {
  members[name] ??= make()
  return members[name]
}

function addTo(members: Record<string, KeyActivity>, token: string, metadata: KeyMetadata, row: ActivityRow): void {
  add(memberOf(members, token, () => ({ metrics: noMetrics(), metadata })).metrics, row)
}

function add(metrics: Mutable<Metrics>, row: ActivityRow): void {
  metrics.spend += row.spend
  metrics.prompt_tokens += row.prompt_tokens
  metrics.completion_tokens += row.completion_tokens
  metrics.total_tokens += row.prompt_tokens + row.completion_tokens
  metrics.cache_read_input_tokens += row.cache_read_input_tokens
  metrics.cache_creation_input_tokens += row.cache_creation_input_tokens
  metrics.api_requests += row.api_requests
  metrics.successful_requests += row.successful_requests
  metrics.failed_requests += row.failed_requests
  // Most rows have nothing of these.
  if (row.timed_requests) metrics.timed_requests += row.timed_requests
  if (row.total_response_time_ms) metrics.total_response_time_ms += row.total_response_time_ms
  if (row.compression_saved_tokens) metrics.compression_saved_tokens += row.compression_saved_tokens
  if (row.compression_savings_spend) metrics.compression_savings_spend += row.compression_savings_spend
  if (row.prompt_caching_savings_spend) metrics.prompt_caching_savings_spend += row.prompt_caching_savings_spend
  if (row.gateway_injected_caching_savings_spend) {
    metrics.gateway_injected_caching_savings_spend += row.gateway_injected_caching_savings_spend
  }
  if (row.autorouter_savings_spend) metrics.autorouter_savings_spend += row.autorouter_savings_spend
}
