import { LITELLM_MEMBERS, ROUTING_FIELDS } from '../admission/facts/gateway-members.ts'
import { isObject } from '../lib/json.ts'
import { memoizeByObject } from '../lib/memoize.ts'
import { factsOf } from '../models/providers/providers.ts'
import type { Call, Deployment, Json } from '../types.ts'
import { builtinReaders } from '../usage/shapes/readers.ts'
import { CLIENT_SIDE_FIELDS } from './client-side.ts'

/*
 * Which members of a body are meant for the gateway. Providers refuse members that they do not know.
 */

/** No upstream is sent these. The members of `extra_body` are sent as members of the body itself. */
const OWN_MEMBERS = [...ROUTING_FIELDS, ...CLIENT_SIDE_FIELDS, 'extra_body', 'extra_headers']

/** Members that this deployment is not sent. */
export const gatewayMembersOf = memoizeByObject(({ provider }: Pick<Deployment, 'provider'>): ReadonlySet<string> => {
  const { isGateway, ownMembers } = factsOf(provider)
  return new Set([...OWN_MEMBERS, ...(isGateway ? [] : LITELLM_MEMBERS.filter((name) => !ownMembers.includes(name)))])
})

/** What is left of a client's `metadata` for an upstream; `undefined`: nothing. */
type MetadataRule = (metadata: Json, body: Json, provider: string) => Json | undefined

/** OpenAI refuses values that are no text, and the gateway's own members (tags) are of other types. */
const textMembers: MetadataRule = (metadata) => membersWhere(metadata, (_name, value) => typeof value === 'string')

/** OpenAI refuses `metadata` of a chat completion that is not stored. */
const ofStoredChat: MetadataRule = (metadata, body, provider) =>
  body.store === true && factsOf(provider).storesChats ? textMembers(metadata, body, provider) : undefined

/** Anthropic knows no other member. */
const userId: MetadataRule = (metadata) => membersWhere(metadata, (name) => name === 'user_id')

const METADATA_RULES: Readonly<Record<string, MetadataRule>> = {
  'openai-chat': ofStoredChat,
  'openai-responses': textMembers,
  'openai-responses-compact': textMembers,
  'openai-batches': textMembers,
  'anthropic-messages': userId,
  'vertex-anthropic': userId,
  'bedrock-invoke': userId,
}

const BUILTIN_SHAPES: ReadonlySet<string> = new Set(builtinReaders.map(({ shape }) => shape))

/** The body without the `metadata` that is the gateway's. The body itself when nothing changes. */
export function withoutGatewayMetadata(body: Json, { shape }: Pick<Call, 'shape'>, provider: string): Json {
  const { metadata, ...rest } = body
  if (metadata === undefined || factsOf(provider).isGateway || !BUILTIN_SHAPES.has(shape)) return body
  const left = isObject(metadata) ? METADATA_RULES[shape]?.(metadata, body, provider) : undefined
  if (left === metadata) return body
  return left ? { ...rest, metadata: left } : rest
}

function membersWhere(object: Json, isKept: (name: string, value: unknown) => boolean): Json | undefined {
  const entries = Object.entries(object)
  const kept = entries.filter(([name, value]) => isKept(name, value))
  if (kept.length === entries.length) return object
  return kept.length > 0 ? Object.fromEntries(kept) : undefined
}
