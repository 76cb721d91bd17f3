import { z } from 'zod'
import type { Json } from '../../types.ts'
import { type AdminStore, TABLES } from '../admin-store.ts'
import { TAG } from '../answer-forms.ts'
import { answered } from '../answers.ts'
import { budgetFields } from '../budgets/budget-row.ts'
import { longText, needed, texts } from '../endpoint.ts'
import { refuse } from '../refuse.ts'

/** What a request may say about a tag. */
export const tagBody = z.looseObject({ ...budgetFields, name: needed.text, description: longText, models: texts })

/** A tag as LiteLLM shows it. */
export function shownTag(row: Json, budget?: Json | null): Json {
  const named = { name: row.tag_name, model_info: row.model_info ?? {} }
  return { ...answered(TAG, row, named, '+00:00'), ...(budget && { litellm_budget_table: budget }) }
}

/** The tables of LiteLLM before October 2025 have no tags. */
export function checkHasTags(store: AdminStore): void {
  if (!store.has(TABLES.tags)) {
    throw refuse(400, 'This database has no table of tags: let a newer LiteLLM migrate it.', {
      type: 'bad_request_error',
    })
  }
}

export async function getTag(store: AdminStore, name: string): Promise<Json> {
  checkHasTags(store)
  const tag = await store.one(TABLES.tags, 'tag_name', name)
  if (!tag) throw refuse(404, `Tag ${name} not found`)
  return tag
}

/** The names of models that are given by id, which is what LiteLLM keeps beside the ids. */
export async function modelNames(store: AdminStore, ids: readonly string[]): Promise<Json> {
  const rows = await store.find('LiteLLM_ProxyModelTable', 'model_id', ids)
  return Object.fromEntries(rows.map((row) => [String(row.model_id), row.model_name]))
}
