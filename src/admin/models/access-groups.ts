import { z } from 'zod'
import { listRows } from '../../database/sql/list-rows.ts'
import { jsonObjectOf } from '../../models/stored/model-table-params.ts'
import type { Json } from '../../types.ts'
import { answered } from '../answers.ts'
import { nameOf } from '../caller.ts'
import { type AdminCall, type Endpoint, endpoint, needed, texts } from '../endpoint.ts'
import { refuseDict } from '../refuse.ts'
import { MODELS, storedModelsOf } from './model-entry.ts'

/*
 * Access groups of models in the database: names in `model_info.access_groups`, by which keys and teams are allowed all
 * models of a group. Those of the configuration are shown and not changed.
 */

const named = { model_names: texts, model_ids: texts }
const newBody = z.looseObject({ access_group: needed.text, ...named })
const changeBody = z.looseObject(named)
type Named = z.output<typeof changeBody>

/** `POST /access_group/new`. */
const newGroup = endpoint({
  access: 'admin',
  body: newBody,
  async run(call) {
    const { access_group: group, ...request } = call.body
    const { rows, members } = await modelsOf(call, group, request)
    if (rows.some((row) => groupsOf(row).includes(group))) {
      throw refuseDict(
        409,
        `Access group '${group}' already exists. Use PUT /access_group/${group}/update to modify it.`,
      )
    }
    return await putModels(call, group, request, members)
  },
})

/** `PUT /access_group/{name}/update`: the models of a group are these from now on. */
const updateGroup = endpoint({
  access: 'admin',
  body: changeBody,
  async run(call) {
    const group = String(call.params.name)
    const { rows, members } = await modelsOf(call, group, call.body)
    const old = rows.filter((row) => groupsOf(row).includes(group))
    if (old.length === 0) throw unknown(group)
    await write(
      call,
      group,
      old.filter((row) => !members.includes(row)),
      [],
    )
    return await putModels(call, group, call.body, members)
  },
})

/** `DELETE /access_group/{name}/delete`: the models stay. */
const deleteGroup = endpoint({
  access: 'admin',
  async run(call) {
    const group = String(call.params.name)
    storedModelsOf(call)
    const rows = (await listRows(call.store.sql, MODELS, 'model_id')).filter((row) => groupsOf(row).includes(group))
    if (rows.length === 0) throw unknown(group)
    await write(call, group, rows, [])
    return {
      access_group: group,
      models_updated: rows.length,
      message: `Access group '${group}' deleted successfully`,
    }
  },
})

/** `GET /access_group/list`. */
const listGroups = endpoint({
  access: 'read',
  async run(call) {
    return { access_groups: await shownGroups(call) }
  },
})

/** `GET /access_group/{name}/info`. */
const getGroup = endpoint({
  access: 'read',
  async run(call) {
    const group = String(call.params.name)
    const found = (await shownGroups(call)).find((one) => one.access_group === group)
    if (!found) throw unknown(group)
    return found
  },
})

export const ACCESS_GROUP_ROUTES: Readonly<Record<string, Endpoint>> = {
  'POST /access_group/new': newGroup,
  'GET /access_group/list': listGroups,
  'GET /access_group/{name}/info': getGroup,
  'PUT /access_group/{name}/update': updateGroup,
  'DELETE /access_group/{name}/delete': deleteGroup,
}

function unknown(group: string) {
  return refuseDict(404, `Access group '${group}' not found`)
}

function groupsOf(row: Json): readonly string[] {
  const { access_groups: groups } = jsonObjectOf(row.model_info) ?? {}
  return Array.isArray(groups) ? groups : []
}

/** The rows that a request names; all of them must be in the database. */
async function modelsOf(call: AdminCall, group: string, { model_names: names, model_ids: ids }: Named) {
  storedModelsOf(call)
  if (group.trim() === '') throw refuseDict(400, 'access_group is required and cannot be empty')
  if (!names?.length && !ids?.length) {
    throw refuseDict(400, 'Either model_names or model_ids must be provided and non-empty')
  }
  const rows = await listRows(call.store.sql, MODELS, 'model_id')
  for (const name of ids?.length ? [] : (names ?? [])) {
    if (rows.some((row) => row.model_name === name)) continue
    throw refuseDict(
      400,
      `Can't find model '${name}' in Database. Access group management is only supported for database models.`,
    )
  }
  const missing = (ids ?? []).find((id) => !rows.some((row) => row.model_id === id))
  if (missing !== undefined) throw refuseDict(400, `Deployment with model_id '${missing}' not found in Database.`)
  const members = rows.filter((row) =>
    ids?.length ? ids.includes(String(row.model_id)) : names?.includes(String(row.model_name)),
  )
  return { rows, members }
}

async function putModels(call: AdminCall, group: string, { model_names, model_ids }: Named, rows: readonly Json[]) {
  await write(call, group, [], rows)
  return {
    access_group: group,
    model_names: model_names ?? null,
    model_ids: model_ids ?? null,
    models_updated: rows.length,
  }
}

/** Takes the group from some models and gives it to others. */
async function write(call: AdminCall, group: string, without: readonly Json[], withIt: readonly Json[]): Promise<void> {
  const changed = [
    ...without.map((row) => ({ row, groups: groupsOf(row).filter((one) => one !== group) })),
    ...withIt.map((row) => ({ row, groups: [...new Set([...groupsOf(row), group])] })),
  ]
  if (changed.length === 0) return
  const { store, caller, now } = call
  const set = (row: Json, groups: readonly string[]) => ({
    model_info: { ...jsonObjectOf(row.model_info), access_groups: groups },
    updated_at: now.toISOString(),
    updated_by: nameOf(caller),
  })
  await store.write({
    steps: [
      {
        kind: 'update',
        table: MODELS,
        rows: changed.map(({ row, groups }) => ({ id: { model_id: row.model_id }, set: set(row, groups) })),
      },
    ],
    audit: changed.map(({ row, groups }) => ({
      action: 'updated',
      table: MODELS,
      id: String(row.model_id),
      before: { model_info: row.model_info },
      after: { access_groups: groups },
    })),
    forget: [],
  })
  await storedModelsOf(call).changed()
}

const GROUP = ['access_group', 'model_names', 'deployment_count', 'spend', 'budget']

async function shownGroups({ store }: AdminCall): Promise<readonly Json[]> {
  const rows = store.has(MODELS) ? await listRows(store.sql, MODELS, 'model_id') : []
  const names = [...new Set(rows.flatMap(groupsOf))].toSorted()
  return names.map((group) => {
    const members = rows.filter((row) => groupsOf(row).includes(group))
    const models = [...new Set(members.map((row) => String(row.model_name)))].toSorted()
    return answered(GROUP, { access_group: group, model_names: models, deployment_count: members.length })
  })
}
