import { readFileSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { deflateRawSync } from 'node:zlib'
import { createEmbeddedPrices, embeddedNames } from '../../src/pricing/book/embedded-prices.ts'
import type { Json } from '../../src/types.ts'
import { digestOf, encodePrices, keptEntries, withRetired } from './price-text.ts'

/**
 * Makes `src/pricing/book/embedded-table.ts` from LiteLLM's published price map, which its Python package carries. Models that the
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
const lines = deflateRawSync(text, { level: 9 })
  .toString('base64')
  .match(/.{1,120}/g)!

writeFileSync(
  new URL('../../src/pricing/book/embedded-table.ts', import.meta.url),
  `// Made by \`npm run update-prices\`; do not edit. The format is described in embedded-prices.ts.
// The figures are LiteLLM's (model_prices_and_context_window.json of ${values.date}, and of models that it had before,
// https://github.com/BerriAI/litellm, MIT licence, Copyright (c) 2023 Berri AI). US dollars.
export const EMBEDDED_PRICES_DATE: string = '${values.date}'
/** Of that map. */
export const EMBEDDED_PRICES_MODELS: number = ${Object.keys(map).length}
/** Of the names and prices: what this table must give back. */
export const EMBEDDED_PRICES_DIGEST: string = '${digestOf(keptEntries(all))}'
/** Deflated text, in base64. */
export const EMBEDDED_PRICES: string = \`
${lines.join('\n')}
\`
`,
)
console.log(`${keptEntries(all).length} entries, ${keptEntries(map).length} of them in the map, ${text.length} bytes`)

function read(file: string | URL): Record<string, Json> {
  return JSON.parse(readFileSync(file, 'utf8'))
}
