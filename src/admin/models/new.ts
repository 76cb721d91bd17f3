import { randomUUID } from 'node:crypto'
import type { Json } from '../../types.ts'
import { answerRow } from '../answer-row.ts'
import { nameOf } from '../caller.ts'
import { endpoint } from '../endpoint.ts'
import { refuse } from '../refuse.ts'
import { checkEntry, MODELS, said, shownModel, storedModelsOf } from './model-entry.ts'
import { newModel } from './model-fields.ts'

/** `POST /model/new`: a deployment in the database, serving from now on. */
export const createModel = endpoint({
  access: 'admin',
  body: newModel,
  async run(call) {
    const { store, caller, body, now } = call
    const models = storedModelsOf(call)
    const params = said(body.litellm_params)
    const given = said(body.model_info)
    const id = typeof given.id === 'string' && given.id !== '' ? given.id : randomUUID()
    if (await store.one(MODELS, 'model_id', id)) {
      throw refuse(400, `A model with id=${id} already exists.`, { type: 'bad_request_error', param: 'model_info.id' })
    }
    const { name, info } = placed(body.model_name, { ...given, id, db_model: true })
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
    await store.write({
      steps: [{ kind: 'insert', table: MODELS, rows: [row] }],
      audit: [{ action: 'created', table: MODELS, id, after: shown }],
      forget: [],
    })
    await models.changed()
    return answerRow(shown)
  },
})

/** A team's own model has a name of its own beside the one its members use, as in LiteLLM. */
function placed(name: string, info: Json): { name: string; info: Json } {
  const { team_id: team } = info
  if (typeof team !== 'string' || team === '') return { name, info }
  return { name: `model_name_${team}_${randomUUID()}`, info: { ...info, team_public_model_name: name } }
}
