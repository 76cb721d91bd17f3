import { useState } from 'preact/hooks'
import type { LedgerAnswer } from '../answers.ts'
import { type ApiError, ask } from './api.ts'
import { away, counted, dayOf, percent } from './parts/format.ts'
import { Card, Empty, Mark, Problem } from './parts/parts.tsx'
import { type Column, Table } from './parts/table.tsx'

const DAY_MS = 86_400_000

const SINCE: readonly (readonly [label: string, days: number | undefined])[] = [
  ['today', 0],
  ['the last 7 days', 6],
  ['the last 30 days', 29],
  ['everything', undefined],
]

type Run = NonNullable<LedgerAnswer['reconcile']>

/** Compares totals and daily tables with the log, and shows what differs. */
export function Reconcile({ of, mayChange, again }: { of: LedgerAnswer; mayChange: boolean; again(): void }) {
  const [chosen, setChosen] = useState(1)
  const [failed, setFailed] = useState<ApiError>()
  const { reconcile: run, can_reconcile: isPossible } = of
  const isRunning = run?.endedAt === null
  const start = (event: Event) => {
    event.preventDefault()
    const days = SINCE[chosen]?.[1]
    const since = days === undefined ? undefined : dayOf(Date.now() - days * DAY_MS)
    ask('./ledger/reconcile', since === undefined ? {} : { since }).then(again, setFailed)
  }
  return (
    <Card title="Reconcile">
      <Problem error={failed} />
      {!run && (
        <Empty>Do the totals of keys, teams and days say the same as the log? Nothing is changed by comparing.</Empty>
      )}
      {run && <Result of={run} />}
      {isPossible && mayChange && (
        <form class="chips" onSubmit={start}>
          <select
            aria-label="Compare since"
            value={chosen}
            onChange={(event) => setChosen(Number(event.currentTarget.value))}
          >
            {SINCE.map(([label], at) => (
              <option key={label} value={at}>
                {label}
              </option>
            ))}
          </select>
          <button type="submit" disabled={isRunning}>
            {isRunning ? 'Comparing…' : 'Compare now'}
          </button>
        </form>
      )}
    </Card>
  )
}

const COLUMNS: readonly Column<Run['found'][number]>[] = [
  { head: 'Table', of: ({ table }) => table.replace('LiteLLM_', '') },
  { head: 'Row', kind: 'name', of: ({ row }) => row, title: ({ row }) => row },
  { head: 'Column', of: ({ column }) => column },
  { head: 'It says', kind: 'num', of: ({ counted }) => String(counted) },
  { head: 'The log', kind: 'num', of: ({ logged }) => String(logged) },
]

function Result({ of: run }: { of: Run }) {
  const { endedAt, differences, found, skipped, since } = run
  return (
    <>
      <p>
        {endedAt === null ? (
          <Mark kind="attention">
            comparing {percent(run.done, run.of)}: {run.step ?? 'the log'}
          </Mark>
        ) : run.failed ? (
          <Mark kind="stop">It failed: see the log of the process. </Mark>
        ) : (
          <Mark kind={differences > 0 ? 'stop' : 'ok'}>
            {differences === 0 ? 'Totals and log say the same' : counted(differences, 'difference')}
          </Mark>
        )}{' '}
        <span class="soft">
          since {since ?? 'the beginning'}
          {endedAt !== null && `, compared ${away(endedAt)}`}
        </span>
      </p>
      {found.length > 0 && (
        <Table
          label="Differences"
          columns={COLUMNS}
          rows={found}
          keyOf={({ table, row, column }) => `${table} ${row} ${column}`}
        />
      )}
      {differences > 0 && (
        <p class="soft">
          <code>express-litellm reconcile --fix</code> brings totals to what the log says.
        </p>
      )}
      {skipped.map((why) => (
        <p key={why} class="soft">
          Not compared: {why}
        </p>
      ))}
    </>
  )
}
