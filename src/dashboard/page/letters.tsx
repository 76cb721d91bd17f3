import { useState } from 'preact/hooks'
import type { LedgerAnswer, LetterState } from '../answers.ts'
import { type ApiError, ask } from './api.ts'
import { away, bytes, clock, counted } from './parts/format.ts'
import { Card, Empty, Mark, Problem } from './parts/parts.tsx'
import { type Column, Table } from './parts/table.tsx'

interface LettersProps {
  readonly of: LedgerAnswer
  readonly mayChange: boolean
  again(): void
}

/** What the database or a callback has refused for good, and how it is tried again. */
export function Letters({ of, mayChange, again }: LettersProps) {
  const [failed, setFailed] = useState<ApiError>()
  const [done, setDone] = useState<string>()
  const { letters, letters_total: total } = of
  const requeue = ({ id, callback }: LetterState) =>
    ask('./ledger/requeue', { id, ...(callback !== null && { callback }) }).then(
      () => {
        setFailed(undefined)
        setDone(id)
        again()
      },
      (problem) => setFailed(problem),
    )
  const columns: readonly Column<LetterState>[] = [
    { head: 'Call of', of: ({ appendedAt }) => (appendedAt === 0 ? '–' : clock(appendedAt)) },
    { head: 'Refused by', isExtra: true, of: ({ callback }) => callback ?? 'the database' },
    {
      head: 'Reason',
      kind: 'name',
      of: ({ reason, sqlstate }) => `${sqlstate ? `${sqlstate}: ` : ''}${reason}`,
      title: ({ reason }) => reason,
    },
    { head: 'Refused', isExtra: true, of: ({ deadAt }) => (deadAt === 0 ? '–' : away(deadAt)) },
    { head: 'Size', kind: 'num', isExtra: true, of: (letter) => bytes(letter.bytes) },
    ...(mayChange
      ? [
          {
            head: 'Then',
            of: (letter: LetterState) =>
              letter.corrupt ? (
                <Mark kind="stop">damaged</Mark>
              ) : (
                <button type="button" class="small" onClick={() => requeue(letter)}>
                  Try again
                </button>
              ),
          },
        ]
      : []),
  ]
  return (
    <Card title={total === 0 ? 'Dead letters' : counted(total, 'dead letter')}>
      <Problem error={failed} />
      {done && !letters.some(({ id }) => id === done) && (
        <p>
          <Mark kind="ok">It waits in its queue again. If it is refused again, it comes back.</Mark>
        </p>
      )}
      {total === 0 ? (
        <Empty>
          None. What the database or a callback refuses for good is kept here, with its reason, until it is tried again.
        </Empty>
      ) : (
        <>
          <Table
            label="Dead letters"
            columns={columns}
            rows={letters}
            keyOf={({ callback, id }) => `${callback} ${id}`}
          />
          <p class="soft">
            First mend the cause: a column that is missing, a callback that refuses its key.{' '}
            <code>express-litellm dlq show</code> prints a letter, <code>dlq purge</code> throws it away.
            {total > letters.length && ` The first ${letters.length} are shown.`}
          </p>
        </>
      )}
    </Card>
  )
}
