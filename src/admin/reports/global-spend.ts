import { z } from 'zod'
import { MASTER_KEY } from '../../admission/credential/credential.ts'
import { LiteLLMError } from '../../errors.ts'
import { type AdminStore, TABLES } from '../admin-store.ts'
import { type Endpoint, endpoint } from '../endpoint.ts'
import { refuse, refuseDict } from '../refuse.ts'
import { listSpenders } from '../sql/list-spenders.ts'
import { bySpend, dailySums, daysOf, lastMonth } from './daily-sums.ts'
import { checkAdminView, checkReadsAll } from './report-rights.ts'

const text = z.string().optional()
const days = z.looseObject({ start_date: text, end_date: text })
const top = z.looseObject({ limit: z.coerce.number().int().optional() })

/** `GET /global/spend`: of all keys in the last 30 days. */
const getSpend = endpoint({
  access: 'anyone',
  async run(call) {
    checkReadsAll(call)
    const [sum] = await dailySums(call.store, 'user', lastMonth(call.now), [])
    return { spend: sum?.spend ?? null, max_budget: call.settings.maxBudget ?? 0 }
  },
})

/** `GET /global/spend/logs`: by day, of all keys or of one. */
const getSpendByDay = endpoint({
  access: 'anyone',
  query: z.looseObject({ api_key: text }),
  async run(call) {
    checkReadsAll(call)
    const { api_key: token } = call.query
    const filter = { ...lastMonth(call.now), ...(token !== undefined && { hashedTokens: [token] }) }
    const sums = await dailySums(call.store, 'user', filter, ['date'])
    return sums.map(({ date, spend }) => ({ date, spend, ...(token !== undefined && { api_key: token }) }))
  },
})

/** `GET /global/spend/keys`: the dearest keys of the last 30 days. */
const getTopKeys = endpoint({
  access: 'anyone',
  query: top,
  async run(call) {
    checkReadsAll(call)
    const { limit } = call.query
    if (limit !== undefined && limit < 1) {
      throw refuseDict(422, `Invalid limit: ${limit}, error: Limit must be greater than 0`)
    }
    const sums = (await dailySums(call.store, 'user', lastMonth(call.now), ['api_key']))
      .toSorted(bySpend)
      .slice(0, limit)
    const rows = await call.store.find(
      TABLES.keys,
      'token',
      sums.map((sum) => sum.api_key),
    )
    const known = new Map(rows.map((row) => [row.token, row]))
    return sums.map(({ api_key, spend }) => {
      const row = known.get(api_key)
      return { api_key, key_alias: row?.key_alias ?? null, key_name: row?.key_name ?? null, total_spend: spend }
    })
  },
})

/** `GET /global/spend/models`: the dearest models of the last 30 days. */
const getTopModels = endpoint({
  access: 'anyone',
  query: top,
  async run(call) {
    checkReadsAll(call)
    const sums = await dailySums(call.store, 'user', lastMonth(call.now), ['model'])
    const named = sums.filter(({ model }) => model).toSorted(bySpend)
    return named.slice(0, call.query.limit ?? 10).map(({ model, spend }) => ({ model, total_spend: spend }))
  },
})

const MOST_TEAMS = 10

/** `GET /global/spend/teams`: the last 30 days by team, rounded to cents as LiteLLM's page shows them. */
const getSpendByTeam = endpoint({
  access: 'anyone',
  async run(call) {
    checkReadsAll(call)
    const sums = await dailySums(call.store, 'team', lastMonth(call.now), ['date', 'entity'])
    const rows = await call.store.find(TABLES.teams, 'team_id', [...new Set(sums.map((sum) => sum.entity))])
    const aliases = new Map(rows.map((row) => [row.team_id, row.team_alias]))
    const byDay = new Map<string, Map<string, number>>()
    const totals = new Map<string, number>()
    for (const { date, entity, spend } of sums) {
      const name = String(aliases.get(entity) || 'Unassigned')
      const day = byDay.get(date) ?? new Map()
      byDay.set(date, day.set(name, (day.get(name) ?? 0) + spend))
      totals.set(name, (totals.get(name) ?? 0) + spend)
    }
    const dearest = [...totals].toSorted(([, a], [, b]) => b - a).slice(0, MOST_TEAMS)
    return {
      daily_spend: [...byDay].map(([date, day]) => ({
        date,
        ...Object.fromEntries([...day].map(([name, spend]) => [name, rounded(spend, 2)])),
      })),
      teams: [...totals.keys()],
      total_spend_per_team: dearest.map(([name, spend]) => ({ team_id: name, total_spend: rounded(spend, 2) })),
    }
  },
})

