import type { Endpoint } from '../endpoint.ts'
import { deleteModel } from './delete.ts'
import { createModel } from './new.ts'
import { patchModel, updateModel } from './update.ts'

export const MODEL_ROUTES: Readonly<Record<string, Endpoint>> = {
  'POST /model/new': createModel,
  'POST /model/update': updateModel,
  'PATCH /model/{id}/update': patchModel,
  'POST /model/{id}/update': patchModel,
  'POST /model/delete': deleteModel,
}
