import { useState } from 'preact/hooks'
import type { State } from '../answers.ts'
import { type ApiError, ask, useAsked } from './api.ts'
import { FirstCall } from './first-call.tsx'
import { KeyDetail } from './key-detail.tsx'
import { KeyForm } from './key-form.tsx'
import { away, clock, compact, counted, dollars } from './parts/format.ts'
import { Bar, Card, Empty, Mark, Pages, Problem } from './parts/parts.tsx'
import { type Column, Table } from './parts/table.tsx'
import { type KeyRow, keyTitle, usedPart } from './rows.ts'
import type { Change, View } from './view.ts'

interface Page {
  readonly keys: readonly KeyRow[]
  readonly total_count: number
  readonly total_pages: number
}

const PAGE_SIZE = 50

/** Administrators see all keys, users their own, and the holder of a key without a user that key. */
export function Keys({ view, change, state }: { view: View; change: Change; state: State }) {
  const { reader } = state
  const [at, setAt] = useState(1)
  const [openToken, setOpenToken] = useState<string>()
  const [isMaking, setMaking] = useState(false)
  const [secret, setSecret] = useState<string>()
  const [failed, setFailed] = useState<ApiError>()
  const search = view.filters.search ?? ''
  const { rows, page, error, again } = useKeys(state, at, search)
  const act = (path: string, body: unknown) =>
    ask<{ key?: string }>(path, body).then(
      (answer) => {
        setFailed(undefined)
        again()
        return answer
      },
      (problem) => void setFailed(problem),
    )
  const make = async (body: unknown) => {
    const made = await act('/key/generate', body)
    if (!made) return
    setSecret(made.key)
    setMaking(false)
  }
  const find = (text: string) => {
    setAt(1)
    change({ filters: { search: text } })
  }
  const open = rows?.find(({ token }) => token === openToken)
  return (
    <>
      {reader.may_change && (
        <div class="chips">
          <button class="main" type="button" aria-expanded={isMaking} onClick={() => setMaking(!isMaking)}>
            Make a key
          </button>
          <Search value={search} onSearch={find} />
        </div>
      )}
      {isMaking && (
        <Card title="A new key">
          <KeyForm state={state} action="Make it" onSave={make} />
        </Card>
      )}
      {secret && <FirstCall state={state} secret={secret} />}
      <Problem error={error} />
      <Problem error={failed} />
      {rows?.length === 0 && <Empty>{search ? 'No key has this alias or hash.' : NO_KEYS}</Empty>}
      {rows && rows.length > 0 && (
        <Card label="Keys">
          <Table
            label="Keys"
            columns={COLUMNS}
            rows={rows}
            keyOf={({ token }) => token}
            openKey={openToken}
            onOpen={({ token }) => setOpenToken(token)}
          />
          <Pages at={at} of={page?.total_pages ?? 1} onGo={setAt}>
            {counted(page?.total_count ?? rows.length, 'key')}, nearest to its budget first
          </Pages>
        </Card>
      )}
      {open && (
        <KeyDetail
          of={open}
          state={state}
          act={reader.may_change ? act : undefined}
          onSecret={setSecret}
          onClose={() => setOpenToken(undefined)}
        />
      )}
    </>
  )
}

/** The nearest to its budget first. */
function useKeys({ reader }: State, at: number, search: string) {
  const isAlone = !reader.is_admin && reader.user_id === null
  const query = new URLSearchParams({
    ...{ return_full_object: 'true', size: String(PAGE_SIZE), page: String(at), sort_by: 'spend', sort_order: 'desc' },
    ...(search && { search }),
  })
  const listed = useAsked<Page>(isAlone ? undefined : `/key/list?${query}`)
  const own = useAsked<{ info: KeyRow; key: string }>(isAlone ? '/key/info' : undefined)
  const keys = isAlone ? (own.data ? [{ ...own.data.info, token: own.data.key }] : undefined) : listed.data?.keys
  return {
    rows: keys?.toSorted((a, b) => usedPart(b) - usedPart(a)),
    page: listed.data,
    error: listed.error ?? own.error,
    again: () => (isAlone ? own.again() : listed.again()),
  }
}

const NO_KEYS = 'No keys yet. Make one for each program or person that calls models.'

function Search({ value, onSearch }: { value: string; onSearch(text: string): void }) {
  return (
    <input
      class="search"
      aria-label="Search by alias or hash"
      placeholder="alias or hash"
      value={value}
      onChange={(event) => onSearch(event.currentTarget.value.trim())}
    />
  )
}

export function KeyState({ of: key }: { of: KeyRow }) {
  if (key.blocked) return <Mark kind="stop">blocked</Mark>
  if (key.expires && Date.parse(key.expires) < Date.now()) return <Mark kind="stop">expired</Mark>
  if (usedPart(key) >= 1) return <Mark kind="stop">over budget</Mark>
  return usedPart(key) >= 0.8 ? <Mark kind="attention">near budget</Mark> : <Mark kind="ok">active</Mark>
}

/** Calls and tokens a minute. */
export function limitsText({ rpm_limit, tpm_limit }: Pick<KeyRow, 'rpm_limit' | 'tpm_limit'>): string {
  const limits = [
    rpm_limit !== null && `${compact(rpm_limit)} calls`,
    tpm_limit !== null && `${compact(tpm_limit)} tokens`,
  ]
  return limits.filter(Boolean).join(', ') || '–'
}

const COLUMNS: readonly Column<KeyRow>[] = [
  { head: 'Key', kind: 'name', of: keyTitle, title: ({ token }) => token },
  { head: 'State', of: (key) => <KeyState of={key} /> },
  { head: 'Spend', kind: 'num', of: ({ spend }) => dollars(spend), title: ({ spend }) => `$${spend}` },
  { head: 'Budget', kind: 'num', of: ({ max_budget }) => (max_budget === null ? '–' : dollars(max_budget)) },
  { head: 'Used', of: (key) => (key.max_budget === null ? '' : <Bar part={usedPart(key)} />) },
  {
    head: 'Resets',
    isExtra: true,
    of: ({ budget_reset_at }) => (budget_reset_at ? away(budget_reset_at) : '–'),
    title: ({ budget_reset_at }) => budget_reset_at ?? undefined,
  },
  { head: 'A minute', isExtra: true, of: limitsText },
  {
    head: 'Owner',
    kind: 'name',
    isExtra: true,
    of: ({ team_id, user_id }) => [team_id, user_id].filter(Boolean).join(' / ') || '–',
  },
  {
    head: 'Models',
    kind: 'name',
    isExtra: true,
    of: ({ models }) => (models.length === 0 ? 'all' : models.join(', ')),
    title: ({ models }) => models.join(', '),
  },
  {
    head: 'Last used',
    isExtra: true,
    of: ({ last_active }) => (last_active ? away(last_active) : '–'),
    title: ({ last_active }) => (last_active ? clock(last_active) : undefined),
  },
]
