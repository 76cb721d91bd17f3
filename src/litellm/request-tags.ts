import { chargesClientTags, inheritedTags } from '../auth/charged-tags.ts'
import type { Compat } from '../auth/compat.ts'
import { oncePer } from '../once-per.ts'
import { remembered } from '../remembered.ts'
import type { SpendEvent, VirtualKey } from '../types.ts'
import { cleanId } from './clean-text.ts'

export interface TagOptions {
  /** Which tags of the client count. Default: those of keys or teams whose metadata has `allow_client_tags`, and of the master key. */
  readonly compat?: Compat
  /** Whether the User-Agent becomes two tags. Defaults to `true`, as in LiteLLM. */
  readonly userAgentTags?: boolean
}

/** Each tag is a row to lock and one per day to write. */
const MAX_TAGS = 64

/** The tags a call is charged to: the client's where permitted, those of key, team and project, its User-Agent's, those of headers. */
export function requestTags({ key, call }: SpendEvent, options: TagOptions = {}): readonly string[] {
  const { compat, userAgentTags = true } = options
  const permitted = chargesClientTags(key ?? NOBODY, compat)
  const inherited = inheritedBy(key ?? NOBODY)(userAgentTags ? (call.userAgent ?? '') : '')
  const { tags, headerTags = [] } = call
  const clients = permitted ? tags : []
  return clients.length + headerTags.length > 0 ? cleaned([...clients, ...inherited, ...headerTags]) : inherited
}

const NOBODY: Pick<VirtualKey, 'master' | 'metadata' | 'teamMetadata' | 'project'> = {
  master: false,
  metadata: {},
  teamMetadata: {},
}

/** What a key brings to each call that a client sends with one User-Agent. */
const inheritedBy = oncePer((key: typeof NOBODY) =>
  remembered((userAgent) => cleaned([...inheritedTags(key), ...tagsOfUserAgent(userAgent)]), 10),
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
