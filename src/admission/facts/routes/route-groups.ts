import { memoize } from '../../../lib/memoize.ts'
import { MANAGED_ROUTES, ROUTE_GROUPS } from './route-table.ts'

/**
 * One spelling for all paths that Express takes for one route: capitals, doubled and trailing slashes and escapes do
 * not matter there, so they must not matter here.
 */
export const canonicalPath = memoize((path: string): string => {
  const plain = decoded(path)
    .replace(/\/{2,}/g, '/')
    .toLowerCase()
  return plain.length > 1 && plain.endsWith('/') ? plain.slice(0, -1) : plain
})

// Only patterns from settings and stored keys get here, never anything from a request.
const compiled = new Map<string, RegExp>()

const MAX_COMPILED = 2000

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
export const isLlmRoute = memoize((path) => inGroup('llm_api_routes', path))

/** Whether this is a path of LiteLLM's own administration. */
export const isManaged = memoize((path) => MANAGED.test(canonicalPath(path)))

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

/**
 * One expression for the canonical paths that any of these patterns describes. `{x}` is one segment, `{x:path}` one or
 * more, a `*` at the end any rest. Everything else is compared as it is: `/models` is not `/models/x`.
 */
function routeExpression(patterns: readonly string[]): RegExp {
  return new RegExp(`^(?:${patterns.map(sourceOf).join('|')})$`, 'i')
}

/** Whether a path, in whichever spelling, is what a pattern describes. */
export function matchesRoute(pattern: string, path: string): boolean {
  return expressionOf(pattern).test(canonicalPath(path))
}

function expressionOf(pattern: string): RegExp {
  const known = compiled.get(pattern)
  if (known) return known
  const expression = routeExpression([pattern])
  if (compiled.size >= MAX_COMPILED) compiled.clear()
  compiled.set(pattern, expression)
  return expression
}

function sourceOf(pattern: string): string {
  return pattern
    .split(/(\{[^{}]*\}|\*$)/)
    .map((part) => (part === '*' ? '.*' : part.startsWith('{') ? parameter(part) : escapeRegExp(part)))
    .join('')
}

function parameter(part: string): string {
  return part.endsWith(':path}') ? '.+?' : '[^/]+'
}

function escapeRegExp(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}

/** A path as messages may quote it: some of LiteLLM's have a key in them. */
export function shownPath(path: string): string {
  return path.replace(/\/sk-[^/]*/g, '/sk-...')
}