/** `GET /global/spend/tags`: the tags of these days, or those of them that `tags` names. */
const getSpendByTag = endpoint({
  access: 'anyone',
  query: days.extend({ tags: text }),
  async run(call) {
    checkReadsAll(call)
    const { start_date, end_date, tags } = call.query
    if (start_date === undefined || end_date === undefined) {
      throw new LiteLLMError('bad_request', { type: 'bad_request', message: 'Please provide start_date and end_date' })
    }
    const named = tags?.split(',').filter(Boolean) ?? []
    const all = named.length === 0 || named.includes('all-tags')
    const filter = { ...daysOf(call.query), ...(!all && { entities: named }) }
    const sums = await dailySums(call.store, 'tag', filter, ['entity'])
    return {
      spend_per_tag: sums.toSorted(bySpend).map(({ entity, spend, api_requests }) => ({
        name: entity,
        spend: rounded(spend, 4),
        log_count: api_requests,
      })),
    }
  },
})

/** `GET /global/spend/provider`. */
const getSpendByProvider = endpoint({
  access: 'anyone',
  query: days,
  async run(call) {
    checkReadsAll(call)
    const sums = await dailySums(call.store, 'user', daysOf(call.query), ['custom_llm_provider'])
    return sums
      .filter((sum) => sum.custom_llm_provider)
      .map(({ custom_llm_provider: provider, spend }) => ({ provider, spend }))
  },
})

/** `GET /global/spend/all_tag_names` and `/global/all_end_users`: every name that calls have had. */
function namesEndpoint(entity: 'tag' | 'end_user', member: string): Endpoint {
  return endpoint({
    access: 'anyone',
    async run(call) {
      checkReadsAll(call)
      const sums = await dailySums(call.store, entity, {}, ['entity'])
      return { [member]: sums.map((sum) => sum.entity).filter(Boolean) }
    },
  })
}

const MOST_CUSTOMERS = 100

/** `POST /global/spend/end_users`: the dearest customers, of whole days. Default: of the last 30. */
const getTopCustomers = endpoint({
  access: 'anyone',
  body: z
    .looseObject({ api_key: z.string().nullish(), startTime: z.string().nullish(), endTime: z.string().nullish() })
    .optional(),
  async run(call) {
    checkReadsAll(call)
    const { api_key: token, startTime, endTime } = call.body ?? {}
    const filter = {
      ...lastMonth(call.now),
      ...(startTime && { from: dayOf('startTime', startTime) }),
      ...(endTime && { to: dayOf('endTime', endTime) }),
      ...(token && { hashedTokens: [token] }),
    }
    const sums = await dailySums(call.store, 'end_user', filter, ['entity'])
    return sums
      .toSorted(bySpend)
      .slice(0, MOST_CUSTOMERS)
      .map(({ entity, api_requests, spend }) => ({ end_user: entity, total_count: api_requests, total_spend: spend }))
  },
})

/**
 * `POST /global/spend/reset`: the spend of all keys and teams begins at 0 again; the log and the daily tables stay. Only for
 * the master key.
 */
const resetSpend = endpoint({
  access: 'anyone',
  async run({ store, caller }) {
    if (caller.key !== MASTER_KEY && caller.key.master !== true) {
      throw new LiteLLMError('admin_only', {
        param: 'None',
        message: 'Authentication Error, Tried to access route=/global/spend/reset, which is only for MASTER KEY',
      })
    }
    await resetAll(store)
    return { message: 'Spend for all API Keys and Teams reset successfully', status: 'success' }
  },
})

async function resetAll(store: AdminStore): Promise<void> {
  for (const [table, id] of [
    [TABLES.keys, 'token'],
    [TABLES.teams, 'team_id'],
  ] as const) {
    const ids = await listSpenders(store.sql, table, id)
    const rows = ids.map((one) => ({ id: { [id]: one }, set: { spend: 0 } }))
    const audit = ids.map((one) => ({ action: 'updated', table, id: one, after: { spend: 0 } }) as const)
    if (rows.length > 0) await store.write({ steps: [{ kind: 'update', table, rows }], audit, forget: '*' })
  }
}

/** `GET /provider/budgets`: there are none. LiteLLM's `provider_budget_config` is not acted on. */
const getProviderBudgets = endpoint({
  access: 'anyone',
  async run(call) {
    checkAdminView(call)
    return { providers: {} }
  },
})

export const GLOBAL_SPEND_ROUTES: Readonly<Record<string, Endpoint>> = {
  'GET /global/spend': getSpend,
  'GET /global/spend/logs': getSpendByDay,
  'GET /global/spend/keys': getTopKeys,
  'GET /global/spend/models': getTopModels,
  'GET /global/spend/teams': getSpendByTeam,
  'GET /global/spend/tags': getSpendByTag,
  'GET /global/spend/provider': getSpendByProvider,
  'GET /global/spend/all_tag_names': namesEndpoint('tag', 'tag_names'),
  'GET /global/all_end_users': namesEndpoint('end_user', 'end_users'),
  'POST /global/spend/end_users': getTopCustomers,
  'POST /global/spend/reset': resetSpend,
  'GET /provider/budgets': getProviderBudgets,
}

function rounded(dollars: number, digits: number): number {
  return Number(dollars.toFixed(digits))
}

function dayOf(param: string, time: string): string {
  const ms = Date.parse(time)
  if (Number.isNaN(ms)) throw refuse(400, `Invalid ${param}: ${time}`, { type: 'bad_request', param })
  return new Date(ms).toISOString().slice(0, 10)
}
