import { fallbackKey } from '../auth/fallback-key.ts'
import { isLiteLLMError } from '../errors.ts'
import type { KeyStore } from '../types.ts'

/** LiteLLM's `allow_requests_on_db_unavailable`: whoever cannot be looked up now gets in. Off unless it is set. */
export function lenientKeys(store: KeyStore, allow = false): KeyStore {
  if (!allow) return store
  return {
    peek: (hashedToken) => store.peek?.(hashedToken),
    async find(hashedToken) {
      try {
        return await store.find(hashedToken)
      } catch (error) {
        if (isLiteLLMError(error) && error.code === 'key_store_unavailable') return fallbackKey(hashedToken)
        throw error
      }
    },
  }
}
