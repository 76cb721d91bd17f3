import type { Sql } from 'postgres'
import type { Stage } from './participants.ts'

export interface LedgerCheck {
  /** Answers that clients got from contenders with a ledger. */
  readonly answered: number
  readonly rows: number
  readonly dropped: number
}

/** Whether each answered call has left one row: a benchmark of a ledger that loses rows would be worth nothing. */
export async function checkLedger(stage: Stage, sql: Sql): Promise<LedgerCheck> {
  let answered = 0
  let dropped = 0
  for (const participant of stage.participants.filter(({ contender }) => contender?.ledger)) {
    answered += participant.answered
    dropped += (await participant.child!.ask('flush')).dropped
  }
  const [found] = await sql`select count(*)::int as rows from "LiteLLM_SpendLogs"`
  return { answered, rows: found!.rows, dropped }
}
