import { hasTierPrices } from './price-fields.ts'

/** Tiers that are explicitly billed at normal prices. */
const NORMAL = new Set(['default', 'standard'])

/** The tier to bill: the one that was served when it is known by name, else the one that was asked for. */
export function billedTier(asked: unknown, served: string | undefined): string | undefined {
  const answer = served?.toLowerCase()
  if (answer && hasTierPrices(answer)) return answer
  if (answer && NORMAL.has(answer)) return undefined
  return typeof asked === 'string' && asked.toLowerCase() !== 'auto' ? asked : undefined
}
