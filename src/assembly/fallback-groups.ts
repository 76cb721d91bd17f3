import { type FallbackTables, fallbacksFor } from '../routing/fallbacks.ts'
import { requestRoutingOf } from '../routing/request-routing.ts'
import type { Call } from '../types.ts'

/** One error class of each table of fallbacks. */
const CLASSES = ['ContextWindowExceededError', 'ContentPolicyViolationError', 'InternalServerError'] as const

/**
 * Every model group that a call may end up at when its own fails, and the next, and so on: by the configured tables and
 * by the call's own, whose names may be aliases. Whether the key may call them is not looked at, so they may be more than
 * are tried.
 */
export function fallbackGroups(
  tables: FallbackTables,
  call: Pick<Call, 'json' | 'modelGroup'>,
  meant: (name: string) => string = (name) => name,
): ReadonlySet<string> {
  const routing = requestRoutingOf(call)
  const { fallbacks = [], contextWindowFallbacks = [], contentPolicyFallbacks = [] } = routing
  const found = new Set<string>()
  if (routing.noFallbacks) return found
  const own = [...fallbacks, ...contextWindowFallbacks, ...contentPolicyFallbacks].map(({ group }) => meant(group))
  const open = [call.modelGroup, ...own]
  for (const name of own) found.add(name)
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    for (const { group: next } of CLASSES.flatMap((one) => fallbacksFor(tables, name!, one))) {
      if (!found.has(next)) open.push(next)
      found.add(next)
    }
  }
  return found
}
