import { concat } from '../../lib/lists.ts'
import type { RequestContext } from '../request/context.ts'

/** APIs in whose answers LiteLLM names the model as the client did (`_override_openai_response_model`). */
const RENAMED: ReadonlySet<string> = new Set([
  ...['openai-chat', 'openai-completions', 'openai-embeddings', 'openai-responses'],
  'anthropic-messages',
])

const MEMBER = '"model"'
const NAMED = /"model"[ \t]*:[ \t]*"(?:[^"\\]|\\.)*"/
const NAMED_FROM = new RegExp(NAMED, 'g')
/** A member is not looked for behind this. */
const MAX_SEARCHED = 65_536

/**
 * The name that the answer to this call is to give its model: the client's own. `undefined` where the provider's stays,
 * as after a fallback, where clients want to know who has answered.
 */
export function askedModel({ call, route }: RequestContext): string | undefined {
  const asked = call?.json?.model
  if (!call || typeof asked !== 'string' || (route?.fallbacks ?? 0) > 0) return undefined
  // Events of Responses keep the provider's.
  if (call.stream && call.shape === 'openai-responses') return undefined
  return RENAMED.has(call.shape) ? asked : undefined
}

/** A whole answer, or a whole stream, with this name for its model. */
export function withModel(body: Buffer, name: string): Buffer {
  const model = new AnswerModel(name)
  const bytes = model.push(body)
  return concat([bytes, model.end()].filter((piece) => piece !== undefined))
}

/** The same of a whole answer as text whose characters are its bytes (Latin-1): most answers are small. */
export function textWithModel(text: string, name: string): string {
  const at = text.indexOf(MEMBER)
  if (at < 0) return text
  NAMED_FROM.lastIndex = at
  const [member] = NAMED_FROM.exec(text) ?? []
  const asked = askedMember(name).toString('latin1')
  return member === undefined || member === asked ? text : text.replaceAll(member, () => asked)
}

function askedMember(name: string): Buffer {
  return Buffer.from(`${MEMBER}:${JSON.stringify(name)}`)
}

/**
 * Replaces the provider's name of the model in the bytes of an answer, wherever one is named as in the first place. In a
 * text a member cannot stand: its quotes would be escaped. Nothing is parsed.
 */
export class AnswerModel {
  readonly #asked: Buffer
  /** The member as the provider writes it; `undefined` until one was seen. */
  #named: Buffer | undefined
  /** The provider names it as the client does. */
  #isSame = false
  /** The end of a piece that may be the beginning of the member. */
  #held: Buffer | undefined

  constructor(asked: string) {
    this.#asked = askedMember(asked)
  }

  /** These bytes with the client's name. What is to come may begin with some of them. */
  push(piece: Buffer): Buffer {
    if (this.#isSame) return piece
    const bytes = this.#held ? Buffer.concat([this.#held, piece]) : piece
    this.#held = undefined
    this.#named ??= this.#find(bytes)
    if (!this.#named) return bytes
    const renamed = replaced(bytes, this.#named, this.#asked)
    const kept = beginningAtEnd(renamed, this.#named)
    if (kept === 0) return renamed
    this.#held = renamed.subarray(renamed.length - kept)
    return renamed.subarray(0, renamed.length - kept)
  }

  /** What was held back. */
  end(): Buffer | undefined {
    const held = this.#held
    this.#held = undefined
    return held
  }

  /** The name stands in the first event, and that comes in one piece. */
  #find(bytes: Buffer): Buffer | undefined {
    const at = bytes.indexOf(MEMBER)
    const found = at < 0 ? null : NAMED.exec(bytes.toString('latin1', at, at + MAX_SEARCHED))
    if (!found) return undefined
    const member = Buffer.from(found[0], 'latin1')
    this.#isSame = member.equals(this.#asked)
    return this.#isSame ? undefined : member
  }
}

function replaced(bytes: Buffer, from: Buffer, to: Buffer): Buffer {
  const pieces: Buffer[] = []
  let start = 0
  for (let at = bytes.indexOf(from); at >= 0; at = bytes.indexOf(from, start)) {
    pieces.push(bytes.subarray(start, at), to)
    start = at + from.length
  }
  return start === 0 ? bytes : Buffer.concat([...pieces, bytes.subarray(start)])
}

/** How many of the last bytes are the beginning of `member`. */
function beginningAtEnd(bytes: Buffer, member: Buffer): number {
  const from = Math.max(0, bytes.length - member.length + 1)
  for (let at = bytes.indexOf(0x22, from); at >= 0; at = bytes.indexOf(0x22, at + 1)) {
    if (bytes.subarray(at).equals(member.subarray(0, bytes.length - at))) return bytes.length - at
  }
  return 0
}
