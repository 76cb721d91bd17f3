import type { Sql } from 'postgres'
import type { Json } from '../../types.ts'
import { jsonObjectOf } from './model-table-params.ts'
import { algorithmFor, type SecretAlgorithm, type SecretBox } from './secret-box.ts'
import { listModelParams } from './sql/list-model-params.ts'

/**
 * Seals the parameters of a model as LiteLLM stores them: each text by itself, everything else as it is. `auto` asks the
 * models that are stored already in which format every reader of this database can open it.
 */
export function createModelSeal(
  sql: Sql,
  box: SecretBox,
  algorithm: SecretAlgorithm | 'auto',
): (params: Json) => Promise<Json> {
  return async (params) => {
    const chosen = algorithm === 'auto' ? algorithmFor(storedTexts(await listModelParams(sql))) : algorithm
    const sealed = Object.entries(params).map(([name, value]) => [
      name,
      typeof value === 'string' ? box.seal(value, chosen) : value,
    ])
    return Object.fromEntries(sealed)
  }
}

/** The texts of stored parameters, opened. One that no key of ours opens stays as it is, like one that is not sealed. */
export function openTexts(stored: unknown, box: SecretBox): Json {
  const opened = Object.entries(jsonObjectOf(stored) ?? {}).map(([name, value]) => [
    name,
    typeof value === 'string' ? (box.open(value) ?? value) : value,
  ])
  return Object.fromEntries(opened)
}

function* storedTexts(rows: readonly { readonly litellm_params: unknown }[]): Iterable<string> {
  for (const row of rows) {
    for (const value of Object.values(jsonObjectOf(row.litellm_params) ?? {})) {
      if (typeof value === 'string') yield value
    }
  }
}
