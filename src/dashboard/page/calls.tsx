import { useEffect, useState } from 'preact/hooks'
import { type CallRow, type State, useAsked } from './api.ts'
import { CallDetail } from './call-detail.tsx'
import { FirstCall } from './first-call.tsx'
import { clock, count, dollars, duration } from './format.ts'
import { Mark, Problem, ScrollCard } from './parts.tsx'
import type { View } from './view.ts'

const DAY_MS = 86_400_000
const PAGE_SIZE = 50
const LIVE_MS = 3_000
const FILTERS: Readonly<Record<string, string>> = {
  model: 'model',
  key_alias: 'key alias',
  user_id: 'user',
  team_id: 'team',
  session_id: 'session',
  request_id: 'call id',
  min_spend: 'cost at least',
}

interface Page {
  readonly data: readonly CallRow[]
  readonly total: number
  readonly total_pages: number
}

export function Calls({ view, change, state }: { view: View; change(part: Partial<View>): void; state: State }) {
  const [at, setAt] = useState(1)
  const [held, setHeld] = useState(false)
  const [openId, setOpenId] = useState<string>()
  const path = `/spend/logs/ui?${queryOf(view, at)}`
  // Rows do not move under the reader's hand, nor while an older page is read.
  const { data, error } = useAsked<Page>(path, held || at > 1 ? 0 : LIVE_MS)
  useEffect(() => {
    const close = (event: KeyboardEvent) => event.key === 'Escape' && setOpenId(undefined)
    addEventListener('keydown', close)
    return () => removeEventListener('keydown', close)
  }, [])
  const setFilter = (name: string, value: string) => {
    setAt(1)
    change({ filters: { ...view.filters, [name]: value } })
  }
  const open = data?.data.find((row) => row.request_id === openId)
  const isFiltered = Object.values(view.filters).some(Boolean)
  return (
    <>
      <form class="chips" onSubmit={(event) => event.preventDefault()}>
        {Object.entries(FILTERS).map(([name, label]) => (
          <input
            key={name}
            aria-label={`Filter by ${label}`}
            placeholder={label}
            value={view.filters[name] ?? ''}
            onChange={(event) => setFilter(name, event.currentTarget.value.trim())}
          />
        ))}
        <select
          aria-label="Filter by status"
          value={view.filters.status_filter ?? ''}
          onChange={(event) => setFilter('status_filter', event.currentTarget.value)}
        >
          <option value="">any status</option>
          <option value="success">success</option>
          <option value="failure">failure</option>
        </select>
        {isFiltered && (
          <button type="button" onClick={() => change({ filters: {} })}>
            Clear
          </button>
        )}
      </form>
      {error && <Problem error={error} />}
      {data &&
        data.total === 0 &&
        (isFiltered ? <p class="soft">No call passes these filters.</p> : <FirstCall state={state} />)}
      {data && data.total > 0 && (
        <ScrollCard label="Calls" onHold={setHeld}>
          <CallTable rows={data.data} openId={openId} onOpen={setOpenId} />
          <p class="soft">
            {count(data.total)} calls, page {at} of {data.total_pages}{' '}
            <button type="button" disabled={at === 1} onClick={() => setAt(at - 1)}>
              Newer
            </button>{' '}
            <button type="button" disabled={at >= data.total_pages} onClick={() => setAt(at + 1)}>
              Older
            </button>
          </p>
        </ScrollCard>
      )}
      {open && <CallDetail row={open} onClose={() => setOpenId(undefined)} />}
    </>
  )
}

function CallTable(props: { rows: readonly CallRow[]; openId: string | undefined; onOpen(id: string): void }) {
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">Started</th>
          <th scope="col">Status</th>
          <th scope="col">Model</th>
          <th scope="col">Key</th>
          <th scope="col" class="num">
            Tokens in
          </th>
          <th scope="col" class="num">
            out
          </th>
          <th scope="col" class="num">
            Cost
          </th>
          <th scope="col" class="num">
            Time
          </th>
        </tr>
      </thead>
      <tbody>
        {props.rows.map((row) => (
          <tr
            key={row.request_id}
            tabIndex={0}
            aria-selected={row.request_id === props.openId}
            onClick={() => props.onOpen(row.request_id)}
            onKeyDown={(event) => event.key === 'Enter' && props.onOpen(row.request_id)}
          >
            <td>{clock(row.startTime)}</td>
            <td>
              <Mark kind={row.status === 'failure' ? 'stop' : 'ok'}>
                {row.status ?? 'success'}
                {row.cache_hit === 'True' ? ', cached' : ''}
              </Mark>
            </td>
            <td class="name" title={row.model}>
              {row.model_group || row.model}
            </td>
            <td class="name" title={row.api_key}>
              {keyName(row)}
            </td>
            <td class="num">{count(row.prompt_tokens)}</td>
            <td class="num">{count(row.completion_tokens)}</td>
            <td class="num" title={String(row.spend)}>
              {dollars(row.spend)}
            </td>
            <td class="num">{duration(Date.parse(row.endTime) - Date.parse(row.startTime))}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

export function keyName({ api_key, metadata }: CallRow): string {
  const alias = metadata?.user_api_key_alias
  return typeof alias === 'string' && alias !== '' ? alias : `${api_key.slice(0, 10)}…`
}

function queryOf({ days, filters }: View, page: number): URLSearchParams {
  // To the minute, so that the address of the report does not change with every look.
  const now = Math.ceil(Date.now() / 60_000) * 60_000
  return new URLSearchParams({
    ...filters,
    start_date: new Date(now - days * DAY_MS).toISOString(),
    end_date: new Date(now).toISOString(),
    page: String(page),
    page_size: String(PAGE_SIZE),
  })
}
