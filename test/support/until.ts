import { setTimeout as sleep } from 'node:timers/promises'

/** A busy machine may take this long; a test that passes does not wait for it. */
const LIMIT_MS = 180_000
const POLL_MS = 10

/** Resolves when `check` holds. Rejects after three minutes, with the text of the check. */
export async function until(check: () => unknown): Promise<void> {
  for (const end = Date.now() + LIMIT_MS; !(await check()); await sleep(POLL_MS)) {
    if (Date.now() > end) throw new Error(`Still false after ${LIMIT_MS / 1_000} s: ${check}`)
  }
}
