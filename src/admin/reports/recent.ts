import { z } from 'zod'
import { activityOf } from '../../reports/activity.ts'
import { recentActivity, recentTimes } from '../../reports/sql/recent-activity.ts'
import { type Endpoint, endpoint } from '../endpoint.ts'
import { adminOnly, refuse } from '../refuse.ts'
import { keyNames, MOST_KEYS } from './activity.ts'

/** The log itself is added up: not too much of it. */
const MOST_HOURS = 49
const HOUR_MS = 3_600_000

const time = z.iso.datetime({ offset: true })

/**
 * `GET /user/recent/activity`, which LiteLLM does not have: the form of `/user/daily/activity`, by minutes or hours of the
 * last two days instead of days. `entity` says what `entities` are: users, teams or tags. Administrators see everything,
 * others what their own user or key has spent.
 */
export const RECENT_ROUTES: Readonly<Record<string, Endpoint>> = {
  'GET /user/recent/activity': endpoint({
    access: 'anyone',
    query: z.looseObject({
      start_time: time,
      end_time: time,
      step: z.enum(['60', '300', '3600']).default('3600'),
      entity: z.enum(['user', 'team', 'tag']).default('user'),
    }),
    async run({ store, caller, query: { start_time: from, end_time: to, step, entity }, route }) {
      const { adminView, userId, key } = caller
      if (!adminView && entity !== 'user') throw adminOnly(caller, route)
      if (Date.parse(to) - Date.parse(from) > MOST_HOURS * HOUR_MS) {
        throw refuse(400, `Ask for at most ${MOST_HOURS} hours; /user/daily/activity has days.`)
      }
      const own = adminView ? {} : userId === undefined ? { hashedToken: key.hashedToken } : { userId }
      const filter = { from, to, stepSeconds: Number(step), entity, ...own }
      const [rows, times] = await Promise.all([recentActivity(store.sql, filter), recentTimes(store.sql, filter)])
      const keys = await keyNames(store, new Set(rows.map((row) => row.api_key)))
      const { results, metadata } = activityOf(rows, { keys, keyLimit: MOST_KEYS })
      return { results, metadata: { ...metadata, ...times } }
    },
  }),
}
