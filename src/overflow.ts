/**
 * The oldest keys of a map that holds more than `max`: an eighth of it, for the caller to take out. Taken out one at a time,
 * each would cost as much as all before it: an iterator steps over the place of every entry that is gone.
 */
export function overflow<K>(map: ReadonlyMap<K, unknown>, max: number): readonly K[] {
  if (map.size <= max) return []
  const keys: K[] = []
  const count = map.size - max + (max >> 3)
  for (const key of map.keys()) {
    if (keys.length === count) break
    keys.push(key)
  }
  return keys
}
