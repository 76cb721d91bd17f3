import { hash } from 'node:crypto'
import type { Json } from '../../src/types.ts'

/** What counts as a price in LiteLLM's map, or decides between prices. */
export function isPriceField(field: string): boolean {
  return /cost|pricing|multiplier|provider_specific_entry|web_search_billing_unit/.test(field)
}

function modelsOf(map: Readonly<Record<string, Json>>): readonly (readonly [string, Json])[] {
  return Object.entries(map).filter(([name]) => name !== 'sample_spec' && name !== 'fallback_generalizations')
}

/** What LiteLLM's map says that a model can do, and how much it reads and writes. */
export function isAbilityField(field: string): boolean {
  return /^supports_|^max_(?:input_|output_)?tokens$/.test(field)
}

type IsKept = (field: string) => boolean

/** What a table is to keep of the map: of each model the provider, the mode and these fields. */
export function keptEntries(
  map: Readonly<Record<string, Json>>,
  isKept: IsKept = isPriceField,
): readonly (readonly [string, Json])[] {
  return modelsOf(map).map(([name, entry]) => {
    const fields = Object.keys(entry).filter((field) => ['litellm_provider', 'mode'].includes(field) || isKept(field))
    return [
      name,
      Object.fromEntries(fields.filter((field) => entry[field] !== null).map((field) => [field, entry[field]])),
    ]
  })
}

/** What the table is to hold: all of `map`, and what tables before it had and it has no longer. The later list wins. */
export function withRetired(
  map: Readonly<Record<string, Json>>,
  ...before: readonly Readonly<Record<string, Json>>[]
): Readonly<Record<string, Json>> {
  return Object.assign({}, ...before, map)
}

/** Two maps have the same digest when every name has the same fields with the same values. */
export function digestOf(entries: readonly (readonly [string, Json])[]): string {
  const lines = entries.map(([name, entry]) => JSON.stringify([name, Object.entries(entry).sort(byKey)]))
  return hash('sha256', lines.sort().join('\n'))
}

/** Encodes these fields of LiteLLM's price map in the format that `src/pricing/book/embedded-prices.ts` decodes. */
export function encodePrices(map: Readonly<Record<string, Json>>, isKept: IsKept = isPriceField): string {
  const models = modelsOf(map)
  const codes = codesOf(
    models.map(([, entry]) => entry),
    isKept,
  )
  const sections = new Map<string, Map<string, string[]>>()
  for (const [name, entry] of models) {
    const provider = String(entry.litellm_provider ?? '')
    const section = child(sections, `@${provider} ${entry.mode ?? '-'}`, () => new Map<string, string[]>())
    child(section, priceText(entry, codes, isKept), () => []).push(shortName(name, provider))
  }
  const fields = [...codes].map(([field, code]) => `${code}=${field}`)
  const rows = [...sections].sort(byKey).flatMap(([head, prices]) => [head, ...[...prices].sort(byKey).map(rowOf)])
  return [...fields, ...rows].join('\n')
}

function rowOf([price, names]: [string, string[]]): string {
  return `${price}${price === '' ? '' : ' '}: ${names.sort().join(' ')}`
}

function priceText(entry: Json, codes: ReadonlyMap<string, string>, isKept: IsKept): string {
  return Object.entries(entry)
    .filter(([field, value]) => isKept(field) && value !== null)
    .sort(byKey)
    .map(([field, value]) => `${codes.get(field)}=${JSON.stringify(value)}`)
    .join(' ')
}

/** The commonest fields get the shortest names. */
function codesOf(entries: readonly Json[], isKept: IsKept): ReadonlyMap<string, string> {
  const counts = new Map<string, number>()
  for (const field of entries.flatMap(Object.keys).filter(isKept)) counts.set(field, (counts.get(field) ?? 0) + 1)
  const sorted = [...counts].sort((a, b) => b[1] - a[1] || byKey(a, b))
  return new Map(sorted.map(([field], index) => [field, codeAt(index)]))
}

function codeAt(index: number): string {
  const letter = String.fromCharCode(97 + (index % 26))
  return index < 26 ? letter : letter + Math.floor(index / 26)
}

function shortName(name: string, provider: string): string {
  if (/[\s~]/.test(name)) throw new Error(`The table has no way to write the name ${JSON.stringify(name)}`)
  return name.startsWith(`${provider}/`) ? `~${name.slice(provider.length + 1)}` : name
}

function child<V>(map: Map<string, V>, key: string, create: () => V): V {
  const found = map.get(key) ?? create()
  map.set(key, found)
  return found
}

function byKey(a: readonly [string, unknown], b: readonly [string, unknown]): number {
  return a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0
}
