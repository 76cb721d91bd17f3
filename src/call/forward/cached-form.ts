import { createHash } from 'node:crypto'
import type { Call, UploadedFile, VirtualKey } from '../../types.ts'

/** What of an uploaded form is part of a key. */
export interface KeyedForm {
  /** Its fields as LiteLLM reads them, as JSON. */
  readonly body: string
  readonly fileHash: string
}

/**
 * The form of a transcription as LiteLLM keys it: fields in their order, a field with brackets as a list, the user of the key
 * where the form names none, and the SHA-256 of the file. `undefined` where that is not known: the file is not held whole,
 * or a field comes twice.
 */
export function keyedForm({ form, json = {}, body }: Call, key: VirtualKey | undefined): KeyedForm | undefined {
  const file = form?.file && body && fileIn(body, form.file)
  const names = form?.fields.map(({ name }) => name) ?? []
  if (!file || new Set(names).size < names.length) return undefined
  const fields = Object.entries(json).map(([name, value]): [string, unknown] =>
    name.endsWith('[]') ? [name.slice(0, -2), [value]] : [name, value],
  )
  const user = key?.owners.userId
  const isNamed = json.user !== undefined || user === undefined
  return {
    body: JSON.stringify(Object.fromEntries(isNamed ? fields : [...fields, ['user', user]])),
    fileHash: createHash('sha256').update(file).digest('hex'),
  }
}

/** The bytes of the file: what is kept of it are its beginning and its end. */
function fileIn(body: Buffer, { byteLength, head, tail }: UploadedFile): Buffer | undefined {
  if (head.length === byteLength) return head
  const start = body.indexOf(head)
  const file = start < 0 ? undefined : body.subarray(start, start + byteLength)
  // The beginning may stand in a field, too.
  return file?.subarray(-tail.length).equals(tail) ? file : undefined
}
