import { z } from 'zod'
import { endpoint } from '../endpoint.ts'
import { needed } from '../fields.ts'
import { findModel, infoId, MODELS, shownModel, storedModelsOf } from './model-entry.ts'

/** `POST /model/delete`: the deployment serves no new call. Those under way end as they would have. */
export const deleteModel = endpoint({
  access: 'admin',
  body: z.looseObject({ id: needed.text }),
  async run(call) {
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
