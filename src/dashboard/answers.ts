/*
 * What the dashboard's own routes answer: the server makes it, the page reads it. Types alone, so that the page's script
 * takes nothing of the server with it. Times are ISO, money is in US dollars.
 */

import type { DeadLetterInfo } from '../ledger/journal/dead-letter-format.ts'
import type { JournalFile } from '../ledger/journal/journal-files.ts'
import type { OutboxGauges } from '../signals/outbox/outbox.ts'
import type { SpendGauges } from '../types.ts'
import type { ReconcileRun } from '../upkeep/reconcile-runs.ts'

/** Who has signed in. */
export interface Reader {
  readonly role: string | null
  readonly user_id: string | null
  readonly team_id: string | null
  readonly key_alias: string | null
  /** Sees everything. */
  readonly is_admin: boolean
  /** Changes everything. */
  readonly may_change: boolean
  readonly spend: number
  readonly max_budget: number | null
  readonly rpm_limit: number | null
  readonly tpm_limit: number | null
  readonly expires: string | null
  readonly models: readonly string[]
}

/** `GET <mount>/state`. What only administrators see is absent for others. */
export interface State {
  readonly version: string
  readonly reader: Reader
  readonly database: string
  /** Those that the reader may call. */
  readonly model_groups: readonly string[]
  readonly keeps_prompts: boolean
  readonly durability?: string | null
  readonly ledger?: SpendGauges | null
  readonly outboxes?: readonly OutboxState[]
  /** Calls under way, and of them those that hold a reservation of a budget. */
  readonly open_calls?: number
  readonly reserved_calls?: number
  readonly deployments: readonly DeploymentState[]
}

export interface DeploymentState {
  readonly id: string
  readonly model_group: string
  readonly model: string
  readonly provider: string
  readonly cooling_ms: number
  readonly has_price: boolean
  readonly input_cost_per_token: number | null
  readonly output_cost_per_token: number | null
  /** What the price list says that it can do. */
  readonly abilities: readonly string[]
  readonly max_input_tokens: number | null
}

export interface OutboxState extends OutboxGauges {
  readonly name: string
}

/** The last hour of a deployment, as this process has seen it. */
export interface DeploymentHour {
  readonly id: string
  /** Sixty minutes, the oldest first: calls that it answered, and tries that failed. */
  readonly minutes: readonly (readonly [answered: number, failed: number])[]
  readonly p50_ms: number | null
  readonly p95_ms: number | null
  /** Until the first byte of the answer. */
  readonly first_byte_p50_ms: number | null
  readonly tokens_per_second: number | null
  readonly errors: Readonly<Record<string, number>>
}

/** `GET <mount>/models`. */
export interface ModelsAnswer {
  readonly since: string
  readonly hours: readonly DeploymentHour[]
}

/** Something that an operator should know, the newest last. */
export interface Happening {
  readonly at: string
  readonly kind: 'ok' | 'attention' | 'stop'
  readonly text: string
  /** How often in a row. */
  readonly times: number
}

/** `GET <mount>/ledger`. */
export interface LedgerAnswer {
  readonly durability: string | null
  readonly retention_ms: number | null
  readonly gauges: SpendGauges | null
  readonly outboxes: readonly OutboxState[]
  readonly journal: {
    readonly maxBytes: number
    readonly fsync: string
    readonly segments: readonly JournalFile[]
  } | null
  readonly letters: readonly LetterState[]
  /** How many there are; `letters` has the first of them. */
  readonly letters_total: number
  readonly reconcile: ReconcileRun | null
  readonly can_reconcile: boolean
  readonly flushes: FlushState
  readonly happenings: readonly Happening[]
}

export interface LetterState extends DeadLetterInfo {
  /** The callback that has refused it; `null`: the database. */
  readonly callback: string | null
}

/** Batches that this process has written. */
export interface FlushState {
  readonly batches: number
  readonly last_at: string | null
  readonly last_size: number
  readonly last_ms: number
  /** Calls written in each of the last sixty minutes, the oldest first. */
  readonly minutes: readonly number[]
}

/** A row of the log, as the report `/spend/logs/ui` and the live list have it. */
export interface CallRow {
  readonly request_id: string
  readonly call_type: string
  readonly startTime: string
  readonly endTime: string
  readonly completionStartTime: string | null
  readonly model: string
  readonly model_group: string | null
  readonly model_id: string | null
  readonly custom_llm_provider: string | null
  readonly api_key: string
  readonly status: string | null
  readonly spend: number
  readonly prompt_tokens: number
  readonly completion_tokens: number
  readonly cache_hit: string | null
  readonly user: string | null
  readonly team_id: string | null
  readonly end_user: string | null
  readonly session_id: string | null
  readonly request_tags: readonly string[] | null
  readonly metadata: Readonly<Record<string, unknown>> | null
}

/** Everything that has a ceiling, the nearest first: `GET /budget/ceilings`. */
export interface Ceiling {
  readonly kind: 'key' | 'user' | 'team' | 'member' | 'organization' | 'customer' | 'project' | 'tag'
  readonly id: string
  readonly name: string | null
  readonly spend: number
  readonly max_budget: number | null
  readonly soft_budget: number | null
  readonly tpm_limit: number | null
  readonly rpm_limit: number | null
  readonly max_parallel_requests: number | null
  readonly budget_duration: string | null
  readonly budget_reset_at: string | null
}
