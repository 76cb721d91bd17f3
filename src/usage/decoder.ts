import type { Transform } from 'node:stream'
import {
  constants,
  createBrotliDecompress,
  createGunzip,
  createInflate,
  createInflateRaw,
  createZstdDecompress,
  type Zlib,
} from 'node:zlib'

export interface Decoder {
  push(bytes: Buffer): void
  /** Resolves when everything pushed has been given. Broken or cut input ends it early; it never rejects. */
  end(): Promise<void>
}

// Flushing instead of finishing makes zlib give what it has of an answer that was cut off, instead of failing.
const ZLIB = { finishFlush: constants.Z_SYNC_FLUSH }
const BROTLI = { finishFlush: constants.BROTLI_OPERATION_FLUSH }
const ZSTD = { finishFlush: constants.ZSTD_e_flush }

type Inflate = Transform & Zlib

const DECODERS: Readonly<Record<string, (first: Buffer) => Inflate>> = {
  gzip: () => createGunzip(ZLIB),
  'x-gzip': () => createGunzip(ZLIB),
  // RFC 9110 8.4.1.2 means zlib, but some servers send raw deflate.
  deflate: (first) => ((first[0]! & 0x0f) === 8 ? createInflate(ZLIB) : createInflateRaw(ZLIB)),
  br: () => createBrotliDecompress(BROTLI),
  zstd: () => createZstdDecompress(ZSTD),
}

/** Decodes one content coding (RFC 9110, 8.4); `undefined` for one that is not known. */
export function createDecoder(encoding: string, onBytes: (bytes: Buffer) => void): Decoder | undefined {
  const create = DECODERS[encoding]
  if (!create) return undefined
  let stream: Inflate | undefined
  let done: Promise<void> = Promise.resolve()

  function open(first: Buffer): Inflate {
    const opened = create!(first)
    done = new Promise((resolve) => {
      opened.on('data', onBytes)
      opened.once('end', resolve)
      opened.once('error', () => resolve())
    })
    return opened
  }

  return {
    push(bytes) {
      if (bytes.length === 0) return
      stream ??= open(bytes)
      if (!stream.destroyed) stream.write(bytes)
    },
    end() {
      if (stream && !stream.destroyed) stream.end()
      return done
    },
  }
}
