import { LiteLLMError } from '../errors.ts'
import type { FormFields, Json } from '../types.ts'

export interface Form {
  /** The text fields by name; of a name that comes twice the last one. */
  readonly json: Json
  readonly form: FormFields
}

/** A field that says more than this is no name and no setting. */
const MAX_FIELD_BYTES = 64 << 10
const MAX_PARTS = 1_000
const BOUNDARY = /;\s*boundary=(?:"([^"]{1,70})"|([^\s;"]{1,70}))/i
const NAME = /;\s*name=(?:"([^"]*)"|([^\s;"]+))/i
const FILE = /;\s*filename\*?=/i
const MAX_HEAD_BYTES = 16 << 10
const TWICE = 'The form has more than one field `model`.'
const LINE = '\r\n'

/**
 * The text fields of a multipart body (RFC 7578), found by its boundaries. Files are passed over, not copied. What is
 * malformed is simply not found: the upstream will say so. Throws when the form names two models.
 */
export function readForm(contentType: string, body: Buffer): Form | undefined {
  const found = BOUNDARY.exec(contentType)
  const boundary = found?.[1] ?? found?.[2]
  if (!boundary) return undefined
  const json: Record<string, unknown> = {}
  let model: FormFields['model']
  let file: FormFields['file']
  for (const { head, start, end } of partsOf(body, boundary)) {
    const named = NAME.exec(head)
    const name = named?.[1] ?? named?.[2]
    if (FILE.test(head)) file ??= { start, end }
    if (name === undefined || FILE.test(head) || end - start > MAX_FIELD_BYTES) continue
    // SECURITY: the upstream might take the other one, which nobody has checked or will charge.
    if (name === 'model' && model) throw new LiteLLMError('bad_request', { message: TWICE, param: 'model' })
    json[name] = body.toString('utf8', start, end)
    if (name === 'model') model = { start, end }
  }
  return { json, form: { model, file } }
}

interface Part {
  readonly head: string
  readonly start: number
  readonly end: number
}

function* partsOf(body: Buffer, boundary: string): Iterable<Part> {
  const delimiter = `${LINE}--${boundary}`
  let at = body.indexOf(`--${boundary}`)
  if (at > 0) at = body.indexOf(delimiter) + LINE.length
  for (let count = 0; at >= 0 && count < MAX_PARTS; count++) {
    const headEnd = body.indexOf(`${LINE}${LINE}`, at)
    const end = headEnd < 0 ? -1 : body.indexOf(delimiter, headEnd + LINE.length)
    if (end < 0 || headEnd - at > MAX_HEAD_BYTES) return
    const start = headEnd + 2 * LINE.length
    yield { head: body.toString('utf8', at, headEnd), start, end: Math.max(start, end) }
    at = end + LINE.length
  }
}
