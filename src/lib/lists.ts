/** The bytes of all pieces. A single one, as most bodies are, is not copied. */
export function concat(pieces: readonly Buffer[]): Buffer {
  const [first] = pieces
  return first && pieces.length === 1 ? first : Buffer.concat(pieces)
}

/**
 * Takes the first pieces out of `pieces`, which have `bytes` bytes, while at least `minBytes` are left without them. Returns
 * how many bytes are left.
 */
export function dropFirst(pieces: Buffer[], bytes: number, minBytes: number): number {
  let left = bytes
  for (let first = pieces[0]; first && left - first.length >= minBytes; first = pieces[0]) {
    pieces.shift()
    left -= first.length
  }
  return left
}

/** Visits the pairs of a list that has names and values by turns. */
export function eachPair(list: readonly string[], visit: (name: string, value: string) => void): void {
  for (let at = 1; at < list.length; at += 2) {
    const name = list[at - 1]
    const value = list[at]
    if (name !== undefined && value !== undefined) visit(name, value)
  }
}

/** How many items at the beginning of a list are so, where none of those behind them is. Found by halves. */
export function countLeading<T extends object>(items: readonly T[], isSo: (item: T) => boolean): number {
  let [low, high] = [0, items.length]
  while (low < high) {
    const middle = (low + high) >> 1
    const item = items[middle]
    if (item && isSo(item)) low = middle + 1
    else high = middle
  }
  return low
}
