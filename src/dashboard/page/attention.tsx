import type { ComponentChildren } from 'preact'
import type { Ceiling, LedgerAnswer, State } from '../answers.ts'
import { useAsked } from './api.ts'
import { counted, dollars, duration } from './parts/format.ts'
import { Bar, Card, type Kind, kindOf, Mark } from './parts/parts.tsx'
import { usedPart } from './rows.ts'

const NEAR = 0.8
const LATE_MS = 60_000
const MOST_LINES = 12

interface Line {
  readonly kind: Kind
  readonly page: string
  readonly text: ComponentChildren
}

/** What an operator should look at, the worst first. */
export function Attention({ state }: { state: State }) {
  const { is_admin: isAdmin } = state.reader
  const ceilings = useAsked<{ ceilings: readonly Ceiling[] }>('/budget/ceilings?limit=20', 30_000)
  const ledger = useAsked<LedgerAnswer>(isAdmin ? './ledger' : undefined, 30_000)
  const lines = [
    ...(isAdmin ? ofLedger(state, ledger.data) : []),
    ...ofModels(state),
    ...ofBudgets(ceilings.data?.ceilings ?? []),
  ].sort((a, b) => rankOf(a) - rankOf(b))
  return (
    <Card title="Needs attention">
      <ul class="list">
        {lines.length === 0 && (
          <li>
            <Mark kind="ok">
              {isAdmin
                ? 'Nothing: every call is written, no budget is near, all deployments answer.'
                : 'Nothing: no budget is near, and your models answer.'}
            </Mark>
          </li>
        )}
        {lines.slice(0, MOST_LINES).map(({ kind, page, text }, at) => (
          <li key={at}>
            <a class="plain" href={`#${page}`}>
              <Mark kind={kind}>{text}</Mark>
            </a>
          </li>
        ))}
        {lines.length > MOST_LINES && <li class="soft">and {lines.length - MOST_LINES} more</li>}
      </ul>
    </Card>
  )
}

function rankOf({ kind }: Line): number {
  return ['stop', 'attention', 'ok'].indexOf(kind)
}

function ofLedger({ database, ledger, outboxes = [] }: State, more: LedgerAnswer | undefined): readonly Line[] {
  const lines: Line[] = []
  const add = (kind: Kind, text: string) => lines.push({ kind, page: 'ledger', text })
  if (database !== 'connected' && database !== 'Not connected') add('stop', `The database: ${database}`)
  const dropped = Object.values(ledger?.dropped ?? {}).reduce((sum, calls) => sum + calls, 0)
  if (dropped > 0) add('stop', `${counted(dropped, 'call was', 'calls were')} given up by the ledger`)
  const letters = more?.letters_total ?? 0
  if (letters > 0) add('stop', `${counted(letters, 'dead letter waits', 'dead letters wait')} for a decision`)
  if (more?.reconcile && more.reconcile.differences > 0) {
    add('attention', `${counted(more.reconcile.differences, 'total differs', 'totals differ')} from the log`)
  }
  if (ledger && ledger.oldestMs > LATE_MS) {
    add(
      'attention',
      `${counted(ledger.queued, 'call waits for its', 'calls wait for their')} row, the oldest ${duration(ledger.oldestMs)}`,
    )
  }
  for (const { name, waiting, oldestMs } of outboxes) {
    if (oldestMs > LATE_MS)
      add('attention', `${name} is behind: ${counted(waiting, 'call')}, the oldest ${duration(oldestMs)}`)
  }
  return lines
}

function ofModels({ deployments, reader }: State): readonly Line[] {
  const cooling = deployments.filter(({ cooling_ms }) => cooling_ms > 0)
  const groups = [...new Set(cooling.map(({ model_group }) => model_group))]
  const unpriced = deployments.filter(({ has_price, model_group }) => !has_price && !model_group.includes('*'))
  const lines = groups.map((group): Line => {
    const all = deployments.filter(({ model_group }) => model_group === group)
    const resting = cooling.filter(({ model_group }) => model_group === group)
    const text = `${group}: ${resting.length} of ${all.length} deployments rest, for ${duration(Math.max(...resting.map(({ cooling_ms }) => cooling_ms)))}`
    return { kind: resting.length === all.length ? 'stop' : 'attention', page: 'models', text }
  })
  if (unpriced.length === 0 || !reader.is_admin) return lines
  const names = [...new Set(unpriced.map(({ model_group }) => model_group))].join(', ')
  return [...lines, { kind: 'attention', page: 'models', text: `Without a price, so nothing is charged: ${names}` }]
}

function ofBudgets(ceilings: readonly Ceiling[]): readonly Line[] {
  return ceilings
    .filter((one) => usedPart(one) >= NEAR)
    .map((one) => ({
      kind: kindOf(usedPart(one)),
      page: 'budgets',
      text: (
        <>
          {one.kind} {one.name ?? one.id}: {dollars(one.spend)} of {dollars(one.max_budget ?? 0)}{' '}
          <Bar part={usedPart(one)} />
        </>
      ),
    }))
}
