import type { Daily } from '../../database/entities.ts'
import type { Schema } from '../../database/schema.ts'
import { quote } from '../../database/sql/quote.ts'
import { loggedCalls } from './logged-calls.ts'

/** Sums that are compared, with their value per call. */
export const DAILY_SUMS: Readonly<Record<string, string>> = {
  spend: 'spend',
  prompt_tokens: 'prompt_tokens',
  completion_tokens: 'completion_tokens',
  api_requests: '1',
  successful_requests: 'succeeded',
  failed_requests: '1 - succeeded',
}

/** What is compared: coarser than a row, as the versions of LiteLLM do not agree on the rest. */
export const DAILY_KEY = ['api_key', 'model', 'custom_llm_provider'] as const

export interface DailyDifference {
  /** The entity. */
  readonly id: string
  readonly api_key: string
  readonly model: string
  readonly custom_llm_provider: string
  /** Only to make a row with, where there is none. */
  readonly model_group: string
  readonly endpoint: string
  readonly counted: Readonly<Record<string, number>>
  readonly logged: Readonly<Record<string, number>>
}

/** Its sums column by column. */
export function sumsOf({ counted, logged }: Pick<DailyDifference, 'counted' | 'logged'>) {
  return Object.entries(logged).map(([column, sum]) => ({ column, counted: counted[column] ?? 0, logged: sum }))
}

/**
 * The statement that compares one day of one daily table, given as `YYYY-MM-DD`, with the log. LiteLLM writes no daily
 * row for a call without a model: that one is missing is no difference as long as no money is.
 */
export function compareDaily(daily: Daily, schema: Schema): string | undefined {
  const logs = schema.get('LiteLLM_SpendLogs')
  const shape = schema.get(daily.table)
  if (!logs || !shape) return undefined
  const { id, source = 'charged', always, table } = daily
  const keys = DAILY_KEY.filter((column) => shape.columns.has(column))
  const sums = Object.entries(DAILY_SUMS).filter(([column]) => shape.columns.has(column))
  const dimensions = ['id', ...keys]
  const object = (alias: string) =>
    `json_build_object(${sums.map(([name]) => `'${name}', coalesce(${alias}.${name}, 0)`).join(', ')})`
  return `
  with charged as materialized (${loggedCalls(
    logs,
    `"startTime" >= $1::text::timestamp and "startTime" < $1::text::timestamp + interval '1 day'`,
  )}
  ),
  logged as (
    select
      ${id} as id, ${keys.join(', ')},
      min(model_group) as model_group, min(endpoint) as endpoint,
      ${sums.map(([name, value]) => `sum(${value}) as ${name}`).join(', ')}
    from ${source}
    where ${always ? 'true' : `${id} <> ''`}
    group by ${[id, ...keys].join(', ')}
  ),
  counted as (
    select
      coalesce(${id}, '') as id, ${keys.map((key) => `coalesce(${key}, '') as ${key}`).join(', ')},
      min(endpoint_of) as endpoint,
      ${sums.map(([name]) => `sum(${name}) as ${name}`).join(', ')}
    from (select *, ${shape.columns.has('endpoint') ? 'endpoint' : 'null'} as endpoint_of from ${quote(table)} where date = $1::text) as d
    group by ${[id, ...keys].map((key) => `coalesce(${key}, '')`).join(', ')}
  )
  select
    ${dimensions.join(', ')},
    coalesce(l.model_group, '') as model_group,
    coalesce(c.endpoint, l.endpoint, '') as endpoint,
    ${object('c')} as counted,
    ${object('l')} as logged
  from logged as l
  full join counted as c using (${dimensions.join(', ')})
  where (
      abs(coalesce(c.spend, 0) - coalesce(l.spend, 0)) > 1e-9 * greatest(1, abs(coalesce(l.spend, 0)))
      or ${sums
        .filter(([name]) => name !== 'spend')
        .map(([name]) => `coalesce(c.${name}, 0) <> coalesce(l.${name}, 0)`)
        .join(' or ')}
    )
    and not (${keys.includes('model') ? `model = ''` : 'false'} and abs(coalesce(c.spend, 0) - coalesce(l.spend, 0)) <= 1e-9)
  order by ${dimensions.map((name) => `${name} collate "C"`).join(', ')}`
}
