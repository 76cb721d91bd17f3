/** One of `items`, each as likely as the others; `undefined` when there are none. */
export function pickAny<T>(items: readonly T[], random: () => number): T | undefined {
  return items[Math.floor(random() * items.length)] ?? items.at(-1)
}

/**
 * One of `items`, each as likely as its share of all weights; `undefined` when there are none. A negative weight counts as
 * 0; when no weight is positive, all are equally likely.
 */
export function pickWeighted<T>(
  items: readonly T[],
  weightOf: (item: T) => number,
  random: () => number,
): T | undefined {
  return weightedDraw(items, weightOf, random)()
}

/** The same as often as it is called, in logarithmic time. */
export function weightedDraw<T>(
  items: readonly T[],
  weightOf: (item: T) => number,
  random: () => number,
): () => T | undefined {
  let total = 0
  const ends = items.map((item) => {
    total += Math.max(0, weightOf(item))
    return total
  })
  if (!(total > 0)) return () => pickAny(items, random)
  // Items without a weight at the end of the list are never drawn, however the sum was rounded.
  const last = ends.indexOf(total)
  return () => items[placeOf(ends, last, random() * total)]
}

/** The first place up to `last` whose number, of ascending ones, is above `value`. */
function placeOf(ends: readonly number[], last: number, value: number): number {
  let low = 0
  let high = last
  while (low < high) {
    const middle = (low + high) >> 1
    if ((ends[middle] ?? 0) > value) high = middle
    else low = middle + 1
  }
  return low
}

/** One of the items with the lowest score; among equals each is as likely. `undefined` when there are none. */
export function pickLowest<T>(items: readonly T[], scoreOf: (item: T) => number, random: () => number): T | undefined {
  const scores = items.map(scoreOf)
  const lowest = scores.reduce((least, score) => Math.min(least, score), Number.POSITIVE_INFINITY)
  return pickAny(
    items.filter((_, index) => scores[index] === lowest),
    random,
  )
}

/** By then nearly all are out of the question. */
const MOST_DRAWS = 16

/** The first of some draws that will do: what `draw` brings of those that will, and as often. `undefined`: none has. */
export function drawUntil<T>(draw: () => T | undefined, willDo: (drawn: T) => boolean): T | undefined {
  for (let count = 0; count < MOST_DRAWS; count++) {
    const drawn = draw()
    if (drawn !== undefined && willDo(drawn)) return drawn
  }
  return undefined
}
