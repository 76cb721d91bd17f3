import { z } from 'zod'
import { listRateLimitErrors } from '../../reports/sql/list-rate-limit-errors.ts'
import { type AdminCall, type Endpoint, endpoint } from '../endpoint.ts'
import { type Days, dailySums, daysOf } from './daily-sums.ts'
import { checkReadsAll, ownSums } from './report-rights.ts'

const text = z.string().optional()
const days = z.looseObject({ start_date: text, end_date: text })

/** `GET /global/activity`: calls and tokens by day. Administrators see those of everybody, others their own. */
const getActivity = endpoint({
  access: 'anyone',
  query: days,
  async run({ store, caller, query }) {
    const sums = await dailySums(store, 'user', { ...daysOf(query), ...ownSums(caller) }, ['date'])
    return withSums(sums.map((sum) => ({ date: shownDay(sum.date), ...callsOf(sum) })))
  },
})

const MOST_MODELS = 10

/** `GET /global/activity/model`: the same of each of the ten model groups that are called most. */
const getActivityByModel = endpoint({
  access: 'anyone',
  query: days,
  async run({ store, caller, query }) {
    const sums = await dailySums(store, 'user', { ...daysOf(query), ...ownSums(caller) }, ['model_group', 'date'])
    const groups = Map.groupBy(sums, (sum) => sum.model_group)
    const models = [...groups].map(([model, own]) => ({
      model,
      ...withSums(own.map((sum) => ({ model_group: model, date: shownDay(sum.date), ...callsOf(sum) }))),
    }))
    return models.toSorted((a, b) => b.sum_api_requests - a.sum_api_requests).slice(0, MOST_MODELS)
  },
})

const ofGroup = days.extend({ model_group: z.string() })

/** `GET /global/activity/exceptions`: how often a provider has answered 429, by day, from LiteLLM's log of errors. */
const getExceptions = endpoint({
  access: 'anyone',
  query: ofGroup,
  async run(call) {
    const errors = await rateLimitErrors(call)
    const byDay = Map.groupBy(errors, ({ date }) => date)
    const daily_data = [...byDay].map(([date, own]) => ({
      date: shownDay(date),
      num_rate_limit_exceptions: own.reduce((sum, { count }) => sum + count, 0),
    }))
    return { daily_data, sum_num_rate_limit_exceptions: errors.reduce((sum, { count }) => sum + count, 0) }
  },
})

/** `GET /global/activity/exceptions/deployment`: the same of each deployment. */
const getExceptionsByDeployment = endpoint({
  access: 'anyone',
  query: ofGroup,
  async run(call) {
    const byBase = Map.groupBy(await rateLimitErrors(call), ({ api_base }) => api_base)
    const found = [...byBase].map(([api_base, own]) => ({
      api_base,
      daily_data: own.map(({ date, count }) => ({ api_base, date: shownDay(date), num_rate_limit_exceptions: count })),
      sum_num_rate_limit_exceptions: own.reduce((sum, { count }) => sum + count, 0),
    }))
    const most = found.toSorted((a, b) => b.sum_num_rate_limit_exceptions - a.sum_num_rate_limit_exceptions)
    return most.slice(0, MOST_MODELS)
  },
})

export const GLOBAL_ACTIVITY_ROUTES: Readonly<Record<string, Endpoint>> = {
  'GET /global/activity': getActivity,
  'GET /global/activity/model': getActivityByModel,
  'GET /global/activity/exceptions': getExceptions,
  'GET /global/activity/exceptions/deployment': getExceptionsByDeployment,
}

async function rateLimitErrors(call: AdminCall<unknown, z.output<typeof ofGroup>>) {
  checkReadsAll(call)
  const range: Days = daysOf(call.query)
  return call.store.has(ERRORS) ? await listRateLimitErrors(call.store.sql, range, call.query.model_group) : []
}

export const ERRORS = 'LiteLLM_ErrorLogs'

function withSums<Row extends { readonly api_requests: number; readonly total_tokens: number }>(
  daily_data: readonly Row[],
) {
  return {
    daily_data,
    sum_api_requests: daily_data.reduce((sum, day) => sum + day.api_requests, 0),
    sum_total_tokens: daily_data.reduce((sum, day) => sum + day.total_tokens, 0),
  }
}

interface Calls {
  readonly api_requests: number
  readonly prompt_tokens: number
  readonly completion_tokens: number
}

function callsOf({ api_requests, prompt_tokens, completion_tokens }: Calls) {
  return { api_requests, total_tokens: prompt_tokens + completion_tokens }
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** "2026-11-30" as LiteLLM's charts write it: "Nov 30". */
function shownDay(date: string): string {
  const [, month, day] = date.split('-')
  return `${MONTHS[Number(month) - 1]} ${day}`
}
