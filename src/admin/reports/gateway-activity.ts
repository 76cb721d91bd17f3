import { z } from 'zod'
import { type RequestSums, sumRequests } from '../../reports/sql/sum-requests.ts'
import { type Endpoint, endpoint } from '../endpoint.ts'
import { dayBefore, plainDaysOf } from './daily-sums.ts'

/** Counted by day and route only, so no key, user or team can be told its own: administrators alone may see it. */
const TABLE = 'LiteLLM_DailyGatewayRequests'

const day = z.string().optional()

/** `GET /gateway/daily/activity`: answered and failed requests, of the last 30 days if no others are asked for. */
export const GATEWAY_ACTIVITY_ROUTES: Readonly<Record<string, Endpoint>> = {
  'GET /gateway/daily/activity': endpoint({
    access: 'views',
    query: z.looseObject({ start_date: day, end_date: day }),
    async run({ store, query }) {
      const now = new Date()
      const { start_date = dayBefore(now, 30), end_date = dayBefore(now, 0) } = query
      const { from, to } = plainDaysOf({ start_date, end_date })
      return activityOf(store.has(TABLE) ? await sumRequests(store.sql, from, to) : [])
    },
  }),
}

function activityOf(rows: readonly RequestSums[]) {
  const { successful_requests: total_successful_requests, failed_requests: total_failed_requests } = sumOf(rows)
  const byDate = Map.groupBy(rows, ({ date }) => date)
  const byRoute = Map.groupBy(rows, ({ category, route }) => JSON.stringify([category, route]))
  return {
    total_successful_requests,
    total_failed_requests,
    by_date: [...byDate].map(([date, ofDay]) => ({ date, ...sumOf(ofDay) })),
    by_route: [...byRoute]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, ofRoute]) => {
        const [category, route]: string[] = JSON.parse(key)
        return { category, route, ...sumOf(ofRoute) }
      })
      .sort((a, b) => b.successful_requests - a.successful_requests),
  }
}

function sumOf(rows: readonly RequestSums[]): Pick<RequestSums, 'successful_requests' | 'failed_requests'> {
  return {
    successful_requests: rows.reduce((sum, row) => sum + row.successful_requests, 0),
    failed_requests: rows.reduce((sum, row) => sum + row.failed_requests, 0),
  }
}
