import { randomUUID } from 'node:crypto'
import { type FileHandle, open, unlink } from 'node:fs/promises'
import type { IncomingMessage } from 'node:http'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { Readable } from 'node:stream'
import { isLiteLLMError, LiteLLMError } from '../../../errors.ts'
import type { BodyEdit, Upload, UploadBody } from '../../../types.ts'
import { bodyTooLarge } from '../body/read-body.ts'
import { growthBy } from './body-edits.ts'
import type { LiveUploadOptions } from './live-upload.ts'

const READ_BYTES = 256 << 10

/**
 * An upload that had to be read to its end before anybody knew where it goes. It is in a file without a name, which is gone
 * when it is closed, or with the process.
 */
export class SpooledUpload implements Upload {
  readonly repeatable = true
  readonly complete = true
  readonly fault = undefined
  readonly #file: FileHandle
  readonly #bytes: number

  constructor(file: FileHandle, bytes: number) {
    this.#file = file
    this.#bytes = bytes
  }

  edited(edits: readonly BodyEdit[]): UploadBody {
    const file = this.#file
    const bytes = this.#bytes
    async function* pieces() {
      let at = 0
      for (const { start, end, text } of edits) {
        yield* piecesOf(file, at, start)
        if (text !== '') yield Buffer.from(text)
        at = end
      }
      yield* piecesOf(file, at, bytes)
    }
    return { byteLength: bytes + growthBy(edits), open: () => Readable.from(pieces(), { objectMode: false }) }
  }

  close(): void {
    // It has no name: closed or not, nothing stays behind.
    this.#file.close().catch(() => {})
  }
}

/** Reads the rest of `req`. Throws when the client leaves, sends too much, or when there is no room on the disk. */
export async function spoolUpload(
  req: IncomingMessage,
  { held, reader, maxBytes }: LiveUploadOptions,
): Promise<SpooledUpload> {
  const file = await unnamedFile()
  try {
    let bytes = 0
    for (const piece of held.splice(0)) bytes += await write(file, piece)
    for await (const piece of req.iterator({ destroyOnReturn: false })) {
      if (bytes + piece.length > maxBytes) throw bodyTooLarge(maxBytes)
      reader.push(piece)
      bytes += await write(file, piece)
    }
    return new SpooledUpload(file, bytes)
  } catch (error) {
    await file.close()
    throw isLiteLLMError(error) ? error : endedEarly(error)
  }
}

async function unnamedFile(): Promise<FileHandle> {
  const name = path.join(tmpdir(), `express-litellm-${randomUUID()}`)
  try {
    const file = await open(name, 'wx+', 0o600)
    await unlink(name)
    return file
  } catch (error) {
    throw noRoom(error)
  }
}

async function write(file: FileHandle, bytes: Buffer): Promise<number> {
  try {
    // Unlike `write`, until all of it is there.
    await file.writeFile(bytes)
    return bytes.length
  } catch (error) {
    throw noRoom(error)
  }
}

async function* piecesOf(file: FileHandle, start: number, end: number): AsyncIterable<Buffer> {
  for (let at = start; at < end; ) {
    const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(Math.min(READ_BYTES, end - at)), { position: at })
    if (bytesRead === 0) throw new Error('The file of an upload is shorter than the upload')
    yield buffer.subarray(0, bytesRead)
    at += bytesRead
  }
}

function noRoom(cause: unknown): LiteLLMError {
  return new LiteLLMError('body_too_large', {
    param: 'model',
    message: 'The form is too large to be held until its model is known: send `model` before the file.',
    cause,
  })
}

function endedEarly(cause: unknown): LiteLLMError {
  return new LiteLLMError('body_not_json', { message: 'The request body ended early.', cause })
}
