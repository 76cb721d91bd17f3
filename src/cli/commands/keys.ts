import { listKeys } from '../../admin/sql/list-keys.ts'
import { tableText } from '../output.ts'
import type { Program, Surroundings } from '../postgres/program.ts'
import { type DatabaseArguments, withDatabase } from './with-database.ts'

export interface KeysArguments extends DatabaseArguments {
  /** At most so many keys. */
  readonly limit: number
  readonly userId?: string
  readonly teamId?: string
  /** Each key as a line of JSON instead of a table. */
  readonly json: boolean
}

/** Columns of `LiteLLM_VerificationToken` that the table shows. */
interface KeyRow {
  readonly token: string
  readonly key_alias: string | null
  readonly user_id: string | null
  readonly team_id: string | null
  readonly spend: number
  readonly max_budget: number | null
  readonly budget_duration: string | null
  readonly budget_reset_at: string | null
  readonly expires: string | null
  readonly blocked: boolean | null
}

const COLUMNS: Readonly<Record<string, (row: KeyRow) => string>> = {
  KEY: ({ key_alias, token }) => key_alias || `${token.slice(0, 8)}…`,
  USER: ({ user_id }) => user_id ?? '',
  TEAM: ({ team_id }) => team_id ?? '',
  'SPEND $': ({ spend }) => spend.toFixed(4),
  'BUDGET $': ({ max_budget }) => (max_budget === null ? '' : max_budget.toFixed(2)),
  'USED %': ({ spend, max_budget }) => (max_budget ? ((spend / max_budget) * 100).toFixed(0) : ''),
  'RESETS (UTC)': ({ budget_reset_at }) => timeText(budget_reset_at),
  'EXPIRES (UTC)': ({ expires }) => timeText(expires),
  STATE: (row) => stateOf(row),
}

const RIGHT_ALIGNED = new Set(['SPEND $', 'BUDGET $', 'USED %'])

/** Prints the virtual keys, what has spent most first. Their secrets stand nowhere. */
export async function keys(args: KeysArguments, program: Program, around: Surroundings): Promise<number> {
  return await withDatabase(args, program, around, async (sql) => {
    const filter = {
      ...(args.userId !== undefined && { userId: args.userId }),
      ...(args.teamId !== undefined && { teamId: args.teamId }),
    }
    const paging = { table: 'LiteLLM_VerificationToken', sort: 'spend', descending: true, offset: 0 } as const
    const { rows, total } = await listKeys(sql, filter, { ...paging, limit: args.limit })
    if (args.json) for (const row of rows) around.print(JSON.stringify(row))
    else if (rows.length === 0) around.print('No keys. POST /key/generate makes one.')
    else {
      around.print(tableText(COLUMNS, rows as unknown as readonly KeyRow[], RIGHT_ALIGNED))
      if (total > rows.length) around.print(`${rows.length} of ${total} keys: --limit shows more.`)
    }
    return 0
  })
}

function stateOf({ blocked, expires }: KeyRow): string {
  if (blocked) return 'blocked'
  return expires !== null && Date.parse(`${expires}Z`) < Date.now() ? 'expired' : ''
}

/** The table's times are UTC, and say no zone. */
function timeText(time: string | null): string {
  return time === null ? '' : time.slice(0, 16).replace('T', ' ')
}
