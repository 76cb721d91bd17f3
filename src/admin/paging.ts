import { z } from 'zod'

/** A number in a query, from 1 up. */
export function page(initial: number, max = 1_000_000) {
  return z.coerce.number().int().min(1).max(max).default(initial)
}

/** A truth value in a query. */
export const flag = z
  .enum(['true', 'false', 'True', 'False', '1', '0'])
  .transform((value) => ['true', 'True', '1'].includes(value))
  .default(false)

export const direction = z.enum(['asc', 'desc']).default('desc')
