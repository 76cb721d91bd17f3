import type { Call, Deployment, Json } from '../types.ts'
import { editJson } from './edit-json.ts'
import { membersOf } from './json-members.ts'

/**
 * The body to send upstream: the client's own bytes, and where the model's name or a member of `prepared` must differ,
 * or a member is meant for the gateway alone, exactly those members changed.
 */
export function requestBodyOf(
  call: Call,
  deployment: Deployment,
  prepared: Json,
  gatewayMembers: ReadonlySet<string>,
): Buffer | undefined {
  if (call.form) return renamedForm(call, deployment)
  if (!call.json || !call.body) return call.body
  const changes = new Map<string, string | undefined>(call.extraBody ? extraMembers(call.body, call.extraBody) : [])
  for (const name in prepared) {
    if (prepared[name] !== call.json[name]) changes.set(name, JSON.stringify(prepared[name]))
  }
  for (const name in call.json) {
    if (gatewayMembers.has(name) || !Object.hasOwn(prepared, name)) changes.set(name, undefined)
  }
  if (call.json.model !== undefined && call.json.model !== deployment.model) {
    changes.set('model', JSON.stringify(deployment.model))
  }
  return changes.size === 0 ? call.body : editJson(call.body, changes)
}

/** What `extra_body` adds, each member as its own bytes, and that it is gone itself. */
function extraMembers(body: Buffer, extraBody: Json): [string, string | undefined][] {
  const extra = membersOf(body).findLast(({ name }) => name === 'extra_body')
  if (!extra) return []
  const json = body.subarray(extra.start, extra.end)
  const added = membersOf(json).filter(({ name }) => Object.hasOwn(extraBody, name))
  return [
    ['extra_body', undefined],
    ...added.map(({ name, start, end }): [string, string] => [name, json.toString('utf8', start, end)]),
  ]
}

/** A multipart body with the model's own name; files and boundaries are left as they are. */
function renamedForm({ body, form, json }: Call, { model }: Deployment): Buffer | undefined {
  const at = form?.model
  if (!body || !at || json?.model === model) return body
  return Buffer.concat([body.subarray(0, at.start), Buffer.from(model), body.subarray(at.end)])
}
