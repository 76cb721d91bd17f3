import type { IncomingMessage } from 'node:http'
import { observerOf } from './observe.ts'
import { errorOf } from './outcome-of.ts'

/** Reports an error that ends the call, for its outcome. */
export function reportFailure(req: IncomingMessage, error: { status: number; message: string }): void {
  observerOf(req)?.fail(errorOf(error.status, error.message))
}
