import { type Activity, type KeyRow, type Metrics, type State, useAsked } from './api.ts'
import { FirstCall } from './first-call.tsx'
import { count, dayOf, dollars, duration, percent } from './format.ts'
import { Bar, Figure, Legend, Mark, Problem, ScrollCard, type Series, StackedBars } from './parts.tsx'
import type { View } from './view.ts'

const DAY_MS = 86_400_000
const MOST_SERIES = 6
/** What the chart can be broken down by: LiteLLM's names, and ours for readers. */
export const DIMENSIONS: Readonly<Record<string, string>> = {
  model_groups: 'model',
  api_keys: 'key',
  entities: 'user',
  providers: 'provider',
  endpoints: 'endpoint',
}

export function Overview({ view, state }: { view: View; state: State }) {
  const to = dayOf(Date.now())
  const from = dayOf(Date.now() - (view.days - 1) * DAY_MS)
  const { data, error } = useAsked<Activity>(
    `/user/daily/activity/aggregated?start_date=${from}&end_date=${to}`,
    15_000,
  )
  const keys = useAsked<{ keys: readonly KeyRow[] }>(
    state.reader.is_admin ? '/key/list?return_full_object=true&size=100&sort_by=spend&sort_order=desc' : undefined,
    30_000,
  )
  if (error) return <Problem error={error} />
  if (!data) return <p class="soft">Reading…</p>
  const { metadata } = data
  const calls = metadata.total_api_requests ?? 0
  const spend = metadata.total_spend ?? 0
  const timed = metadata.total_timed_requests ?? 0
  const tokens = (metadata.total_prompt_tokens ?? 0) + (metadata.total_completion_tokens ?? 0)
  return (
    <>
      <section class="card figures" aria-label="Sums">
        <Figure label="spent" value={dollars(spend)} title={String(spend)} />
        <Figure label="calls" value={count(calls)} />
        <Figure label="failed" value={percent(metadata.total_failed_requests ?? 0, calls)} />
        <Figure label="tokens" value={count(tokens)} />
        <Figure
          label="mean response time"
          value={timed > 0 ? duration((metadata.total_response_time_ms ?? 0) / timed) : '–'}
        />
      </section>
      {calls === 0 ? <FirstCall state={state} /> : <Chart data={data} view={view} from={from} />}
      <div class="two">
        <Attention state={state} keys={keys.data?.keys ?? []} />
        <Top data={data} view={view} />
      </div>
    </>
  )
}

function Chart({ data, view, from }: { data: Activity; view: View; from: string }) {
  const labels = Array.from({ length: view.days }, (_, at) => dayOf(Date.parse(from) + at * DAY_MS))
  const days = new Map(data.results.map((day) => [day.date, day]))
  const names = ranked(data, view.by).map(({ name }) => name)
  const own = names.length > MOST_SERIES ? names.slice(0, MOST_SERIES - 1) : names
  const spendOf = (label: string, name: string) => days.get(label)?.breakdown[view.by]?.[name]?.metrics.spend ?? 0
  const series: Series[] = own.map((name) => ({
    name: shownName(data, view.by, name),
    values: labels.map((label) => spendOf(label, name)),
  }))
  if (names.length > own.length) {
    const rest = names.slice(own.length)
    series.push({
      name: 'other',
      values: labels.map((label) => rest.reduce((sum, name) => sum + spendOf(label, name), 0)),
    })
  }
  return (
    <section class="card">
      <h2>Spend per day, by {DIMENSIONS[view.by]}</h2>
      <StackedBars labels={labels} series={series} show={dollars} />
      <Legend series={series} />
    </section>
  )
}

