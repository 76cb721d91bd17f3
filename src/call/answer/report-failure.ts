import type { IncomingMessage } from 'node:http'
import type { ErrorCode } from '../../errors.ts'
import { observerOf } from './observe.ts'
import { errorOf } from './outcome-of.ts'

/** Reports an error that ends the call, for its outcome. `code`: it is the gateway's own. */
export function reportFailure(
  req: IncomingMessage,
  { status, message, code }: { status: number; message: string; code?: ErrorCode },
): void {
  const error = errorOf(status, message)
  observerOf(req)?.fail(code ? { ...error, refusal: code } : error)
}
