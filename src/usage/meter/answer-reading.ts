import type { Json, Usage } from '../../types.ts'
import { object, text, type UsageReader } from '../shapes/reader.ts'
import { bodyScanOf, createFrameHints, type FrameHints, scanOf } from '../streams/frame-hints.ts'
import type { FrameSink, Framing } from '../streams/framing.ts'
import { guessedTokens } from '../tokens/tokenizer.ts'
import { believable, saysSomething } from './believable.ts'
import type { Reading } from './reading.ts'
import { UnreadableBytes } from './unreadable-bytes.ts'

/** Documents looked at in search of the id; the first ones of some providers have none. */
const MAX_ID_SEARCH = 8
const DONE = Buffer.from('[DONE]')
/** `data: [DONE]` with an event name and room to spare. */
const MAX_DONE_BYTES = 64
/** What the request of an answer says, for what the answer does not say, or says wrong. */
export interface Asked {
  readonly request?: Json
  /** What the request alone says is billed. */
  readonly usage?: Usage
}

/** Folds the documents of one answer into a reading. Never throws on what a provider sends. */
export class AnswerReading {
  readonly #reader: UsageReader
  readonly #unreadable: UnreadableBytes
  readonly #maxKeptBytes: number
  readonly #onDocument: ((document: Json) => void) | undefined
  #look: FrameHints | undefined
  #usage: Usage | undefined
  #id: string | undefined
  #model: string | undefined
  #provider: string | undefined
  #error: Json | undefined
  #fault: unknown
  #complete = false
  #pending = false
  #usesNothing = false
  #looked = 0
  #bytes = 0

  constructor(reader: UsageReader, maxKeptBytes: number, onDocument?: (document: Json) => void) {
    this.#reader = reader
    this.#onDocument = onDocument
    this.#maxKeptBytes = maxKeptBytes
    this.#unreadable = new UnreadableBytes(maxKeptBytes)
  }

  /** One frame of a stream. Returns the document in it, if it had to be parsed. */
  frame(frame: Buffer, framing: Pick<Framing, 'payload' | 'opaque'>): Json | undefined {
    this.#bytes += frame.length
    const bytes = framing.opaque ? framing.payload(frame) : frame
    if (!bytes) return this.unreadable(frame)
    const hinted = this.#lookAt(bytes)
    const searching = this.#id === undefined && this.#looked < MAX_ID_SEARCH
    if (!hinted && !searching) {
      if (bytes.length < MAX_DONE_BYTES && bytes.includes(DONE)) this.#complete = true
      return undefined
    }
    const payload = framing.opaque ? bytes : framing.payload(frame)
    if (!payload) return this.#unframed(frame)
    if (payload.length === 0) return undefined
    if (payload.equals(DONE)) {
      this.#complete = true
      return undefined
    }
    return this.document(payload) ?? this.unreadable(payload)
  }

  /** How frames that are too long to be kept are read: where the shape says how, by their beginning and end. */
  longFrames(): Pick<FrameSink, 'passOver' | 'passedOver'> {
    const { longFrame } = this.#reader
    const reading = longFrame?.()
    if (!reading) return { passOver() {} }
    return {
      passOver: (bytes) => reading.push(bytes),
      passedOver: () =>
        this.guard(() => {
          const document = reading.end()
          if (document) this.#read(document)
        }),
    }
  }

