import type { ComponentChildren } from 'preact'
import type { LedgerAnswer, OutboxState, State } from '../answers.ts'
import { useAsked } from './api.ts'
import { Letters } from './letters.tsx'
import { away, bytes, count, counted, dollars, duration } from './parts/format.ts'
import { Card, Empty, type Kind, Mark, Problem, Spark } from './parts/parts.tsx'
import { type Column, Table } from './parts/table.tsx'
import { Reconcile } from './reconcile.tsx'

const EVERY_MS = 2_000

/** Where calls are that are not in the database yet, and what has become of the others. */
export function Ledger({ state }: { state: State }) {
  const { data, error, again } = useAsked<LedgerAnswer>('./ledger', EVERY_MS)
  if (!data) return error ? <Problem error={error} /> : <p class="soft">Reading…</p>
  if (!data.gauges) {
    return (
      <Empty>
        No ledger: this gateway has no database, or writes are switched off. Set <code>DATABASE_URL</code> to keep
        calls.
      </Empty>
    )
  }
  return (
    <>
      <Problem error={error} />
      <Path of={data} state={state} />
      <Letters of={data} mayChange={state.reader.may_change} again={again} />
      <div class="two">
        <Reconcile of={data} mayChange={state.reader.may_change} again={again} />
        <Happened of={data} />
      </div>
      <Outboxes of={data.outboxes} />
      <Segments of={data} />
    </>
  )
}

const PROMISES: Readonly<Record<string, string>> = {
  memory: 'Calls wait in memory: a crash loses what waits.',
  journal: 'Each call is on the disk before its answer ends: a crash loses nothing.',
  sync: 'Each call is in the database before its answer ends.',
}

/** The way of a call: answered, kept, written, told. */
function Path({
  of: { gauges, durability, journal, flushes, outboxes, retention_ms },
  state,
}: {
  of: LedgerAnswer
  state: State
}) {
  if (!gauges) return null
  const { queued, oldestMs, unsettledDollars, written, retried, dropped } = gauges
  const lost = Object.entries(dropped).filter(([, calls]) => calls > 0)
  const waitsLong = oldestMs > 60_000
  const waiting = outboxes.reduce((sum, one) => sum + one.waiting, 0)
  return (
    <section class="path" aria-label="The way of a call">
      <Step title="Answered" kind="ok" figure={count(state.open_calls ?? 0)} unit="calls under way">
        {counted(state.reserved_calls ?? 0, 'reservation')} of budgets.
      </Step>
      <Step
        title={durability === 'journal' ? 'In the journal' : 'Waiting'}
        kind={waitsLong ? 'attention' : 'ok'}
        figure={dollars(unsettledDollars)}
        title2={`$${unsettledDollars}`}
        unit={
          queued === 0
            ? 'nothing waits'
            : `${counted(queued, 'call waits', 'calls wait')}, the oldest ${duration(oldestMs)}`
        }
      >
        {PROMISES[durability ?? ''] ?? ''}
        {journal &&
          ` ${bytes(gauges.journalBytes)} of ${bytes(journal.maxBytes)} in ${counted(journal.segments.length, 'segment')}.`}
      </Step>
      <Step
        title="In the database"
        kind={state.database !== 'connected' ? 'stop' : retried > 0 ? 'attention' : 'ok'}
        figure={count(written)}
        unit={`written; database ${state.database}`}
      >
        <Spark values={flushes.minutes} label="Calls written in each of the last sixty minutes" />
        {flushes.last_at
          ? `Last: ${counted(flushes.last_size, 'call')} in ${duration(flushes.last_ms)}, ${away(flushes.last_at)}.`
          : 'Nothing was written yet.'}
        {retried > 0 && ` ${counted(retried, 'batch was', 'batches were')} tried again.`}
        {retention_ms !== null && ` Rows are kept for ${duration(retention_ms)}.`}
      </Step>
      <Step
        title="Told"
        kind={outboxes.some((one) => one.oldestMs > 60_000 || one.dropped > 0) ? 'attention' : 'ok'}
        figure={count(outboxes.reduce((sum, one) => sum + one.delivered, 0))}
        unit={outboxes.length === 0 ? 'no callbacks' : `deliveries to ${counted(outboxes.length, 'callback')}`}
      >
        {outboxes.length === 0
          ? 'success_callback names the destinations of calls.'
          : waiting === 0
            ? 'All of them are told.'
            : `${counted(waiting, 'delivery waits', 'deliveries wait')}.`}
      </Step>
      <Step
        title="Lost"
        kind={lost.length > 0 ? 'stop' : 'ok'}
        figure={count(lost.reduce((sum, [, calls]) => sum + calls, 0))}
        unit="calls given up since the start"
      >
        {lost.length === 0 ? 'No call was given up.' : lost.map(([why, calls]) => `${why}: ${count(calls)}`).join(', ')}
      </Step>
    </section>
  )
}

