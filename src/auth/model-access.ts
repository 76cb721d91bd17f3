import type { ModelCatalog } from './check.ts'
import { listAllows } from './model-list.ts'

export interface ModelRights {
  /** Names, patterns with `*`, access groups, and LiteLLM's special names. Empty means all. */
  readonly models: readonly string[]
  /** What access groups add when the list itself denies. */
  readonly alsoFrom?: readonly (readonly string[] | undefined)[]
  /** Names that the team gives to models: using one of them is allowed. */
  readonly teamAliases?: Readonly<Record<string, string>>
}

/** Whether somebody with these rights may call this model group, by the rules all of LiteLLM's objects share. */
export function mayCall(
  { models, alsoFrom = [], teamAliases = {} }: ModelRights,
  model: string,
  catalog: ModelCatalog = {},
) {
  if (listAllows(models, model)) return true
  const candidates = [model, catalog.aliasOf?.(model)].filter((name) => name !== undefined)
  return candidates.some(
    (name) =>
      (catalog.accessGroupsOf?.(name) ?? []).some((group) => models.includes(group)) ||
      Object.hasOwn(teamAliases, name) ||
      namesOf(name, catalog).some((known) => listAllows(models, known)) ||
      alsoFrom.some((more) => more?.length && namesOf(name, catalog).some((known) => listAllows(more, known))),
  )
}

/** `openai/*` allows `gpt-4o`, when that is where it comes from. Names without a pattern are compared as they are. */
function namesOf(model: string, catalog: ModelCatalog): readonly string[] {
  const qualified = catalog.qualifiedName?.(model)
  return qualified === undefined || qualified === model ? [model] : [model, qualified]
}
