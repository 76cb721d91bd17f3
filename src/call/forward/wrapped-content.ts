import { litellmIdOf } from '../../admission/resources/litellm-id.ts'
import { object } from '../../lib/json.ts'
import type { Call } from '../../types.ts'
import { editJson } from '../../upstream/edit-json.ts'
import { text } from '../../usage/shapes/reader.ts'

const RESPONSES = new Set(['openai-responses', 'openai-responses-compact'])
/** LiteLLM 1.106, with `encrypted_content_affinity`: the deployment that has encrypted a content, before the content. */
const WRAPPED = /^litellm_enc:([^;]*);/
const MODEL_ID = /^model_id:(.+)$/s
const ENCODED_ITEM = /^encitem_/

/**
 * The call with the contents of its items as a provider has encrypted them, where LiteLLM has given them to the client
 * with the id of a deployment in front. Only the account that has encrypted them can read them: the call is pinned to the
 * first deployment that is named. The call itself where nothing is wrapped.
 */
export function withoutWrapping(call: Call): Call {
  const { json, body, shape } = call
  if (!json || !Array.isArray(json.input) || !RESPONSES.has(shape)) return call
  const items = json.input.map(unwrapped)
  if (items.every(({ deploymentId }) => deploymentId === undefined)) return call
  const input = items.map(({ item }) => item)
  const deploymentId = items.map((one) => one.deploymentId).find((id) => id !== undefined && id !== '')
  return {
    ...call,
    json: { ...json, input },
    body: body && editJson(body, new Map([['input', JSON.stringify(input)]])),
    ...(deploymentId && { pinnedTo: [deploymentId] }),
  }
}

interface Unwrapped {
  readonly item: unknown
  /** Empty where it was wrapped and no deployment can be read; `undefined` where it was not. */
  readonly deploymentId?: string
}

/** An item whose content does not come with it is a resource of its owner, which is looked at elsewhere. */
function unwrapped(item: unknown): Unwrapped {
  if (typeof item !== 'object' || item === null) return { item }
  const { id, encrypted_content: content } = object(item)
  const head = typeof content === 'string' ? WRAPPED.exec(content) : null
  const encoded = typeof content === 'string' && ENCODED_ITEM.test(text(id) ?? '') ? litellmIdOf(String(id)) : undefined
  if (!head && !encoded) return { item }
  return {
    item: {
      ...item,
      ...(encoded && { id: encoded.id }),
      ...(head && { encrypted_content: String(content).slice(head[0].length) }),
    },
    deploymentId: deploymentIn(head?.[1]) ?? encoded?.deploymentId ?? '',
  }
}

function deploymentIn(encoded: string | undefined): string | undefined {
  const id = encoded === undefined ? undefined : MODEL_ID.exec(Buffer.from(encoded, 'base64').toString('utf8'))?.[1]
  return id === 'None' ? undefined : id
}
