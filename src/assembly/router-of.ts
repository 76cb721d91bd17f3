import { mayKeyCall } from '../auth/may-key-call.ts'
import { resolveModelAlias } from '../auth/model-alias.ts'
import type { ResolvedOptions } from '../config/options.ts'
import { providerOf } from '../config/providers.ts'
import type { GatewayEvents } from '../events.ts'
import type { Database } from '../litellm/database.ts'
import { remembered } from '../remembered.ts'
import type { LiveRouter } from '../routing/live-router.ts'
import { createModelCatalog, type RoutedCatalog } from '../routing/model-catalog.ts'
import type { RouterState } from '../routing/router-state.ts'
import type { Upstream } from '../upstream/upstream.ts'
import { checkSettingsOf } from './check-settings-of.ts'
import { type Models, modelsOf } from './models-of.ts'

export interface Routing {
  readonly router: LiveRouter
  readonly catalog: RoutedCatalog
  readonly stored: Models['stored']
}

/** The router of the configured models and those in the database, and what is known about them. Not started yet. */
export function routingOf(
  config: ResolvedOptions,
  parts: { database: Database | undefined; events: GatewayEvents; state: RouterState; upstream: Upstream },
): Routing {
  const lists = { ...checkSettingsOf(config.settings.general, config.settings.litellm), compat: config.compat }
  const { router, stored } = modelsOf(config, {
    ...parts,
    mayCall: (key, group) => key === undefined || mayKeyCall(key, group, catalog, lists),
    meantBy: (key, name) => (key ? resolveModelAlias(key, name) : name),
  })
  const catalog = createModelCatalog({ ...router, qualifiedName })
  return { router, catalog, stored }
}

/** By its name alone, as LiteLLM knows it: "gpt-4o" is "openai/gpt-4o" wherever it is deployed. */
const qualifiedName = remembered((model) => {
  const provider = providerOf(model, {})
  return provider && `${provider.name}/${provider.model}`
})
