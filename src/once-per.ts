/** `work`, which must be pure, done once for each object, as long as that lives. */
export function oncePer<K extends object, V>(work: (object: K) => V): (object: K) => V {
  const known = new WeakMap<K, V>()
  return (object) => {
    let value = known.get(object)
    if (value === undefined) {
      value = work(object)
      known.set(object, value)
    }
    return value
  }
}
