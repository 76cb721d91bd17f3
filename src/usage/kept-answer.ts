import type { Json } from '../types.ts'
import { createDecoder } from './decoder.ts'
import type { FramingKind } from './framing.ts'
import { framingOf } from './framings.ts'
import { object } from './reader.ts'
import { wholeAnswer } from './whole-answer.ts'

export interface KeptAnswerOptions {
  readonly contentType: string
  readonly contentEncoding?: string
  /** How a stream of the API shape is cut when its type does not tell. */
  readonly framing?: FramingKind
}

export interface KeptAnswer {
  push(bytes: Buffer): void
  /** The answer as one document; `undefined` when it was none, or too large to be kept. */
  end(): Promise<unknown>
}

/** Beyond this an answer is not kept: what is not JSON cannot be cut, and a row has no room for it. */
const MAX_BYTES = 1024 * 1024

/** Keeps the bytes of one answer, for those who want to store it. */
export function createKeptAnswer({ contentType, contentEncoding, framing }: KeptAnswerOptions): KeptAnswer {
  const pieces: Buffer[] = []
  let size = 0
  const encoding = (contentEncoding ?? '').trim().toLowerCase()
  const plain = encoding === '' || encoding === 'identity'
  const decoder = plain ? undefined : createDecoder(encoding, keep)

  return {
    push: (bytes) => (decoder ? decoder.push(bytes) : keep(bytes)),
    async end() {
      await decoder?.end()
      return size > MAX_BYTES ? undefined : documentIn(Buffer.concat(pieces), contentType, framing)
    },
  }

  function keep(bytes: Buffer): void {
    size += bytes.length
    if (size <= MAX_BYTES) pieces.push(bytes)
    else pieces.length = 0
  }
}

function documentIn(bytes: Buffer, contentType: string, usual: FramingKind | undefined): unknown {
  const framing = framingOf(contentType, usual)
  if (!framing) return parse(bytes)
  const documents: Json[] = []
  const cutter = framing.cut(
    {
      frame(frame) {
        const payload = framing.payload(frame)
        const document = payload && parse(payload)
        if (document !== undefined) documents.push(object(document))
      },
      passOver: () => {},
    },
    MAX_BYTES,
  )
  cutter.push(bytes)
  cutter.end()
  return documents.length > 0 ? wholeAnswer(documents) : undefined
}

function parse(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'))
  } catch {
    return undefined
  }
}
