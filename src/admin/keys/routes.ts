import { z } from 'zod'
import type { Json } from '../../types.ts'
import { TABLES } from '../admin-store.ts'
import { BLOCKED_KEY, KEY } from '../answer-forms.ts'
import { answered } from '../answers.ts'
import { nameOf } from '../caller.ts'
import { type Endpoint, endpoint, needed, page, text, texts } from '../endpoint.ts'
import { refuse } from '../refuse.ts'
import { listKeyAliases } from '../sql/list-key-aliases.ts'
import { boundedRequest, createKey } from './create-key.ts'
import { deleteKeys } from './delete.ts'
import { findKeyRow, findKeys, keyInfo } from './find-key.ts'
import { generateBody, keyFields } from './key-fields.ts'
import { checkMayCreate, maySee } from './key-rights.ts'
import { listKeysEndpoint } from './list.ts'
import { regenerateKey } from './regenerate.ts'
import { resetKeySpend } from './reset-spend.ts'
import { bulkUpdateKeys, updateOneKey } from './update-key.ts'

const aliasQuery = z.looseObject({ page: page(1), size: page(50, 100), search: text, team_id: text })

/** `GET /key/aliases`: the names of all keys, or of the caller's own and those of the caller's teams. */
const getKeyAliases = endpoint({
  access: 'anyone',
  query: aliasQuery,
  async run({ store, caller, query: { page: number, size, search, team_id: teamId } }) {
    const user = caller.adminView ? undefined : await store.one(TABLES.users, 'user_id', caller.userId)
    const scope = { userId: caller.userId ?? null, teamIds: (user?.teams ?? []) as readonly string[] }
    const filter = { search, teamId, ...(!caller.adminView && { scope }) }
    const { aliases, total } = await listKeyAliases(store.sql, filter, { limit: size, offset: (number - 1) * size })
    return { aliases, total_count: total, current_page: number, total_pages: Math.ceil(total / size), size }
  },
})

/** `POST /key/health`: a key that has come this far is healthy. Its callbacks are not tried. */
const getKeyHealth = endpoint({
  access: 'anyone',
  run: () => Promise.resolve({ key: 'healthy', logging_callbacks: null }),
})

const FORMAT = /^(sk-[A-Za-z0-9_-]{1,97}|[a-fA-F0-9]{64})$/

/** `POST /key/block`: the key is refused from now on. */
const blockKey = setBlocked(true)

/** `POST /key/unblock`. */
const unblockKey = setBlocked(false)

/** `GET /key/info?key=`: a key; without the parameter, the one that was presented. */
const getKeyInfo = endpoint({
  access: 'anyone',
  query: z.looseObject({ key: text }),
  async run({ store, caller, query, now }) {
    const key = query.key || caller.key.hashedToken
    const row = await findKeyRow(store, key)
    if (!row) throw refuse(404, 'Key not found in database', { type: 'not_found_error', param: 'key' })
    if (!(await maySee(store, caller, row))) {
      throw refuse(403, `You are not allowed to access this key's info. Your role=${caller.role ?? 'internal_user'}`)
    }
    const info = await keyInfo(store, row, '+00:00')
    return { key, info: { ...info, status: statusOf(row, now) } }
  },
})

/** What a key is, as `GET /key/list?status=` has it. */
function statusOf({ blocked, expires }: Json, now: Date): 'active' | 'expired' | 'revoked' {
  if (blocked === true) return 'revoked'
  return typeof expires === 'string' && Date.parse(`${expires}Z`) < now.getTime() ? 'expired' : 'active'
}

const keysBody = z
  .looseObject({ keys: texts, key_aliases: texts })
  .refine(({ keys, key_aliases: aliases }) => (keys?.length ?? 0) + (aliases?.length ?? 0) > 0, {
    message: "At least one of 'keys' or 'key_aliases' must be provided.",
  })

/** `POST /v2/key/info`: several keys. Those that do not exist, or are not for the caller, are left out. */
const getKeysInfo = endpoint({
  access: 'anyone',
  body: keysBody,
  async run({ store, caller, body: { keys, key_aliases: aliases } }) {
    const rows = await findKeys(store, keys, aliases)
    const info = []
    for (const row of rows) if (await maySee(store, caller, row)) info.push(await keyInfo(store, row, '+00:00'))
    return { key: keys ?? aliases, info }
  },
})

