import { readFileSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { digestOf, encodePrices, keptEntries } from './price-text.ts'

/**
 * Makes `src/cost/embedded-table.ts` from LiteLLM's published price map, which its Python package carries.
 *
 *     npm run update-prices -- --map model_prices_and_context_window.json --date YYYY-MM-DD
 */
const { values } = parseArgs({ options: { map: { type: 'string' }, date: { type: 'string' } } })
if (!values.map || !values.date) throw new Error('Say --map file.json and --date YYYY-MM-DD, the day of its figures')

const map = JSON.parse(readFileSync(values.map, 'utf8'))
const text = encodePrices(map)
if (/[`\\]|\$\{/.test(text)) throw new Error('A name or price would break the template literal')

writeFileSync(
  new URL('../../src/cost/embedded-table.ts', import.meta.url),
  `// Made by \`npm run update-prices\`; do not edit. The format is described in embedded-prices.ts.
// The figures are LiteLLM's (model_prices_and_context_window.json of ${values.date}, https://github.com/BerriAI/litellm,
// MIT licence, Copyright (c) 2023 Berri AI). US dollars.
export const EMBEDDED_PRICES_DATE: string = '${values.date}'
export const EMBEDDED_PRICES_MODELS: number = ${Object.keys(map).length}
/** Of the names and prices in the map itself: what this table must give back. */
export const EMBEDDED_PRICES_DIGEST: string = '${digestOf(keptEntries(map))}'
export const EMBEDDED_PRICES: string = \`
${text}
\`
`,
)
console.log(`${keptEntries(map).length} entries, ${text.length} bytes`)
