/** One of `items` (never empty), each as likely as the others. */
export function pickAny<T>(items: readonly T[], random: () => number): T {
  return items[Math.floor(random() * items.length)] ?? items[items.length - 1]!
}

/**
 * One of `items` (never empty), each as likely as its share of all weights. A negative weight counts as 0; when no weight
 * is positive, all are equally likely.
 */
export function pickWeighted<T>(items: readonly T[], weightOf: (item: T) => number, random: () => number): T {
  const weights = items.map((item) => Math.max(0, weightOf(item)))
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  if (!(total > 0)) return pickAny(items, random)
  let rest = random() * total
  for (const [index, item] of items.entries()) {
    rest -= weights[index]!
    if (rest < 0) return item
  }
  return items[weights.findLastIndex((weight) => weight > 0)]!
}

/** One of the items with the lowest score; among equals each is as likely. `items` is never empty. */
export function pickLowest<T>(items: readonly T[], scoreOf: (item: T) => number, random: () => number): T {
  const scores = items.map(scoreOf)
  const lowest = Math.min(...scores)
  return pickAny(
    items.filter((_, index) => scores[index] === lowest),
    random,
  )
}
