import type { z } from 'zod'
import { jsonObjectOf } from '../../litellm/model-table-params.ts'
import { answerRow } from '../answer-row.ts'
import { nameOf } from '../caller.ts'
import { type AdminCall, endpoint } from '../endpoint.ts'
import { refuse } from '../refuse.ts'
import { checkEntry, findModel, infoId, MODELS, said, shownModel, storedModelsOf } from './model-entry.ts'
import { changedModel } from './model-fields.ts'

/** `POST /model/update`: the model is the one in `model_info.id`. */
export const updateModel = endpoint({
  access: 'admin',
  body: changedModel,
  run: (call) => update(call, call.body.model_info?.id),
})

/** `PATCH /model/{id}/update`. */
export const patchModel = endpoint({
  access: 'admin',
  body: changedModel,
  run: (call) => update(call, call.params.id),
})

/** What the body names is changed, in `litellm_params` and `model_info` member by member; the rest stays sealed as it is. */
async function update(call: AdminCall<z.output<typeof changedModel>>, id: unknown): Promise<unknown> {
  const { store, caller, body, now } = call
  const models = storedModelsOf(call)
  if (typeof id !== 'string' || id === '') {
    throw refuse(400, 'model_info.id is required.', { type: 'bad_request_error', param: 'model_info.id' })
  }
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
  await store.write({
    guard: { table: MODELS, id: { model_id: id }, expect: { updated_at: before.updated_at } },
    steps: [{ kind: 'update', table: MODELS, rows: [{ id: { model_id: id }, set }] }],
    audit: [{ action: 'updated', table: MODELS, id, before: shownModel(before, models), after }],
    forget: [],
  })
  await models.changed()
  return answerRow(after)
}
