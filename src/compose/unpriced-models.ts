import type { GatewayEvents } from '../events.ts'
import { factsOf } from '../models/providers/providers.ts'
import type { Model } from '../models/routing/model.ts'
import { isWildcard } from '../models/routing/wildcard.ts'
import type { Deployment, PriceBook } from '../types.ts'

export interface UnpricedParts {
  readonly events: GatewayEvents
  readonly book: PriceBook
  readonly models: () => readonly Model[]
  /** Resolves when the price list has been read, or could not be. */
  readonly priced: Promise<void>
}

/** The images of a deployment may be priced by size alone. */
const VARIANTS = ['standard/1024-x-1024', '1024-x-1024', 'high/1024-x-1024']

/**
 * Tells each deployment that has no price, once: at the start, and when the database brings it later. Its calls cost nothing,
 * so budgets never hold them. The models of a wildcard are not known.
 */
export function tellUnpriced({ events, book, models, priced }: UnpricedParts): void {
  const told = new Set<string>()
  events.on('models:load', tellNew)
  void priced.then(tellNew)

  function tellNew(): void {
    for (const { deployment } of models()) {
      const { id, modelGroup, model, provider } = deployment
      if (told.has(id) || isPriced(deployment, book)) continue
      told.add(id)
      events.tell('model:unpriced', { deploymentId: id, modelGroup, model, provider })
    }
  }
}

function isPriced(deployment: Deployment, book: PriceBook): boolean {
  // Another gateway states its bill.
  if (factsOf(deployment.provider).isGateway) return true
  if (isWildcard(deployment.model) || isWildcard(deployment.modelGroup)) return true
  return book.find(deployment) !== undefined || book.find(deployment, { variants: VARIANTS }) !== undefined
}
