/** English text has about four bytes to a token; so has a request or an answer as JSON. */
const BYTES_PER_TOKEN = 4

/** How many tokens so many bytes of text are likely to be, where nothing counts them. A guess, and better than none. */
export function guessedTokens(bytes: number): number {
  return Math.ceil(bytes / BYTES_PER_TOKEN)
}
