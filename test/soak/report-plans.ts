// node test/soak/report-plans.ts [rows]
// Looks at the plan of every statement behind the pages of reports, on a log of 300,000 calls. Exits with 1 where a page reads
// more calls than it may: sums none at all, pages of the log those of the page and what is looked at to count them.
import postgres, { type Sql } from 'postgres'
import { migrate } from '../../src/upkeep/migrate.ts'
import { startAdmin } from '../integration/admin/support.ts'
import { createTestDatabase } from '../support/database.ts'
import { reportPaths } from '../support/report-paths.ts'
import { insertReportRows } from '../support/report-rows.ts'
import { withTestServer } from './with-test-server.ts'

const rows = Number(process.argv[2] ?? '300000')
const LOG = 'LiteLLM_SpendLogs'

/** A page and a count look at the latest 10,000 calls each. */
const MOST_OF_PAGE = 25_000

/** Of a key that has called on three days, those are read, and the last two, which the daily tables may not know yet. */
const MOST_DAYS = 6

/** They read the days of the time asked for, once: nothing else tells what they tell. */
const OF_WHOLE_DAYS = /^(calls, a day by spend|cache hits|latency|slow responses|time to first token)$/

interface Node {
  readonly 'Relation Name'?: string
  readonly 'Actual Rows': number
  readonly 'Actual Loops': number
  readonly 'Rows Removed by Filter'?: number
  readonly 'Rows Removed by Index Recheck'?: number
  readonly Plans?: readonly Node[]
}

await withTestServer(async () => {
  const database = await createTestDatabase({ schema: 'empty' })
  await migrate(database.sql)
  await insertReportRows(database.sql, { rows, days: 30 })
  const asked: { text: string; values: unknown[] }[] = []
  const debug = (_id: number, text: string, values: unknown[]) => void asked.push({ text, values })
  const sql = postgres(database.url, { max: 4, debug, fetch_types: true, connection: { TimeZone: 'UTC' } })
  const admin = await startAdmin({ database: { ...database, sql }, now: () => new Date() })
  for (const { name, path, body } of reportPaths(new Date())) {
    asked.length = 0
    const { status } = await (body === undefined ? admin.get(path) : admin.post(path, body))
    if (status === 404) continue
    const read = await callsReadBy(database.sql, [...asked])
    const most = mostOf(name)
    const isRight = status === 200 && read <= most
    console.log(isRight ? 'right' : 'WRONG', name, { statements: asked.length, read })
    if (!isRight) process.exitCode = 1
  }
  await sql.end()
  await database.drop()
})

function mostOf(name: string): number {
  if (OF_WHOLE_DAYS.test(name)) return 2 * rows
  if (name.includes('rare')) return (MOST_DAYS * rows) / 30
  return /calls?/.test(name) ? MOST_OF_PAGE : 0
}

/** The rows of the log that these statements read, by their plans. */
async function callsReadBy(sql: Sql, statements: readonly { text: string; values: unknown[] }[]): Promise<number> {
  let read = 0
  for (const { text, values } of statements) {
    if (!text.includes(LOG) || /^\s*explain/.test(text)) continue
    const [plan] = await sql.unsafe(`explain (analyze, format json) ${text}`, values as never[])
    read += rowsOf((plan as any)['QUERY PLAN'][0].Plan)
  }
  return read
}

function rowsOf(node: Node): number {
  const own = node['Relation Name'] === LOG ? node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0) : 0
  return own * node['Actual Loops'] + (node.Plans ?? []).reduce((sum, child) => sum + rowsOf(child), 0)
}