interface StepProps {
  readonly title: string
  readonly kind: Kind
  readonly figure: string
  readonly title2?: string
  readonly unit: string
  readonly children: ComponentChildren
}

function Step({ title, kind, figure, title2, unit, children }: StepProps) {
  return (
    <div class={`card step ${kind}`}>
      <h2>
        <Mark kind={kind}>{title}</Mark>
      </h2>
      <div class="num big" title={title2}>
        {figure}
      </div>
      <div>{unit}</div>
      <div class="soft">{children}</div>
    </div>
  )
}

const OUTBOX_COLUMNS: readonly Column<OutboxState>[] = [
  { head: 'Callback', of: ({ name }) => name },
  {
    head: 'State',
    of: ({ oldestMs, waiting, retries, dropped }) =>
      dropped > 0 ? (
        <Mark kind="stop">gave up calls</Mark>
      ) : waiting > 0 && (oldestMs > 60_000 || retries > 0) ? (
        <Mark kind="attention">behind</Mark>
      ) : (
        <Mark kind="ok">up to date</Mark>
      ),
  },
  { head: 'Waiting', kind: 'num', of: ({ waiting }) => count(waiting) },
  { head: 'Oldest', kind: 'num', of: ({ oldestMs }) => (oldestMs === 0 ? '–' : duration(oldestMs)) },
  { head: 'Told', kind: 'num', of: ({ delivered }) => count(delivered) },
  { head: 'Tried again', kind: 'num', of: ({ retries }) => count(retries) },
  { head: 'Refused', kind: 'num', of: ({ refused }) => count(refused) },
  { head: 'Given up', kind: 'num', of: ({ dropped }) => count(dropped) },
]

function Outboxes({ of }: { of: readonly OutboxState[] }) {
  if (of.length === 0) return null
  return (
    <Card title="Outbox">
      <Table label="Outbox" columns={OUTBOX_COLUMNS} rows={of} keyOf={({ name }) => name} />
    </Card>
  )
}

function Segments({ of: { journal } }: { of: LedgerAnswer }) {
  if (!journal) return null
  const columns: readonly Column<(typeof journal.segments)[number]>[] = [
    { head: 'Segment', of: ({ name }) => <code>{name}</code> },
    { head: 'Size', kind: 'num', of: (segment) => bytes(segment.bytes) },
    { head: 'Last written', of: ({ writtenAt }) => away(writtenAt) },
  ]
  return (
    <Card title="Journal">
      {journal.segments.length === 0 ? (
        <Empty>No segments: everything is written.</Empty>
      ) : (
        <Table label="Segments" columns={columns} rows={journal.segments} keyOf={({ name }) => name} />
      )}
      <p class="soft">fsync: {journal.fsync}. A segment goes when all of its calls are in the database.</p>
    </Card>
  )
}

function Happened({ of: { happenings } }: { of: LedgerAnswer }) {
  return (
    <Card title="What happened">
      {happenings.length === 0 ? (
        <Empty>Nothing out of the ordinary since the start of this process.</Empty>
      ) : (
        <ul class="list">
          {happenings
            .toReversed()
            .slice(0, 12)
            .map(({ at, kind, text, times }) => (
              <li key={at + text}>
                <Mark kind={kind}>
                  {text}
                  {times > 1 && `, ${times} times`}
                </Mark>{' '}
                <span class="soft">{away(at)}</span>
              </li>
            ))}
        </ul>
      )}
    </Card>
  )
}
