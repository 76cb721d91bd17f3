import type { VirtualKey } from '../types.ts'
import type { ModelCatalog } from './check.ts'
import { mayKeyCall } from './may-key-call.ts'
import { resolveModelAlias } from './model-alias.ts'

/**
 * The model groups that this key may call: those of the configuration in its order, then its team's own, then the names
 * that a list of the key or its owners spells out and that only a wildcard serves. Names that nothing serves are left
 * out, whoever lists them.
 */
export function modelsFor(
  key: VirtualKey,
  modelGroups: readonly string[],
  catalog: ModelCatalog = {},
): readonly string[] {
  const ofTeam = key.owners.teamId === undefined ? [] : (catalog.teamModels?.(key.owners.teamId) ?? [])
  const spelled = listsOf(key).filter((name) => !name.includes('*') && catalog.has?.(name) === true)
  const names = new Set([...modelGroups, ...ofTeam, ...spelled])
  return [...names].filter((name) => mayKeyCall(key, resolveModelAlias(key, name), catalog))
}

function listsOf({ models, accessGroupModels, team, user, project }: VirtualKey): readonly string[] {
  const added = [accessGroupModels, team?.models, team?.accessGroupModels, project?.models]
  return [...models, ...added.flatMap((list) => list ?? []), ...(team ? [] : (user?.models ?? []))]
}
