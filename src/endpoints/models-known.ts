import type { ModelCatalog } from '../admission/facts/check.ts'
import { mayKeyCall, modelsFor } from '../admission/may-key-call.ts'
import type { LiveRouter } from '../models/routing/live-router.ts'
import { type Model, modelsOf } from '../models/routing/model.ts'
import { createModelCatalog, type RoutedCatalog } from '../models/routing/model-catalog.ts'
import { type RouterSettings, routerSettingsOf } from '../models/routing/router-settings.ts'
import type { Router, VirtualKey } from '../types.ts'

/** A router of one's own need not know more than its model groups. */
export type KnowingRouter = Router & Partial<Pick<LiveRouter, 'models' | 'settings'>>

/** What is known of the models, for those who ask. */
export interface KnownModels {
  readonly catalog: RoutedCatalog
  models(): readonly Model[]
  settings(): RouterSettings
  /** The model groups that this key may call, in the order of the configuration; of what `expand` makes of them all. */
  groupsFor(key: VirtualKey, expand?: (groups: readonly string[]) => readonly string[]): readonly string[]
  /** The deployments behind them. */
  modelsFor(key: VirtualKey): readonly Model[]
}

const DEFAULT_SETTINGS = routerSettingsOf()

export function knownModels(router: KnowingRouter, rights?: ModelCatalog): KnownModels {
  const models = () => router.models?.() ?? modelsOf([])
  const settings = () => router.settings?.() ?? DEFAULT_SETTINGS
  const catalog = createModelCatalog({ models, settings })
  return {
    catalog,
    models,
    settings,
    groupsFor(key, expand = (groups) => groups) {
      return modelsFor(key, expand([...router.modelGroups(), ...teamGroups(models(), key)]), rights ?? catalog)
    },
    modelsFor(key) {
      return models().filter(({ deployment }) => isOpen(key, groupOf(deployment, key)))
    },
  }

  function isOpen(key: VirtualKey, name: string | undefined): boolean {
    return name !== undefined && mayKeyCall(key, name, rights ?? catalog)
  }
}

/** Models that are only for the key's team, under the names the team has for them. */
function teamGroups(models: readonly Model[], { owners, master }: VirtualKey): readonly string[] {
  const own = models.flatMap(({ deployment: { routing = {} } }) => {
    const { teamId, teamModelGroup, blocked } = routing
    const visible = teamModelGroup !== undefined && !blocked && (master || teamId === owners.teamId)
    return visible ? [teamModelGroup] : []
  })
  return [...new Set(own)]
}

/** The name under which this key knows a deployment; `undefined` when it belongs to somebody else's team. */
function groupOf({ modelGroup, routing = {} }: Model['deployment'], key: VirtualKey): string | undefined {
  const { teamId, teamModelGroup } = routing
  if (teamId === undefined || teamModelGroup === undefined || key.master) return modelGroup
  return teamId === key.owners.teamId ? teamModelGroup : undefined
}
