import type { Call } from '../../types.ts'
import { editJson } from '../../upstream/edit-json.ts'
import { plainResourceId, renamedMembers } from '../../usage/resources/named-resources.ts'
import type { NamedResources } from './resource-guard.ts'

/**
 * The deployments that hold the first resource of known place: each of them has a copy. Empty: none is known, and the
 * call goes where it would go anyway. `sent`: the ids as the request names them.
 */
export function holdersOf(sent: Iterable<string>, known: NamedResources): readonly string[] {
  for (const name of sent) {
    const holders = holdersOfOne(name, known)
    if (holders.length > 0) return holders
  }
  return []
}

function holdersOfOne(sent: string, { litellmIds, owners }: NamedResources): readonly string[] {
  const litellmId = litellmIds.get(sent)
  const id = litellmId?.id ?? plainResourceId(sent)
  const resource = owners.get(sent) ?? owners.get(id)
  const copies = Object.entries(resource?.copies ?? {})
  // The provider's own id names one of the copies, LiteLLM's id all of them.
  const meant = litellmId ? copies : copies.filter(([, copy]) => copy === id)
  if (meant.length > 0) return meant.map(([deploymentId]) => deploymentId)
  const deploymentId = litellmId?.deploymentId ?? resource?.deploymentId
  return deploymentId === undefined ? [] : [deploymentId]
}

/** How a resource that is named in LiteLLM's words is called at a deployment. */
export function idAt(sent: string, { litellmIds, owners }: NamedResources, deploymentId: string | undefined): string {
  const id = litellmIds.get(sent)?.id ?? sent
  const copies = owners.get(sent)?.copies ?? owners.get(id)?.copies
  return (deploymentId === undefined ? undefined : copies?.[deploymentId]) ?? id
}

/** The call with the provider's ids in place of LiteLLM's, as a deployment has them. */
export function respelled(call: Call, known: NamedResources, deploymentId: string | undefined): Call {
  if (!call.json || known.litellmIds.size === 0) return call
  const names = new Map([...known.litellmIds.keys()].map((sent) => [sent, idAt(sent, known, deploymentId)]))
  const changed = renamedMembers(call.json, call.shape, names)
  if (changed.size === 0) return call
  const texts = new Map([...changed].map(([name, value]) => [name, JSON.stringify(value)]))
  const members = Object.fromEntries(changed)
  const json = { ...call.json, ...members }
  if (call.form) return { ...call, json, extraBody: { ...call.extraBody, ...members } }
  return {
    ...call,
    json,
    body: call.body && editJson(call.body, texts),
  }
}
