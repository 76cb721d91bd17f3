import { isObject } from '../../../lib/json.ts'
import type { Json } from '../../../types.ts'
import type { ErrorClass } from '../cooldown/error-class.ts'

/** A model group to try instead, and what changes in the call's body when it is. */
export interface Fallback {
  readonly group: string
  readonly params: Json
}

/** By model group; `*` stands for every group that has none of its own. */
export type FallbackTable = ReadonlyMap<string, readonly Fallback[]>

export interface FallbackTables {
  readonly regular: FallbackTable
  readonly contextWindow: FallbackTable
  readonly contentPolicy: FallbackTable
}

/** What a call asks such tables: they may be those of its key or its body, seen as its key may use them. */
export type FallbackLookUps = Readonly<Record<keyof FallbackTables, Pick<FallbackTable, 'get'>>>

/** LiteLLM's `fallbacks` and its siblings: a list of `{ group: [instead, ...] }`. What is not of that form is left out. */
export function fallbackTableOf(value: unknown): FallbackTable {
  const entries = (Array.isArray(value) ? value : [value]).flatMap((entry) =>
    isObject(entry) ? Object.entries(entry) : [],
  )
  return new Map(entries.map(([group, list]) => [group, fallbackListOf(list)]))
}

/**
 * The fallbacks that a key or team has: a table, or as a request may send them a list of names or bodies, which then is that
 * of every group. Mirrors LiteLLM's `check_non_standard_fallback_format`.
 */
export function ownTableOf(value: unknown): FallbackTable {
  const isTable = !Array.isArray(value) || value.every((entry) => isObject(entry) && !isBody(entry))
  return isTable ? fallbackTableOf(value) : new Map([['*', fallbackListOf(value)]])
}

function isBody({ model }: Json): boolean {
  return typeof model === 'string'
}

/** A list of names, or of bodies with a `model`: what a request sends, and what each group of a table has. */
export function fallbackListOf(value: unknown): readonly Fallback[] {
  const list = Array.isArray(value) ? value : [value]
  return list.flatMap((entry) => {
    if (typeof entry === 'string') return [{ group: entry, params: {} }]
    if (!isObject(entry)) return []
    const { model, ...params } = entry
    return typeof model === 'string' ? [{ group: model, params }] : []
  })
}

/** The table of a class that has one of its own, when it knows the group. */
export function typedFallbacksFor(
  tables: FallbackLookUps,
  group: string,
  errorClass: ErrorClass,
): readonly Fallback[] | undefined {
  if (errorClass === 'ContextWindowExceededError') return lookUp(tables.contextWindow, group)
  if (errorClass === 'ContentPolicyViolationError') return lookUp(tables.contentPolicy, group)
  return undefined
}

/** What to try when a group has failed: the table of the class, else the regular one. Never the group itself. */
export function fallbacksFor(tables: FallbackLookUps, group: string, errorClass: ErrorClass): readonly Fallback[] {
  const found = typedFallbacksFor(tables, group, errorClass) ?? lookUp(tables.regular, group) ?? []
  return found.filter((fallback) => fallback.group !== group)
}

/** As LiteLLM looks it up: the group, the group without its provider prefix, and last `*`. */
function lookUp(table: Pick<FallbackTable, 'get'>, group: string): readonly Fallback[] | undefined {
  const bare = group.slice(group.indexOf('/') + 1)
  return table.get(group) ?? table.get(bare) ?? table.get('*')
}
