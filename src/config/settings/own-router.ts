import * as z from 'zod'
import { inspect } from '../../lib/config-error.ts'
import { camelCase } from '../../lib/name-case.ts'
import { OWN_MEMBERS, type OwnSection, type ReadOwnSection } from '../../models/routing/own-settings.ts'
import type { Json } from '../../types.ts'
import { amount, byName } from './kinds.ts'
import { withoutQuotes } from './quoted.ts'
import { group, namedAlias, routerShape } from './router.ts'
import { withoutNulls } from './stored-settings.ts'

const shares = byName(amount()).refine(
  (group) => Object.keys(group).length === 0 || Object.values(group).some((share) => share > 0),
  { error: 'must have a share above 0' },
)

/** What `router_settings` of a key or team may say, where it acts: as in a configuration, but for these three. */
const SHAPE: Readonly<Record<(typeof OWN_MEMBERS)[number], z.ZodType>> = {
  ...routerShape,
  model_group_alias: byName(namedAlias),
  fallbacks: z.union([routerShape.fallbacks, z.array(group)], {
    error: 'must be a list of mappings or of model groups',
  }),
  weights: byName(shares),
}

/** Reads each member by itself: one of a wrong type does not take the others with it. Those that do not act are not read. */
export function readOwnRouter(stored: Json): ReadOwnSection {
  const said = withoutNulls(stored) as Json
  const lines: string[] = []
  const section: Record<string, unknown> = {}
  for (const name of OWN_MEMBERS) {
    const schema = SHAPE[name]
    if (said[name] === undefined) continue
    const path = ['router_settings', name]
    const result = inspect(schema, withoutQuotes(schema, said[name], path, []), { at: path })
    if ('lines' in result) lines.push(...result.lines)
    else section[camelCase(name)] = result.value
  }
  return { section: section as OwnSection, lines }
}
