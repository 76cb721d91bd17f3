import { mayKeyCall } from '../auth/may-key-call.ts'
import type { ResolvedOptions } from '../config/options.ts'
import type { GatewayEvents } from '../events.ts'
import type { Database } from '../litellm/database.ts'
import type { LiveRouter } from '../routing/live-router.ts'
import type { Model } from '../routing/model.ts'
import type { RouterState } from '../routing/router-state.ts'
import type { Deployment } from '../types.ts'
import { type Catalog, catalogOf } from './catalog-of.ts'
import { type Models, modelsOf } from './models-of.ts'

export interface Routing {
  readonly router: LiveRouter
  readonly catalog: Catalog
  readonly stored: Models['stored']
}

/** The router of the configured models and those in the database, and what is known about them. Not started yet. */
export function routingOf(
  config: ResolvedOptions,
  parts: { database: Database | undefined; events: GatewayEvents; state: RouterState },
): Routing {
  const { router, stored } = modelsOf(config, {
    ...parts,
    mayCall: (key, group) => key === undefined || mayKeyCall(key, group, catalog),
  })
  const catalog = catalogOf(config, deploymentsIn(router))
  return { router, catalog, stored }
}

/** The deployments of a router: the same list for as long as its models are the same. */
function deploymentsIn(router: LiveRouter): () => readonly Deployment[] {
  let of: readonly Model[] | undefined
  let deployments: readonly Deployment[] = []
  return () => {
    const models = router.models()
    if (models !== of) deployments = models.map(({ deployment }) => deployment)
    of = models
    return deployments
  }
}
