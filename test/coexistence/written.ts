import type { Sql } from 'postgres'

const DAILY = ['User', 'Team', 'Tag', 'EndUser', 'Organization'].map((name) => `LiteLLM_Daily${name}Spend`)

/** What a call has left in the database, by the hash of its key. */
export async function written(sql: Sql, key: string): Promise<object> {
  const rows = await sql`select * from "LiteLLM_SpendLogs" where api_key = ${key} order by "startTime"`
  const [token] = await sql`select spend, total_spend from "LiteLLM_VerificationToken" where token = ${key}`
  const daily = await Promise.all(
    DAILY.map(async (table) => {
      const found = await sql`select * from ${sql(table)} where api_key = ${key} order by model, model_group`
      return [`daily ${table}`, Object.fromEntries(found.map((row, index) => [index, row]))] as const
    }),
  )
  return { row: rows.at(-1) ?? {}, rows: rows.length, key: token ?? {}, ...Object.fromEntries(daily) }
}

/** Tables that count calls of all keys, by what names a row of theirs. */
const SHARED: Readonly<Record<string, readonly string[]>> = {
  LiteLLM_DailyModelUsage: ['model_group', 'model', 'custom_llm_provider', 'task_type'],
  LiteLLM_DailyGatewayRequests: ['category', 'route'],
  LiteLLM_DailyGlobalSpend: ['model_group', 'model', 'custom_llm_provider', 'endpoint'],
  LiteLLM_ToolTable: ['tool_name'],
}

export type Counters = Readonly<Record<string, number>>

/** The counters of these tables now: `table > row > column`. */
export async function counters(sql: Sql): Promise<Counters> {
  const found = Object.entries(SHARED).map(async ([table, names]) => {
    const rows = await sql`select * from ${sql(table)}`
    return rows.flatMap((row) => {
      const name = `shared ${table} > ${names.map((column) => row[column]).join(' ')}`
      return Object.entries(row)
        .filter(([, value]) => typeof value === 'number' || /^\d+$/.test(String(value)))
        .map(([column, value]) => [`${name}.${column}`, Number(value)] as const)
    })
  })
  return Object.fromEntries((await Promise.all(found)).flat())
}

/** By how much each counter has grown. */
export function grown(before: Counters, after: Counters): Counters {
  const names = Object.keys(after).filter((name) => after[name] !== (before[name] ?? 0))
  return Object.fromEntries(names.map((name) => [name, after[name]! - (before[name] ?? 0)]))
}
