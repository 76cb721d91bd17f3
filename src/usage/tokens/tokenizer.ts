import { setImmediate } from 'node:timers/promises'

/** English text has about four bytes to a token; so has a request or an answer as JSON. */
const BYTES_PER_TOKEN = 4

/** How many tokens so many bytes of text are likely to be, where nothing counts them. A guess, and better than none. */
export function guessedTokens(bytes: number): number {
  return Math.ceil(bytes / BYTES_PER_TOKEN)
}

/** A tokenizer is quadratic in runs without a break: 100,000 letters in a row take seconds, in pieces milliseconds. */
const PIECE_CHARS = 1000
const PIECES_PER_TURN = 16
const MAX_CHARS = 64_000

type Count = (text: string) => number

let tokenizer: Promise<Count | undefined> | undefined

/**
 * The tokens of a text by OpenAI's newest encoding, for every model: it errs by some percent for others. Of a long text a
 * part is counted. Loads 2 MB of code on first use, which stops its thread for 150 ms.
 */
export async function tokenize(text: string): Promise<number> {
  const count = await loadTokenizer()
  if (!count) return guessedTokens(Buffer.byteLength(text))
  const counted = sampleOf(text)
  let tokens = 0
  for (let at = 0, pieces = 1; at < counted.length; at += PIECE_CHARS, pieces++) {
    tokens += count(counted.slice(at, at + PIECE_CHARS))
    if (pieces % PIECES_PER_TURN === 0) await setImmediate()
  }
  return Math.ceil((tokens * text.length) / counted.length)
}

/** As much of a text as is counted. */
export function sampleOf(text: string): string {
  return text.length > MAX_CHARS ? text.slice(0, MAX_CHARS) : text
}

function loadTokenizer(): Promise<Count | undefined> {
  tokenizer ??= import('gpt-tokenizer').then(
    ({ countTokens }) =>
      (text) =>
        countTokens(text, { disallowedSpecial: new Set<string>() }),
    () => undefined,
  )
  return tokenizer
}
