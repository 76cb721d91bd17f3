import { secretsIn, withoutQuoted } from '../../lib/secrets.ts'
import type { Call, Deployment } from '../../types.ts'
import { POLLED } from '../../usage/background/background-jobs.ts'
import { object, objects, text } from '../../usage/shapes/reader.ts'
import { unknownShape } from '../../usage/shapes/unknown-shape.ts'

/** What an operator needs to know why a call failed; the rest is the client's. */
const MAX_LENGTH = 500
const MAX_READ = 8_192
/** Of a longer request it would take too long to find out what is quoted. */
const MAX_REQUEST = 200_000
const MAX_REQUEST_BYTES = 4 << 20
const CUT = '…'

/**
 * The words in which an upstream refused a call, in one line, cut, for rows and logs: without keys, and without what it
 * quotes of the request. `undefined` where it says nothing, or where it is not known what was sent to it.
 */
export function upstreamWords(
  said: unknown,
  call: Call | undefined,
  deployment: Pick<Deployment, 'headers'> | undefined,
): string | undefined {
  const words = wordsIn(said)
  const sent = words !== undefined && call ? sentBy(call) : undefined
  if (words === undefined || sent === undefined) return undefined
  const line = plainLine(words.slice(0, MAX_READ))
  const clean = withoutQuotes(withoutKeys(line, deployment), sent)
  return clean.length > MAX_LENGTH ? clean.slice(0, MAX_LENGTH).toWellFormed() + CUT : clean || undefined
}

/** Where the usual APIs have their sentence. What is no JSON is the sentence, without its tags. */
function wordsIn(said: unknown): string | undefined {
  // Of bytes that are no text nothing can be said.
  if (typeof said === 'string')
    return said.includes('\ufffd') ? undefined : text(said.replace(/<(style|script|title)\b.*?<\/\1>|<[^>]*>/gis, ' '))
  const document = Array.isArray(said) ? object(said[0]) : object(said)
  const error = object(document.error)
  return (
    text(error.message) ??
    text(document.error) ??
    text(document.message) ??
    text(document.Message) ??
    text(document.detail) ??
    text(objects(document.detail)[0]?.msg)
  )
}

/** Control characters could begin a line of their own in a log. */
export function plainLine(words: string): string {
  return words.replace(/[\p{C}\p{Z}]+/gu, ' ').trim()
}

const KEYS = [
  /\b(?:sk|pk|rk|gsk|xai|key|hf|ghp|pplx|nvapi|AIza|AKIA|ASIA|ya29|eyJ)[-_.\w*]{8,}/gi,
  /\b(?:Bearer|Basic|Token)\s+[\w.~+/=*-]{6,}/gi,
  /\b[\w-]*(?:key|token|secret|password|signature|authorization)["']?\s*[=:]\s*["']?[^\s"'&,;]{4,}/gi,
  /[\da-f]{32,}/gi,
]

function withoutKeys(words: string, deployment: Pick<Deployment, 'headers'> | undefined): string {
  const known = withoutQuoted(words, secretsIn(deployment?.headers ?? {}))
  return KEYS.reduce((line, key) => line.replace(key, '***'), known)
}

/** All texts of the request; `undefined` where they are not known, or too many. */
function sentBy({ json, shape, form, body }: Call): string | undefined {
  if (body && body.length > MAX_REQUEST_BYTES) return undefined
  // A file of another kind than sound or images is quoted like any text, and has not been read.
  if (form && shape === unknownShape.shape) return undefined
  // What was fetched, deleted or cancelled had no words of its own.
  if (!json) return POLLED.has(shape) ? '' : undefined
  const texts: string[] = []
  let size = 0
  const left: unknown[] = [json]
  while (left.length > 0) {
    const node = left.pop()
    if (typeof node === 'string') {
      texts.push(node)
      size += node.length
      if (size > MAX_REQUEST) return undefined
    } else if (typeof node === 'object' && node !== null) {
      for (const [name, value] of Object.entries(node)) if (node !== json || name !== 'model') left.push(value)
    }
  }
  return texts.join('\n')
}

const WORD = /[\p{L}\p{N}]+/gu
/** A word that no text contains by chance. */
const DISTINCT = /\p{N}|.{10}/u
/** So many words in the same order are a quotation: of a long request some follow each other by chance. */
const RUN = 3
const RUN_OF_SHORT = 2
const SHORT = 50

/** What stands in the request in the same words is left out. */
function withoutQuotes(line: string, sent: string): string {
  if (sent === '') return line
  const asked = (sent.match(WORD) ?? []).map((word) => word.toLowerCase())
  const run = asked.length > SHORT ? RUN : RUN_OF_SHORT
  const known = new Set(asked.filter((word) => DISTINCT.test(word)))
  const runs = new Set(asked.slice(run - 1).map((_, at) => asked.slice(at, at + run).join(' ')))
  const words = [...line.matchAll(WORD)]
  const quoted = words.map(([word]) => known.has(word.toLowerCase()))
  for (let at = 0; at + run <= words.length; at++) {
    const piece = words.slice(at, at + run).map(([word]) => word.toLowerCase())
    if (runs.has(piece.join(' '))) quoted.fill(true, at, at + run)
  }
  let shown = ''
  let from = 0
  for (const [at, { 0: word, index }] of words.entries()) {
    if (!quoted[at]) continue
    if (!quoted[at - 1]) shown += line.slice(from, index) + CUT
    from = index + word.length
  }
  return shown + line.slice(from)
}
