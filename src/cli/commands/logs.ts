import { findSpendLogs } from '../../ledger/write/sql/find-spend-logs.ts'
import { tableText } from '../output.ts'
import type { Program, Surroundings } from '../postgres/program.ts'
import { type DatabaseArguments, withDatabase } from './with-database.ts'

export interface LogsArguments extends DatabaseArguments {
  /** At most so many rows. */
  readonly limit: number
  /** A virtual key, or its hash. */
  readonly hashedToken?: string
  readonly userId?: string
  readonly requestId?: string
  /** Each row as a line of JSON instead of a table. */
  readonly json: boolean
}

/** Columns of `LiteLLM_SpendLogs` that the table shows. */
interface SpendLogRow {
  readonly request_id: string
  readonly startTime: string
  readonly endTime: string
  readonly model: string
  readonly model_group: string | null
  readonly status: string | null
  readonly prompt_tokens: number
  readonly completion_tokens: number
  readonly spend: number
  readonly api_key: string
  readonly metadata: { readonly user_api_key_alias?: string | null; readonly usage_source?: string } | null
}

const COLUMNS: Readonly<Record<string, (row: SpendLogRow) => string>> = {
  'STARTED (UTC)': ({ startTime }) => startTime.slice(0, 19).replace('T', ' '),
  MODEL: ({ model_group, model }) => model_group || model,
  STATUS: ({ status }) => status ?? 'success',
  'TOKENS IN': ({ prompt_tokens }) => String(prompt_tokens),
  OUT: ({ completion_tokens }) => String(completion_tokens),
  'COST $': ({ spend }) => spend.toFixed(6),
  MS: ({ startTime, endTime }) => String(utcMs(endTime) - utcMs(startTime)),
  USAGE: ({ metadata }) => metadata?.usage_source ?? '',
  KEY: ({ api_key, metadata }) => metadata?.user_api_key_alias || `${api_key.slice(0, 8)}…`,
  CALL: ({ request_id }) => request_id,
}

const RIGHT_ALIGNED = new Set(['TOKENS IN', 'OUT', 'COST $', 'MS'])

/** Prints the latest spend logs, newest first. */
export async function logs(args: LogsArguments, program: Program, around: Surroundings): Promise<number> {
  return await withDatabase(args, program, around, async (sql) => {
    const rows = (await findSpendLogs(sql, args)) as readonly SpendLogRow[]
    if (args.json) for (const row of rows) around.print(JSON.stringify(row))
    else if (rows.length === 0) around.print('No spend logs yet. A call has its row within five seconds of its end.')
    else around.print(tableText(COLUMNS, rows, RIGHT_ALIGNED))
    return 0
  })
}

/** The log's times are UTC, and say no zone. */
function utcMs(time: string): number {
  return Date.parse(`${time}Z`)
}
