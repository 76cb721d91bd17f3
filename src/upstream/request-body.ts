import type { Call, Deployment, Json } from '../types.ts'
import { editJson } from './edit-json.ts'

/**
 * The body to send upstream: the client's own bytes, and where the model's name or a member of `prepared` must differ,
 * or a member is meant for the gateway alone, exactly those members changed.
 */
export function requestBodyOf(
  call: Call,
  deployment: Deployment,
  prepared: Json,
  ownFields: ReadonlySet<string>,
): Buffer | undefined {
  if (call.form) return renamedForm(call, deployment)
  if (!call.json || !call.body) return call.body
  const changes = new Map<string, string | undefined>()
  for (const name in prepared) {
    if (prepared[name] !== call.json[name]) changes.set(name, JSON.stringify(prepared[name]))
  }
  for (const name in call.json) if (ownFields.has(name)) changes.set(name, undefined)
  if (call.json.model !== undefined && call.json.model !== deployment.model) {
    changes.set('model', JSON.stringify(deployment.model))
  }
  return changes.size === 0 ? call.body : editJson(call.body, changes)
}

/** A multipart body with the model's own name; files and boundaries are left as they are. */
function renamedForm({ body, form, json }: Call, { model }: Deployment): Buffer | undefined {
  const at = form?.model
  if (!body || !at || json?.model === model) return body
  return Buffer.concat([body.subarray(0, at.start), Buffer.from(model), body.subarray(at.end)])
}
