import type { State } from '../answers.ts'
import { BY, METRICS, type MetricName, ranked, type Series, seriesOf, useActivity } from './activity.ts'
import { Attention } from './attention.tsx'
import { FirstCall } from './first-call.tsx'
import { useLater, useLiveCalls } from './live.ts'
import { StackedBars } from './parts/chart.tsx'
import { compact, count, counted, dollars, duration, percent } from './parts/format.ts'
import { Card, Choice, Empty, Figure, Problem } from './parts/parts.tsx'
import { type Column, Table } from './parts/table.tsx'
import { addressOf, type Change, isFine, spanOf, type View } from './view.ts'

const LOOK_AGAIN_MS = 3_000
const MOST_ROWS = 10

export function Overview({ view, change, state }: { view: View; change: Change; state: State }) {
  const span = spanOf(view.range)
  const { whole, parts, error, again } = useActivity(span, view.by)
  const later = useLater(again, LOOK_AGAIN_MS)
  // Days are written by the minute, hours by the call.
  useLiveCalls({ call: () => isFine(span) && later(), missed: later })
  if (error && !whole) return <Problem error={error} />
  if (!whole) return <p class="soft">Reading…</p>
  const metric = (view.metric in METRICS ? view.metric : 'spend') as MetricName
  const show = metric === 'spend' ? dollars : count
  const calls = Number(whole.metadata.total_api_requests ?? 0)
  const pick = ({ id = '' }: Series) => {
    const { filter } = BY[view.by] ?? {}
    if (filter) change({ page: 'calls', filters: { [filter]: id } })
  }
  return (
    <>
      <Problem error={error} />
      <Figures metadata={whole.metadata} view={view} state={state} />
      {calls === 0 && (isFine(span) || view.range === '90d') && <FirstCall state={state} />}
      {calls > 0 && (
        <Card
          title={`${METRICS[metric].label} by ${BY[view.by]?.label}`}
          aside={
            <Choice
              label="Shown"
              options={Object.fromEntries(Object.entries(METRICS).map(([name, { label }]) => [name, label]))}
              value={metric}
              onChange={(chosen) => change({ metric: chosen })}
            />
          }
        >
          {parts && (
            <StackedBars
              label={`${METRICS[metric].label} by ${BY[view.by]?.label}`}
              steps={span.steps}
              series={seriesOf(parts, span, view.by, metric)}
              show={show}
              showShort={metric === 'spend' ? dollars : compact}
              onPick={BY[view.by]?.filter ? pick : undefined}
            />
          )}
        </Card>
      )}
      <div class="two">
        <Attention state={state} />
        {parts && <Top rows={ranked(parts, view.by, metric)} view={view} />}
      </div>
    </>
  )
}

type Sums = Readonly<Record<string, unknown>>

function Figures({ metadata, view, state }: { metadata: Sums; view: View; state: State }) {
  const sum = (name: string) => Number(metadata[name] ?? 0)
  const calls = sum('total_api_requests')
  const failed = sum('total_failed_requests')
  const timed = sum('total_timed_requests')
  const { p50_ms: p50, p95_ms: p95 } = metadata
  const hits = sum('cache_hits')
  const toCalls = (filters: Readonly<Record<string, string>>) => `#${addressOf({ ...view, page: 'calls', filters })}`
  return (
    <section class="card figures" aria-label="Sums">
      <Figure
        label="spent"
        value={dollars(sum('total_spend'))}
        title={`$${sum('total_spend')}`}
        note={calls > 0 && `${dollars(sum('total_spend') / calls)} a call`}
      />
      <Figure
        label="calls"
        value={count(calls)}
        href={toCalls({})}
        note={state.open_calls === undefined ? '' : `${count(state.open_calls)} under way`}
      />
      <Figure
        label="failed"
        value={percent(failed, calls)}
        href={toCalls({ status_filter: 'failure' })}
        kind={calls > 0 && failed / calls > 0.05 ? 'attention' : 'ok'}
        note={counted(failed, 'call')}
      />
      <Figure
        label="tokens"
        value={compact(sum('total_tokens'))}
        title={count(sum('total_tokens'))}
        note={`${compact(sum('total_prompt_tokens'))} in, ${compact(sum('total_completion_tokens'))} out`}
      />
      {typeof p50 === 'number' && typeof p95 === 'number' ? (
        <Figure label="response time" value={duration(p50)} note={`median; 95 % within ${duration(p95)}`} />
      ) : (
        <Figure
          label="response time"
          value={timed > 0 ? duration(sum('total_response_time_ms') / timed) : '–'}
          note="on average"
        />
      )}
      {hits > 0 && <Figure label="from the cache" value={percent(hits, calls)} note={counted(hits, 'call')} />}
      {state.ledger && (
        <Figure
          label="waiting"
          value={dollars(state.ledger.unsettledDollars)}
          href={`#${addressOf({ ...view, page: 'ledger', filters: {} })}`}
          kind={state.ledger.oldestMs > 60_000 ? 'attention' : 'ok'}
          note={
            state.ledger.queued === 0
              ? 'all calls are written'
              : `${counted(state.ledger.queued, 'call')} not written yet`
          }
        />
      )}
    </section>
  )
}

function Top({ rows, view }: { rows: ReturnType<typeof ranked>; view: View }) {
  const { label = '', filter } = BY[view.by] ?? {}
  const most = rows[0]?.metrics.spend || 1
  const columns: readonly Column<(typeof rows)[number]>[] = [
    {
      head: label,
      kind: 'name',
      title: ({ id }) => id,
      of: ({ id, name }) =>
        filter ? <a href={`#${addressOf({ ...view, page: 'calls', filters: { [filter]: id } })}`}>{name}</a> : name,
    },
    {
      head: 'Spend',
      kind: 'num',
      title: ({ metrics }) => `$${metrics.spend}`,
      of: ({ metrics }) => (
        <>
          {dollars(metrics.spend)}
          <svg class="part" viewBox="0 0 60 8" aria-hidden="true">
            <rect width={(60 * metrics.spend) / most} height="8" rx="2" />
          </svg>
        </>
      ),
    },
    { head: 'Calls', kind: 'num', of: ({ metrics }) => count(metrics.api_requests) },
    {
      head: 'Failed',
      kind: 'num',
      isExtra: true,
      of: ({ metrics }) => percent(metrics.failed_requests, metrics.api_requests),
    },
    {
      head: 'Tokens',
      kind: 'num',
      isExtra: true,
      title: ({ metrics }) => count(metrics.total_tokens),
      of: ({ metrics }) => compact(metrics.total_tokens),
    },
  ]
  return (
    <Card title={`Top by ${label}`}>
      {rows.length === 0 ? (
        <Empty>Nothing was called in this time. Choose a longer one above.</Empty>
      ) : (
        <Table label={`Top by ${label}`} columns={columns} rows={rows.slice(0, MOST_ROWS)} keyOf={({ id }) => id} />
      )}
    </Card>
  )
}
