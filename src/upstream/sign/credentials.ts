import { LiteLLMError } from '../../errors.ts'
import { CREDENTIAL_CODE } from '../../models/routing/cooldown/error-class.ts'

export interface Expiring<T> {
  readonly value: T
  /** Milliseconds since the epoch. Absent: it holds for good. */
  readonly endsAt?: number
}

/** Renewed this long before its end, while the old one still holds. */
const EARLY_MS = 5 * 60_000
/** A renewal that failed is not tried again for so long: the old value is asked for with every call. */
const PAUSE_MS = 5_000

/**
 * A value that ends, such as a token: got when first asked for, by one of those who ask at once, and renewed in good time,
 * so that no call waits for it. When it cannot be renewed the old one serves to its end.
 */
export function createExpiring<T>(load: () => Promise<Expiring<T>>, now: () => number = Date.now): () => Promise<T> {
  let held: Expiring<T> | undefined
  let loading: Promise<Expiring<T>> | undefined
  let pausedUntil = 0

  return async function current() {
    const leftMs = (held?.endsAt ?? Number.POSITIVE_INFINITY) - now()
    if (!held || leftMs <= 0) return (await renew()).value
    if (leftMs <= EARLY_MS && now() >= pausedUntil) {
      renew().catch(() => {
        pausedUntil = now() + PAUSE_MS
      })
    }
    return held.value
  }

  function renew(): Promise<Expiring<T>> {
    loading ??= load()
      .then((loaded) => {
        held = loaded
        return loaded
      })
      .finally(() => {
        loading = undefined
      })
    return loading
  }
}

/** A request before it is signed, whole. */
export interface Unsigned {
  readonly method: string
  readonly url: string
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer | undefined
}

/** A call could not be signed, or no token was to be had. `problem` is a sentence without secrets. */
export function credentialError(problem: string, cause?: unknown): LiteLLMError {
  const reason = Object.assign(new Error(problem, { cause }), { code: CREDENTIAL_CODE })
  return new LiteLLMError('upstream_credential', { message: problem, cause: reason })
}
