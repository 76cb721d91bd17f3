import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { listRows } from '../../database/sql/list-rows.ts'
import { shownParams } from '../../models/routing/shown-params.ts'
import { jsonObjectOf } from '../../models/stored/model-table-params.ts'
import type { Json } from '../../types.ts'
import type { AdminStore } from '../admin-store.ts'
import { nameOf } from '../caller.ts'
import { type AdminCall, dict, type Endpoint, endpoint, longText, needed, texts } from '../endpoint.ts'
import { said } from '../models/model-entry.ts'
import type { StoredModels } from '../models/stored-models.ts'
import { refuse, refuseDict } from '../refuse.ts'

const TABLE = 'LiteLLM_CredentialsTable'

const newBody = z.looseObject({
  credential_name: needed.text,
  credential_values: dict,
  credential_info: dict,
  display_name: longText,
})

/** `POST /credentials`: what models name by `litellm_credential_name`, sealed as models are. */
const newCredential = endpoint({
  access: 'admin',
  body: newBody,
  async run(call) {
    const { store, caller, body: request, now } = call
    const models = storedModelsOf(call)
    if (!request.credential_values) {
      throw refuse(400, 'Credential values are required. Unable to infer credential values from model ID.')
    }
    const { credential_name: name } = request
    if (await store.one(TABLE, 'credential_name', name)) {
      throw refuse(409, `Credential '${name}' already exists. Use PATCH /credentials/${name} to change it.`)
    }
    const info = request.credential_info ?? {}
    const by = { created_at: now.toISOString(), created_by: nameOf(caller) }
    const changed = { updated_at: by.created_at, updated_by: by.created_by }
    const row = {
      ...{ credential_id: randomUUID(), credential_name: name, display_name: request.display_name ?? null },
      ...{
        credential_info: info,
        credential_values: await models.seal(said(request.credential_values)),
        ...by,
        ...changed,
      },
    }
    await store.write({
      steps: [{ kind: 'insert', table: TABLE, rows: [row] }],
      audit: [{ action: 'created', table: TABLE, id: name, after: { credential_name: name, credential_info: info } }],
      forget: [],
    })
    await models.changed()
    return { success: true, message: 'Credential created successfully' }
  },
})

const changeBody = z.looseObject({
  credential_values: dict,
  credential_info: dict,
  credential_values_to_delete: texts,
  display_name: longText,
})

/** `PATCH /credentials/{name}`: member by member. */
const updateCredential = endpoint({
  access: 'admin',
  body: changeBody,
  async run(call) {
    const { store, caller, body: request, params, now } = call
    const models = storedModelsOf(call)
    const before = await getCredential(store, String(params.name))
    const removed = request.credential_values_to_delete ?? []
    const stored = Object.entries(jsonObjectOf(before.credential_values) ?? {})
    const kept = Object.fromEntries(stored.filter(([name]) => !removed.includes(name)))
    const info = { ...jsonObjectOf(before.credential_info), ...said(request.credential_info) }
    const set = {
      credential_values: { ...kept, ...(await models.seal(said(request.credential_values))) },
      credential_info: info,
      ...(request.display_name !== undefined && { display_name: request.display_name }),
      updated_at: now.toISOString(),
      updated_by: nameOf(caller),
    }
    const id = { credential_id: before.credential_id }
    await store.write({
      guard: { table: TABLE, id, expect: { updated_at: before.updated_at } },
      steps: [{ kind: 'update', table: TABLE, rows: [{ id, set }] }],
      audit: [{ action: 'updated', table: TABLE, id: String(params.name), after: { credential_info: info } }],
      forget: [],
    })
    await models.changed()
    return { success: true, message: 'Credential updated successfully' }
  },
})

/** `DELETE /credentials/{name}`: models that name it cannot be used any more. */
const deleteCredential = endpoint({
  access: 'admin',
  async run(call) {
    const models = storedModelsOf(call)
    const name = String(call.params.name)
    const before = await getCredential(call.store, name)
    const id = { credential_id: before.credential_id }
    await call.store.write({
      guard: { table: TABLE, id },
      steps: [{ kind: 'delete', table: TABLE, rows: [{ id }] }],
      audit: [{ action: 'deleted', table: TABLE, id: name, before: { credential_name: name } }],
      forget: [],
    })
    await models.changed()
    return { success: true, message: 'Credential deleted successfully' }
  },
})

/** `GET /credentials`: without their secrets. */
const listCredentials = endpoint({
  access: 'admin',
  async run(call) {
    const models = storedModelsOf(call)
    const rows = await listRows(call.store.sql, TABLE, 'credential_name')
    return { success: true, credentials: rows.map((row) => shown(row, models)) }
  },
})

/** `GET /credentials/by_name/{name}`. */
const getCredentialByName = endpoint({
  access: 'admin',
  async run(call) {
    return shown(await getCredential(call.store, String(call.params.name)), storedModelsOf(call))
  },
})

export const CREDENTIAL_ROUTES: Readonly<Record<string, Endpoint>> = {
  'POST /credentials': newCredential,
  'GET /credentials': listCredentials,
  'GET /credentials/by_name/{name}': getCredentialByName,
  'PATCH /credentials/{name}': updateCredential,
  'DELETE /credentials/{name}': deleteCredential,
}

function storedModelsOf({ store, settings }: Pick<AdminCall, 'store' | 'settings'>): StoredModels {
  if (!store.has(TABLE)) throw refuse(500, `The database has no table ${TABLE}.`)
  if (settings.storedModels) return settings.storedModels
  throw refuseDict(500, "Set `'STORE_MODEL_IN_DB='True'` in your env to enable this feature.")
}

async function getCredential(store: AdminStore, name: string): Promise<Json> {
  const row = await store.one(TABLE, 'credential_name', name)
  if (row) return row
  throw refuse(404, `Credential not found. Got credential name: ${name}`)
}

/** Members whose values are no secrets. */
const OPEN = /^(api_base|base_url|api_version|region|aws_region_name|vertex_project|vertex_location|organization)$/

function shown(row: Json, models: StoredModels): Json {
  const values = Object.entries(models.open(row.credential_values))
  return {
    credential_name: row.credential_name,
    display_name: row.display_name ?? null,
    credential_info: row.credential_info ?? {},
    credential_values: Object.fromEntries(
      values.map(([name, value]) => [
        name,
        OPEN.test(name) ? shownParams({ [name]: value })[name] : masked(String(value)),
      ]),
    ),
    source: 'db',
  }
}

export function masked(value: string): string {
  return value.length <= 4 ? '*****' : `${value.slice(0, 2)}****${value.slice(-2)}`
}
