import { inflateRawSync } from 'node:zlib'
import type { ModelPrice } from '../../types.ts'
import { EMBEDDED_ABILITIES } from './embedded-abilities.ts'
import { EMBEDDED_PRICES, EMBEDDED_PRICES_DIGEST } from './embedded-table.ts'
import { caselessTable, type PriceTable } from './price-table.ts'

/**
 * Decodes the text of the embedded table. Lines are, in this order:
 *
 *     code=field_name                   a short name for a price field
 *     @provider mode                    what follows belongs to this provider and mode ("-" when there is none)
 *     code=json code=json : names        one price and the models that have it; "~" opens a name with "provider/"
 *
 * Nothing is decoded before the first look-up, and a price not before it is asked for.
 */
export function createEmbeddedPrices(): PriceTable {
  return { hash: EMBEDDED_PRICES_DIGEST, ...openedLate(EMBEDDED_PRICES) }
}

/** What models can do and how much they read and write, in the same format. One for the process: it never changes. */
export const embeddedAbilities: PriceTable = openedLate(EMBEDDED_ABILITIES)

function openedLate(encoded: string): PriceTable {
  let table: PriceTable | undefined
  return {
    get(name) {
      table ??= open(textOf(encoded))
      return table.get(name)
    },
  }
}

/** The text of the prices: a third of its size is shipped. */
export function embeddedText(): string {
  return textOf(EMBEDDED_PRICES)
}

function textOf(encoded: string): string {
  return inflateRawSync(Buffer.from(encoded, 'base64')).toString()
}

/** The names in the table, in no particular order. */
export function embeddedNames(): readonly string[] {
  return [...indexOf(embeddedText()).lines.keys()]
}

function open(text: string): PriceTable {
  const { fields, lines } = indexOf(text)
  return caselessTable(lines, (line) => decode(line, fields))
}

interface Index {
  readonly fields: ReadonlyMap<string, string>
  readonly lines: ReadonlyMap<string, Line>
}

interface Line {
  readonly provider: string
  readonly mode: string
  readonly prices: string
  decoded?: ModelPrice
}

function indexOf(text: string): Index {
  const fields = new Map<string, string>()
  const lines = new Map<string, Line>()
  let provider = ''
  let mode = ''
  for (const row of text.split('\n')) {
    const names = row.indexOf(': ')
    if (row.startsWith('@')) {
      ;[provider = '', mode = ''] = row.slice(1).split(' ')
    } else if (names >= 0) {
      const line: Line = { provider, mode, prices: row.slice(0, names).trim() }
      for (const name of row.slice(names + 2).split(' ')) lines.set(fullName(name, provider), line)
    } else if (row !== '') {
      const [code = '', field = ''] = row.split('=')
      fields.set(code, field)
    }
  }
  return { fields, lines }
}

function fullName(name: string, provider: string): string {
  return name.startsWith('~') ? `${provider}/${name.slice(1)}` : name
}

function decode(line: Line, fields: ReadonlyMap<string, string>): ModelPrice {
  if (line.decoded) return line.decoded
  const decoded: Record<string, unknown> = { litellm_provider: line.provider }
  if (line.mode !== '-') decoded.mode = line.mode
  for (const part of line.prices.split(' ').filter(Boolean)) {
    const at = part.indexOf('=')
    const field = fields.get(part.slice(0, at))
    if (field !== undefined) decoded[field] = JSON.parse(part.slice(at + 1))
  }
  line.decoded = decoded
  return decoded
}
