import type { Json } from '../types.ts'

/** `litellm_settings.callbacks`: one name, or a list of them. */
export function callbacksOf({ callbacks }: Json): readonly unknown[] {
  return Array.isArray(callbacks) ? callbacks : [callbacks]
}

/** The callback that refuses blocked end users. */
export const BLOCKED_USER_CHECK = 'blocked_user_check'
