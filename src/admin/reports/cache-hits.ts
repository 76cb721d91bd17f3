import { z } from 'zod'
import { ROUTE_GROUPS } from '../../admission/facts/routes/route-table.ts'
import { readByDays } from '../../reports/closed-days.ts'
import { type CacheSums, sumCacheHits, UNNAMED } from '../../reports/sql/sum-cache-hits.ts'
import { TABLES } from '../admin-store.ts'
import { float } from '../answers.ts'
import { type AdminCall, type Endpoint, endpoint } from '../endpoint.ts'
import { dailySums, dayAfter, daysOf } from './daily-sums.ts'
import { ownSums } from './report-rights.ts'

const some = z.union([z.string(), z.array(z.string())]).optional()
const query = z.looseObject({ start_date: z.string(), end_date: z.string(), key_aliases: some, models: some })

/**
 * `GET /global/activity/cache_hits`: by call type, how many calls were answered out of the cache, answered by a model, and
 * failed. Administrators see the calls of everybody, others their own.
 */
const getCacheHits = endpoint({
  access: 'anyone',
  query,
  async run(call) {
    const { store, query: asked, caller, now } = call
    const { from, to } = daysOf(asked)
    const [keyAliases, models] = [asked.key_aliases, asked.models].map((named) =>
      named === undefined ? [] : [named].flat(),
    )
    const own = caller.adminView
      ? {}
      : caller.userId === undefined
        ? { hashedToken: caller.key.hashedToken }
        : { userId: caller.userId }
    const filter = { keyAliases: keyAliases ?? [], models: models ?? [], without: ROUTE_GROUPS.info_routes, ...own }
    const span = { from: `${from}T00:00:00.000`, to: `${dayAfter(to)}T00:00:00.000` }
    const report = JSON.stringify(['cache hits', filter.keyAliases, filter.models, own])
    const [sums, filter_options] = await Promise.all([
      readByDays(store.sql, report, span, (part) => sumCacheHits(store.sql, filter, part), now),
      optionsOf(call, { from, to }),
    ])
    const groups = groupsOf(sums)
    return { groups, totals: totalsOf(groups), filter_options, error_breakdown: errorsOf(sums) }
  },
})

export const CACHE_HIT_ROUTES: Readonly<Record<string, Endpoint>> = {
  'GET /global/activity/cache_hits': getCacheHits,
}

/** LiteLLM's sums of one call type. */
interface Group {
  readonly call_type: string
  readonly api_requests: number
  readonly cache_hits: number
  readonly failed_requests: number
  readonly cached_completion_tokens: number
  readonly generated_completion_tokens: number
}

function groupsOf(sums: readonly CacheSums[]): readonly Group[] {
  const byType = Map.groupBy(sums, ({ call_type }) => call_type)
  const groups = [...byType].map(([call_type, own]) => {
    const [calls, hits] = [add(own, 'calls'), add(own, 'hits')]
    const failed_requests = add(
      own.filter(({ failed }) => failed),
      'calls',
    )
    return {
      call_type,
      ...{ api_requests: calls - hits - failed_requests, cache_hits: hits, failed_requests },
      cached_completion_tokens: add(own, 'cached_tokens'),
      generated_completion_tokens: add(own, 'generated_tokens'),
    }
  })
  return groups.toSorted((a, b) => callsIn(b) - callsIn(a))
}

function callsIn({ api_requests, cache_hits, failed_requests }: Group): number {
  return api_requests + cache_hits + failed_requests
}

function totalsOf(groups: readonly Group[]) {
  const [cache_hits, calls] = [add(groups, 'cache_hits'), groups.reduce((sum, group) => sum + callsIn(group), 0)]
  return {
    api_requests: add(groups, 'api_requests'),
    cache_hits,
    failed_requests: add(groups, 'failed_requests'),
    cached_completion_tokens: add(groups, 'cached_completion_tokens'),
    cache_hit_ratio: float(calls === 0 ? 0 : (cache_hits / calls) * 100),
  }
}

function errorsOf(sums: readonly CacheSums[]) {
  const failed = sums.filter((sum) => sum.failed)
  const groups = Map.groupBy(failed, (sum) => JSON.stringify([sum.call_type, sum.error_code, sum.error_class]))
  const errors = [...groups].map(([key, own]) => {
    const [call_type, error_code, error_class] = JSON.parse(key) as [string, string, string]
    return { call_type, error_code, error_class, count: add(own, 'calls') }
  })
  return errors.toSorted((a, b) => b.count - a.count)
}

function add<Name extends string>(rows: readonly Readonly<Record<Name, number>>[], name: Name): number {
  return rows.reduce((sum, row) => sum + row[name], 0)
}

/** What the page offers as filters: aliases and models of the calls of these days. */
async function optionsOf({ store, caller }: Pick<AdminCall, 'store' | 'caller'>, days: { from: string; to: string }) {
  const filter = { ...days, ...ownSums(caller) }
  const [byKey, byModel] = await Promise.all([
    dailySums(store, 'user', filter, ['api_key']),
    dailySums(store, 'user', filter, ['model']),
  ])
  const rows = await store.find(
    TABLES.keys,
    'token',
    byKey.map((sum) => sum.api_key),
  )
  const aliases = new Map(rows.map((row) => [row.token, row.key_alias]))
  const names = new Set(byKey.map((sum) => String(aliases.get(sum.api_key) ?? UNNAMED)))
  return { key_aliases: [...names].toSorted(), models: byModel.map(({ model }) => model).filter(Boolean) }
}
