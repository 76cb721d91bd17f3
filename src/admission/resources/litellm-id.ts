import type { ResourceOwner } from './resource-owner.ts'

/** What LiteLLM has written into an id that it gave out. */
export interface LiteLLMId {
  /** The provider's own id. */
  readonly id: string
  /** The deployment that it is at: `model_info.id`. */
  readonly deploymentId?: string
  /** The call that has made it, by our own id. Only in what this gateway has written itself. */
  readonly callId?: string
  /** The model group that it is at. */
  readonly modelGroup?: string
  /** Whom LiteLLM gave it to. Only where it is sealed: everything else could be written by a client. */
  readonly owner?: ResourceOwner
}

const PREFIX = /^(?:resp_|file-|batch_|cntr_|video_|character_|encitem_)/
const MAX_LENGTH = 4_096

/** `open` opens what LiteLLM has sealed with its salt key. `undefined` for every other id. */
export function litellmIdOf(given: string, open?: (sealed: string) => string | undefined): LiteLLMId | undefined {
  if (given.length > MAX_LENGTH) return undefined
  const body = given.replace(PREFIX, '')
  const sealed = given.startsWith('resp_') ? open?.(body) : undefined
  if (sealed !== undefined) return sealedId(sealed)
  const plain = Buffer.from(body, 'base64').toString('utf8')
  return plain.startsWith('litellm') ? plainId(plain) : undefined
}

const SEALED = /^litellm_proxy:responses_api:response_id:([^;]+);user_id:([^;]*);team_id:([^;]*)$/

/** The id within is written by LiteLLM too. */
function sealedId(plain: string): LiteLLMId | undefined {
  const [, id = '', userId, teamId] = SEALED.exec(plain) ?? []
  if (id === '') return undefined
  const owner = userId || teamId ? { userId: userId || undefined, teamId: teamId || undefined } : undefined
  return { id, ...litellmIdOf(id), owner }
}

/** LiteLLM's forms: `id` is the provider's, `at` a deployment, `group` a model group. The first is ours, with the call. */
const FORMS: readonly RegExp[] = [
  /^litellm:custom_llm_provider:[^;]*;model_id:(?<at>[^;]*);response_id:(?<id>[^;]+);call_id:(?<call>[\w-]+)$/,
  /^litellm:custom_llm_provider:[^;]*;model_id:(?<at>[^;]*);(?:response|container|video|character)_id:(?<id>.+)$/s,
  /^litellm:(?<id>[^;]+);model,(?<group>[^;]+)$/,
  /^litellm:model_id:(?<at>[^;]*);item_id:(?<id>.+)$/s,
  /^litellm_proxy;model_id:(?<at>[^;]*);(?:llm_batch|generic_response)_id:(?<id>[^;]+)$/,
  /^litellm_proxy:.*;llm_output_file_id,(?<id>[^;]+);llm_output_file_model_id,(?<at>[^;]*)$/,
  /^litellm_proxy:.*;resource_id,(?<id>[^;]+);model_id,(?<at>[^;]*)(?:;.*)?$/,
  /^litellm_proxy:passthrough;provider:[^;]*;unified_id,[^;]*;raw_id,(?<id>[^;]+)$/,
]

function plainId(plain: string): LiteLLMId | undefined {
  for (const form of FORMS) {
    const { id, at, group, call } = form.exec(plain)?.groups ?? {}
    if (id) return { id, deploymentId: named(at), modelGroup: named(group), ...(call ? { callId: call } : {}) }
  }
  return undefined
}

/** Python's word for nothing may stand in an id. */
function named(value: string | undefined): string | undefined {
  return value === undefined || value === '' || value === 'None' ? undefined : value
}
