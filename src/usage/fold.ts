import { oncePer } from '../once-per.ts'
import type { Json, Usage } from '../types.ts'
import { createFrameLook, createFrameScan, type FrameLook } from './frame-look.ts'
import type { Framing } from './framing.ts'
import { DEFAULT_HINTS, object, text, type UsageReader } from './reader.ts'
import type { Reading } from './reading.ts'

/** Documents looked at in search of the id; the first ones of some providers have none. */
const MAX_ID_SEARCH = 8
const DONE = Buffer.from('[DONE]')
/** `data: [DONE]` with an event name and room to spare. */
const MAX_DONE_BYTES = 64

/** Folds the documents of one answer into a reading. Never throws on what a provider sends. */
export class Fold {
  readonly #reader: UsageReader
  readonly #maxKeptBytes: number
  readonly #onDocument: ((document: Json) => void) | undefined
  #look: FrameLook | undefined
  #usage: Usage | undefined
  #id: string | undefined
  #model: string | undefined
  #provider: string | undefined
  #error: Json | undefined
  #fault: unknown
  #complete = false
  #pending = false
  #looked = 0

  constructor(reader: UsageReader, maxKeptBytes: number, onDocument?: (document: Json) => void) {
    this.#reader = reader
    this.#onDocument = onDocument
    this.#maxKeptBytes = maxKeptBytes
  }

  /** One frame of a stream. Returns the document in it, if it had to be parsed. */
  frame(frame: Buffer, framing: Pick<Framing, 'payload' | 'opaque'>): Json | undefined {
    const bytes = framing.opaque ? framing.payload(frame) : frame
    if (!bytes) return undefined
    const hinted = this.#lookAt(bytes)
    const searching = this.#id === undefined && this.#looked < MAX_ID_SEARCH
    if (!hinted && !searching) {
      if (bytes.length < MAX_DONE_BYTES && bytes.includes(DONE)) this.#complete = true
      return undefined
    }
    const payload = framing.opaque ? bytes : framing.payload(frame)
    if (!payload || payload.length === 0) return undefined
    if (payload.equals(DONE)) {
      this.#complete = true
      return undefined
    }
    return this.document(payload)
  }

  /** A whole answer. Returns the document in it. */
  body(bytes: Buffer): Json | undefined {
    const document = this.document(bytes)
    if (!this.#usage) this.#lookAt(bytes)
    return document
  }

  /** A JSON document: a whole body, or the payload of a frame. */
  document(bytes: Buffer): Json | undefined {
    const document = parse(bytes)
    if (document) this.guard(() => this.#read(document))
    return document
  }

  /** The answer is known to have reached its end. */
  complete(): void {
    this.#complete = true
  }

  /** Usage from beside the answer, where the answer itself has none. */
  offer(usage: Usage | undefined): void {
    this.#usage ??= usage
  }

  /** What is known. `request` is what the request alone says, in case the answer said nothing, not even an error. */
  get(request?: Usage): Reading {
    const asked = this.#error ? undefined : request
    const source = this.#usage ? (this.#complete ? 'reported' : 'partial') : asked ? 'estimated' : 'none'
    return {
      usage: this.#usage ?? asked,
      source,
      responseId: this.#id,
      model: this.#model,
      provider: this.#provider,
      complete: this.#complete && !this.#pending,
      error: this.#error,
      fault: this.#fault,
      relayed: source === 'reported' ? undefined : this.#look?.relayed(),
    }
  }

  /** Runs a reader's code, which may be the host's own. */
  guard<T>(work: () => T): T | undefined {
    try {
      return work()
    } catch (error) {
      this.#fault ??= error
      return undefined
    }
  }

  /** Made on first use: a JSON body that says its usage is never looked at. */
  #lookAt(bytes: Buffer): boolean {
    this.#look ??= createFrameLook(scanOf(this.#reader), this.#maxKeptBytes)
    return this.#look.look(bytes)
  }

  #read(document: Json): void {
    const reader = this.#reader
    this.#looked++
    this.#onDocument?.(document)
    this.#id ??= reader.idOf ? reader.idOf(document) : text(document.id)
    this.#model ??= reader.modelOf ? reader.modelOf(document) : modelIn(document)
    this.#provider ??= reader.providerOf?.(document)
    this.#usage = reader.read(document, this.#usage)
    this.#error ??= errorIn(document)
    if (reader.isEnd?.(document)) this.#complete = true
    if (reader.isPending?.(document)) this.#pending = true
  }
}

/** What to look for in the frames of a reader: the same for all its answers. */
const scanOf = oncePer(({ hints = DEFAULT_HINTS, textKeys = [] }: UsageReader) =>
  createFrameScan({ hints: [...hints, 'error'], textKeys }),
)

function modelIn(document: Json): string | undefined {
  return text(document.model) ?? text(object(document.message ?? document.response).model)
}

/** The document itself when it is an error, in any of the usual forms. */
function errorIn(document: Json): Json | undefined {
  const error = document.error ?? object(document.response).error
  return error != null && error !== false && error !== '' ? document : undefined
}

function parse(bytes: Buffer): Json | undefined {
  try {
    return object(JSON.parse(bytes.toString('utf8')))
  } catch {
    return undefined
  }
}
