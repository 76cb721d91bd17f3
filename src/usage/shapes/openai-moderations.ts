import { matchPath } from './match-path.ts'
import { type UsageReader, usageOf } from './reader.ts'

/** POST /moderations. Free, and it says nothing about tokens. */
export const openaiModerations: UsageReader = {
  shape: 'openai-moderations',
  callType: 'amoderation',
  match: matchPath('/moderations'),
  usesNothing: () => true,
  read: (document, sofar) => sofar ?? (Array.isArray(document.results) ? usageOf({ raw: null }) : undefined),
}
