import { editedPieces } from '../call/request/form/body-edits.ts'
import { firstName } from '../call/request/form/form-values.ts'
import { concat } from '../lib/lists.ts'
import type { BodyEdit, Call, Json } from '../types.ts'

/**
 * What must change in a form for this upstream: the name of its model, fields that are meant for the gateway alone are
 * taken out, and the members of `extra_body` become fields. Files and boundaries are left as they are. In order.
 */
export function formEditsOf(
  call: Call,
  model: string,
  relayed: Json,
  gatewayMembers: ReadonlySet<string>,
): readonly BodyEdit[] {
  const { form, json = {}, extraBody = {} } = call
  if (!form) return []
  const added = Object.entries(extraBody).filter(([name]) => !gatewayMembers.has(name) && isSent(name, relayed))
  const replaced = new Set(added.map(([name]) => name))
  const isTakenOut = (name: string) => gatewayMembers.has(name) || replaced.has(name) || !isSent(name, relayed)
  const edits: BodyEdit[] = added.length > 0 ? [newFields(form, added)] : []
  for (const { name, part } of form.fields) if (isTakenOut(firstName(name))) edits.push({ ...part, text: '' })
  if (form.model && json.model !== model) edits.push({ ...form.model, text: model })
  return edits.sort((a, b) => a.start - b.start)
}

/** A form that is held whole, edited. */
export function formBodyOf({ body }: Call, edits: readonly BodyEdit[]): Buffer | undefined {
  return body && edits.length > 0 ? concat(editedPieces([body], edits)) : body
}

/** `metadata` is the gateway's, unless what is left of the call for its upstream has it. */
function isSent(name: string, relayed: Json): boolean {
  return name !== 'metadata' || relayed.metadata !== undefined
}

/** Before the first part. */
function newFields(form: NonNullable<Call['form']>, members: readonly (readonly [string, unknown])[]): BodyEdit {
  const fields = members.flatMap(([name, value]) =>
    Array.isArray(value) ? value.map((one) => [`${name}[]`, one] as const) : [[name, value] as const],
  )
  const text = fields.map(
    ([name, value]) =>
      `--${form.boundary}\r\nContent-Disposition: form-data; name="${quoted(name)}"\r\n\r\n${written(value, form.boundary)}\r\n`,
  )
  const { begins = 0 } = form
  return { start: begins, end: begins, text: text.join('') }
}

/** As browsers do (HTML, "multipart/form-data encoding algorithm"). */
function quoted(name: string): string {
  return name.replace(/["\r\n]/g, encodeURIComponent)
}

/** SECURITY: a value that holds the boundary would become parts of its own. */
function written(value: unknown, boundary: string): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '')
  return text.replaceAll(`--${boundary}`, '')
}