  /** A whole answer. Returns the document in it. */
  body(bytes: Buffer): Json | undefined {
    this.#bytes += bytes.length
    const document = this.document(bytes)
    if (document && this.#isTextNeeded()) this.#lookAt(bytes, bodyScanOf(this.#reader))
    return document
  }

  /** A whole answer that is no document. Its text is found without being parsed, where it has members of one. */
  brokenBody(bytes: Buffer): void {
    this.#lookAt(bytes, bodyScanOf(this.#reader))
    this.unreadable(bytes)
  }

  /** A JSON document: a whole body, or the payload of a frame. */
  document(bytes: Buffer): Json | undefined {
    const document = parse(bytes)
    if (document) this.guard(() => this.#read(document))
    return document
  }

  /** Bytes that are no document. If they are a text, it may be what a model has said. */
  unreadable(bytes: Buffer): undefined {
    this.#unreadable.add(bytes)
  }

  /** The answer is known to have reached its end. */
  complete(): void {
    this.#complete = true
  }

  /** Usage from beside the answer, where the answer itself has none. */
  offer(usage: Usage | undefined): void {
    if (!this.#usage || (usage && !saysSomething(this.#usage))) this.#usage = usage
  }

  /** What is known. Where the answer said nothing, not even an error, it is what was asked for. */
  get({ request, usage: asked }: Asked = {}): Reading {
    // Of work that was done later there may be more than any call can do.
    const read = this.#usage
    const evidence = { request, asked, answerBytes: this.#bytes }
    const usage = read && !this.#usesNothing ? believable(read, evidence) : read
    const said = usage !== undefined && (this.#usesNothing || saysSomething(usage))
    const estimate = said || this.#error ? undefined : asked
    const source = said ? (this.#complete ? 'reported' : 'partial') : estimate ? 'estimated' : 'none'
    const isTextNeeded = source !== 'reported' || usage?.completionTokens === 0
    return {
      usage: estimate ? { ...estimate, doubts: usage?.doubts } : usage,
      source,
      responseId: this.#id,
      model: this.#model,
      provider: this.#provider,
      complete: this.#complete && !this.#pending,
      pending: this.#pending,
      unreadable: this.#unreadable.any,
      error: this.#error,
      fault: this.#fault,
      relayed: isTextNeeded ? this.#relayed() : undefined,
    }
  }

  /** Output tokens so far: as the provider reports them, else by the length of the text. */
  outputTokens(): number {
    const byLength = guessedTokens(this.#look?.relayedBytes() ?? 0)
    return Math.max(byLength, this.#usage?.completionTokens ?? 0)
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
  #lookAt(bytes: Buffer, scan = scanOf(this.#reader)): boolean {
    this.#look ??= createFrameHints(scan, this.#maxKeptBytes)
    return this.#look.look(bytes)
  }

  #relayed() {
    const text = this.#look?.relayed()
    return this.#unreadable.any && !text?.totalBytes ? this.#unreadable.get() : text
  }

  /** The output may have to be counted: it is not said, or is more than the answer has bytes. */
  #isTextNeeded(): boolean {
    const { textKeys = [], bodyTextKeys = textKeys } = this.#reader
    if (bodyTextKeys.length === 0) return false
    return !this.#usage || this.#usage.completionTokens === 0 || this.#usage.completionTokens > this.#bytes
  }

  /** A frame without a payload: a comment, or an answer that is no stream, whatever its type says. */
  #unframed(frame: Buffer): Json | undefined {
    const start = frame.toString('latin1', 0, 16).trimStart()
    if (/^[{[]/.test(start)) {
      // It has been looked at as if it were a frame.
      this.#look = undefined
      this.#bytes -= frame.length
      const document = this.body(frame)
      if (document) this.#complete = true
      else this.brokenBody(frame)
      return document
    }
    return start === '' || /^(:|event|id|retry)/.test(start) ? undefined : this.unreadable(frame)
  }

  #read(document: Json): void {
    const reader = this.#reader
    this.#looked++
    this.#onDocument?.(document)
    this.#id ??= reader.idOf ? reader.idOf(document) : text(document.id)
    this.#model ??= reader.modelOf ? reader.modelOf(document) : modelIn(document)
    this.#provider ??= reader.providerOf?.(document)
    this.#usage = laterOf(this.#usage, reader.read(document, this.#usage))
    this.#error ??= errorIn(document)
    if (reader.isEnd?.(document)) this.#complete = true
    if (reader.isPending?.(document)) this.#pending = true
    if (reader.usesNothing?.(document)) this.#usesNothing = true
  }
}

/** What counts nothing takes nothing back. */
function laterOf(before: Usage | undefined, now: Usage | undefined): Usage | undefined {
  return before && now && before !== now && !saysSomething(now) && saysSomething(before) ? before : now
}

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
