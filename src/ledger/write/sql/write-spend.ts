import { DAILIES, ENTITIES } from '../../../database/entities.ts'
import type { Schema } from '../../../database/schema.ts'
import { SQLSTATE } from '../../../database/sqlstates.ts'
import { addSpend } from './add-spend.ts'
import { addWindowSpend, WINDOW_TABLE } from './add-window-spend.ts'
import { CHARGE_ONLY } from './charge-only.ts'
import { countModelUsage, MODEL_USAGE_TABLE } from './count-model-usage.ts'
import { ERROR_TABLE, insertErrorLogs } from './insert-error-logs.ts'
import { insertSpendLogs } from './insert-spend-logs.ts'
import { READ_SPEND, sent } from './read-spend.ts'
import { registerTools, TOOL_TABLE } from './register-tools.ts'
import { upsertDailySpend } from './upsert-daily-spend.ts'

export interface WriteSpendOptions {
  readonly rows?: boolean
  /** The server's version as a number, e.g. 170002. */
  readonly server: number
}

/**
 * The statement that writes a batch of spend records, given as lines: log rows, running totals and daily
 * rows, all or nothing. It charges exactly the calls whose row it inserts, so a batch may be repeated, split and
 * mixed at will. Without `rows` it leaves no log row, and keeps the ids of what it charged instead. Tables are locked in
 * LiteLLM's order, each step waiting for the one before. Tables and columns that `schema` lacks are left out.
 */
export function writeSpend(schema: Schema, { rows = true, server }: WriteSpendOptions): string {
  const logs = schema.get('LiteLLM_SpendLogs')
  if (!logs) throw new MissingTableError('LiteLLM_SpendLogs')
  const steps = [sent(server), ...(rows ? [READ_SPEND, insertSpendLogs(logs)] : [CHARGE_ONLY])]
  let last = 'charged'
  for (const entity of ENTITIES) {
    const table = schema.get(entity.table)
    if (!table?.columns.has('spend')) continue
    steps.push(addSpend(entity, table, last))
    last = `added_${entity.name}`
  }
  if (schema.has(WINDOW_TABLE)) {
    steps.push(addWindowSpend(last))
    last = 'added_window'
  }
  for (const daily of DAILIES) {
    const table = schema.get(daily.table)
    if (!table) continue
    steps.push(upsertDailySpend(daily, table, last))
    last = `daily_${daily.name}`
  }
  if (schema.get(MODEL_USAGE_TABLE)?.insertable) {
    steps.push(countModelUsage(last))
    last = 'model_usage'
  }
  const tools = schema.get(TOOL_TABLE)
  if (tools?.insertable && tools.columns.has('call_count')) {
    steps.push(registerTools(tools, last))
    last = 'tools'
  }
  const errors = rows ? schema.get(ERROR_TABLE) : undefined
  if (errors?.insertable) {
    steps.push(insertErrorLogs(errors, last))
    last = 'error_logs'
  }
  return `
with${steps.join(',')}
select
  (select coalesce(json_agg(call_id), '[]') from charged) as charged,
  (select coalesce(json_agg(call_id), '[]') from found) as found,
  (select count(*)::int from ${last}) as last_step`
}

/** As the server would say it: LiteLLM has not created its tables yet. */
class MissingTableError extends Error {
  override readonly name = 'MissingTableError'
  readonly code = SQLSTATE.undefinedTable

  constructor(table: string) {
    super(`relation "${table}" does not exist`)
  }
}
