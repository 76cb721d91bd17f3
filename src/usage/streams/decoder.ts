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
import { concat } from '../../lib/lists.ts'

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

const gunzip = () => createGunzip(ZLIB)
const unzstd = () => createZstdDecompress(ZSTD)

const DECODERS: Readonly<Record<string, (first: Buffer) => Inflate>> = {
  gzip: gunzip,
  'x-gzip': gunzip,
  // RFC 9110 8.4.1.2 means zlib, but some servers send raw deflate.
  deflate: ([first = 0]) => ((first & 0x0f) === 8 ? createInflate(ZLIB) : createInflateRaw(ZLIB)),
  br: () => createBrotliDecompress(BROTLI),
  zstd: unzstd,
}

/** How compressed data begins, whatever its name. Text and JSON do not. */
const MAGICS = [
  { bytes: [0x1f, 0x8b], create: gunzip },
  { bytes: [0x28, 0xb5, 0x2f, 0xfd], create: unzstd },
] as const
const MAGIC_BYTES = 4
/** These say in their first bytes that they are what their name says. */
const HAS_MAGIC: ReadonlySet<string> = new Set(['gzip', 'x-gzip', 'zstd'])
/** Some servers compress what was compressed before, and name it once. */
const UNNAMED = 2
/** Kept until a decoder has given something: if it never does, the bytes were not in its coding. */
const MAX_TRIED_BYTES = 64 << 10

/** Whether an answer begins like compressed data. */
export function isCompressed(first: Buffer): boolean {
  return first.length > 1 && magicOf(first) !== undefined
}

/**
 * Decodes content codings as a header lists them (RFC 9110, 8.4). Bytes that are not in the coding that is named, or in
 * one more than is named, are decoded by how they begin; those in no known coding are given as they are.
 */
export function createDecoder(encoding: string, onBytes: (bytes: Buffer) => void): Decoder {
  const named = encoding.split(',').map((name) => name.trim().toLowerCase())
  const codings = [...named.reverse(), ...new Array<string>(UNNAMED).fill('')]
  const stages: Stage[] = []
  let next = onBytes
  for (const coding of codings.toReversed()) {
    const stage = new Stage(coding, next)
    stages.unshift(stage)
    next = (bytes) => stage.push(bytes)
  }
  return {
    push: next,
    async end() {
      for (const stage of stages) await stage.end()
    },
  }
}

/** One coding, or none. */
class Stage {
  readonly #coding: string
  readonly #onBytes: (bytes: Buffer) => void
  #stream: Inflate | undefined
  #begun = false
  #given = false
  #done: Promise<void> = Promise.resolve()
  /** Before it has begun: all bytes so far. Then: those that the decoder has been given, until it gives any. */
  #tried: Buffer[] = []
  #triedBytes = 0
  #isPlain = false

  constructor(coding: string, onBytes: (bytes: Buffer) => void) {
    this.#coding = coding
    this.#onBytes = onBytes
  }

  push(bytes: Buffer): void {
    if (bytes.length === 0) return
    if (this.#isPlain) {
      this.#onBytes(bytes)
      return
    }
    if (!this.#given) this.#keep(bytes)
    if (this.#begun) this.#write(bytes)
    else if (this.#triedBytes >= MAGIC_BYTES) this.#begin()
  }

  async end(): Promise<void> {
    if (!this.#begun) this.#begin()
    if (this.#stream && !this.#stream.destroyed) this.#stream.end()
    await this.#done
  }

  #keep(bytes: Buffer): void {
    this.#triedBytes += bytes.length
    this.#tried.push(bytes)
  }

  #begin(): void {
    this.#begun = true
    const first = concat(this.#tried)
    const create = first.length > 0 ? decoderFor(this.#coding, first) : undefined
    if (create) this.#decode(create(first), first)
    else this.#giveAsIs()
  }

  #decode(stream: Inflate, first: Buffer): void {
    this.#stream = stream
    this.#done = new Promise((resolve) => {
      stream.on('data', (bytes: Buffer) => {
        this.#given = true
        this.#tried = []
        this.#onBytes(bytes)
      })
      stream.once('end', resolve)
      stream.once('error', () => {
        if (!this.#given) this.#giveAsIs()
        resolve()
      })
    })
    stream.write(first)
  }

  #write(bytes: Buffer): void {
    if (this.#triedBytes > MAX_TRIED_BYTES) this.#tried = []
    if (this.#stream && !this.#stream.destroyed) this.#stream.write(bytes)
  }

  #giveAsIs(): void {
    this.#isPlain = true
    const tried = this.#triedBytes > MAX_TRIED_BYTES ? Buffer.alloc(0) : concat(this.#tried)
    this.#tried = []
    if (tried.length > 0) this.#onBytes(tried)
  }
}

function decoderFor(coding: string, first: Buffer): ((first: Buffer) => Inflate) | undefined {
  const isTried = Object.hasOwn(DECODERS, coding) && !HAS_MAGIC.has(coding)
  return magicOf(first) ?? (isTried ? DECODERS[coding] : undefined)
}

function magicOf(first: Buffer): (() => Inflate) | undefined {
  return MAGICS.find(({ bytes }) => bytes.every((byte, at) => first[at] === byte))?.create
}
