import type { Model } from './model.ts'
import type { RouterSettings } from './router-settings.ts'

/** What is asked about model groups by those who decide who may call them. */
export interface RoutedCatalog {
  aliasOf(model: string): string | undefined
  /** `model_info.access_groups` of the deployments that serve this model group. */
  accessGroupsOf(model: string): readonly string[]
  /** "provider/model" for a model group that is called as its provider calls the model. */
  qualifiedName(model: string): string | undefined
  has(model: string): boolean
  /** `configurable_clientside_auth_params` of the deployments that serve this model group. */
  clientSideParams(model: string): readonly string[]
  /** The model groups of every access group. */
  accessGroups(): ReadonlyMap<string, readonly string[]>
}

interface Source {
  models(): readonly Model[]
  settings(): RouterSettings
}

/** Answers from what the router knows at the moment of the question. */
export function createModelCatalog(source: Source): RoutedCatalog {
  // Derived once per list: a catalog is asked several times per call, and lists change every half minute at most.
  let of: readonly Model[] | undefined
  let groups: ReadonlyMap<string, readonly Model[]> = new Map()

  return {
    aliasOf: (model) => source.settings().aliases.get(model)?.groups[0],
    accessGroupsOf: (model) => distinct(serving(model).flatMap(({ info }) => strings(info.access_groups))),
    qualifiedName(model) {
      // Only the provider's own name says where a model comes from; any other is the operator's, and hides it on purpose.
      const own = serving(model).find(({ deployment }) => deployment.model === model)
      return own && `${own.deployment.provider}/${model}`
    },
    // A team's own model is there for that team only: nobody else may learn its name.
    has: (model) =>
      serving(model).some(({ deployment }) => deployment.modelGroup === model) || source.settings().aliases.has(model),
    clientSideParams: (model) =>
      distinct(serving(model).flatMap(({ params }) => strings(params.configurable_clientside_auth_params))),
    accessGroups() {
      const found = new Map<string, string[]>()
      for (const [group, models] of byGroup()) {
        for (const name of distinct(models.flatMap(({ info }) => strings(info.access_groups)))) {
          found.set(name, [...(found.get(name) ?? []), group])
        }
      }
      return found
    },
  }

  function serving(model: string): readonly Model[] {
    return byGroup().get(model) ?? []
  }

  function byGroup(): ReadonlyMap<string, readonly Model[]> {
    const models = source.models()
    if (of !== models) {
      groups = Map.groupBy(models, ({ deployment }) => deployment.routing?.teamModelGroup ?? deployment.modelGroup)
      of = models
    }
    return groups
  }
}

function strings(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : []
}

function distinct(values: readonly string[]): readonly string[] {
  return [...new Set(values)]
}
