import type { Sql } from 'postgres'
import { DAILIES } from '../../database/entities.ts'
import { readSchema } from '../../database/schema.ts'
import { findKeyNames } from '../../reports/sql/find-key-names.ts'
import { type SumBy, sumDaily } from '../../reports/sql/sum-daily.ts'
import { tableText } from '../output.ts'
import type { Program, Surroundings } from '../postgres/program.ts'
import { type DatabaseArguments, withDatabase } from './with-database.ts'

/** What spend is told by: whose daily table, and which of its columns. */
const KINDS = {
  day: ['user', 'date'],
  key: ['user', 'api_key'],
  user: ['user', 'entity'],
  team: ['team', 'entity'],
  organization: ['organization', 'entity'],
  customer: ['end_user', 'entity'],
  tag: ['tag', 'entity'],
  model: ['user', 'model'],
  provider: ['user', 'custom_llm_provider'],
} as const satisfies Record<string, readonly [entity: string, by: SumBy]>

export type SpendKind = keyof typeof KINDS

export const SPEND_KINDS = Object.keys(KINDS) as readonly SpendKind[]

export interface SpendArguments extends DatabaseArguments {
  readonly by: SpendKind
  /** Days in UTC, both included. */
  readonly since?: string
  readonly until?: string
  /** At most so many lines: the latest days, else what has cost most. */
  readonly limit: number
  /** Each line as JSON instead of a table. */
  readonly json: boolean
}

/** One line: members are named as in LiteLLM's reports. */
interface SpendLine {
  readonly name: string
  readonly api_requests: number
  readonly failed_requests: number
  readonly prompt_tokens: number
  readonly completion_tokens: number
  readonly spend: number
}

const FIGURES: Readonly<Record<string, (line: SpendLine) => string>> = {
  CALLS: ({ api_requests }) => String(api_requests),
  FAILED: ({ failed_requests }) => String(failed_requests),
  'TOKENS IN': ({ prompt_tokens }) => String(prompt_tokens),
  OUT: ({ completion_tokens }) => String(completion_tokens),
  'COST $': ({ spend }) => spend.toFixed(6),
}

/** Prints what was spent, out of the daily tables. Default: the last 30 days. */
export async function spend(args: SpendArguments, program: Program, around: Surroundings): Promise<number> {
  return await withDatabase(args, program, around, async (sql) => {
    const lines = await linesOf(sql, args)
    if (args.json) for (const line of lines) around.print(JSON.stringify({ by: args.by, ...line }))
    else if (lines.length === 0) around.print('Nothing was spent in this time.')
    else {
      const columns = { [args.by.toUpperCase()]: ({ name }: SpendLine) => name, ...FIGURES }
      // A call with two tags stands in two lines.
      const shown = args.by === 'tag' ? lines : [...lines, totalOf(lines)]
      around.print(tableText(columns, shown, new Set(Object.keys(FIGURES))))
    }
    return 0
  })
}

const MONTH_MS = 30 * 86_400_000

async function linesOf(sql: Sql, { by, since, until, limit }: SpendArguments): Promise<readonly SpendLine[]> {
  const [entity, column] = KINDS[by]
  const daily = DAILIES.find(({ name }) => name === entity)
  if (!daily || !(await readSchema(sql)).has(daily.table)) return []
  const from = since ?? new Date(Date.now() - MONTH_MS).toISOString().slice(0, 10)
  const sums = await sumDaily(sql, { table: daily.table, id: daily.id, from, to: until }, [column])
  const lines = sums.map((sum) => ({
    name: String((sum as Readonly<Record<string, unknown>>)[column] || '(none)'),
    api_requests: sum.api_requests,
    failed_requests: sum.failed_requests,
    prompt_tokens: sum.prompt_tokens,
    completion_tokens: sum.completion_tokens,
    spend: sum.spend,
  }))
  if (by === 'day') return lines.slice(-limit)
  const dearest = lines.toSorted((a, b) => b.spend - a.spend).slice(0, limit)
  return by === 'key' ? await withAliases(sql, dearest) : dearest
}

async function withAliases(sql: Sql, lines: readonly SpendLine[]): Promise<readonly SpendLine[]> {
  const tokens = lines.map(({ name }) => name)
  const found = await findKeyNames(sql, 'LiteLLM_VerificationToken', tokens)
  const aliases = new Map(found.map(({ token, key_alias }) => [token, key_alias]))
  return lines.map((line) => ({ ...line, name: aliases.get(line.name) || line.name }))
}

function totalOf(lines: readonly SpendLine[]): SpendLine {
  const add = (name: Exclude<keyof SpendLine, 'name'>) => lines.reduce((sum, line) => sum + line[name], 0)
  return {
    name: 'TOTAL',
    api_requests: add('api_requests'),
    failed_requests: add('failed_requests'),
    prompt_tokens: add('prompt_tokens'),
    completion_tokens: add('completion_tokens'),
    spend: add('spend'),
  }
}
