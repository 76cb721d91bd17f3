import { readFileSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { deflateRawSync } from 'node:zlib'
import { createEmbeddedPrices, embeddedNames } from '../../src/pricing/book/embedded-prices.ts'
import type { Json } from '../../src/types.ts'
import { digestOf, encodePrices, isAbilityField, keptEntries, withRetired } from './price-text.ts'

/**
 * Makes `src/pricing/book/embedded-table.ts` and `embedded-abilities.ts` from LiteLLM's published price map, which its Python package carries. Models that the
 * map has no longer are kept with the prices they had: they are still called. Those that were gone before the first table
 * stand in `retired-prices.json`.
 *
 *     npm run update-prices -- --map model_prices_and_context_window.json --date YYYY-MM-DD
 */
const { values } = parseArgs({ options: { map: { type: 'string' }, date: { type: 'string' } } })
if (!values.map || !values.date) throw new Error('Say --map file.json and --date YYYY-MM-DD, the day of its figures')

const map = read(values.map)
const before = createEmbeddedPrices()
const known = Object.fromEntries(embeddedNames().map((name) => [name, before.get(name)!]))
const all = withRetired(map, read(new URL('./retired-prices.json', import.meta.url)), known)
const text = encodePrices(all)
const { date } = values

writeFileSync(
  new URL('../../src/pricing/book/embedded-table.ts', import.meta.url),
  `// Made by \`npm run update-prices\`; do not edit. The format is described in embedded-prices.ts.
// The figures are LiteLLM's (model_prices_and_context_window.json of ${date}, and of models that it had before,
// https://github.com/BerriAI/litellm, MIT licence, Copyright (c) 2023 Berri AI). US dollars.
export const EMBEDDED_PRICES_DATE: string = '${date}'
/** Of that map. */
export const EMBEDDED_PRICES_MODELS: number = ${Object.keys(map).length}
/** Of the names and prices: what this table must give back. */
export const EMBEDDED_PRICES_DIGEST: string = '${digestOf(keptEntries(all))}'
/** Deflated text, in base64. */
export const EMBEDDED_PRICES: string = \`
${deflated(text)}
\`
`,
)
writeFileSync(
  new URL('../../src/pricing/book/embedded-abilities.ts', import.meta.url),
  `// Made by \`npm run update-prices\`; do not edit. The format is described in embedded-prices.ts.
// What LiteLLM's map of ${date} says that models can do (model_prices_and_context_window.json,
// https://github.com/BerriAI/litellm, MIT licence, Copyright (c) 2023 Berri AI).
/** Deflated text, in base64. */
export const EMBEDDED_ABILITIES: string = \`
${deflated(encodePrices(map, isAbilityField))}
\`
`,
)
console.log(`${keptEntries(all).length} entries, ${keptEntries(map).length} of them in the map, ${text.length} bytes`)

function deflated(plain: string): string {
  const encoded = deflateRawSync(plain, { level: 9 }).toString('base64')
  return encoded.match(/.{1,120}/g)!.join('\n')
}

function read(file: string | URL): Record<string, Json> {
  return JSON.parse(readFileSync(file, 'utf8'))
}
