import { remembered } from '../remembered.ts'
import { canonicalPath, matchesRoute, routeExpression } from './route-pattern.ts'
import { MANAGED_ROUTES, ROUTE_GROUPS } from './route-table.ts'

const EXPRESSIONS: ReadonlyMap<string, RegExp> = new Map(
  Object.entries(ROUTE_GROUPS).map(([group, patterns]) => [group, routeExpression(patterns)]),
)

const MANAGED = routeExpression(MANAGED_ROUTES)

const DISCOVERY = new Set([
  ...['/models', '/v1/models', '/model/info', '/v1/model/info', '/v2/model/info', '/model_group/info'],
])

export function inGroup(group: string, path: string): boolean {
  return EXPRESSIONS.get(group)?.test(canonicalPath(path)) ?? false
}

/** Whether calls to this path are calls to models, which is when budgets and limits hold. */
export const isLlmRoute = remembered((path) => inGroup('llm_api_routes', path))

/** Whether this is a path of LiteLLM's own administration. */
export const isManaged = remembered((path) => MANAGED.test(canonicalPath(path)))

/** Asking which models there are costs nothing. */
export function isDiscoveryRoute(path: string): boolean {
  return DISCOVERY.has(canonicalPath(path))
}

/**
 * Whether a list of allowed routes has this path in it: the path itself, a path above it, a group, or a pattern that
 * ends in `*`.
 */
export function routesAllow(allowed: readonly string[], path: string): boolean {
  const plain = canonicalPath(path)
  return allowed.some((entry) => {
    const route = canonicalPath(entry)
    if (route === plain || plain.startsWith(`${route}/`)) return true
    return inGroup(entry, path) || (entry.endsWith('*') && matchesRoute(entry, path))
  })
}
