import { useEffect, useRef, useState } from 'preact/hooks'
import type { CallRow, State } from '../answers.ts'
import { useAsked } from './api.ts'
import { CallDetail } from './call-detail.tsx'
import { FirstCall } from './first-call.tsx'
import { useLater, useLiveCalls } from './live.ts'
import { clock, count, counted, dollars, duration } from './parts/format.ts'
import { Card, Empty, Mark, Pages, Problem } from './parts/parts.tsx'
import { type Column, Table } from './parts/table.tsx'
import { type Change, spanOf, type View } from './view.ts'

const PAGE_SIZE = 50
/** LiteLLM's word for it. */
const MASTER = 'litellm_proxy_master_key'
/** A call has its row by then. */
const WRITTEN_MS = 15_000
const LOOK_AGAIN_MS = 1_500
/** Also while calls are told: what other processes have answered is in the report alone. */
const EVERY_MS = 20_000

const FILTERS: Readonly<Record<string, string>> = {
  model: 'model',
  key_alias: 'key alias',
  api_key: 'key hash',
  user_id: 'user',
  team_id: 'team',
  end_user: 'customer',
  session_id: 'session',
  request_id: 'call id',
  min_spend: 'cost at least',
}

interface Page {
  readonly data: readonly CallRow[]
  readonly total: number
  readonly total_pages: number
}

export function Calls({ view, change, state }: { view: View; change: Change; state: State }) {
  const [at, setAt] = useState(1)
  const [openId, setOpenId] = useState<string>()
  const [isFolded, setFolded] = useState(false)
  const { page, error, rows, waiting, liveness, hold, lookAgain } = useCalls(view, at)
  const shown = isFolded ? folded(rows) : rows.map((row) => ({ row, calls: 1, spend: row.spend }))
  const open = rows.find((row) => idOf(row) === openId)
  const isWritten = open !== undefined && (page?.data.includes(open) ?? false)
  useEffect(() => {
    if (open && !isWritten) lookAgain()
  }, [open, isWritten])
  const isFiltered = Object.values(view.filters).some(Boolean)
  const setFilter = (name: string, value: string) => {
    setAt(1)
    change({ filters: { ...view.filters, [name]: value } })
  }
  return (
    <>
      <Filters view={view} onFilter={setFilter} onClear={() => change({ filters: {} })} />
      <Problem error={error} />
      {page?.total === 0 && rows.length === 0 && !isFiltered && <FirstCall state={state} />}
      {page?.total === 0 && rows.length === 0 && isFiltered && (
        <Empty>No call passes these filters in this time. Take one away, or choose a longer time.</Empty>
      )}
      {page && rows.length > 0 && (
        <Card label="Calls">
          <div class="head">
            <Mark kind={liveness === 'live' ? 'ok' : 'attention'}>
              {at > 1 ? 'an older page' : liveness === 'live' ? 'live' : 'asked every 20 s'}
              {waiting > 0 && `, ${count(waiting)} more when the pointer leaves`}
            </Mark>
            <label class="check">
              <input type="checkbox" checked={isFolded} onChange={() => setFolded(!isFolded)} /> one line a session
            </label>
          </div>
          <Table
            label="Calls"
            columns={COLUMNS}
            rows={shown}
            keyOf={({ row }) => idOf(row)}
            openKey={openId}
            onHold={hold}
            onOpen={({ row, calls }) =>
              calls > 1 ? setFilter('session_id', row.session_id ?? '') : setOpenId(idOf(row))
            }
          />
          <Pages at={at} of={page.total_pages} onGo={setAt}>
            {counted(page.total, 'call')}
          </Pages>
        </Card>
      )}
      {open && (
        <CallDetail row={open} isWritten={isWritten} onClose={() => setOpenId(undefined)} onFilter={setFilter} />
      )}
    </>
  )
}

/** The page of the report with what was told since, on top. Rows wait while they are held. */
function useCalls(view: View, at: number) {
  const [told, setTold] = useState<readonly CallRow[]>([])
  const [isHeld, hold] = useState(false)
  const heldBack = useRef<CallRow[]>([])
  const { from, to } = spanOf(view.range)
  const query = new URLSearchParams({
    ...view.filters,
    start_date: new Date(from).toISOString(),
    // What is told now belongs to it.
    end_date: new Date(to + 60_000).toISOString(),
    page: String(at),
    page_size: String(PAGE_SIZE),
  })
  const { data: page, error, again } = useAsked<Page>(`/spend/logs/ui?${query}`, isHeld || at > 1 ? 0 : EVERY_MS)
  const later = useLater(again, LOOK_AGAIN_MS)
  const isFiltered = Object.values(view.filters).some(Boolean)
  const liveness = useLiveCalls({
    call(row) {
      // The report knows which calls a filter lets pass.
      if (at > 1) return
      if (isFiltered) later()
      else if (isHeld) heldBack.current.push(row)
      else setTold((rows) => [row, ...rows].slice(0, PAGE_SIZE))
    },
    missed: later,
  })
  useEffect(() => {
    if (isHeld || heldBack.current.length === 0) return
    const rows = heldBack.current.splice(0).reverse()
    setTold((before) => [...rows, ...before].slice(0, PAGE_SIZE))
  }, [isHeld])
  const known = new Set(page?.data.map(idOf))
  const fresh = told.filter(
    (row) => !known.has(idOf(row)) && Date.now() - Date.parse(row.endTime) < WRITTEN_MS + EVERY_MS,
  )
  const rows = at > 1 || isFiltered ? (page?.data ?? []) : [...fresh, ...(page?.data ?? [])]
  return { page, error, rows, waiting: isHeld ? heldBack.current.length : 0, liveness, hold, lookAgain: later }
}

