import type { Fallback, FallbackTable, FallbackTables } from './fallbacks.ts'
import type { RequestRouting } from './request-routing.ts'

const NONE: FallbackTables = { regular: new Map(), contextWindow: new Map(), contentPolicy: new Map() }

/**
 * The fallbacks of one request: the configured ones, or for its own model group the ones it brings. A request may only bring
 * model groups it could call itself, else fallbacks were a way round a key's `models`. `meant`: what its names stand for.
 */
export function tablesFor(
  configured: FallbackTables,
  request: RequestRouting,
  group: string,
  mayCall: (group: string) => boolean,
  meant: (name: string) => string = (name) => name,
): FallbackTables {
  if (request.noFallbacks) return NONE
  if (!request.fallbacks && !request.contextWindowFallbacks && !request.contentPolicyFallbacks) return configured
  const merge = (table: FallbackTable, own: readonly Fallback[] | undefined): FallbackTable =>
    own
      ? new Map(table).set(
          group,
          own
            .map((fallback) => ({ ...fallback, group: meant(fallback.group) }))
            .filter((fallback) => mayCall(fallback.group)),
        )
      : table
  return {
    regular: merge(configured.regular, request.fallbacks),
    contextWindow: merge(configured.contextWindow, request.contextWindowFallbacks),
    contentPolicy: merge(configured.contentPolicy, request.contentPolicyFallbacks),
  }
}
