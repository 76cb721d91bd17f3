import { z } from 'zod'
import type { Json } from '../../types.ts'
import { type AdminStore, TABLES } from '../admin-store.ts'
import { KEY, SPENDING_USER, USER } from '../answer-forms.ts'
import { answered } from '../answers.ts'
import { type Endpoint, endpoint } from '../endpoint.ts'
import { refuse, refuseDict } from '../refuse.ts'
import { listBySpend } from '../sql/list-by-spend.ts'
import { dailySums } from './daily-sums.ts'
import { ownTokens } from './report-rights.ts'

/** `GET /spend/keys`: keys by what they have spent. Administrators see all, users their own. */
const getKeys = endpoint({
  access: 'anyone',
  async run({ store, caller }) {
    if (!caller.adminView && caller.userId === undefined) return []
    const rows = caller.adminView
      ? await listBySpend(store.sql, TABLES.keys)
      : await store.find(TABLES.keys, 'user_id', [caller.userId])
    return rows.toSorted(dearer).map((row) => answered(KEY, row))
  },
})

/** `GET /spend/users`: users by what they have spent, or one of them. Administrators see all, users themselves. */
const getUsers = endpoint({
  access: 'anyone',
  query: z.looseObject({ user_id: z.string().optional() }),
  async run({ store, caller, query: { user_id: asked } }) {
    if (!caller.adminView && caller.userId === undefined) return []
    if (!caller.adminView && asked !== undefined && asked !== caller.userId) {
      throw refuseDict(403, 'Not authorized to view spend for another user.')
    }
    const userId = caller.adminView ? asked : caller.userId
    if (userId === undefined) return await listUsers(store)
    const row = await store.one(TABLES.users, 'user_id', userId)
    return [row ? answered(USER, row, { organization_memberships: [] }) : null]
  },
})

async function listUsers(store: AdminStore) {
  const users = await listBySpend(store.sql, TABLES.users)
  const keys = await store.find(
    TABLES.keys,
    'user_id',
    users.map((user) => String(user.user_id)),
  )
  const byUser = Map.groupBy(keys, (key) => key.user_id)
  return users.map((user) => {
    const key_aliases = (byUser.get(user.user_id) ?? []).map((key) => key.key_alias)
    // LiteLLM joins the keys: of a user without any there is one that has no name.
    const shown = key_aliases.length > 0 ? key_aliases : [null]
    return answered(SPENDING_USER, user, { key_aliases: shown }, '+00:00')
  })
}

/** `GET /spend/tags`: what calls with each tag have cost, ever. Who is no administrator sees the calls of own keys. */
const getTags = endpoint({
  access: 'anyone',
  async run({ store, caller }) {
    const filter = caller.adminView ? {} : { hashedTokens: await ownTokens(store, caller) }
    const sums = await dailySums(store, 'tag', filter, ['entity'])
    return sums.map(({ entity, api_requests, spend }) => ({
      individual_request_tag: entity,
      log_count: api_requests,
      total_spend: spend,
    }))
  },
})

const calculation = z.looseObject({
  model: z.string().nullish(),
  messages: z.array(z.record(z.string(), z.unknown())).nullish(),
  completion_response: z.record(z.string(), z.unknown()).nullish(),
})

/** `POST /spend/calculate`: what a call would cost by its messages, or has cost by its answer. */
const calculate = endpoint({
  access: 'anyone',
  body: calculation,
  async run({ body: { model, messages, completion_response: response }, settings }) {
    if (model && !messages) {
      throw refuse(400, "Bad Request - messages must be provided if 'model' is provided", { type: 'None' })
    }
    const asked = model && messages ? { model, messages } : response ? { response: response as Json } : undefined
    if (!asked) {
      throw refuse(400, "Bad Request - Either 'model' or 'completion_response' must be provided", { type: 'None' })
    }
    const cost = await settings.costOf?.(asked)
    if (cost === undefined) {
      const name = model || response?.model
      throw refuse(400, `This model isn't mapped yet. model=${name}. Give it a price with input_cost_per_token.`, {
        type: 'invalid_request_error',
        param: 'model',
      })
    }
    return { cost }
  },
})

export const SPEND_ROUTES: Readonly<Record<string, Endpoint>> = {
  'GET /spend/keys': getKeys,
  'GET /spend/users': getUsers,
  'GET /spend/tags': getTags,
  'POST /spend/calculate': calculate,
}

function dearer(a: Json, b: Json): number {
  return Number(b.spend ?? 0) - Number(a.spend ?? 0)
}
