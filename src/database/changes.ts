import type { Json } from '../types.ts'

/** One kind of change to one table; all its rows have the same members. Columns a database lacks are left out. */
export type Step =
  | { readonly kind: 'insert'; readonly table: string; readonly rows: readonly Json[] }
  /** Leaves a row that is there alone (`ensure`), or gives it the new values (`upsert`). */
  | {
      readonly kind: 'ensure' | 'upsert'
      readonly table: string
      readonly key: readonly string[]
      readonly rows: readonly Json[]
    }
  /** Members of `set` that are absent leave their column alone; `null` clears it. */
  | { readonly kind: 'update'; readonly table: string; readonly rows: readonly { id: Json; set: Json }[] }
  /** Adds values to a list column, each once, or takes them out, whatever else happens to that list. */
  | {
      readonly kind: 'append' | 'remove'
      readonly table: string
      readonly column: string
      readonly rows: readonly { id: Json; values: readonly string[] }[]
    }
  /** Puts members into the list of a team, each once and with its latest role, or takes them out. */
  | {
      readonly kind: 'join' | 'leave'
      readonly table: string
      readonly rows: readonly { id: Json; members: readonly object[] }[]
    }
  | { readonly kind: 'delete'; readonly table: string; readonly rows: readonly { id: Json }[] }

export interface Changes {
  /** The row that must be there, with these values, for anything to happen. */
  readonly guard?: { readonly table: string; readonly id: Json; readonly expect?: Json }
  readonly steps: readonly Step[]
  /** Rows of LiteLLM_AuditLog. */
  readonly audit: readonly Json[]
  /** Hashed tokens that other processes must forget, `*` for all. */
  readonly forget: readonly string[]
}

/** The channel on which processes tell each other which keys have changed. */
export const KEY_CHANNEL = 'express_litellm_keys'

/** The members that all rows of a step have. */
export function membersOf(rows: readonly object[]): readonly string[] {
  return Object.keys(rows[0] ?? {})
}
