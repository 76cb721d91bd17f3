import { toSpendRecord } from '../../../src/ledger/record/spend-log-row.ts'
import type { SpendEvent } from '../../../src/types.ts'

/** Columns of the log, in the order of the lines. */
export const COPY_COLUMNS = [
  ...['request_id', 'call_type', 'api_key', 'spend', 'total_tokens', 'prompt_tokens', 'completion_tokens'],
  ...['startTime', 'endTime', 'completionStartTime', 'model', 'model_id', 'model_group'],
  ...['custom_llm_provider', 'api_base', 'user', 'metadata', 'cache_hit', 'cache_key', 'request_tags', 'team_id'],
  ...['organization_id', 'end_user', 'requester_ip_address', 'session_id', 'status'],
]

/** The log rows of these calls in COPY's text format, a thousand to a piece. */
export function copyLines(events: readonly SpendEvent[]): string[] {
  const pieces: string[] = []
  for (let start = 0; start < events.length; start += 1_000) {
    pieces.push(
      events
        .slice(start, start + 1_000)
        .map(lineOf)
        .join(''),
    )
  }
  return pieces
}

/** The columns of one call's row. */
export function rowOf(event: SpendEvent): Record<string, any> {
  const row = JSON.parse(toSpendRecord(event).text)
  return { ...row, request_id: row.provider_id }
}

function lineOf(event: SpendEvent): string {
  const row = rowOf(event)
  return `${COPY_COLUMNS.map((column) => field(row[column])).join('\t')}\n`
}

function field(value: unknown): string {
  if (value === null || value === undefined) return '\\N'
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value)
  return text.replaceAll('\\', '\\\\').replaceAll('\t', '\\t').replaceAll('\n', '\\n')
}
