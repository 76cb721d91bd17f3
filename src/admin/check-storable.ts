import type { Schema } from '../database/schema.ts'
import type { LiteLLMError } from '../errors.ts'
import type { Json } from '../types.ts'
import { LATE_COLUMNS } from '../upkeep/late-columns.ts'
import { TABLES } from './admin-store.ts'
import { refuse } from './refuse.ts'

/**
 * Why this database cannot store what a request sets, or `undefined`: a member whose column only a later LiteLLM brings.
 * `tables`: those that the members of the request are columns of. What says nothing (null, empty, false) needs no column.
 */
export function checkStorable(schema: Schema, tables: readonly string[], body: unknown): LiteLLMError | undefined {
  if (tables.length === 0) return undefined
  for (const request of requestsOf(body)) {
    const refusal =
      tables.map((table) => checkMembers(schema, table, request)).find((found) => found !== undefined) ??
      checkMembers(schema, TABLES.permissions, (request.object_permission ?? {}) as Json, 'object_permission.')
    if (refusal) return refusal
  }
  return undefined
}

function checkMembers(schema: Schema, table: string, request: Json, at = ''): LiteLLMError | undefined {
  const columns = schema.get(table)?.columns
  const late = LATE_COLUMNS[table] ?? {}
  const name = Object.keys(late).find((column) => says(column, request[column]) && columns?.has(column) === false)
  if (name === undefined) return undefined
  return refuse(
    400,
    `${at}${name} cannot be stored: "${table}" of this database has no column ${name}. LiteLLM ${late[name]} brings it. ` +
      `Let that version or a later one migrate the database (where express-litellm manages the tables: \`express-litellm migrate\`), or leave ${at}${name} out.`,
    { type: 'bad_request_error', param: `${at}${name}` },
  )
}

/** Whether a value sets anything. A key's type `default` is the one that it has without. */
function says(column: string, value: unknown): boolean {
  if (value === undefined || value === null || value === false || value === '') return false
  if (column === 'key_type' && value === 'default') return false
  return typeof value !== 'object' || Object.keys(value).length > 0
}

/** The body, and each key of a request about several. */
function requestsOf(body: unknown): readonly Json[] {
  if (typeof body !== 'object' || body === null) return []
  const { keys } = body as Json
  const several = Array.isArray(keys) ? keys.filter((one) => typeof one === 'object' && one !== null) : []
  return [body as Json, ...(several as Json[])]
}
