import { setImmediate } from 'node:timers/promises'

/** Counts the tokens of a text; what is too long is counted in part and extrapolated. */
export type CountTokens = (text: string) => Promise<number>

/** A tokenizer is quadratic in runs without a break: 100,000 letters in a row take seconds, in pieces milliseconds. */
const PIECE_CHARS = 1000
const PIECES_PER_TURN = 16
const MAX_CHARS = 64_000

/** English text has about four bytes to a token. Used where gpt-tokenizer is not installed. */
const BYTES_PER_TOKEN = 4

/** OpenAI's newest encoding, for every model: it errs by some percent for others, and is marked as an estimate. */
export const countTokens: CountTokens = async (text) => {
  if (text === '') return 0
  const count = await loadTokenizer()
  if (!count) return Math.ceil(Buffer.byteLength(text) / BYTES_PER_TOKEN)
  const counted = text.slice(0, MAX_CHARS)
  let tokens = 0
  for (let at = 0, pieces = 1; at < counted.length; at += PIECE_CHARS, pieces++) {
    tokens += count(counted.slice(at, at + PIECE_CHARS))
    if (pieces % PIECES_PER_TURN === 0) await setImmediate()
  }
  return Math.ceil((tokens * text.length) / counted.length)
}

type Count = (text: string) => number

let tokenizer: Promise<Count | undefined> | undefined

/** Loaded on first use: it takes a quarter of a second and 60 MB, and most gateways never need it. */
function loadTokenizer(): Promise<Count | undefined> {
  tokenizer ??= import('gpt-tokenizer').then(
    ({ countTokens }) =>
      (text) =>
        countTokens(text, { disallowedSpecial: new Set<string>() }),
    () => undefined,
  )
  return tokenizer
}
