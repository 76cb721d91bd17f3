import { serverVersion } from '../../../src/database/sql/find-backend.ts'
import { quote } from '../../../src/database/sql/quote.ts'
import { COLUMN_LIST } from '../../../src/ledger/record/columns.ts'
import { LINE_END } from '../../../src/ledger/record/fields.ts'
import { toSpendRecord } from '../../../src/ledger/record/spend-log-row.ts'
import { sent } from '../../../src/ledger/write/sql/read-spend.ts'
import { openBenchDatabase } from '../database.ts'
import { backendCpu } from './backend-cpu.ts'
import { makeEvents } from './make-events.ts'

/**
 * What rows as lines gain: `node test/bench/ledger/measure-lines.ts [rounds]`. PostgreSQL takes the same batch apart by
 * turns, as lines of fields and as JSON, and the CPU time of its backends is compared.
 */
const [rounds = '10'] = process.argv.slice(2)
const ROWS = 1_000
const BATCHES = 5
const database = await openBenchDatabase()
const records = makeEvents(ROWS).map((event) => toSpendRecord(event))
const columns = COLUMN_LIST.map(([name, { type }]) => `${quote(name)} ${type === 'text or null' ? 'text' : type}`)
const total = 'select count(*)::int as rows, sum(spend) as spend, max(length(metadata::text)) as longest from sent'
const ways = {
  lines: {
    text: `with ${sent(await serverVersion(database.sql))} ${total}`,
    batch: records.map(({ line }) => line).join(LINE_END),
  },
  json: {
    text: `with sent as materialized (
      select *, 'call-' || call_id as spare_id from json_to_recordset($1::text::json) as r (${columns.join(', ')})
    ) ${total}`,
    batch: `[${records.map(({ text }) => text).join(',')}]`,
  },
}

const costs = { lines: [] as number[], json: [] as number[] }
for (let round = 0; round <= Number(rounds); round++) {
  for (const way of ['lines', 'json'] as const) {
    const before = await backendCpu(database.sql)
    for (let batch = 0; batch < BATCHES; batch++) {
      const [read] = await database.sql.unsafe(ways[way].text, [ways[way].batch], { prepare: true })
      if (read!.rows !== ROWS) throw new Error(`${way}: ${read!.rows} rows of ${ROWS}`)
    }
    const microseconds = ((await backendCpu(database.sql)) - before) * 1e6
    // The first round prepares the statements.
    if (round > 0) costs[way].push(microseconds / ROWS / BATCHES)
  }
}
for (const [way, all] of Object.entries(costs)) {
  const sorted = all.toSorted((a, b) => a - b)
  console.log(
    `${way}: ${sorted[0]!.toFixed(1)} to ${sorted.at(-1)!.toFixed(1)} µs a row, median ${sorted[sorted.length >> 1]!.toFixed(1)}`,
  )
}
await database.stop()
