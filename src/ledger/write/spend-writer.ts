import type { Sql } from 'postgres'
import { LOCKS } from '../../database/advisory-locks.ts'
import type { Schema } from '../../database/schema.ts'
import { serverVersion } from '../../database/sql/find-backend.ts'
import { SQLSTATE } from '../../database/sqlstates.ts'
import { withDeadline } from '../../database/with-deadline.ts'
import { LINE_END } from '../record/fields.ts'
import type { SpendRecord } from '../record/spend-record.ts'
import { createChargedCalls } from './sql/create-charged-calls.ts'
import { writeSpend } from './sql/write-spend.ts'
import { verdictOf } from './verdict.ts'

/** A single record may be longer. */
const MAX_BYTES = 8 << 20

export interface MissingTables {
  /** It is time to read the schema again. */
  isDue(): boolean
  /** The next batches are written to the tables of this schema. */
  see(schema: Schema): void
  /** These were written. */
  wrote(records: readonly SpendRecord[]): void
}

export interface SpendWriterOptions {
  readonly sql: Sql
  /** Reads the database's tables; called again when a statement no longer fits them. */
  readonly schema: () => Promise<Schema>
  readonly statementTimeoutMs: number
  /** Whether calls leave a log row. Defaults to `true`; totals and daily rows are written either way. */
  readonly rows?: boolean
  /** Knows the daily tables that are missing. */
  readonly missing?: MissingTables
}

export type WriteRecords = (records: readonly SpendRecord[]) => Promise<void>

interface Statement {
  readonly text: string
  readonly partitioned: boolean
}

interface Written {
  readonly charged: readonly string[]
  readonly found: readonly string[]
}

/** The first pass loses ids to others, the second gives them up; more are needed only when writers race. */
const MAX_PASSES = 5

/** Writes records so that each call is charged exactly once, however often and in whatever company it is sent. */
export function createSpendWriter({
  sql,
  schema,
  statementTimeoutMs,
  rows = true,
  missing,
}: SpendWriterOptions): WriteRecords {
  let statement: Promise<Statement> | undefined
  let rebuilt = 0

  return async function writeRecords(records: readonly SpendRecord[]): Promise<void> {
    const distinct = [...new Map(records.map((record) => [record.callId, record])).values()]
    // What is written before a part fails is found when all of them are sent again.
    for (const part of statementParts(distinct)) await writePart(part)
  }

  async function writePart(records: readonly SpendRecord[]): Promise<void> {
    let rest = records
    for (let pass = 0; rest.length > 0; pass++) {
      if (pass === MAX_PASSES) throw new ContestedError(rest)
      const { charged, found } = await writeOnce(rest)
      const settled = new Set([...charged, ...found])
      missing?.wrote(rest)
      rest = rest.filter((record) => !settled.has(record.callId))
    }
  }

  async function writeOnce(records: readonly SpendRecord[]): Promise<Written> {
    const lines = records.map((record) => record.line).join(LINE_END)
    if (missing?.isDue()) statement = undefined
    try {
      return await run(await prepared(), lines, { sql, statementTimeoutMs })
    } catch (error) {
      if (verdictOf(error) !== 'schema-changed') throw error
      statement = undefined
      rebuilt++
      return await run(await prepared(), lines, { sql, statementTimeoutMs })
    }
  }

  function prepared(): Promise<Statement> {
    statement ??= build().catch((error: unknown) => {
      statement = undefined
      throw error
    })
    return statement
  }

  async function build(): Promise<Statement> {
    if (!rows) await createChargedCalls(sql)
    const found = await schema()
    missing?.see(found)
    const keys = found.get('LiteLLM_SpendLogs')?.uniqueKeys ?? []
    return {
      // Another text is another prepared statement.
      text: `${writeSpend(found, { rows, server: await serverVersion(sql) })}\n-- ${rebuilt}`,
      partitioned: rows && !keys.some((key) => key.length === 1 && key[0] === 'request_id'),
    }
  }
}

type Connection = Pick<SpendWriterOptions, 'sql' | 'statementTimeoutMs'>

async function run({ text, partitioned }: Statement, lines: string, connection: Connection): Promise<Written> {
  if (partitioned) return await runAlone(text, lines, connection)
  const { sql, statementTimeoutMs } = connection
  const [written] = await withDeadline(
    sql.unsafe<[Written]>(text, [lines], { prepare: sql.options.prepare }),
    statementTimeoutMs,
  )
  return written
}

/**
 * A partitioned log cannot keep ids unique across days, so here writers take turns: the lock is taken by a statement
 * before, in one message and hence one transaction, and the second statement sees what the writer before has written.
 * Such a message takes no parameters; base64 needs no quoting.
 */
async function runAlone(text: string, lines: string, { sql, statementTimeoutMs }: Connection): Promise<Written> {
  const literal = `convert_from(decode('${Buffer.from(lines).toString('base64')}', 'base64'), 'UTF8')`
  const message = `select pg_advisory_xact_lock(${LOCKS.partitionedLog});${text.replace('$1::text', () => literal)}`
  const results = await withDeadline(sql.unsafe(message).simple(), statementTimeoutMs)
  const [, [written]] = results as unknown as [unknown, [Written]]
  return written
}

/** Ids that rows of other calls have taken, the call's own id among them. */
class ContestedError extends Error {
  override readonly name = 'ContestedError'
  readonly code = SQLSTATE.duplicate

  constructor(records: readonly SpendRecord[]) {
    super(`No request_id is free for ${records.length} calls`)
  }
}

/** The records in as many statements as they need: rows that keep prompts are long, and thousands of them too much for one. */
export function statementParts<R extends Pick<SpendRecord, 'bytes'>>(records: readonly R[]): readonly (readonly R[])[] {
  const parts: R[][] = []
  let part: R[] = []
  let bytes = Number.POSITIVE_INFINITY
  for (const record of records) {
    bytes += record.bytes
    if (bytes > MAX_BYTES) {
      part = []
      parts.push(part)
      bytes = record.bytes
    }
    part.push(record)
  }
  return parts
}
