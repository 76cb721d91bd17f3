import type { PendingQuery, Row, Sql } from 'postgres'
import { LOCKS } from '../../database/advisory-locks.ts'
import type { Schema } from '../../database/schema.ts'
import type { DueBudget } from './list-due-budgets.ts'

export interface Reset extends DueBudget {
  /** ISO, UTC. */
  readonly next: string
}

/**
 * Sets spend to 0 and the next time of reset, for every budget that still has the time it was found with: another process that
 * resets budgets here, LiteLLM's own job for one, moves that time too. One row a kind, with how many were reset.
 */
export function resetBudgets(sql: Sql, schema: Schema, resets: readonly Reset[]): PendingQuery<Row[]> {
  return sql.unsafe(textFor(schema), [JSON.stringify(resets)])
}

/** Rows are locked in key order, as the ledger locks them. */
function textFor(schema: Schema): string {
  const own = OWN.filter(({ table }) => schema.has(table))
  const linked = LINKED.filter(({ table }) => schema.get(table)?.columns.has('budget_id'))
  return `
  with turn as materialized (
    select pg_try_advisory_xact_lock(${LOCKS.resets}) as mine
  ),
  due as materialized (
    select r.kind, r.id, r.was::timestamp as was, r.next::timestamptz at time zone 'UTC' as next
    from jsonb_to_recordset($1::text::jsonb) as r (kind text, id text, was text, next text)
    where (select t.mine from turn as t)
  ),
  ${[...own.map(ownReset), ...linked.map(linkedReset)].join(',\n  ')}
  ${own.map(({ kind }) => `select '${kind}' as kind, count(*)::int as count from ${kind}_reset`).join(' union all ')}`
}

interface Own {
  readonly kind: DueBudget['kind']
  readonly table: string
  readonly id: string
  readonly spends: boolean
}

const OWN: readonly Own[] = [
  { kind: 'key', table: 'LiteLLM_VerificationToken', id: 'token', spends: true },
  { kind: 'user', table: 'LiteLLM_UserTable', id: 'user_id', spends: true },
  { kind: 'team', table: 'LiteLLM_TeamTable', id: 'team_id', spends: true },
  { kind: 'budget', table: 'LiteLLM_BudgetTable', id: 'budget_id', spends: false },
]

function ownReset({ kind, table, id, spends }: Own): string {
  return `${kind}_locked as materialized (
    select r.${id} as id, d.next
    from "${table}" as r
    join due as d on d.kind = '${kind}' and d.id = r.${id} and d.was is not distinct from r.budget_reset_at
    order by r.${id}
    for update of r
  ),
  ${kind}_reset as (
    update "${table}" as r
    set budget_reset_at = l.next${spends ? ', spend = 0' : ''}
    from ${kind}_locked as l
    where r.${id} = l.id
    returning r.${id} as id
  )`
}

interface Linked {
  readonly name: string
  readonly table: string
  /** The key, in order. */
  readonly ids: readonly string[]
  readonly and?: string
}

/** Whose budget is a row of its own. A key with a duration of its own is reset at its own time. */
const LINKED: readonly Linked[] = [
  { name: 'end_users', table: 'LiteLLM_EndUserTable', ids: ['user_id'] },
  { name: 'members', table: 'LiteLLM_TeamMembership', ids: ['user_id', 'team_id'] },
  {
    name: 'tier_keys',
    table: 'LiteLLM_VerificationToken',
    ids: ['token'],
    and: 'and r.budget_duration is null',
  },
  { name: 'organizations', table: 'LiteLLM_OrganizationTable', ids: ['organization_id'] },
  { name: 'tags', table: 'LiteLLM_TagTable', ids: ['tag_name'] },
]

function linkedReset({ name, table, ids, and = '' }: Linked): string {
  const listed = ids.map((id) => `r.${id}`).join(', ')
  return `${name}_locked as materialized (
    select ${listed}
    from "${table}" as r
    where r.budget_id in (select b.id from budget_reset as b)
      ${and}
    order by ${listed}
    for update
  ),
  ${name}_reset as (
    update "${table}" as r
    set spend = 0
    from ${name}_locked as l
    where ${ids.map((id) => `r.${id} = l.${id}`).join(' and ')}
  )`
}
