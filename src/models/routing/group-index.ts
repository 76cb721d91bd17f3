import { memoize, memoizeByObject } from '../../lib/memoize.ts'
import type { Deployment, VirtualKey } from '../../types.ts'
import { bySpecificity, fillWildcard, isWildcard, wildcardMatcher } from './wildcard.ts'

export interface GroupIndex {
  /** Every deployment that serves `name` for this key, with the model name to send upstream. Empty: none does. */
  find(name: string, key: VirtualKey | undefined): readonly Deployment[]
  /** What `GET /v1/models` lists. */
  names(): readonly string[]
}

/**
 * Finds the deployments behind a name: an alias first, then a team's own model, the exact model group, a deployment's id,
 * and last the wildcard groups, most specific first (`*` matches everything). Blocked deployments do not exist here.
 */
export function createGroupIndex(
  deployments: readonly Deployment[],
  aliases: ReadonlyMap<string, ModelAlias>,
): GroupIndex {
  const usable = deployments.filter((deployment) => !deployment.routing?.blocked)
  const byName = Map.groupBy(usable, (deployment) => deployment.modelGroup)
  const ids = new Map(usable.map((deployment) => [deployment.id, deployment]))
  const teams = Map.groupBy(usable, teamNameOf)
  teams.delete(undefined)
  const patterns = [...byName]
    .filter(([name]) => isWildcard(name))
    .sort(([a], [b]) => bySpecificity(a, b))
    .map(([pattern, members]) => ({ match: wildcardMatcher(pattern), members }))

  // What is found is the same list as long as it may be: large groups are looked at once each.
  const hasTeamModels = memoizeByObject((list: readonly Deployment[]) => list.some(isTeamModel))
  const ofPattern = memoize(servedByPattern)
  const everybodys = memoizeByObject(({ groups }: ModelAlias) => among(groups, undefined))

  return { find, names }

  function find(name: string, key: VirtualKey | undefined): readonly Deployment[] {
    const alias = aliases.get(name)
    const found = alias ? (joined(alias) ?? among(alias.groups, key)) : findGroup(name, key)
    return teams.size > 0 && hasTeamModels(found) ? found.filter((deployment) => mayUse(deployment, key)) : found
  }

  function among(groups: readonly string[], key: VirtualKey | undefined): readonly Deployment[] {
    const [first = NO_DEPLOYMENTS, ...others] = groups.map((group) => findGroup(group, key))
    return others.length === 0 ? first : [...new Set([first, ...others].flat())]
  }

  /** What an alias stands for, whoever asks. `undefined`: teams may have models of such a name. */
  function joined(alias: ModelAlias): readonly Deployment[] | undefined {
    return teams.size === 0 ? everybodys(alias) : undefined
  }

  function findGroup(name: string, key: VirtualKey | undefined): readonly Deployment[] {
    return ofTeam(name, key) ?? byName.get(name) ?? ofId(name) ?? ofPattern(name) ?? NO_DEPLOYMENTS
  }

  function ofTeam(name: string, key: VirtualKey | undefined): readonly Deployment[] | undefined {
    const teamId = teams.size > 0 ? key?.owners.teamId : undefined
    return teamId ? teams.get(teamName([teamId, name])) : undefined
  }

  function ofId(name: string): readonly Deployment[] | undefined {
    const deployment = ids.get(name)
    return deployment && [deployment]
  }

  function servedByPattern(name: string): readonly Deployment[] | undefined {
    for (const { match, members } of patterns) {
      const segments = match(name)
      if (!segments) continue
      return members.map((deployment) => ({
        ...deployment,
        model: fillWildcard(deployment.model, segments, name),
        litellmModel: deployment.litellmModel && fillWildcard(deployment.litellmModel, segments, name),
      }))
    }
    return undefined
  }

  function names(): readonly string[] {
    const open = usable.filter((deployment) => !isTeamModel(deployment)).map((deployment) => deployment.modelGroup)
    const visible = [...aliases].filter(([, alias]) => !alias.hidden).map(([name]) => name)
    return [...new Set([...open, ...visible])]
  }
}

const NO_DEPLOYMENTS: readonly Deployment[] = []

function isTeamModel(deployment: Deployment): boolean {
  const { teamId, teamModelGroup } = deployment.routing ?? {}
  return teamId !== undefined && teamModelGroup !== undefined
}

/** A team's own model is not for other teams, by whatever name they ask. Without authentication everybody is one team. */
function mayUse(deployment: Deployment, key: VirtualKey | undefined): boolean {
  if (!isTeamModel(deployment) || !key || key.master) return true
  return key.owners.teamId === deployment.routing?.teamId
}

function teamNameOf({ routing = {} }: Deployment): string | undefined {
  const { teamId, teamModelGroup } = routing
  return teamId === undefined || teamModelGroup === undefined ? undefined : teamName([teamId, teamModelGroup])
}

function teamName(parts: readonly [team: string, group: string]): string {
  return JSON.stringify(parts)
}

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
  const { model, hidden }: { readonly model?: unknown; readonly hidden?: unknown } = target
  return typeof model === 'string' ? { groups: [model], hidden: hidden === true } : undefined
}

function listAliasOf(targets: readonly unknown[]): ModelAlias | undefined {
  const groups = targets.filter((target) => typeof target === 'string')
  return groups.length > 0 ? { groups: [...new Set(groups)], hidden: false } : undefined
}
