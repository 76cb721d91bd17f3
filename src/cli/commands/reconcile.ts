import type { Sql } from 'postgres'
import { LOCKS } from '../../database/advisory-locks.ts'
import { findBackend, isPooled } from '../../database/sql/find-backend.ts'
import { ConfigError } from '../../errors.ts'
import { reconcile as compare } from '../../upkeep/reconcile.ts'
import type { Difference } from '../../upkeep/reconcile-counters.ts'
import { createProgress } from '../output.ts'
import type { Program, Surroundings } from '../postgres/program.ts'
import { stopSignal } from '../serve/stop-signals.ts'
import { type DatabaseArguments, withDatabase } from './with-database.ts'

export interface ReconcileArguments extends DatabaseArguments {
  /** YYYY-MM-DD */
  readonly since?: string
  readonly fix: boolean
  /** Where an interrupted run said to go on: a day, or `totals`. */
  readonly resumeAt?: string
  readonly settleMs: number
}

/** Lists what the totals and daily tables say otherwise than the log. The exit code is 1 while something does. */
export async function reconcile(args: ReconcileArguments, program: Program, around: Surroundings): Promise<number> {
  const signal = stopSignal(around)
  return await withDatabase(args, program, around, async (sql, { timeZone }) => {
    await takeTurn(sql, args)
    const progress = createProgress(around)
    let { resumeAt } = args
    const report = await compare({
      ...args,
      sql,
      timeZone,
      signal,
      onStep(step) {
        resumeAt = step.resumeAt
        progress.step(step.done, step.of, step.name)
      },
      onDifference(difference, fixed) {
        progress.end()
        around.print(lineOf(difference, fixed))
      },
    })
    progress.end()
    for (const why of report.skipped) around.warn(`Not compared: ${why}`)
    const open = report.differences - report.fixed
    if (report.stopped) {
      const same = `${args.since ? ` --since ${args.since}` : ''}${args.fix ? ' --fix' : ''}`
      around.warn(`Interrupted. Go on with: express-litellm reconcile${same}${resumeAt ? ` --resume ${resumeAt}` : ''}`)
      return 1
    }
    if (report.differences === 0) around.print('Totals and daily tables agree with the log')
    if (open > 0) around.warn(args.fix ? `${open} differences could not be corrected` : 'Correct them with --fix')
    return open > 0 ? 1 : 0
  })
}

/** The turn ends with the connection to the server, which is a pooler's own where there is one. */
async function takeTurn(sql: Sql, { fix }: ReconcileArguments): Promise<void> {
  if (isPooled(await findBackend(sql))) {
    if (!fix) return
    throw new ConfigError('reconcile --fix cannot work through a pooler: give the address of PostgreSQL itself.')
  }
  const [{ mine }] = await sql<[{ mine: boolean }]>`
    select pg_try_advisory_lock(${LOCKS.reconcile}::text::bigint) as mine`
  if (!mine) throw new ConfigError('Another reconcile is running on this database.')
}

function lineOf({ table, row, column, counted, logged }: Difference, fixed: boolean): string {
  return `${table} (${row}): ${column} is ${counted}, the log says ${logged}${fixed ? '; corrected' : ''}`
}
