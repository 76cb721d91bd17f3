import type { Fallback, FallbackLookUps, FallbackTable } from './fallbacks.ts'
import type { RequestRouting } from './request-routing.ts'

/** What is asked about fallbacks that the operator's settings do not name. */
export interface FallbackRights {
  /** Whether the key of the call may call this model group. */
  mayCall(group: string): boolean
  /** The model group that a name stands for, for this key. */
  meant(name: string): string
}

const NONE: FallbackLookUps = { regular: new Map(), contextWindow: new Map(), contentPolicy: new Map() }
const KINDS = ['regular', 'contextWindow', 'contentPolicy'] as const

/**
 * The fallbacks of one call: the configured ones, in place of a table of these that of its key or team, and for its own model
 * group the ones that the request brings. Key and request may only bring model groups that the key could call itself, else
 * fallbacks were a way round its `models`.
 */
export function tablesFor(
  configured: FallbackLookUps,
  own: Partial<FallbackLookUps> | undefined,
  request: RequestRouting,
  group: string,
  rights: FallbackRights,
): FallbackLookUps {
  if (request.noFallbacks) return NONE
  let tables = configured
  for (const kind of KINDS) {
    const ofKey = own?.[kind]
    if (ofKey) tables = { ...tables, [kind]: seen(ofKey, rights) }
    const list = request.fallbacks[kind]
    if (list) tables = { ...tables, [kind]: withList(tables[kind], group, open(list, rights)) }
  }
  return tables
}

/** Looked at when they are asked for: most calls need none. */
function seen(table: Pick<FallbackTable, 'get'>, rights: FallbackRights): Pick<FallbackTable, 'get'> {
  return {
    get(name) {
      const list = table.get(name)
      return list && open(list, rights)
    },
  }
}

function withList(table: Pick<FallbackTable, 'get'>, group: string, list: readonly Fallback[]) {
  return { get: (name: string) => (name === group ? list : table.get(name)) }
}

function open(list: readonly Fallback[], { mayCall, meant }: FallbackRights): readonly Fallback[] {
  return list
    .map((fallback) => ({ ...fallback, group: meant(fallback.group) }))
    .filter((fallback) => mayCall(fallback.group))
}
