import type { Json } from '../types.ts'

export interface ModelAlias {
  /** Model groups that serve the alias together. */
  readonly groups: readonly string[]
  /** Works, but is not listed. */
  readonly hidden: boolean
}

/**
 * LiteLLM's `model_group_alias` in its three forms: a model group's name, `{ model, hidden }`, or a list of names.
 * What is none of these is left out: a misspelt alias must not stop the gateway.
 */
export function aliasesOf(value: unknown): ReadonlyMap<string, ModelAlias> {
  const aliases = new Map<string, ModelAlias>()
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return aliases
  for (const [name, target] of Object.entries(value)) {
    const alias = aliasOf(target)
    if (alias) aliases.set(name, alias)
  }
  return aliases
}

function aliasOf(target: unknown): ModelAlias | undefined {
  if (typeof target === 'string') return { groups: [target], hidden: false }
  if (Array.isArray(target)) return listAliasOf(target)
  if (typeof target !== 'object' || target === null) return undefined
  const { model, hidden } = target as Json
  return typeof model === 'string' ? { groups: [model], hidden: hidden === true } : undefined
}

function listAliasOf(targets: readonly unknown[]): ModelAlias | undefined {
  const groups = targets.filter((target) => typeof target === 'string')
  return groups.length > 0 ? { groups: [...new Set(groups)], hidden: false } : undefined
}
