import { z } from 'zod'
import { DAILIES, type Daily } from '../../database/entities.ts'
import { type Activity, activityOf, type KeyMetadata } from '../../reports/activity.ts'
import { dailyActivity } from '../../reports/sql/daily-activity.ts'
import { findKeyNames } from '../../reports/sql/find-key-names.ts'
import type { AdminStore } from '../admin-store.ts'
import type { Caller } from '../caller.ts'
import { type Endpoint, endpoint } from '../endpoint.ts'
import { adminOnly, refuse } from '../refuse.ts'

/** LiteLLM's names in these routes, where they are not those of the daily tables. */
const ROUTE_NAMES: Readonly<Record<string, string>> = { end_user: 'customer' }

/** Whose daily activity is told, and where it stands. `ids`: the parameter that names some of them. */
type Reported = Pick<Daily, 'table' | 'id'> & { readonly ids: string }

const REPORTED: Readonly<Record<string, Reported>> = Object.fromEntries(
  DAILIES.map(({ name, table, id }) => [
    ROUTE_NAMES[name] ?? name,
    { table, id, ids: id === 'user_id' ? id : `${id}s` },
  ]),
)

const some = z.union([z.string(), z.array(z.string())]).optional()

const query = z.looseObject({
  start_date: z.iso.date().optional(),
  end_date: z.iso.date().optional(),
  model: z.string().optional(),
  api_key: z.string().optional(),
})

type ActivityQuery = z.output<typeof query>

/**
 * `GET /user/daily/activity` and the same of teams, organizations, tags, customers and agents, with `/aggregated`: sums by
 * day, model, provider, endpoint, entity and key, as in LiteLLM. Administrators see everything, others what their own user
 * or key has spent.
 */
export const ACTIVITY_ROUTES: Readonly<Record<string, Endpoint>> = Object.fromEntries(
  Object.entries(REPORTED).flatMap(([name, reported]) =>
    ['', '/aggregated'].map((end) => [`GET /${name}/daily/activity${end}`, activityEndpoint(reported)]),
  ),
)

function activityEndpoint(reported: Reported): Endpoint {
  return endpoint({
    access: 'anyone',
    query: query.extend({ [reported.ids]: some }),
    run: ({ store, caller, query: asked, route }) =>
      activity(store, reported, scopeOf(caller, reported, asked, route), asked),
  })
}

interface Scope {
  readonly entities?: readonly string[]
  readonly hashedToken?: string
}

/** What this caller may see of what was asked for. */
function scopeOf(caller: Caller, { id, ids }: Reported, asked: ActivityQuery, route: string): Scope {
  const named = asked[ids] as string | readonly string[] | undefined
  const entities =
    named === undefined
      ? undefined
      : [named]
          .flat()
          .flatMap((text) => text.split(','))
          .filter(Boolean)
  if (caller.adminView) return { entities, hashedToken: asked.api_key }
  if (id !== 'user_id') throw adminOnly(caller, route)
  if (caller.userId === undefined) return { hashedToken: caller.key.hashedToken }
  if (entities?.some((one) => one !== caller.userId))
    throw refuse(403, 'Only administrators see the activity of others.')
  return { entities: [caller.userId], hashedToken: asked.api_key }
}

async function activity(
  store: AdminStore,
  { table, id }: Reported,
  scope: Scope,
  asked: ActivityQuery,
): Promise<Activity> {
  const { start_date: from, end_date: to, model } = asked
  if (from === undefined || to === undefined) throw refuse(400, 'Please provide start_date and end_date')
  if (!store.has(table)) return activityOf([], new Map())
  const rows = await dailyActivity(store.sql, {
    ...{ table, id, from, to, model, ...scope },
    hasTimes: store.hasColumn(table, 'timed_requests'),
    hasEndpoint: store.hasColumn(table, 'endpoint'),
  })
  return activityOf(rows, await keyNames(store, new Set(rows.map((row) => row.api_key))))
}

async function keyNames(store: AdminStore, tokens: ReadonlySet<string>): Promise<ReadonlyMap<string, KeyMetadata>> {
  const rows = tokens.size === 0 ? [] : await findKeyNames(store.sql, [...tokens])
  return new Map(rows.map(({ token, ...names }) => [token, { ...names, key_exists: true }]))
}