const body = z
  .looseObject(keyFields)
  .superRefine(({ key, key_alias: alias }, context) => {
    if (!key && !alias) context.addIssue({ code: 'custom', message: 'either key or key_alias must be provided' })
  })
  .refine((request) => (request.temp_budget_increase == null) === (request.temp_budget_expiry == null), {
    message: 'temp_budget_increase and temp_budget_expiry must be set together',
  })

/** `POST /key/update`: what is not sent stays. A key that is not named by itself is named by its alias. */
const updateKey = endpoint({
  access: 'users',
  body,
  stores: [TABLES.keys],
  async run(call) {
    const { key, ...request } = call.body
    const [ofAlias] = key ? [] : await call.store.find(TABLES.keys, 'key_alias', [request.key_alias])
    const named = key || String(ofAlias?.token ?? request.key_alias)
    const row = await updateOneKey(call, named, request)
    return { key: named, ...answered(KEY, row, {}, '+00:00') }
  },
})

/** `POST /key/service-account/generate`: a key of a team that belongs to no user. */
const generateServiceAccountKey = endpoint({
  access: 'users',
  body: generateBody,
  stores: [TABLES.keys],
  async run(call) {
    const asked = boundedRequest(call.body, call)
    if (!asked.team_id) {
      throw refuse(400, 'team_id is required for service account keys. Please specify `team_id` in the request body.')
    }
    const metadata = { ...asked.metadata, service_account_id: asked.metadata?.service_account_id ?? asked.key_alias }
    const request = { ...asked, user_id: null, metadata }
    const refusal = await checkMayCreate(call, request)
    if (refusal) throw refusal
    return await createKey(call, request)
  },
})

/** `POST /key/generate`: a new key. Internal users make keys for themselves, and for teams that let them. */
const generateKey = endpoint({
  access: 'users',
  body: generateBody,
  stores: [TABLES.keys],
  async run(call) {
    const { caller } = call
    const request = boundedRequest(call.body, call)
    const refusal = await checkMayCreate(call, request)
    if (refusal) throw refusal
    const personal = !caller.admin && !request.user_id && !request.team_id
    return await createKey(call, personal ? { ...request, user_id: caller.userId } : request)
  },
})

export const KEY_ROUTES: Readonly<Record<string, Endpoint>> = {
  'POST /key/generate': generateKey,
  'POST /key/service-account/generate': generateServiceAccountKey,
  'GET /key/info': getKeyInfo,
  'POST /v2/key/info': getKeysInfo,
  'GET /key/list': listKeysEndpoint,
  'GET /key/aliases': getKeyAliases,
  'POST /key/health': getKeyHealth,
  'POST /key/update': updateKey,
  'POST /key/bulk_update': bulkUpdateKeys,
  'POST /key/delete': deleteKeys,
  'POST /key/block': blockKey,
  'POST /key/unblock': unblockKey,
  'POST /key/regenerate': regenerateKey,
  'POST /key/{key}/regenerate': regenerateKey,
  'POST /key/{key}/reset_spend': resetKeySpend,
}

function setBlocked(blocked: boolean) {
  return endpoint({
    access: 'admin',
    body: z.looseObject({ key: needed.text }),
    async run({ store, caller, body: { key }, now }) {
      if (!FORMAT.test(key)) throw refuse(400, 'Invalid key format.', { type: 'bad_request_error', param: 'key' })
      const before = await findKeyRow(store, key)
      if (!before) throw refuse(404, 'Key not found.', { type: 'not_found_error', param: 'key' })
      const token = String(before.token)
      const at = now.toISOString()
      const set = { blocked, updated_at: at, settings_updated_at: at, updated_by: nameOf(caller) }
      const [[row]] = (await store.write({
        guard: { table: TABLES.keys, id: { token } },
        steps: [{ kind: 'update', table: TABLES.keys, rows: [{ id: { token }, set }] }],
        audit: [{ action: blocked ? 'blocked' : 'unblocked', table: TABLES.keys, id: token, before, after: set }],
        forget: [token],
      })) as [[Json]]
      return blocked ? answered(BLOCKED_KEY, row, { org_id: row.organization_id }) : answered(KEY, row)
    },
  })
}
