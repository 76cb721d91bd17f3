import { LiteLLMError } from '../errors.ts'
import type { FormFields, Json } from '../types.ts'
import { FileSample } from './file-sample.ts'
import { FormScanner, type Place } from './form-scanner.ts'
import { isLateField } from './late-field.ts'
import type { PartHead } from './part-head.ts'

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
    const form: { model?: Place; file?: FileSample } = {}
    this.json = json
    this.form = form
    this.#scanner = new FormScanner(boundary, {
      onHead: (head) => this.#check(head),
      onField(name, value, place) {
        json[name] = value
        if (name === 'model') form.model = place
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
    // SECURITY: the upstream might take the other one, which nobody has checked or will charge.
    if (name === 'model' && this.#models++ > 0)
      throw new LiteLLMError('bad_request', { message: TWICE, param: 'model' })
    if (!this.#decided || !isLateField(name)) return
    throw new LiteLLMError('bad_request', {
      message: `The field \`${name}\` of a large form must come before its files.`,
      param: name,
    })
  }
}
