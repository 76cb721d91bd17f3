import type { UsageReader } from './reader.ts'

/** What repeats an answer, or stops one. It was billed when it was made: what it says about usage is not its own. */
export const fetched: UsageReader = {
  shape: 'fetched',
  callType: 'pass_through_endpoint',
  match: () => undefined,
  hints: [],
  usesNothing: () => true,
  read: (_, sofar) => sofar,
}

const KEPT = /\/(?:responses|chat\/completions|batches|videos|files|threads|fine_tuning)(?:\/|$)/

/** Whether a request only fetches, deletes or cancels what an LLM API keeps. */
export function isFetch(method: string, path: string): boolean {
  return method === 'POST' ? path.endsWith('/cancel') : KEPT.test(path)
}