interface Shown {
  readonly row: CallRow
  readonly calls: number
  readonly spend: number
}

/** The last call of each session, with the sum of those on this page. */
function folded(rows: readonly CallRow[]): readonly Shown[] {
  const sessions = Map.groupBy(rows, (row) => row.session_id || idOf(row))
  return [...sessions.values()].map((calls) => ({
    row: calls[0]!,
    calls: calls.length,
    spend: calls.reduce((sum, { spend }) => sum + spend, 0),
  }))
}

const COLUMNS: readonly Column<Shown>[] = [
  { head: 'Started', of: ({ row }) => clock(row.startTime), title: ({ row }) => row.startTime },
  {
    head: 'Status',
    of: ({ row }) => (
      <Mark kind={row.status === 'failure' ? 'stop' : 'ok'}>
        {row.status ?? 'success'}
        {row.cache_hit === 'True' ? ', cached' : ''}
      </Mark>
    ),
  },
  {
    head: 'Model',
    kind: 'name',
    title: ({ row }) => row.model,
    of: ({ row, calls }) => (
      <>
        {row.model_group || row.model}
        {calls > 1 && <span class="soft"> and {calls - 1} more calls</span>}
      </>
    ),
  },
  { head: 'Key', kind: 'name', isExtra: true, of: ({ row }) => keyName(row), title: ({ row }) => row.api_key },
  { head: 'User', kind: 'name', isExtra: true, of: ({ row }) => row.user || '–' },
  { head: 'Tokens in', kind: 'num', isExtra: true, of: ({ row }) => count(row.prompt_tokens) },
  { head: 'out', kind: 'num', isExtra: true, of: ({ row }) => count(row.completion_tokens) },
  { head: 'Cost', kind: 'num', of: ({ spend }) => dollars(spend), title: ({ spend }) => `$${spend}` },
  { head: 'Time', kind: 'num', of: ({ row }) => duration(Date.parse(row.endTime) - Date.parse(row.startTime)) },
]

/** A call that is told live has no place in the log yet: the provider's id may be taken there. */
function idOf({ request_id, metadata }: CallRow): string {
  return String(metadata?.litellm_call_id ?? request_id)
}

function keyName({ api_key, metadata }: CallRow): string {
  const alias = metadata?.user_api_key_alias
  if (typeof alias === 'string' && alias !== '') return alias
  if (api_key === MASTER) return 'master key'
  return /^[0-9a-f]{64}$/.test(api_key) ? `${api_key.slice(0, 10)}…` : api_key || '–'
}

function Filters(props: { view: View; onFilter(name: string, value: string): void; onClear(): void }) {
  const { view, onFilter, onClear } = props
  const [name, setName] = useState('model')
  const [value, setValue] = useState('')
  const set = Object.entries(view.filters).filter(([, chosen]) => chosen !== '')
  const add = (event: Event) => {
    event.preventDefault()
    if (value.trim() !== '') onFilter(name, value.trim())
    setValue('')
  }
  return (
    <form class="chips" onSubmit={add}>
      <select aria-label="Filter" value={name} onChange={(event) => setName(event.currentTarget.value)}>
        {Object.entries(FILTERS).map(([filter, label]) => (
          <option key={filter} value={filter}>
            {label}
          </option>
        ))}
      </select>
      <input
        class="search"
        aria-label={`Filter by ${FILTERS[name]}`}
        placeholder={`${FILTERS[name]}, Enter`}
        value={value}
        onInput={(event) => setValue(event.currentTarget.value)}
      />
      <select
        aria-label="Filter by status"
        value={view.filters.status_filter ?? ''}
        onChange={(event) => onFilter('status_filter', event.currentTarget.value)}
      >
        <option value="">any status</option>
        <option value="success">success</option>
        <option value="failure">failure</option>
      </select>
      {set.map(([filter, chosen]) => (
        <button
          key={filter}
          type="button"
          class="chip"
          title={`${FILTERS[filter] ?? 'status'}: ${chosen}`}
          onClick={() => onFilter(filter, '')}
        >
          {FILTERS[filter] ?? 'status'}: {chosen.length > 24 ? `${chosen.slice(0, 20)}…` : chosen}{' '}
          <span aria-hidden="true">×</span>
          <span class="unseen">, take away</span>
        </button>
      ))}
      {set.length > 1 && (
        <button type="button" onClick={onClear}>
          Clear
        </button>
      )}
    </form>
  )
}
