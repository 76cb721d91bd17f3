/**
 * Exact amounts of US dollars, as a whole number of 1e-30 dollars. Prices are decimal fractions such as 1.5e-7, which
 * binary floats only approximate; thousands of them summed in another order would give another bill. Numbers are taken
 * by their shortest decimal form, which is what was written in the price list, and rounded once, when read back.
 */
export type Money = bigint

const DIGITS = 30
const ONE = 10n ** BigInt(DIGITS)
const NUMBER = /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]?\d+))?$/i

export const ZERO: Money = 0n

/** Almost every amount is a whole number of 1e-15 dollars. */
const FINE = 10n ** 15n
const LARGEST = BigInt(Number.MAX_SAFE_INTEGER)

/** `number` as an exact decimal. Not finite: zero. */
export function money(number: number): Money {
  const known = cache.get(number)
  if (known !== undefined) return known
  const exact = parse(String(number))
  if (cache.size >= CACHE_SIZE) cache.clear()
  cache.set(number, exact)
  return exact
}

/** `rate` times `quantity`, exact when the quantity is a whole number. */
export function times(rate: Money, quantity: number): Money {
  return Number.isSafeInteger(quantity) ? rate * BigInt(quantity) : (rate * money(quantity)) / ONE
}

/** The nearest double. */
export function dollars(amount: Money): number {
  if (amount === ZERO) return 0
  const short = amount / FINE
  // Both are exact as doubles, so their quotient is rounded once, as the decimal would be.
  if (short <= LARGEST && short >= -LARGEST && short * FINE === amount) return Number(short) / 1e15
  return Number(`${amount}e-${DIGITS}`)
}

export function sum(amounts: Iterable<Money>): Money {
  let total = ZERO
  for (const amount of amounts) total += amount
  return total
}

// Price lists repeat a few hundred numbers; parsing one costs more than the sum it is used in.
const CACHE_SIZE = 4096
const cache = new Map<number, Money>()

function parse(decimal: string): Money {
  const match = NUMBER.exec(decimal)
  if (!match) return ZERO
  const [, sign, whole = '', fraction = '', exponent = '0'] = match
  const digits = BigInt(whole + fraction)
  const shift = DIGITS - fraction.length + Number(exponent)
  const value = shift >= 0 ? digits * 10n ** BigInt(shift) : digits / 10n ** BigInt(-shift)
  return sign ? -value : value
}
