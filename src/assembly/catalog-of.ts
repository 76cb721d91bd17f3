import type { ModelCatalog } from '../auth/check.ts'
import type { ResolvedOptions } from '../config/options.ts'
import { providerOf } from '../config/providers.ts'
import { routerSettingsOf } from '../routing/router-settings.ts'
import { bySpecificity, isWildcard, wildcardMatcher } from '../routing/wildcard.ts'
import type { Deployment } from '../types.ts'

/** What is known about model groups, and the deployments behind them. */
export interface Catalog extends Required<Omit<ModelCatalog, 'inTrouble' | 'clientSideParams'>> {
  /** All deployments that serve a name, for whomever. */
  deploymentsOf(model: string): readonly Deployment[]
}

/** The catalog of the configured models. `deployments` is asked each time: the list may be replaced while it works. */
export function catalogOf(
  { routerSettings, litellmSettings, env, deployments: configured }: ResolvedOptions,
  deployments: () => readonly Deployment[] = () => configured,
): Catalog {
  const { aliases } = routerSettingsOf({ routerSettings, litellmSettings, env })
  let indexed: readonly Deployment[] | undefined
  let index = indexOf([])

  return {
    aliasOf: (model) => aliases.get(model)?.groups[0],
    accessGroupsOf: (model) => [...new Set(find(model).flatMap(({ accessGroups = [] }) => accessGroups))],
    qualifiedName,
    has: (model) => deploymentsOf(model).length > 0,
    teamModels: (teamId) => current().teamModels.get(teamId) ?? [],
    deploymentsOf,
  }

  function deploymentsOf(model: string): readonly Deployment[] {
    return aliases.get(model)?.groups.flatMap(find) ?? find(model)
  }

  /** A model's own name beats a pattern, and the longer pattern the shorter. */
  function find(model: string): readonly Deployment[] {
    const { byName, patterns } = current()
    return byName.get(model) ?? patterns.find(({ match }) => match(model))?.deployments ?? []
  }

  function current() {
    const list = deployments()
    if (list !== indexed) index = indexOf(list)
    indexed = list
    return index
  }
}

function indexOf(deployments: readonly Deployment[]) {
  const byName = new Map<string, Deployment[]>()
  const teamModels = new Map<string, string[]>()
  for (const deployment of deployments.filter(({ routing }) => !routing?.blocked)) {
    const { teamId, teamModelGroup } = deployment.routing ?? {}
    if (teamId && teamModelGroup) push(teamModels, teamId, teamModelGroup)
    for (const name of new Set([deployment.modelGroup, deployment.id, teamModelGroup ?? deployment.modelGroup]))
      push(byName, name, deployment)
  }
  const patterns = [...byName.keys()]
    .filter(isWildcard)
    .sort(bySpecificity)
    .map((pattern) => ({ match: wildcardMatcher(pattern), deployments: byName.get(pattern)! }))
  return { byName, teamModels, patterns }
}

function push<T>(lists: Map<string, T[]>, name: string, item: T): void {
  const list = lists.get(name)
  if (list) list.push(item)
  else lists.set(name, [item])
}

/** By its name alone, as LiteLLM knows it: "gpt-4o" is "openai/gpt-4o" wherever it is deployed. */
function qualifiedName(model: string): string | undefined {
  const provider = providerOf(model, {})
  return provider && `${provider.name}/${provider.model}`
}
