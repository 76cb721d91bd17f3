import { z } from 'zod'
import { bool, dict, text } from '../fields.ts'

/** What `litellm_params` must have; everything else in it is the provider's. */
export const params = z.looseObject({ model: z.string().min(1) }).meta({ open: true })
/** A change: whatever it names. */
export const someParams = z.looseObject({}).meta({ open: true }).nullish()

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
