import { GATEWAY_MEMBERS, isUnsafeParam } from '../../../admission/facts/gateway-members.ts'
import { LiteLLMError } from '../../../errors.ts'
import { concat, dropFirst } from '../../../lib/lists.ts'
import type { FormField, FormFields, Json, UploadedFile } from '../../../types.ts'
import { FormScanner, type Place } from './form-scanner.ts'
import { addField, firstName } from './form-values.ts'
import type { PartHead } from './part-head.ts'

const HEAD_BYTES = 4 << 20

const TAIL_BYTES = 1 << 20

/** Keeps the beginning and the end of a file that passes. */
export class FileSample implements UploadedFile {
  byteLength = 0
  readonly #head: Buffer[] = []
  #headBytes = 0
  readonly #tail: Buffer[] = []
  #tailBytes = 0

  push(bytes: Buffer): void {
    this.byteLength += bytes.length
    if (this.#headBytes < HEAD_BYTES) {
      const head = bytes.subarray(0, HEAD_BYTES - this.#headBytes)
      this.#head.push(head)
      this.#headBytes += head.length
    }
    const tail = bytes.subarray(Math.max(0, bytes.length - TAIL_BYTES))
    this.#tail.push(tail)
    this.#tailBytes = dropFirst(this.#tail, this.#tailBytes + tail.length, TAIL_BYTES)
  }

  get head(): Buffer {
    return inOnePiece(this.#head)
  }

  get tail(): Buffer {
    return inOnePiece(this.#tail)
  }
}

/** Fields by which a call is attributed and checked, beside those that are the gateway's own, and those that are unsafe. */
const DECIDING: ReadonlySet<string> = new Set([
  ...['model', 'user', 'safety_identifier', 'metadata', 'api_key', 'vector_store_ids'],
  ...['guardrail_config', 'disable_global_guardrails', 'disable_global_guardrail'],
])

interface GrowingForm extends FormFields {
  begins?: number
  model?: Place
  file?: FileSample
}

const TWICE = 'The form has more than one field `model`.'

/** Reads what a form says of a call: its text fields, where its model stands, and a sample of its first file. */
export class FormReader {
  /** The text fields by name; of a name that comes twice the last one. Grows while the form is read. */
  readonly json: Json
  readonly form: FormFields
  readonly #scanner: FormScanner
  #decided = false
  #models = 0
  #files = 0

  constructor(boundary: string) {
    const json: Record<string, unknown> = {}
    const fields: FormField[] = []
    const form: GrowingForm = { boundary, fields }
    this.json = json
    this.form = form
    this.#scanner = new FormScanner(boundary, {
      onHead: (head, start) => {
        form.begins ??= start
        this.#check(head)
      },
      onField(name, value, { value: place, part }) {
        fields.push({ name, part })
        if (value !== undefined) addField(json, name, value)
        if (value !== undefined && name === 'model') form.model = place
      },
      onFile: (bytes) => {
        if (this.#files > 1) return
        form.file ??= new FileSample()
        form.file.push(bytes)
      },
    })
  }

  /** Throws `bad_request` when the form names two models, or says what it may not say any more. */
  push(bytes: Buffer): void {
    this.#scanner.push(bytes)
  }

  /** The call goes its way by the fields there are: others that would have changed it are refused from now on. */
  decide(): void {
    this.#decided = true
  }

  /** Before the value is there: it does not get any further. */
  #check({ name, isFile }: PartHead): void {
    if (isFile) this.#files++
    if (name === undefined || isFile) return
    // SECURITY: the upstream might take the other one, which was not checked and will not be charged.
    if (name === 'model' && this.#models++ > 0)
      throw new LiteLLMError('bad_request', { message: TWICE, param: 'model' })
    if (!this.#decided || !isLateField(name)) return
    throw new LiteLLMError('bad_request', {
      message: `The field \`${name}\` of a large form must come before its files.`,
      param: name,
    })
  }
}

/**
 * Whether it is too late for a field of this name once its form is on its way to the upstream. SECURITY: it was not checked
 * at what comes later. `metadata[tags][]` is a part of `metadata`.
 */
function isLateField(name: string): boolean {
  const first = firstName(name)
  return DECIDING.has(first) || GATEWAY_MEMBERS.has(first) || isUnsafeParam(first)
}

/** Joined once, and kept in one piece. */
function inOnePiece(pieces: Buffer[]): Buffer {
  const whole = concat(pieces)
  pieces.splice(0, pieces.length, whole)
  return whole
}
