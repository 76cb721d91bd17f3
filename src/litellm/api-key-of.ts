import type { VirtualKey } from '../types.ts'
import { cleanId } from './clean-text.ts'

/** Under which LiteLLM books what the master key spends. */
const MASTER_KEY = 'litellm_proxy_master_key'

/** What stands for a key in the log: the hash of its secret. */
export function apiKeyOf({ master, hashedToken }: Pick<VirtualKey, 'master' | 'hashedToken'>): string {
  return master ? MASTER_KEY : cleanId(hashedToken)
}
