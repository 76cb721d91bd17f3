import { z } from 'zod'
import { hashSecret } from '../../admission/credential/credential.ts'
import { findSpendLogs } from '../../ledger/write/sql/find-spend-logs.ts'
import { type AdminCall, type Endpoint, endpoint } from '../endpoint.ts'
import { adminOnly } from '../refuse.ts'
import { type Days, dailySums, dayAfter, daysOf } from './daily-sums.ts'

const text = z.string().optional()
const query = z.looseObject({
  ...{ api_key: text, user_id: text, request_id: text, start_date: text, end_date: text },
  summarize: z.enum(['true', 'false', 'True', 'False', '1', '0']).default('true'),
})

type LogsCall = AdminCall<unknown, z.output<typeof query>>

const MOST_ROWS = 100

/**
 * `GET /spend/logs`: the latest rows of the log, newest first, of a key, a user or a call; between two dates the sums of each
 * day instead, unless `summarize=false`. As in LiteLLM the last date is where the sums end: its own calls are not in them.
 * `api_key` is a key's secret or its hash. Administrators see all, internal users their own.
 */
const getSpendLogs = endpoint({
  access: 'anyone',
  query,
  async run(call) {
    const { store, caller, query: asked, route } = call
    if (!caller.adminView && (caller.userId === undefined || caller.role === undefined)) throw adminOnly(caller, route)
    const filter = {
      hashedToken: asked.api_key?.startsWith('sk-') ? hashSecret(asked.api_key) : asked.api_key,
      userId: caller.adminView ? asked.user_id : caller.userId,
      requestId: asked.request_id,
    }
    if (asked.start_date === undefined || asked.end_date === undefined) {
      return await findSpendLogs(store.sql, { ...filter, limit: MOST_ROWS })
    }
    const days = daysOf(asked)
    if (/^(true|1)$/i.test(asked.summarize) && asked.request_id === undefined) return await summary(call, filter, days)
    return await findSpendLogs(store.sql, { ...filter, ...days, limit: MOST_ROWS })
  },
})

export const SPEND_LOG_ROUTES: Readonly<Record<string, Endpoint>> = { 'GET /spend/logs': getSpendLogs }

interface Owner {
  readonly hashedToken?: string
  readonly userId?: string
}

/** What was spent on each day, by key, user and model. Days without calls after the last one are told too. */
async function summary({ store }: LogsCall, { hashedToken, userId }: Owner, { from, to }: Days) {
  const filter = {
    from,
    to,
    ...(hashedToken !== undefined && { hashedTokens: [hashedToken] }),
    ...(userId !== undefined && { entities: [userId] }),
  }
  const all = await dailySums(store, 'user', filter, ['date', 'api_key', 'entity', 'model'])
  const sums = all.filter(({ date }) => date < to)
  const days: object[] = [...Map.groupBy(sums, ({ date }) => date)].map(([startTime, own]) => ({
    ...spendBy(own, 'api_key'),
    startTime,
    spend: own.reduce((sum, { spend }) => sum + spend, 0),
    users: spendBy(own, 'entity'),
    models: spendBy(own, 'model'),
  }))
  const last = sums.at(-1)?.date
  if (last === undefined) return []
  for (let day = dayAfter(last); day <= to; day = dayAfter(day)) {
    days.push({ startTime: day, spend: 0, users: {}, models: {} })
  }
  return days
}

type Sum<Name extends string> = { readonly spend: number } & Readonly<Record<Name, string | null>>

function spendBy<Name extends string>(sums: readonly Sum<Name>[], name: Name): Record<string, number> {
  const spent: Record<string, number> = Object.create(null)
  for (const sum of sums) {
    const value = sum[name] ?? ''
    spent[value] = (spent[value] ?? 0) + sum.spend
  }
  return spent
}
