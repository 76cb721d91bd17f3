import { z } from 'zod'
import { budgetFields } from '../budgets/budget-fields.ts'
import { longText, needed, texts } from '../fields.ts'

/** What a request may say about a tag. */
export const tagBody = z.looseObject({ ...budgetFields, name: needed.text, description: longText, models: texts })
