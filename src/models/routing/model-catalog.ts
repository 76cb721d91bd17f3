import { byObject, memoizeByObject } from '../../lib/memoize.ts'
import type { Deployment } from '../../types.ts'
import type { ModelAlias } from './group-index.ts'
import type { Model } from './model.ts'
import type { RouterSettings } from './router-settings.ts'
import { bySpecificity, isWildcard, wildcardMatcher } from './wildcard.ts'

/** What is known about model groups, and the deployments behind them. */
export interface RoutedCatalog {
  /** The model groups that the router's alias of this name stands for. */
  aliasOf(model: string): readonly string[] | undefined
  /** `model_info.access_groups` of the deployments that serve this name. */
  accessGroupsOf(model: string): readonly string[]
  /** "provider/model" for a model without a provider in its name. */
  qualifiedName(model: string): string | undefined
  has(model: string): boolean
  /** Model groups that only this team has, under its own names for them. */
  teamModels(teamId: string): readonly string[]
  /** The team's own name for the deployment behind this model group or id, where that is for this team only. */
  teamNameOf(model: string, teamId: string): string | undefined
  /** All deployments that serve a name, for whomever. */
  deploymentsOf(model: string): readonly Deployment[]
  /** The same, with what their entries say. */
  modelsOf(model: string): readonly Model[]
  /** `configurable_clientside_auth_params` of the deployments that serve this name. */
  clientSideParams(model: string): readonly unknown[]
  /** The model groups of every access group. */
  accessGroups(): ReadonlyMap<string, readonly string[]>
}

export interface CatalogSource {
  models(): readonly Model[]
  settings(): RouterSettings
  /** By the name alone. Absent: no name tells. */
  qualifiedName?(model: string): string | undefined
}

/** Answers from what the router knows at the moment of the question. */
export function createModelCatalog(source: CatalogSource): RoutedCatalog {
  // Derived once per list: a catalog is asked several times per call, and lists change every half minute at most.
  let of: readonly Model[] | undefined
  let index = indexOf([])

  return {
    aliasOf: (model) => source.settings().aliases.get(model)?.groups,
    accessGroupsOf: (model) => factsOf(find(model)).accessGroups,
    qualifiedName: (model) => source.qualifiedName?.(model),
    // A team's own model is there for that team only: no other team may learn its name.
    has: (model) => serving(model).some(({ deployment }) => deployment.routing?.teamModelGroup !== model),
    teamNameOf: (model, teamId) => factsOf(find(model)).teamNames.get(teamId),
    teamModels: (teamId) => current().teamModels.get(teamId) ?? [],
    modelsOf: (model) => serving(model),
    deploymentsOf: (model) => factsOf(serving(model)).deployments,
    clientSideParams: (model) => factsOf(serving(model)).clientSide,
    accessGroups: () => current().accessGroups,
  }

  function serving(model: string): readonly Model[] {
    const alias = source.settings().aliases.get(model)
    return alias ? current().served(alias) : find(model)
  }

  /** A model's own name beats a pattern, and the longer pattern the shorter. */
  function find(model: string): readonly Model[] {
    return current().find(model)
  }

  function current() {
    const models = source.models()
    if (models !== of) index = indexOf(models)
    of = models
    return index
  }
}

function indexOf(models: readonly Model[]) {
  const byName = new Map<string, Model[]>()
  const teamModels = new Map<string, string[]>()
  const accessGroups = new Map<string, string[]>()
  for (const model of models.filter(({ deployment }) => !deployment.routing?.blocked)) {
    const { id, modelGroup, accessGroups: groups = [], routing = {} } = model.deployment
    const { teamId, teamModelGroup } = routing
    const name = teamModelGroup ?? modelGroup
    if (teamId && teamModelGroup) push(teamModels, teamId, teamModelGroup)
    for (const one of new Set([modelGroup, id, name])) push(byName, one, model)
    for (const group of groups) if (!accessGroups.get(group)?.includes(name)) push(accessGroups, group, name)
  }
  const patterns = [...byName]
    .filter(([name]) => isWildcard(name))
    .sort(([a], [b]) => bySpecificity(a, b))
    .map(([pattern, models]) => ({ match: wildcardMatcher(pattern), models }))
  const find = (name: string) => byName.get(name) ?? patterns.find(({ match }) => match(name))?.models ?? NO_MODELS
  const served = byObject(({ groups }: ModelAlias): readonly Model[] => groups.flatMap(find))
  return { find, served, teamModels, accessGroups }
}

const NO_MODELS: readonly Model[] = []

/** What is asked of a list at every call: a group may have thousands of deployments. */
const factsOf = memoizeByObject((models: readonly Model[]) => {
  const deployments = models.map(({ deployment }) => deployment)
  return {
    deployments,
    accessGroups: distinct(deployments.flatMap((deployment) => deployment.accessGroups ?? [])),
    clientSide: deployments.flatMap((deployment) => deployment.clientSide ?? []),
    teamNames: teamNamesIn(deployments),
  }
})

/** By team, what it calls the first of its deployments. */
function teamNamesIn(deployments: readonly Deployment[]): ReadonlyMap<string, string | undefined> {
  const names = new Map<string, string | undefined>()
  for (const { routing: { teamId, teamModelGroup } = {} } of deployments) {
    if (teamId !== undefined && !names.has(teamId)) names.set(teamId, teamModelGroup)
  }
  return names
}

function push<T>(lists: Map<string, T[]>, name: string, item: T): void {
  const list = lists.get(name)
  if (list) list.push(item)
  else lists.set(name, [item])
}

function distinct(values: readonly string[]): readonly string[] {
  return [...new Set(values)]
}
