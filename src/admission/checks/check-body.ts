import { object } from '../../lib/json.ts'
import type { Json } from '../../types.ts'
import { bodyOf, type Check } from '../facts/check.ts'
import { pythonString } from '../facts/python-text.ts'
import { isLlmRoute } from '../facts/routes/route-groups.ts'

/*
 * What a body must have, and what it may not have because of who sends it.
 */

export const checkUserParam: Check = ({ request }, call, { enforceUserParam }) => {
  if (!enforceUserParam || !call || (request && (request.method !== 'POST' || !isLlmRoute(request.path))))
    return undefined
  if (request && /^(\/v1)?\/mcp(\/|$)/.test(request.path)) return undefined
  return 'user' in bodyOf(call) ? undefined : { code: 'user_param_missing' }
}

export const checkClientTags: Check = (_facts, call, { rejectClientsideMetadataTags }) => {
  if (!rejectClientsideMetadataTags || object(bodyOf(call).metadata).tags === undefined) return undefined
  return {
    code: 'bad_request',
    param: 'metadata.tags',
    message:
      "Client-side 'metadata.tags' not allowed in request. 'reject_clientside_metadata_tags'=True. " +
      'Tags can only be set via API key metadata.',
  }
}

const GUARDRAIL_FIELDS = [
  ...['guardrails', 'guardrail_config', 'disable_global_guardrails', 'disable_global_guardrail'],
  'opted_out_global_guardrails',
]

/** Only a team may be denied the choice of its guardrails. */
export const checkGuardrails: Check = ({ key }, call) => {
  const body = bodyOf(call)
  if (object((key.team?.metadata ?? key.teamMetadata).guardrails).modify_guardrails !== false) return undefined
  const places = [body, opened(body.metadata), opened(body.litellm_metadata)]
  // That they are named is enough, whatever they are to be.
  if (!places.some((place) => GUARDRAIL_FIELDS.some((field) => Object.hasOwn(place, field)))) return undefined
  return {
    code: 'forbidden',
    message: "{'error': 'Your team does not have permission to modify guardrails.'}",
  }
}

export const checkVectorStores: Check = ({ key }, call) => {
  const asked = vectorStoresOf(bodyOf(call))
  if (asked.length === 0) return undefined
  const owners = [
    ['key', key.vectorStores],
    ['team', key.team?.vectorStores],
    ['org', key.organization?.vectorStores],
  ] as const
  for (const [owner, allowed] of owners) {
    // An empty permission was never filled in.
    const denied = allowed?.length ? asked.find((id) => !allowed.includes(id)) : undefined
    if (denied === undefined || !allowed) continue
    return {
      code: 'vector_store_denied',
      type: `${owner}_vector_store_access_denied`,
      param: 'vector_store',
      message:
        `User not allowed to access vector store. Tried to access ${denied}. ` +
        `Only allowed to access [${allowed.map(pythonString).join(', ')}]`,
    }
  }
  return undefined
}

/** Parameters that the gateway, service accounts or the key itself demand, as dotted paths. */
export const checkEnforcedParams: Check = (
  { key },
  call,
  { enforcedParams = [], serviceAccountEnforcedParams = [] },
) => {
  if (!call) return undefined
  const own = key.metadata.enforced_params
  const demanded = [
    ...enforcedParams,
    ...(key.metadata.service_account_id ? serviceAccountEnforcedParams : []),
    ...(Array.isArray(own) ? own.map(String) : []),
  ]
  const missing = demanded.find((path) => !has(bodyOf(call), path.split('.')))
  if (missing === undefined) return undefined
  const shown = missing.includes('.') ? `[${missing.split('.').join('][')}]` : missing
  return {
    code: 'bad_request',
    param: missing,
    message: `BadRequest please pass param=${shown} in request body. This is a required param`,
  }
}

export const checkCacheControls: Check = ({ key }, call) => {
  const allowed = key.allowedCacheControls
  const denied = allowed?.length && Object.keys(object(bodyOf(call).cache)).find((name) => !allowed.includes(name))
  if (!denied) return undefined
  return {
    code: 'forbidden',
    message: `Not allowed to set ${denied} as a cache control. Contact admin to change permissions.`,
  }
}

function vectorStoresOf(body: Json): readonly string[] {
  const tools = Array.isArray(body.tools) ? body.tools.map(object) : []
  return [body, ...tools.filter(({ type }) => type === 'file_search')]
    .flatMap(({ vector_store_ids: ids }) => (Array.isArray(ids) ? ids : []))
    .filter((id) => typeof id === 'string')
}

function has(body: Json, [first = '', ...rest]: readonly string[]): boolean {
  return first in body && (rest.length === 0 || has(object(body[first]), rest))
}

/** Forms have their objects as text. */
function opened(value: unknown): Json {
  if (typeof value !== 'string') return object(value)
  try {
    return object(JSON.parse(value))
  } catch {
    return {}
  }
}
