import type { Call, VirtualKey } from '../types.ts'
import { LIST_CHECKS } from './checks.ts'
import type { CheckSettings, ModelCatalog } from './facts/check.ts'
import { resolveModelAlias } from './models/model-access.ts'

/**
 * Whether the lists of this key and its owners allow this model group: what a call would be told, without one. The name
 * is no alias of the key or its team any more.
 */
export function mayKeyCall(
  key: VirtualKey,
  modelGroup: string,
  catalog?: ModelCatalog,
  settings: CheckSettings = {},
): boolean {
  const call: Call = { shape: '', callType: '', upstreamPath: '', modelGroup, stream: false, tags: [], metadata: {} }
  const now = new Date(0)
  return key.master || LIST_CHECKS.every(({ decide }) => decide({ key, catalog }, call, settings, now) === undefined)
}

/**
 * The model groups that this key may call: those of the configuration in its order, then its team's own, then the names
 * that a list of the key or its owners spells out and that only a wildcard serves. Names that nothing serves are left
 * out, for every caller.
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
