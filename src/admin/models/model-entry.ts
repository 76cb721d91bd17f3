import { z } from 'zod'
import { ConfigError, LiteLLMError } from '../../errors.ts'
import { shownParams } from '../../models/routing/shown-params.ts'
import type { Json } from '../../types.ts'
import { type AdminCall, bool, dict, text } from '../endpoint.ts'
import { refuse, refuseDict } from '../refuse.ts'
import type { StoredModels } from './stored-models.ts'

/** What `litellm_params` must have; everything else in it is the provider's. */
const params = z.looseObject({ model: z.string().min(1) }).meta({ open: true })

/** A change: whatever it names. */
const someParams = z.looseObject({}).meta({ open: true }).nullish()

export const newModel = z.looseObject({
  model_name: z.string().min(1).max(1_024),
  litellm_params: params,
  model_info: dict,
  blocked: bool,
})

export const changedModel = z.looseObject({
  model_name: text,
  litellm_params: someParams,
  model_info: dict,
  blocked: bool,
})

/** Why this caller may not change models, or `undefined`. */
export function checkMayChangeModels({ caller }: Pick<AdminCall, 'caller'>): LiteLLMError | undefined {
  if (caller.admin) return undefined
  return refuseDict(
    403,
    `User does not have permission to make this model call. Your role=${caller.role ?? 'internal_user'}. ` +
      'You can only make model calls if you are a PROXY_ADMIN or if you are a team admin, by specifying a team_id in the model_info.',
  )
}

export const MODELS = 'LiteLLM_ProxyModelTable'

/** The models in the database, where the configuration says that there may be some. */
export function storedModelsOf({ store, settings }: Pick<AdminCall, 'store' | 'settings'>): StoredModels {
  if (!store.has(MODELS)) throw refuse(500, `The database has no table ${MODELS}.`)
  if (settings.storedModels) return settings.storedModels
  throw refuseDict(500, "Set `'STORE_MODEL_IN_DB='True'` in your env to enable this feature.")
}

/** A model that no router can use is not stored. */
export function checkEntry(models: StoredModels, model_name: string, litellm_params: Json, model_info: Json): void {
  try {
    models.check({ model_name, litellm_params, model_info })
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    throw refuse(400, error.message, { type: 'bad_request_error', param: 'litellm_params' })
  }
}

/** A row as it may be shown, and kept in the log of changes. */
export function shownModel(row: Json, models: StoredModels): Json {
  return { ...row, litellm_params: shownParams(models.open(row.litellm_params)) }
}

/** Members that say nothing are left out: LiteLLM's forms send all of theirs. */
export function said(fields: Json | null | undefined): Json {
  return Object.fromEntries(Object.entries(fields ?? {}).filter(([, value]) => value !== null && value !== undefined))
}

/** A model is known by the id of its row, or by the one in its `model_info`. */
export async function findModel({ store, route }: Pick<AdminCall, 'store' | 'route'>, id: string): Promise<Json> {
  const row = await store.one(MODELS, 'model_id', id)
  if (row) return row
  if (route === '/model/{id}/update') {
    throw new LiteLLMError('not_found', { message: `Model ${id} not found on proxy.`, type: 'not_found_error' })
  }
  if (route === '/model/update') throw refuse(400, 'Authentication Error, model not found')
  throw refuseDict(400, `Model with id=${id} not found in db`)
}

/** A row may be known to the router by an id of its own, which calls in the log refer to. */
export function infoId(info: unknown, id: string): string {
  const own = typeof info === 'object' && info !== null ? (info as { id?: unknown }).id : undefined
  return typeof own === 'string' && own !== '' ? own : id
}
