import { useState } from 'preact/hooks'
import { type ApiError, ask, type KeyRow, type State, useAsked } from './api.ts'
import { FirstCall } from './first-call.tsx'
import { clock, count, dollars } from './format.ts'
import { Bar, Mark, Problem, ScrollCard } from './parts.tsx'

interface Page {
  readonly keys: readonly KeyRow[]
  readonly total_count: number
  readonly total_pages: number
}

export function Keys({ state }: { state: State }) {
  const [at, setAt] = useState(1)
  const [made, setMade] = useState<string>()
  const [failed, setFailed] = useState<ApiError>()
  const { data, error, again } = useAsked<Page>(
    `/key/list?return_full_object=true&size=50&page=${at}&sort_by=spend&sort_order=desc`,
  )
  const act = (path: string, body: unknown) =>
    ask(path, body).then(
      () => {
        setFailed(undefined)
        again()
      },
      (problem) => setFailed(problem),
    )
  const rows = [...(data?.keys ?? [])].sort((a, b) => usedPart(b) - usedPart(a))
  return (
    <>
      {state.reader.may_change && (
        <NewKey
          onMade={(secret) => {
            setMade(secret)
            again()
          }}
          onFailed={setFailed}
        />
      )}
      {made && <FirstCall state={state} secret={made} />}
      {[error, failed].map((problem) => problem && <Problem key={problem.message} error={problem} />)}
      {data && (
        <ScrollCard label="Keys">
          <KeyTable rows={rows} act={state.reader.may_change ? act : undefined} />
          <p class="soft">
            {count(data.total_count)} keys, page {at} of {Math.max(data.total_pages, 1)}{' '}
            <button type="button" disabled={at === 1} onClick={() => setAt(at - 1)}>
              Back
            </button>{' '}
            <button type="button" disabled={at >= data.total_pages} onClick={() => setAt(at + 1)}>
              On
            </button>
          </p>
        </ScrollCard>
      )}
    </>
  )
}

const HEADS: readonly (readonly [title: string, className?: string])[] = [
  ['Key'],
  ['State'],
  ['Spend', 'num'],
  ['Budget', 'num'],
  ['Used'],
  ['Owner'],
  ['Models'],
  ['Last used'],
]

type Act = (path: string, body: unknown) => unknown

/** `act`: for readers who may change keys. */
function KeyTable({ rows, act }: { rows: readonly KeyRow[]; act: Act | undefined }) {
  return (
    <table>
      <thead>
        <tr>
          {HEADS.map(([title, className]) => (
            <th key={title} scope="col" class={className}>
              {title}
            </th>
          ))}
          {act && <th scope="col">Change</th>}
        </tr>
      </thead>
      <tbody>
        {rows.map((key) => (
          <KeyLine key={key.token} of={key} act={act} />
        ))}
      </tbody>
    </table>
  )
}

function KeyLine({ of: key, act }: { of: KeyRow; act: Act | undefined }) {
  return (
    <tr>
      <td class="name" title={key.token}>
        {key.key_alias ?? key.key_name ?? key.token.slice(0, 10)}
      </td>
      <td>
        <KeyState of={key} />
      </td>
      <td class="num" title={String(key.spend)}>
        {dollars(key.spend)}
      </td>
      <td class="num">{key.max_budget === null ? '–' : dollars(key.max_budget)}</td>
      <td>{key.max_budget === null ? '' : <Bar part={usedPart(key)} />}</td>
      <td class="name">{[key.team_id, key.user_id].filter(Boolean).join(' / ') || '–'}</td>
      <td class="name" title={key.models.join(', ')}>
        {key.models.length === 0 ? 'all' : key.models.join(', ')}
      </td>
      <td>{key.last_active ? clock(key.last_active) : '–'}</td>
      {act && (
        <td>
          <button type="button" onClick={() => act(key.blocked ? '/key/unblock' : '/key/block', { key: key.token })}>
            {key.blocked ? 'Unblock' : 'Block'}
          </button>
        </td>
      )}
    </tr>
  )
}

function NewKey({ onMade, onFailed }: { onMade(secret: string): void; onFailed(problem: ApiError): void }) {
  const [alias, setAlias] = useState('')
  const [budget, setBudget] = useState('')
  const [models, setModels] = useState('')
  const make = (event: Event) => {
    event.preventDefault()
    const list = models
      .split(',')
      .map((name) => name.trim())
      .filter(Boolean)
    const body = {
      ...(alias && { key_alias: alias }),
      ...(budget && { max_budget: Number(budget) }),
      ...(list.length > 0 && { models: list }),
    }
    ask<{ key: string }>('/key/generate', body).then(({ key }) => onMade(key), onFailed)
  }
  return (
    <form class="card line" onSubmit={make}>
      <label>
        Alias
        <input value={alias} onInput={(event) => setAlias(event.currentTarget.value)} />
      </label>
      <label>
        Budget, dollars
        <input
          type="number"
          min="0"
          step="any"
          value={budget}
          onInput={(event) => setBudget(event.currentTarget.value)}
        />
      </label>
      <label>
        Models, with commas; none: all
        <input value={models} onInput={(event) => setModels(event.currentTarget.value)} />
      </label>
      <button class="main" type="submit">
        Make a key
      </button>
    </form>
  )
}

function KeyState({ of: key }: { of: KeyRow }) {
  if (key.blocked) return <Mark kind="stop">blocked</Mark>
  if (key.expires && Date.parse(key.expires) < Date.now()) return <Mark kind="stop">expired</Mark>
  if (usedPart(key) >= 1) return <Mark kind="stop">over budget</Mark>
  return usedPart(key) >= 0.8 ? <Mark kind="attention">near budget</Mark> : <Mark kind="ok">active</Mark>
}

function usedPart({ spend, max_budget }: KeyRow): number {
  if (max_budget === null) return 0
  return max_budget > 0 ? spend / max_budget : 1
}
