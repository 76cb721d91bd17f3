import { factsOf } from '../../models/providers/providers.ts'
import type { Call, Deployment } from '../../types.ts'
import { formBodyOf, formEditsOf } from '../../upstream/edit-form.ts'
import { editJson } from '../../upstream/edit-json.ts'
import { gatewayMembersOf, withoutGatewayMetadata } from '../../upstream/gateway-members.ts'
import type { RelayJob } from '../../upstream/relay/relay.ts'
import { text } from '../../usage/shapes/reader.ts'
import { unknownShape } from '../../usage/shapes/unknown-shape.ts'
import type { RelayRoute } from './relay-target.ts'

/** By these LiteLLM chooses where a resource is made. Providers refuse them. */
const PLACE_MEMBERS = ['model', 'target_model_names', 'target_storage', 'passthrough']

/**
 * What of a body the upstream is sent. Members that are meant for the gateway are taken out of forms, and of JSON where
 * LiteLLM's own routes for resources are called; below a provider's prefix JSON is relayed as it came.
 */
export function relayedBodyOf(
  call: Call,
  route: RelayRoute,
  deployment: Deployment,
): Pick<RelayJob, 'body' | 'upload'> {
  if (route.kind === 'endpoint' || !call.json) return { body: call.body }
  if (!call.form) return { body: route.kind === 'resource' ? jsonWithoutMembers(call, deployment) : call.body }
  const { members, model } = formMembersOf(call, route, deployment)
  const edits = formEditsOf(call, model, call.json, members)
  return call.upload ? { upload: call.upload.edited(edits) } : { body: formBodyOf(call, edits) }
}

/** Which fields are taken out, and how the field `model` reads where it is left. */
function formMembersOf({ json = {} }: Call, { kind }: RelayRoute, deployment: Deployment) {
  const { isGateway } = factsOf(deployment.provider)
  const ofPlace = kind === 'resource' ? PLACE_MEMBERS : []
  const members = new Set([...gatewayMembersOf(deployment), ...ofPlace, ...(isGateway ? [] : ['metadata'])])
  if (!isGateway || kind !== 'resource') return { members, model: text(json.model) ?? '' }
  // It chooses by its own names.
  members.delete('model')
  return { members, model: deployment.model }
}

/** `metadata` of a resource is kept by the provider, where it is not known to refuse what the gateway's has. */
function jsonWithoutMembers(call: Call, deployment: Deployment): Buffer | undefined {
  const { body, json = {} } = call
  const own = Object.keys(json).filter((name) => gatewayMembersOf(deployment).has(name))
  const changes = new Map<string, string | undefined>(own.map((name) => [name, undefined]))
  if (call.shape !== unknownShape.shape) {
    const { metadata } = withoutGatewayMetadata(json, call, deployment.provider)
    if (metadata !== json.metadata)
      changes.set('metadata', metadata === undefined ? undefined : JSON.stringify(metadata))
  }
  return body && changes.size > 0 ? editJson(body, changes) : body
}
