import { remembered } from '../remembered.ts'

/**
 * One spelling for all paths that Express takes for one route: capitals, doubled and trailing slashes and escapes do
 * not matter there, so they must not matter here.
 */
export const canonicalPath = remembered((path: string): string => {
  const plain = decoded(path)
    .replace(/\/{2,}/g, '/')
    .toLowerCase()
  return plain.length > 1 && plain.endsWith('/') ? plain.slice(0, -1) : plain
})

/**
 * One expression for the canonical paths that any of these patterns describes. `{x}` is one segment, `{x:path}` one or
 * more, a `*` at the end any rest. Everything else is compared as it is: `/models` is not `/models/x`.
 */
export function routeExpression(patterns: readonly string[]): RegExp {
  return new RegExp(`^(?:${patterns.map(sourceOf).join('|')})$`, 'i')
}

/** Whether a path, in whichever spelling, is what a pattern describes. */
export function matchesRoute(pattern: string, path: string): boolean {
  return expressionOf(pattern).test(canonicalPath(path))
}

// Only patterns from settings and stored keys get here, never anything from a request.
const compiled = new Map<string, RegExp>()
const MAX_COMPILED = 2000

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
