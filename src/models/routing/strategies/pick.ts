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
  const weighted = items.map((item) => ({ item, weight: Math.max(0, weightOf(item)) }))
  const total = weighted.reduce((sum, { weight }) => sum + weight, 0)
  if (!(total > 0)) return pickAny(items, random)
  let rest = random() * total
  for (const { item, weight } of weighted) {
    rest -= weight
    if (rest < 0) return item
  }
  return weighted.findLast(({ weight }) => weight > 0)?.item
}

/** One of the items with the lowest score; among equals each is as likely. `undefined` when there are none. */
export function pickLowest<T>(items: readonly T[], scoreOf: (item: T) => number, random: () => number): T | undefined {
  const scores = items.map(scoreOf)
  const lowest = Math.min(...scores)
  return pickAny(
    items.filter((_, index) => scores[index] === lowest),
    random,
  )
}
