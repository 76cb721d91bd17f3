import { chargesClientTags, inheritedTags } from '../../admission/budgets/counters-of.ts'
import type { Compat } from '../../admission/facts/compat.ts'
import { memoize, memoizeByObject } from '../../lib/memoize.ts'
import type { SpendEvent, VirtualKey } from '../../types.ts'
import { cleanId } from './clean.ts'

/** Under which LiteLLM books what the master key spends. */
const MASTER_KEY = 'litellm_proxy_master_key'

export interface TagOptions {
  /** Which tags of the client count. Default: all. */
  readonly compat?: Compat
  /** Whether the User-Agent becomes two tags. Defaults to `true`, as in LiteLLM. */
  readonly userAgentTags?: boolean
}

/** Each tag is a row to lock and one per day to write. */
const MAX_TAGS = 64

/** The tags a call is charged to: the client's where permitted, those of key, team and project, its User-Agent's, those of headers. */
export function requestTags({ key, call }: SpendEvent, options: TagOptions = {}): readonly string[] {
  const { compat, userAgentTags = true } = options
  const permitted = chargesClientTags(key ?? NO_KEY, compat)
  const inherited = inheritedBy(key ?? NO_KEY)(userAgentTags ? (call.userAgent ?? '') : '')
  const { tags, headerTags = [] } = call
  const clients = permitted ? tags : []
  return clients.length + headerTags.length > 0 ? cleaned([...clients, ...inherited, ...headerTags]) : inherited
}

const NO_KEY: Pick<VirtualKey, 'master' | 'metadata' | 'teamMetadata' | 'project'> = {
  master: false,
  metadata: {},
  teamMetadata: {},
}

/** What a key brings to each call that a client sends with one User-Agent. */
const inheritedBy = memoizeByObject((key: typeof NO_KEY) =>
  memoize((userAgent) => cleaned([...inheritedTags(key), ...tagsOfUserAgent(userAgent)]), 10),
)

function cleaned(tags: readonly string[]): readonly string[] {
  return [...new Set(tags.map((tag) => cleanId(tag)).filter(Boolean))].slice(0, MAX_TAGS)
}

/** "curl/8.5.0" becomes "User-Agent: curl" and "User-Agent: curl/8.5.0". */
function tagsOfUserAgent(userAgent: string): readonly string[] {
  if (userAgent === '') return []
  const slash = userAgent.indexOf('/')
  const product = slash < 0 ? [] : [`User-Agent: ${userAgent.slice(0, slash)}`]
  return [...product, `User-Agent: ${userAgent}`]
}

/** What stands for a key in the log: the hash of its secret. */
export function apiKeyOf({ master, hashedToken }: Pick<VirtualKey, 'master' | 'hashedToken'>): string {
  return master ? MASTER_KEY : cleanId(hashedToken)
}
