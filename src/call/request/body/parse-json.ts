import { setImmediate } from 'node:timers/promises'
import type { MaybePromise } from '../../../lib/maybe-promise.ts'
import type { GuardedNames } from './guarded-names.ts'
import { JsonScanner } from './json-scanner.ts'

/** What is scanned and parsed in one turn of the event loop: a few milliseconds. */
const TURN_BYTES = 256 * 1024

/**
 * Parses JSON text of any size without holding up other requests: what is long is parsed in pieces, and the event loop
 * turns between them. Throws `body_too_complex`, before anything of it is parsed at once, for what is nested too deep or
 * has too many values; SyntaxError for what is not JSON.
 */
export function parseJson(bytes: Buffer, names: GuardedNames): MaybePromise<unknown> {
  const scanner = new JsonScanner(bytes, TURN_BYTES, names)
  if (bytes.length > TURN_BYTES) return inTurns(scanner)
  scanner.scan(bytes.length)
  return scanner.value()
}

/** The names in JSON text that an app's parser has read already. What is no JSON has none. */
export function seeNames(bytes: Buffer, names: GuardedNames): void {
  try {
    new JsonScanner(bytes, Number.POSITIVE_INFINITY, names).scan(bytes.length)
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
  }
}

async function inTurns(scanner: JsonScanner): Promise<unknown> {
  while (!scanner.scan(TURN_BYTES)) await setImmediate()
  return scanner.value()
}
