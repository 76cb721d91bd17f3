/** The known name that was probably meant by `name`, or `undefined` when none is near: `most` letters apart at most. */
export function suggest(name: string, known: readonly string[], most = Number.POSITIVE_INFINITY): string | undefined {
  const wanted = plain(name)
  const limit = Math.min(most, Math.max(1, Math.floor(wanted.length / 3)))
  const ranked = known
    .map((candidate) => ({ candidate, distance: distanceOf(wanted, plain(candidate)) }))
    .filter(({ distance }) => distance <= limit)
    .sort((a, b) => a.distance - b.distance)
  return ranked[0]?.candidate
}

/** `maxConns`, `max_conns` and `max-conns` are one word to the person who typed them. */
function plain(name: string): string {
  return name.toLowerCase().replace(/[_-]/g, '')
}

/** Levenshtein distance, one row at a time. */
function distanceOf(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (const [i, letter] of [...a].entries()) {
    const next = [i + 1]
    for (const [j, other] of [...b].entries()) {
      next.push(Math.min(next[j]! + 1, row[j + 1]! + 1, row[j]! + (letter === other ? 0 : 1)))
    }
    row = next
  }
  return row.at(-1)!
}
