import type { BodyEdit } from '../../../types.ts'

/** By how many bytes a body becomes longer; less than 0 where it becomes shorter. */
export function growthBy(edits: readonly BodyEdit[]): number {
  return edits.reduce((sum, { start, end, text }) => sum + Buffer.byteLength(text) - (end - start), 0)
}

/** The bytes of `pieces`, edited. What stands behind them is none of the edits' business. */
export function editedPieces(pieces: readonly Buffer[], edits: readonly BodyEdit[]): readonly Buffer[] {
  const edited: Buffer[] = []
  let pieceStart = 0
  let next = 0
  /** Up to here the body is replaced, or has been given. */
  let done = 0
  for (const piece of pieces) {
    const pieceEnd = pieceStart + piece.length
    for (let edit = edits[next]; edit && edit.start < pieceEnd; edit = edits[++next]) {
      edited.push(piece.subarray(Math.max(done - pieceStart, 0), edit.start - pieceStart), Buffer.from(edit.text))
      done = edit.end
    }
    if (done < pieceEnd) edited.push(piece.subarray(Math.max(done - pieceStart, 0)))
    done = Math.max(done, pieceEnd)
    pieceStart = pieceEnd
  }
  for (const { text } of edits.slice(next)) edited.push(Buffer.from(text))
  return edited.filter(({ length }) => length > 0)
}
