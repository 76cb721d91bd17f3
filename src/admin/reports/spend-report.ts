import { z } from 'zod'
import { hashSecret } from '../../admission/credential/credential.ts'
import { TABLES } from '../admin-store.ts'
import { type AdminCall, type Endpoint, endpoint } from '../endpoint.ts'
import { refuseDict } from '../refuse.ts'
import { bySpend, dailySums, daysOf } from './daily-sums.ts'
import { checkReadsAll } from './report-rights.ts'

const text = z.string().optional()
const query = z.looseObject({
  ...{ start_date: text, end_date: text, api_key: text, internal_user_id: text, team_id: text, customer_id: text },
  group_by: z.enum(['team', 'customer', 'api_key']).default('team'),
})

type ReportCall = AdminCall<unknown, z.output<typeof query>>

/**
 * `GET /global/spend/report`: what each team or customer has spent by day, model and key, or each key by model. In LiteLLM
 * it needs a licence.
 */
const getReport = endpoint({
  access: 'anyone',
  query,
  async run(call) {
    checkReadsAll(call)
    const { api_key, internal_user_id, group_by, customer_id, team_id } = call.query
    if (team_id !== undefined && customer_id !== undefined) {
      throw refuseDict(
        400,
        'The daily sums tell teams and customers apart, not the customers of a team. Send one of them.',
      )
    }
    if (api_key !== undefined || internal_user_id !== undefined || group_by === 'api_key') return await byKey(call)
    return group_by === 'team' ? await byTeam(call) : await byCustomer(call)
  },
})

export const SPEND_REPORT_ROUTES: Readonly<Record<string, Endpoint>> = { 'GET /global/spend/report': getReport }

async function byKey({ store, query: asked }: ReportCall) {
  const { api_key: key, internal_user_id: userId } = asked
  const token = key?.startsWith('sk-') ? hashSecret(key) : key
  const filter = {
    ...daysOf(asked),
    ...(token !== undefined ? { hashedTokens: [token] } : userId !== undefined && { entities: [userId] }),
  }
  const sums = await dailySums(store, 'user', filter, ['api_key', 'model'])
  const keys = [...Map.groupBy(sums, (sum) => sum.api_key)].map(([api_key, own]) => ({
    api_key,
    ...totals(own),
    model_details: own.map(({ model, ...sum }) => ({ model, ...totals([sum]) })),
  }))
  return keys.toSorted((a, b) => b.total_cost - a.total_cost)
}

interface Sums {
  readonly spend: number
  readonly prompt_tokens: number
  readonly completion_tokens: number
}

function totals(sums: readonly Sums[]) {
  return {
    total_cost: sums.reduce((all, { spend }) => all + spend, 0),
    total_input_tokens: sums.reduce((all, { prompt_tokens }) => all + prompt_tokens, 0),
    total_output_tokens: sums.reduce((all, { completion_tokens }) => all + completion_tokens, 0),
  }
}

const COLUMNS = ['date', 'entity', 'model', 'api_key'] as const

async function byTeam({ store, query: asked }: ReportCall) {
  const { team_id } = asked
  const filter = { ...daysOf(asked), ...(team_id !== undefined && { entities: [team_id] }) }
  const sums = await dailySums(store, 'team', filter, COLUMNS)
  const rows = await store.find(TABLES.teams, 'team_id', [...new Set(sums.map((sum) => sum.entity))])
  const aliases = new Map(rows.map((row) => [row.team_id, row.team_alias]))
  return daysWith(sums, 'teams', 'team_name', (id) => String(aliases.get(id) || 'Unassigned Team'))
}

async function byCustomer({ store, query: asked }: ReportCall) {
  const { customer_id } = asked
  const filter = { ...daysOf(asked), ...(customer_id !== undefined && { entities: [customer_id] }) }
  return daysWith(await dailySums(store, 'end_user', filter, COLUMNS), 'customers', 'customer', (id) => id)
}

type Row = Sums & {
  readonly date: string
  readonly entity: string | null
  readonly model: string | null
  readonly api_key: string
}

/** Days with the entities of each, and of each what keys have spent on models. */
function daysWith(sums: readonly Row[], member: string, name: string, nameOf: (id: string | null) => string | null) {
  return [...Map.groupBy(sums, (sum) => sum.date)].map(([date, ofDay]) => ({
    group_by_day: `${date}T00:00:00+00:00`,
    [member]: [...Map.groupBy(ofDay, (sum) => nameOf(sum.entity))].map(([entity, own]) => ({
      [name]: entity,
      total_spend: totals(own).total_cost,
      metadata: own.toSorted(bySpend).map((sum) => ({
        model: sum.model,
        api_key: sum.api_key,
        spend: sum.spend,
        total_tokens: sum.prompt_tokens + sum.completion_tokens,
      })),
    })),
  }))
}
