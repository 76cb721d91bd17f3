import { isLiteLLMError } from '../errors.ts'
import type { NowOrLater } from '../now-or-later.ts'

/** `undefined` where a look-up says `budget_unverifiable`: for a fallback, which that passes over, it is no end of the call. */
export function orUnverified<T>(looked: NowOrLater<T>): NowOrLater<T | undefined> {
  if (!(looked instanceof Promise)) return looked
  return looked.catch((error: unknown) => {
    if (isLiteLLMError(error) && error.code === 'budget_unverifiable') return undefined
    throw error
  })
}
