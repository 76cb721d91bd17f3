import { useState } from 'preact/hooks'
import type { Ceiling, State } from '../answers.ts'
import { useAsked } from './api.ts'
import { limitsText } from './keys.tsx'
import { away, count, dollars, percent } from './parts/format.ts'
import { Bar, Card, Choice, Empty, Figure, kindOf, Mark, Problem } from './parts/parts.tsx'
import { type Column, Table } from './parts/table.tsx'
import { usedPart } from './rows.ts'

const MOST = 200
const EVERY_MS = 15_000

const KINDS: Readonly<Record<string, string>> = {
  '': 'all',
  key: 'keys',
  user: 'users',
  team: 'teams',
  member: 'members',
  organization: 'organizations',
  customer: 'customers',
  project: 'projects',
  tag: 'tags',
}

/** Everything that has a ceiling, that which is nearest to it first. */
export function Budgets({ state }: { state: State }) {
  const [kind, setKind] = useState('')
  const { data, error } = useAsked<{ ceilings: readonly Ceiling[] }>(`/budget/ceilings?limit=${MOST}`, EVERY_MS)
  const all = data?.ceilings ?? []
  const shown = all.filter((one) => kind === '' || one.kind === kind)
  const kinds = Object.entries(KINDS).filter(([name]) => name === '' || all.some((one) => one.kind === name))
  const over = all.filter((one) => one.max_budget !== null && usedPart(one) >= 1).length
  const near = all.filter((one) => usedPart(one) >= 0.8).length - over
  const left = all.reduce((sum, { max_budget, spend }) => sum + Math.max(0, (max_budget ?? spend) - spend), 0)
  return (
    <>
      <Problem error={error} />
      {data && all.length === 0 && (
        <Empty>
          {state.reader.is_admin
            ? 'Nothing has a budget or a limit: every key may spend without end. Give keys one on the page Keys.'
            : 'You have no budget and no limit.'}
        </Empty>
      )}
      {all.length > 0 && (
        <>
          <section class="card figures" aria-label="Sums">
            <Figure
              label="over"
              value={count(over)}
              kind={over > 0 ? 'stop' : 'ok'}
              note="refused until they begin again"
            />
            <Figure
              label="near"
              value={count(near)}
              kind={near > 0 ? 'attention' : 'ok'}
              note="80 % or more is spent"
            />
            <Figure label="left to spend" value={dollars(left)} note="of all budgets below" />
            {state.reserved_calls !== undefined && (
              <Figure
                label="reserved now"
                value={count(state.reserved_calls)}
                note="calls under way hold what they may cost"
              />
            )}
          </section>
          <Card
            label="Budgets and limits"
            title={`${count(shown.length)}${all.length === MOST ? ' nearest' : ''} with a ceiling`}
            aside={
              kinds.length > 2 && (
                <Choice label="Kind" options={Object.fromEntries(kinds)} value={kind} onChange={setKind} />
              )
            }
          >
            <Table label="Budgets and limits" columns={COLUMNS} rows={shown} keyOf={(one) => `${one.kind} ${one.id}`} />
          </Card>
        </>
      )}
    </>
  )
}

const COLUMNS: readonly Column<Ceiling>[] = [
  { head: 'Kind', of: ({ kind }) => kind },
  { head: 'Name', kind: 'name', of: ({ name, id }) => name ?? id, title: ({ id }) => id },
  { head: 'Spent', kind: 'num', of: ({ spend }) => dollars(spend), title: ({ spend }) => `$${spend}` },
  { head: 'Budget', kind: 'num', of: ({ max_budget }) => (max_budget === null ? '–' : dollars(max_budget)) },
  {
    head: 'Used',
    of: (one) =>
      one.max_budget === null ? (
        ''
      ) : (
        <>
          <Bar part={usedPart(one)} /> <Mark kind={kindOf(usedPart(one))}>{percent(usedPart(one), 1)}</Mark>
        </>
      ),
  },
  {
    head: 'Soft',
    kind: 'num',
    isExtra: true,
    of: ({ soft_budget }) => (soft_budget === null ? '–' : dollars(soft_budget)),
  },
  {
    head: 'Begins again',
    of: ({ budget_reset_at, budget_duration }) =>
      budget_reset_at ? away(budget_reset_at) : budget_duration ? `every ${budget_duration}` : 'never',
    title: ({ budget_reset_at, budget_duration }) =>
      budget_reset_at ? `${budget_reset_at}${budget_duration ? `, every ${budget_duration}` : ''}` : undefined,
  },
  { head: 'A minute', isExtra: true, of: limitsText },
  {
    head: 'At once',
    kind: 'num',
    isExtra: true,
    of: ({ max_parallel_requests: most }) => (most === null ? '–' : count(most)),
  },
]
