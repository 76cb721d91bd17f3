import type { VirtualKey } from '../types.ts'
import type { ModelCatalog } from './check.ts'
import { listAllows } from './model-list.ts'

export interface ModelRights {
  /** Names, patterns with `*`, access groups, and LiteLLM's special names. Empty means all. */
  readonly models: readonly string[]
  /** What access groups add when the list itself denies. */
  readonly alsoFrom?: readonly (readonly string[] | undefined)[]
}

/**
 * Whether an owner with these rights may call this model group, by the rules all of LiteLLM's objects share. An alias of
 * the router is allowed by its own name, or where everything that it stands for is.
 */
export function mayCall(rights: ModelRights, model: string, catalog: ModelCatalog = {}): boolean {
  if (isAllowed(rights, model, catalog)) return true
  const groups = catalog.aliasOf?.(model) ?? []
  return groups.length > 0 && groups.every((group) => isAllowed(rights, group, catalog))
}

function isAllowed({ models, alsoFrom = [] }: ModelRights, model: string, catalog: ModelCatalog): boolean {
  if (listAllows(models, model)) return true
  if ((catalog.accessGroupsOf?.(model) ?? []).some((group) => models.includes(group))) return true
  const names = namesOf(model, catalog)
  const lists = [models, ...alsoFrom.map((more) => more ?? [])]
  // An empty list of access groups adds nothing; an empty list of models has allowed all by now.
  return lists.some((list) => list.length > 0 && names.some((name) => listAllows(list, name)))
}

/**
 * The names under which lists may allow a model group of this key's team: its own, and what the team calls a deployment
 * that nobody else has.
 */
export function listedNames({ owners, team }: VirtualKey, model: string, catalog: ModelCatalog = {}): string[] {
  const { teamId } = owners
  if (teamId === undefined) return [model]
  const ofTeam = catalog.teamNameOf?.(model, teamId)
  const old = model.startsWith(`model_name_${teamId}_`)
    ? Object.entries(team?.modelAliases ?? {}).flatMap(([name, target]) => (target === model ? [name] : []))
    : []
  return [model, ...(ofTeam === undefined ? [] : [ofTeam]), ...old]
}

/** `openai/*` allows `gpt-4o`, when that is where it comes from. Names without a pattern are compared as they are. */
function namesOf(model: string, catalog: ModelCatalog): readonly string[] {
  const qualified = catalog.qualifiedName?.(model)
  return qualified === undefined || qualified === model ? [model] : [model, qualified]
}
