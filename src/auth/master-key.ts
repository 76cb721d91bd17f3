import type { VirtualKey } from '../types.ts'

/** What current LiteLLM logs instead of the master key's hash. */
export const MASTER_KEY_ALIAS = 'litellm_proxy_master_key'

/** The identity behind the master key: LiteLLM's default administrator. It has no row, no budget and no limit. */
export const MASTER_KEY: VirtualKey = Object.freeze({
  hashedToken: MASTER_KEY_ALIAS,
  master: true,
  owners: { userId: 'default_user_id' },
  models: [],
  blocked: false,
  spend: 0,
  metadata: {},
  teamMetadata: {},
})
