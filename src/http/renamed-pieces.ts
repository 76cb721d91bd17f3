import type { Place } from './form-scanner.ts'

/** The bytes of `pieces`, with those at `place` replaced by `text`. */
export function renamedPieces(pieces: readonly Buffer[], place: Place | undefined, text: string): readonly Buffer[] {
  if (!place) return pieces
  const renamed: Buffer[] = []
  let at = 0
  for (const piece of pieces) {
    const within = (position: number) => Math.min(Math.max(position - at, 0), piece.length)
    renamed.push(piece.subarray(0, within(place.start)))
    if (at <= place.start && place.start < at + piece.length) renamed.push(Buffer.from(text))
    renamed.push(piece.subarray(within(place.end)))
    at += piece.length
  }
  return renamed.filter(({ length }) => length > 0)
}
