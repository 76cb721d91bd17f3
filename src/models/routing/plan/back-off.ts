export interface BackOff {
  /** The first wait; it doubles with every retry. */
  readonly initialMs: number
  readonly maxMs: number
  /** A random part of this is added. */
  readonly jitterMs: number
  /** The shortest wait: LiteLLM's `retry_after`. */
  readonly leastMs: number
}

/** An upstream that asks for more than this is not waited for; the usual wait is taken instead. */
const LONGEST_ASKED_MS = 60_000

/** How long to wait before retry number `retry` (from 0) when only the deployment that just failed is left. */
export function backOffMs(
  retry: number,
  retryAfterMs: number | undefined,
  backOff: BackOff,
  random: () => number,
): number {
  const asked = retryAfterMs !== undefined && retryAfterMs > 0 && retryAfterMs <= LONGEST_ASKED_MS
  const grown = Math.min(backOff.initialMs * 2 ** retry, backOff.maxMs) + backOff.jitterMs * random()
  return Math.max(asked ? retryAfterMs : grown, backOff.leastMs)
}
