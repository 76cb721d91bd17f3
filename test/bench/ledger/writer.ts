import { once } from 'node:events'
import postgres from 'postgres'
import { readSchema } from '../../../src/database/schema.ts'
import { GatewayEvents } from '../../../src/events.ts'
import { createSpendSink } from '../../../src/ledger/write/spend-sink.ts'
import { createSpendWriter } from '../../../src/ledger/write/spend-writer.ts'
import { answerCommands, startArgument } from '../process/answer-commands.ts'
import { selfMeasures } from '../process/self-measures.ts'
import { COPY_COLUMNS, copyLines } from './copy-lines.ts'
import { makeEvents } from './make-events.ts'
import { writeNaively } from './write-naively.ts'

/** Writes calls to the database, in one of three ways. Events are made before the clock starts. */
const { databaseUrl } = startArgument()
const CONCURRENCY = 10
const sql = postgres(databaseUrl, { max: CONCURRENCY, onnotice: () => {}, connection: { TimeZone: 'UTC' } })
const schema = readSchema(sql)
await schema

const WAYS = { ours, copy, naive }
let prepared: () => Promise<void> = async () => {}

answerCommands(
  undefined,
  {
    ...selfMeasures,
    /** What `run` will do. */
    prepare({ way, rows, batchSize }: { way: keyof typeof WAYS; rows: number; batchSize: number }) {
      prepared = WAYS[way](rows, batchSize)
    },
    /** Seconds of CPU of this process. */
    async run(): Promise<number> {
      const cpu = selfMeasures.cpu()
      await prepared()
      return (selfMeasures.cpu() - cpu) / 1e6
    },
    /** Event-loop delays while `rows` calls that wait are written. */
    async flushDelay({ rows, batchSize }: { rows: number; batchSize: number }) {
      const sink = sinkOf(rows + 1, batchSize)
      const events = makeEvents(rows)
      await selfMeasures.memory()
      for (const event of events) void sink.record(event)
      selfMeasures.delayStart()
      await sink.flush()
      const delay = selfMeasures.delayStop()
      await sink.close()
      return delay
    },
  },
  () => sql.end({ timeout: 1 }),
)

/** Rows, totals and daily rows, as the gateway writes them. */
function ours(rows: number, batchSize: number): () => Promise<void> {
  const events = makeEvents(rows)
  return async () => {
    const sink = sinkOf(rows, batchSize)
    for (const [index, event] of events.entries()) {
      void sink.record(event)
      // As calls would come: the writer works while more arrive.
      if (index % 100 === 99) await new Promise(setImmediate)
    }
    await sink.close()
  }
}

function sinkOf(queueSize: number, batchSize: number) {
  const events = new GatewayEvents()
  events.on('spend:drop', ({ reason, error }) => {
    throw error ?? new Error(`dropped: ${reason}`)
  })
  return createSpendSink({
    write: createSpendWriter({ sql, schema: () => schema, statementTimeoutMs: 30_000 }),
    events,
    queueSize,
    // Its calls wait already: what has piled up goes in batches ten times as large.
    batchSize: batchSize / 10,
    flushIntervalMs: 1_000,
    retryAttempts: 3,
    retryDelayMs: 100,
    closeTimeoutMs: 60_000,
  })
}

/** The log rows alone, as fast as PostgreSQL takes them. */
function copy(rows: number): () => Promise<void> {
  const lines = copyLines(makeEvents(rows))
  return async () => {
    const stream = await sql`copy "LiteLLM_SpendLogs" (${sql(COPY_COLUMNS)}) from stdin`.writable()
    for (const line of lines) if (!stream.write(line)) await once(stream, 'drain')
    stream.end()
    await once(stream, 'finish')
  }
}

/** A statement per row, total and daily row of each call, several calls at once. */
function naive(rows: number): () => Promise<void> {
  const events = makeEvents(rows)
  return async () => {
    const left = events.values()
    const work = async () => {
      for (const event of left) await writeNaively(sql, event)
    }
    await Promise.all(Array.from({ length: CONCURRENCY }, work))
  }
}