function Top({ data, view }: { data: Activity; view: View }) {
  const rows = ranked(data, view.by).slice(0, 8)
  return (
    <ScrollCard label="Top">
      <h2>Top by {DIMENSIONS[view.by]}</h2>
      {rows.length === 0 && <p class="soft">Nothing was spent in this time.</p>}
      {rows.length > 0 && (
        <table>
          <thead>
            <tr>
              <th scope="col">{DIMENSIONS[view.by]}</th>
              <th scope="col" class="num">
                Spend
              </th>
              <th scope="col" class="num">
                Calls
              </th>
              <th scope="col" class="num">
                Failed
              </th>
              <th scope="col" class="num">
                Tokens
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map(({ name, metrics }) => (
              <tr key={name}>
                <td class="name" title={name}>
                  {shownName(data, view.by, name)}
                </td>
                <td class="num" title={String(metrics.spend)}>
                  {dollars(metrics.spend)}
                </td>
                <td class="num">{count(metrics.api_requests)}</td>
                <td class="num">{percent(metrics.failed_requests, metrics.api_requests)}</td>
                <td class="num">{count(metrics.prompt_tokens + metrics.completion_tokens)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </ScrollCard>
  )
}

/** What an operator should look at, the worst first. */
function Attention({ state, keys }: { state: State; keys: readonly KeyRow[] }) {
  const { ledger, deployments = [], database, reader } = state
  const cooling = deployments.filter(({ cooling_ms }) => cooling_ms > 0)
  const unpriced = deployments.filter(({ has_price, model_group }) => !has_price && !model_group.includes('*'))
  const near = keys.filter(({ spend, max_budget }) => max_budget !== null && spend >= 0.8 * max_budget)
  const own = reader.max_budget
  const dropped = Object.values(ledger?.dropped ?? {}).reduce((sum, n) => sum + n, 0)
  const lines = [
    database !== 'connected' && database !== 'Not connected' && <Mark kind="stop">The database: {database}</Mark>,
    dropped > 0 && <Mark kind="stop">{count(dropped)} calls were given up by the ledger</Mark>,
    ledger && ledger.quarantined > 0 && (
      <Mark kind="stop">{count(ledger.quarantined)} dead letters: see `express-litellm dlq`</Mark>
    ),
    ledger && ledger.oldestMs > 60_000 && (
      <Mark kind="attention">
        {count(ledger.queued)} calls wait for their row, the oldest {duration(ledger.oldestMs)}
      </Mark>
    ),
    ...cooling.map((one) => (
      <Mark kind="stop">
        {one.model_group}: {one.model} is left alone for {duration(one.cooling_ms)}
      </Mark>
    )),
    ...near.map((key) => (
      <Mark kind={key.spend >= (key.max_budget ?? 0) ? 'stop' : 'attention'}>
        Key {key.key_alias ?? key.key_name}: {dollars(key.spend)} of {dollars(key.max_budget ?? 0)}{' '}
        <Bar part={key.spend / (key.max_budget || 1)} />
      </Mark>
    )),
    own !== null && (
      <Mark kind={reader.spend >= own ? 'stop' : reader.spend >= 0.8 * own ? 'attention' : 'ok'}>
        This key: {dollars(reader.spend)} of {dollars(own)} <Bar part={reader.spend / (own || 1)} />
      </Mark>
    ),
    unpriced.length > 0 && (
      <Mark kind="attention">
        Without a price, so nothing is charged: {unpriced.map(({ model_group }) => model_group).join(', ')}
      </Mark>
    ),
  ].filter((line) => line !== false && line !== undefined && line !== null)
  return (
    <section class="card">
      <h2>Needs attention</h2>
      <ul class="list">
        {lines.length === 0 && (
          <li>
            <Mark kind="ok">Nothing: every call is written, no budget is near, all deployments answer.</Mark>
          </li>
        )}
        {lines.map((line, at) => (
          <li key={at}>{line}</li>
        ))}
      </ul>
    </section>
  )
}

interface Ranked {
  readonly name: string
  readonly metrics: Metrics
}

/** Sums over all days, the most spend first. */
function ranked({ results }: Activity, by: string): readonly Ranked[] {
  const sums = new Map<string, { -readonly [member in keyof Metrics]: number }>()
  for (const { breakdown } of results) {
    for (const [name, { metrics }] of Object.entries(breakdown[by] ?? {})) {
      const sum = sums.get(name)
      if (!sum) sums.set(name, { ...metrics })
      else for (const member of Object.keys(sum) as (keyof Metrics)[]) sum[member] += metrics[member] ?? 0
    }
  }
  return [...sums].map(([name, metrics]) => ({ name, metrics })).sort((a, b) => b.metrics.spend - a.metrics.spend)
}

/** Keys are known by their hash; readers know them by their alias. */
function shownName({ results }: Activity, by: string, name: string): string {
  if (by !== 'api_keys') return name
  const found = results.map(({ breakdown }) => breakdown.api_keys?.[name]?.metadata?.key_alias).find(Boolean)
  return found ?? `${name.slice(0, 10)}…`
}
