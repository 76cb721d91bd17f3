import type { IncomingMessage, ServerResponse } from 'node:http'
import { LiteLLMError } from '../../../errors.ts'
import { concat } from '../../../lib/lists.ts'
import type { FormFields, Json, Upload } from '../../../types.ts'
import { type BodyLimits, bodyDeadline, cutWhenSilent } from '../body/held-bodies.ts'
import { bodyTooLarge } from '../body/read-body.ts'
import { FormReader } from './form-reader.ts'
import { boundaryOf } from './form-scanner.ts'
import { LiveUpload } from './live-upload.ts'
import { spoolUpload } from './spooled-upload.ts'

/** A form is waited for up to this length: so it can be sent again, and nothing in it comes too late. */
export const MAX_HELD_BYTES = 4 << 20

export interface UploadedForm {
  readonly json: Json
  readonly form: FormFields
  /** All of it, or `upload`. */
  readonly bytes?: Buffer
  readonly upload?: Upload
}

export interface UploadLimits {
  /** Of a whole form. */
  readonly maxBytes: number
  /** It must be known which model a form names before it is passed on: it is kept on the disk until then. */
  readonly needsModel: boolean
}

/**
 * Reads a form, to its end when that comes within `MAX_HELD_BYTES`. A longer one is passed on while it comes when its model
 * is known by then or not needed, and else kept on the disk until it is. The gateway alone may read the request.
 */
export function readUpload(
  req: IncomingMessage,
  res: ServerResponse,
  { boundary, maxBytes, needsModel }: UploadLimits & { readonly boundary: string },
  { heldBodies, bodyTimeoutMs }: BodyLimits,
): Promise<UploadedForm> {
  if (Number(req.headers['content-length']) > maxBytes) throw bodyTooLarge(maxBytes)
  const reader = new FormReader(boundary)
  const held: Buffer[] = []
  let size = 0
  return new Promise((resolve, reject) => {
    const inTime = bodyDeadline(bodyTimeoutMs, (error) => settle(() => reject(error)))
    req.on('readable', onReadable).on('close', onClose).on('error', onClose)
    onReadable()

    function onReadable() {
      try {
        read()
      } catch (error) {
        settle(() => reject(error))
      }
    }

    function read() {
      for (let bytes = req.read(); bytes !== null; bytes = req.read()) {
        held.push(bytes)
        size += bytes.length
        if (size > maxBytes) throw bodyTooLarge(maxBytes)
        heldBodies?.add(res, bytes.length)
        reader.push(bytes)
        if (size > MAX_HELD_BYTES && !req.complete) return settle(() => resolve(upload()))
      }
      if (!req.complete) return
      settle(() => resolve({ json: reader.json, form: reader.form, bytes: concat(held) }))
    }

    async function upload(): Promise<UploadedForm> {
      cutWhenSilent(req, bodyTimeoutMs)
      const parts = { held, reader, maxBytes }
      const isKnown = reader.form.model !== undefined || !needsModel
      const upload = isKnown ? new LiveUpload(req, parts) : await spoolUpload(req, parts)
      return { json: reader.json, form: reader.form, upload }
    }

    function onClose() {
      settle(() => reject(new LiteLLMError('body_not_json', { message: 'The request body ended early.' })))
    }

    function settle(act: () => void) {
      inTime()
      req.off('readable', onReadable).off('close', onClose).off('error', onClose)
      act()
    }
  })
}

interface Form {
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
