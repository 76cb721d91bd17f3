import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { jsonObjectOf } from '../../models/stored/model-table-params.ts'
import type { Json } from '../../types.ts'
import { MODEL } from '../answer-forms.ts'
import { answered } from '../answers.ts'
import { nameOf } from '../caller.ts'
import { type AdminCall, type Endpoint, endpoint, needed } from '../endpoint.ts'
import { refuse } from '../refuse.ts'
import {
  changedModel,
  checkEntry,
  checkMayChangeModels,
  findModel,
  infoId,
  MODELS,
  newModel,
  said,
  shownModel,
  storedModelsOf,
} from './model-entry.ts'

/** `POST /model/delete`: the deployment serves no new call. Those under way end as they would have. */
const deleteModel = endpoint({
  access: 'anyone',
  body: z.looseObject({ id: needed.text }),
  async run(call) {
    const refusal = checkMayChangeModels(call)
    if (refusal) throw refusal
    const { id } = call.body
    const models = storedModelsOf(call)
    const before = await findModel(call, id)
    await call.store.write({
      guard: { table: MODELS, id: { model_id: id } },
      steps: [{ kind: 'delete', table: MODELS, rows: [{ id: { model_id: id } }] }],
      audit: [{ action: 'deleted', table: MODELS, id, before: shownModel(before, models) }],
      forget: [],
    })
    await models.changed(infoId(before.model_info, id))
    return { message: `Model: ${id} deleted successfully` }
  },
})

/** `POST /model/update`: the model is the one in `model_info.id`. */
const updateModel = endpoint({
  access: 'anyone',
  body: changedModel,
  run: (call) => update(call, call.body.model_info?.id),
})

/** `PATCH /model/{id}/update`. */
const patchModel = endpoint({
  access: 'anyone',
  body: changedModel,
  run: (call) => update(call, call.params.id),
})

/** `POST /model/new`: a deployment in the database, serving from now on. */
const createModel = endpoint({
  access: 'anyone',
  body: newModel,
  async run(call) {
    const refusal = checkMayChangeModels(call)
    if (refusal) throw refusal
    const { store, caller, body, now } = call
    const models = storedModelsOf(call)
    const params = said(body.litellm_params)
    const given = said(body.model_info)
    const id = typeof given.id === 'string' && given.id !== '' ? given.id : randomUUID()
    if (await store.one(MODELS, 'model_id', id)) {
      throw refuse(400, `A model with id=${id} already exists.`, { type: 'bad_request_error', param: 'model_info.id' })
    }
    const { name, info } = placed(body.model_name, { ...given, id, db_model: false })
    checkEntry(models, name, params, info)
    const by = nameOf(caller)
    const shared = {
      model_id: id,
      model_name: name,
      model_info: info,
      blocked: body.blocked ?? false,
      created_at: now.toISOString(),
      created_by: by,
      updated_at: now.toISOString(),
      updated_by: by,
    }
    const row: Json = { ...shared, litellm_params: await models.seal(params) }
    const shown = shownModel({ ...shared, litellm_params: params }, models)
    const [[written]] = (await store.write({
      steps: [{ kind: 'insert', table: MODELS, rows: [row] }],
      audit: [{ action: 'created', table: MODELS, id, after: shown }],
      forget: [],
    })) as [[Json]]
    await models.changed()
    return answered(MODEL, written)
  },
})

export const MODEL_ROUTES: Readonly<Record<string, Endpoint>> = {
  'POST /model/new': createModel,
  'POST /model/update': updateModel,
  'PATCH /model/{id}/update': patchModel,
  'POST /model/{id}/update': patchModel,
  'POST /model/delete': deleteModel,
}

/** A team's own model has a name of its own beside the one its members use, as in LiteLLM. */
function placed(name: string, info: Json): { name: string; info: Json } {
  const { team_id: team } = info
  if (typeof team !== 'string' || team === '') return { name, info }
  return { name: `model_name_${team}_${randomUUID()}`, info: { ...info, team_public_model_name: name } }
}

/** What the body names is changed, in `litellm_params` and `model_info` member by member; the rest stays sealed as it is. */
async function update(call: AdminCall<z.output<typeof changedModel>>, id: unknown): Promise<unknown> {
  const refusal = checkMayChangeModels(call)
  if (refusal) throw refusal
  const { store, caller, body, now } = call
  const models = storedModelsOf(call)
  if (typeof id !== 'string' || id === '') throw refuse(400, 'Authentication Error, model_info not provided')
  const before = await findModel(call, id)
  const changes = said(body.litellm_params)
  const opened = models.open(before.litellm_params)
  const params = { ...opened, ...changes }
  const info = { ...said(before.model_info as never), ...said(body.model_info), id: infoId(before.model_info, id) }
  const name = body.model_name ?? String(before.model_name)
  checkEntry(models, name, params, info)
  const set = {
    model_name: name,
    // What is not named stays sealed as it is: it may be a text that only another process can open.
    litellm_params: { ...jsonObjectOf(before.litellm_params), ...(await models.seal(changes)) },
    model_info: info,
    updated_at: now.toISOString(),
    updated_by: nameOf(caller),
    ...(body.blocked != null && { blocked: body.blocked }),
  }
  const after = shownModel({ ...before, ...set, litellm_params: params }, models)
  const [[written]] = (await store.write({
    guard: { table: MODELS, id: { model_id: id }, expect: { updated_at: before.updated_at } },
    steps: [{ kind: 'update', table: MODELS, rows: [{ id: { model_id: id }, set }] }],
    audit: [{ action: 'updated', table: MODELS, id, before: shownModel(before, models), after }],
    forget: [],
  })) as [[Json]]
  await models.changed()
  return answered(MODEL, written)
}
