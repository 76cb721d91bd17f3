import { z } from 'zod'
import { DAILIES, type Daily } from '../../database/entities.ts'
import { type Activity, activityOf, type KeyMetadata } from '../../reports/activity.ts'
import { type ActivityFilter, dailyActivity } from '../../reports/sql/daily-activity.ts'
import { findKeyNames } from '../../reports/sql/find-key-names.ts'
import { type KeySums, sumKeys } from '../../reports/sql/sum-keys.ts'
import { type AdminStore, TABLES } from '../admin-store.ts'
import { type AdminCall, type Endpoint, endpoint, page } from '../endpoint.ts'
import { activityScope } from './activity-rights.ts'
import { plainDaysOf } from './daily-sums.ts'

/** LiteLLM's names in these routes, where they are not those of the daily tables. */
const ROUTE_NAMES: Readonly<Record<string, readonly string[]>> = { end_user: ['customer', 'end_user'] }

/** Whose daily activity is told, and where it stands. `ids`: the parameter that names some of them. */
type Reported = Pick<Daily, 'name' | 'table' | 'id'> & { readonly ids: string }

/** What is told of an entity beside its sums: the row of its table, and the name in it. */
const ALIASES: Readonly<Record<string, { readonly table: string; readonly id: string; readonly alias: string }>> = {
  team: { table: TABLES.teams, id: 'team_id', alias: 'team_alias' },
  organization: { table: TABLES.organizations, id: 'organization_id', alias: 'organization_alias' },
  agent: { table: 'LiteLLM_AgentsTable', id: 'agent_id', alias: 'agent_name' },
}

export const MOST_KEYS = 1000

const text = z.string().optional()

const query = z.looseObject({ start_date: text, end_date: text, model: text, api_key: text })

type ActivityQuery = z.output<typeof query>

/**
 * `GET /user/daily/activity` and the same of teams, organizations, tags, customers and agents, with `/aggregated` and
 * `/aggregated/keys` and `/aggregated/model_top_keys`: sums by day, model, provider, endpoint, entity and key, as in LiteLLM.
 */
export const ACTIVITY_ROUTES: Readonly<Record<string, Endpoint>> = Object.fromEntries(
  DAILIES.flatMap(({ name, table, id }) => {
    const reported = { name, table, id, ids: id === 'user_id' ? id : `${id}s` }
    return (ROUTE_NAMES[name] ?? [name]).flatMap((route) => [
      [`GET /${route}/daily/activity`, activityEndpoint(reported, MOST_KEYS)],
      [`GET /${route}/daily/activity/aggregated`, activityEndpoint(reported, 100)],
      [`GET /${route}/daily/activity/aggregated/keys`, keysEndpoint(reported)],
      [`GET /${route}/daily/activity/aggregated/model_top_keys`, modelKeysEndpoint(reported)],
    ])
  }),
)

function activityEndpoint(reported: Reported, keyLimit: number): Endpoint {
  return endpoint({
    access: 'anyone',
    query: query.extend({ api_key_limit: page(keyLimit, MOST_KEYS) }),
    async run(call): Promise<Activity> {
      const { store, query: asked } = call
      const filter = await filterOf(call, reported)
      if (!store.has(reported.table)) return activityOf([], { keys: new Map(), keyLimit })
      const rows = await dailyActivity(store.sql, filter, (column) => store.hasColumn(reported.table, column))
      const [keys, entities] = await Promise.all([
        keyNames(store, new Set(rows.map((row) => row.api_key))),
        entityNames(store, reported, new Set(rows.map((row) => String(row.entities ?? '')))),
      ])
      return activityOf(rows, { keys, entities, keyLimit: asked.api_key_limit })
    },
  })
}

function keysEndpoint(reported: Reported): Endpoint {
  return endpoint({
    access: 'anyone',
    query: query.extend({ offset: z.coerce.number().int().min(0).default(0), limit: page(50, 100) }),
    async run(call) {
      const { store, query: asked } = call
      const { offset, limit } = asked
      const filter = await filterOf(call, reported)
      const all = store.has(reported.table) ? await sumKeys(store.sql, filter) : []
      const api_keys = await named(store, all.slice(offset, offset + limit))
      return { api_keys, total_api_keys: all.length, offset, limit }
    },
  })
}

/** The keys that have spent most on one model group, or with `by_model_group=false` on one model of a provider. */
function modelKeysEndpoint(reported: Reported): Endpoint {
  return endpoint({
    access: 'anyone',
    query: query.extend({
      model_group: z.string().min(1),
      by_model_group: z.stringbool().default(true),
      limit: page(5, 100),
    }),
    async run(call) {
      const { model_group: model, by_model_group, limit } = call.query
      const filter = await filterOf({ ...call, query: { ...call.query, model } }, reported)
      const all = call.store.has(reported.table) ? await sumKeys(call.store.sql, filter) : []
      return { model, by_model_group, api_keys: await named(call.store, all.slice(0, limit)) }
    },
  })
}

async function named(store: AdminStore, sums: readonly KeySums[]) {
  const names = await keyNames(store, new Set(sums.map((row) => row.api_key)))
  return sums.map(({ api_key, ...metrics }) => ({ api_key, metrics, metadata: names.get(api_key) ?? NOBODY }))
}

/** What LiteLLM says of a key that has left no row. */
const NOBODY = { key_alias: null, team_id: null, user_id: null, user_email: null, key_exists: null }

async function filterOf(
  { store, caller, query: asked, route }: AdminCall<unknown, ActivityQuery>,
  reported: Reported,
): Promise<ActivityFilter> {
  const { from, to } = plainDaysOf(asked)
  const { model, api_key: token } = asked
  const { name, ids, table, id } = reported
  const wanted = { entities: listOf(asked[ids]), hashedTokens: token === undefined ? undefined : [token] }
  const scope = await activityScope(store, caller, name, wanted, route)
  return { table, id, from, to, model, withoutEntities: listOf(asked[`exclude_${ids}`]), ...scope }
}

/** Ids with commas between them, once or more often. */
function listOf(named: unknown): readonly string[] | undefined {
  if (named === undefined) return undefined
  return [named as string | readonly string[]]
    .flat()
    .flatMap((ids) => ids.split(','))
    .filter(Boolean)
}

export async function keyNames(
  store: AdminStore,
  tokens: ReadonlySet<string>,
): Promise<ReadonlyMap<string, KeyMetadata>> {
  const found = await findKeyNames(store.sql, TABLES.keys, [...tokens])
  const living = new Set(found.map(({ token }) => token))
  const others = [...tokens].filter((token) => !living.has(token))
  const deleted = store.has(TABLES.deletedKeys) ? await findKeyNames(store.sql, TABLES.deletedKeys, others) : []
  return new Map(
    [...deleted, ...found].map(({ token, ...names }) => [token, { ...names, key_exists: living.has(token) }]),
  )
}

async function entityNames(store: AdminStore, { name }: Reported, ids: ReadonlySet<string>) {
  const named = ALIASES[name]
  if (!named) return undefined
  const rows = await store.find(named.table, named.id, [...ids])
  return new Map(rows.map((row) => [String(row[named.id]), { [named.alias]: row[named.alias] ?? null }]))
}
