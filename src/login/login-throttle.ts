import { hash } from 'node:crypto'
import { LiteLLMError } from '../errors.ts'

export interface ThrottleSettings {
  /** Failures of one address in a window; half of it holds for one name at that address. 0: no limit. */
  readonly perSource: number
  /** Addresses are those of clients, not of a proxy that many share: then each has a limit over all names, too. */
  readonly limitsSources: boolean
  readonly windowMs: number
  readonly blockMs: number
}

export interface LoginThrottle {
  /**
   * Counts an attempt before its password is looked at, so that attempts at the same moment count too. Throws
   * `too_many_logins` while the name at this address, or the address itself, is blocked.
   */
  attempt(address: string, name: string): void
  /** The attempt was no guess: the name at this address starts again, and the address gets its attempt back. */
  succeeded(address: string, name: string): void
}

interface Counter {
  count: number
  readonly endsAt: number
  blockedUntil: number
}

/** Addresses and names that are remembered. */
const MAX_COUNTERS = 20_000

/** LiteLLM's limits on failed sign-ins, kept by each process for itself. `now` is in milliseconds. */
export function createLoginThrottle(settings: ThrottleSettings, now: () => number = Date.now): LoginThrottle {
  const counters = new Map<string, Counter>()
  const perName = Math.max(Math.floor(settings.perSource / 2), 1)

  return {
    attempt(address, name) {
      if (settings.perSource === 0) return
      const pair = counterOf(pairOf(address, name))
      const source = settings.limitsSources ? counterOf(sourceOf(address)) : undefined
      if (source) refuseWhileBlocked(source)
      refuseWhileBlocked(pair)
      // A script that is stuck on one name does not block all others at its address.
      if (bump(pair, perName)) refuseWhileBlocked(pair)
      if (source && bump(source, settings.perSource)) refuseWhileBlocked(source)
    },
    succeeded(address, name) {
      counters.delete(pairOf(address, name))
      const source = counters.get(sourceOf(address))
      if (source && source.count > 0) source.count -= 1
    },
  }

  /** Whether this attempt is one too many: the one that goes past the limit is still looked at, as in LiteLLM. */
  function bump(counter: Counter, limit: number): boolean {
    counter.count += 1
    if (counter.count <= limit + 1) return false
    counter.blockedUntil = now() + settings.blockMs
    return true
  }

  function refuseWhileBlocked({ blockedUntil }: Counter): void {
    const left = Math.ceil((blockedUntil - now()) / 1000)
    if (left > 0)
      throw new LiteLLMError('too_many_logins', { param: 'username', headers: { 'retry-after': `${left}` } })
  }

  function counterOf(key: string): Counter {
    const known = counters.get(key)
    if (known && now() < Math.max(known.endsAt, known.blockedUntil)) return known
    counters.delete(key)
    const [oldest] = counters.keys()
    if (oldest !== undefined && counters.size >= MAX_COUNTERS) counters.delete(oldest)
    const counter = { count: 0, endsAt: now() + settings.windowMs, blockedUntil: 0 }
    counters.set(key, counter)
    return counter
  }
}

/** An IPv6 client has its whole /64; an IPv4 address in IPv6 form is the IPv4 address. */
function sourceOf(address: string): string {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '').toLowerCase()
  if (!plain.includes(':')) return plain
  const [head = '', tail] = plain.split('::')
  const before = head === '' ? [] : head.split(':')
  const after = tail === undefined || tail === '' ? [] : tail.split(':')
  const zeros = tail === undefined ? [] : Array<string>(Math.max(8 - before.length - after.length, 0)).fill('0')
  return [...before, ...zeros, ...after].slice(0, 4).join(':')
}

function pairOf(address: string, name: string): string {
  return `${sourceOf(address)} ${hash('sha256', name.toLowerCase())}`
}
