import type { State } from './api.ts'
import { count, dollars, duration } from './format.ts'
import { Figure, Mark } from './parts.tsx'

/** Where calls are that are not in the database yet, and what has become of the others. */
export function Ledger({ state }: { state: State }) {
  const { ledger, database } = state
  if (!ledger) return <p class="soft">No ledger: this gateway has no database, or writes are switched off.</p>
  const dropped = Object.entries(ledger.dropped).filter(([, calls]) => calls > 0)
  return (
    <>
      <section class="card figures" aria-label="Waiting">
        <Figure label="calls waiting" value={count(ledger.queued)} />
        <Figure label="dollars waiting" value={dollars(ledger.unsettledDollars)} title="A crash never loses more." />
        <Figure label="oldest" value={duration(ledger.oldestMs)} />
        <Figure label="journal" value={`${count(Math.ceil(ledger.journalBytes / 1024))} KiB`} />
        <Figure label="written since the start" value={count(ledger.written)} />
      </section>
      <section class="card">
        <h2>What became of them</h2>
        <ul class="list">
          <li>
            <Mark kind={database === 'connected' ? 'ok' : 'stop'}>Database: {database}</Mark>
          </li>
          <li>
            <Mark kind={ledger.retried > 0 ? 'attention' : 'ok'}>
              {count(ledger.retried)} writes failed and were tried again
            </Mark>
          </li>
          <li>
            <Mark kind={ledger.quarantined > 0 ? 'stop' : 'ok'}>
              {count(ledger.quarantined)} calls are refused by the database for good
              {ledger.quarantined > 0 ? ': `express-litellm dlq list` shows them, `dlq replay` writes them again' : ''}
            </Mark>
          </li>
          {dropped.length === 0 && (
            <li>
              <Mark kind="ok">0 calls were given up</Mark>
            </li>
          )}
          {dropped.map(([reason, calls]) => (
            <li key={reason}>
              <Mark kind="stop">
                {count(calls)} calls were given up: {reason}
              </Mark>
            </li>
          ))}
        </ul>
        <p class="soft">
          `express-litellm reconcile` compares totals and daily tables with the log, `doctor` says what is missing.
        </p>
      </section>
    </>
  )
}
