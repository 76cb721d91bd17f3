// node write-calls.ts <database url> <calls> <seed> <writer>
// A process that writes random calls: most of them, some twice, in an order of its own. Ends with 0 when all are written.
import postgres from 'postgres'
import { readSchema } from '../../../src/database/schema.ts'
import { GatewayEvents } from '../../../src/events.ts'
import { createSpendSink } from '../../../src/ledger/write/spend-sink.ts'
import { createSpendWriter } from '../../../src/ledger/write/spend-writer.ts'
import { randomCalls, randomFrom, shuffled } from '../random-calls.ts'

const [url = '', count = '', seed = '', writer = ''] = process.argv.slice(2)
const sql = postgres(url, { max: 2, backoff: () => 0.02, onnotice: () => {} })
const random = randomFrom(Number(writer) + 1)
const events = new GatewayEvents()
let drops = 0
events.on('spend:drop', ({ error, reason }) => {
  drops++
  console.error(reason, error)
})
const sink = createSpendSink({
  write: createSpendWriter({ sql, schema: () => readSchema(sql), statementTimeoutMs: 5_000 }),
  events,
  queueSize: 1_000_000,
  batchSize: 1 + Math.floor(random() * 200),
  flushIntervalMs: 20,
  retryAttempts: 3,
  retryDelayMs: 5,
  closeTimeoutMs: 1_000,
})
const calls = randomCalls(Number(count), Number(seed))
// A tenth is left to the others; a fifth is sent again.
const sent = calls.filter((_, n) => writer === '0' || n % 10 !== Number(writer))
for (const event of shuffled([...sent, ...sent.filter(() => random() < 0.2)], random)) void sink.record(event)
await sink.flush()
await sink.close()
await sql.end({ timeout: 1 })
process.exitCode = drops === 0 ? 0 : 1
