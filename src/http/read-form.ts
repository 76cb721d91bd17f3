import type { FormFields, Json } from '../types.ts'
import { FormReader } from './form-reader.ts'
import { boundaryOf } from './form-scanner.ts'

export interface Form {
  /** The text fields by name; of a name that comes twice the last one. */
  readonly json: Json
  readonly form: FormFields
}

/** What a whole multipart body says. Throws `bad_request` when it names two models. */
export function readForm(contentType: string, body: Buffer): Form | undefined {
  const boundary = boundaryOf(contentType)
  if (!boundary) return undefined
  const reader = new FormReader(boundary)
  reader.push(body)
  return reader
}
