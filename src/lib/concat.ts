/** The bytes of all pieces. A single one, as most bodies are, is not copied. */
export function concat(pieces: readonly Buffer[]): Buffer {
  return pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces)
}
