import { z } from 'zod'
import { budgetFields } from '../budgets/budget-fields.ts'
import { bool, dict, money, needed, text } from '../fields.ts'

/** What a request may say about a customer: LiteLLM's end users. */
export const customerBody = z.looseObject({
  ...budgetFields,
  user_id: needed.text,
  alias: text,
  blocked: bool,
  spend: money,
  allowed_model_region: z.enum(['eu', 'us']).nullish(),
  default_model: text,
  object_permission: dict,
})

export const customersBody = z.looseObject({ user_ids: needed.texts })
