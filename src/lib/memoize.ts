import type { IncomingMessage } from 'node:http'
import { isInUse } from './speed-devices.ts'

/** Longer texts are computed each time. */
const MAX_LENGTH = 256

/** `work`, which must be pure, done once for each object, as long as that lives. */
export function memoizeByObject<K extends object, V>(work: (object: K) => V): (object: K) => V {
  return isInUse('memoize') ? byObject(work) : work
}

/** What `make` makes for an object is that object's own, as long as it lives. */
export function byObject<K extends object, V>(make: (object: K) => V): (object: K) => V {
  const known = new WeakMap<K, V>()
  return (object) => {
    let value = known.get(object)
    if (value === undefined) {
      value = make(object)
      known.set(object, value)
    }
    return value
  }
}

/** `work`, which must be pure, with its answers kept. The texts may come from anybody: no more than `max` are held. */
export function memoize<T>(work: (text: string) => T, max = 1000): (text: string) => T {
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

/**
 * The oldest keys of a map that holds more than `max`: an eighth of it, for the caller to take out. Taken out one at a time,
 * each would cost as much as all before it: an iterator steps over the place of every entry that is gone.
 */
export function oldestBeyond<K>(map: ReadonlyMap<K, unknown>, max: number): readonly K[] {
  if (map.size <= max) return []
  const keys: K[] = []
  const count = map.size - max + (max >> 3)
  for (const key of map.keys()) {
    if (keys.length === count) break
    keys.push(key)
  }
  return keys
}

type Mounted = IncomingMessage & { originalUrl?: string; [slot: symbol]: unknown }

interface Kept<T> {
  readonly method: string | undefined
  readonly url: string | undefined
  readonly originalUrl: string | undefined
  readonly value: T
}

/**
 * What `find` says of a request by its method and target: asked once, whoever asks first, and again when one of them has
 * been rewritten.
 */
export function memoizeByRequest<T>(find: (req: IncomingMessage) => T): (req: IncomingMessage) => T {
  // On the request itself: entries of a WeakMap that live as long as a request make every garbage collection slower.
  const slot = Symbol('express-litellm.found')
  return (request) => {
    const req = request as Mounted
    const kept = req[slot] as Kept<T> | undefined
    const { method, url, originalUrl } = req
    if (kept && kept.method === method && kept.url === url && kept.originalUrl === originalUrl) return kept.value
    const value = find(req)
    req[slot] = { method, url, originalUrl, value }
    return value
  }
}
