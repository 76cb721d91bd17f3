/** Longer texts are worked out anew each time. */
const MAX_LENGTH = 256

/** `work`, which must be pure, with its answers kept. The texts may come from anybody: no more than `max` are held. */
export function remembered<T>(work: (text: string) => T, max = 1000): (text: string) => T {
  const known = new Map<string, T>()
  return (text) => {
    const found = known.get(text)
    if (found !== undefined || known.has(text)) return found as T
    const value = work(text)
    if (text.length > MAX_LENGTH) return value
    if (known.size >= max) known.clear()
    known.set(text, value)
    return value
  }
}
