import type { Entity } from '../../database/entities.ts'
import { quote, quoteAll } from '../../database/sql/quote.ts'

/**
 * The statement that corrects running totals, given as JSON `[{ id0, id1, counted, difference }]`, where they are still
 * what they were when they were compared. Rows are locked in the order of their ids.
 */
export function addDifference({ table, ids }: Entity): string {
  const columns = ids.map(([column]) => column)
  return `
  with given as materialized (
    select *
    from jsonb_to_recordset($1::text::jsonb) as r (${columns.map((_, n) => `id${n} text`).join(', ')}, counted float8, difference float8)
  ),
  locked as (
    select ${columns.map((column) => `t.${quote(column)}`).join(', ')}, g.difference
    from ${quote(table)} as t
    join given as g on ${columns.map((column, n) => `t.${quote(column)} = g.id${n}`).join(' and ')}
    where t.spend = g.counted
    order by ${columns.map((column) => `t.${quote(column)} collate "C"`).join(', ')}
    for no key update of t
  ),
  corrected as (
    update ${quote(table)} as t
    set spend = t.spend + l.difference
    from locked as l
    where ${columns.map((column) => `t.${quote(column)} = l.${quote(column)}`).join(' and ')}
    returning ${columns.map((column) => `t.${quote(column)}`).join(', ')}
  )
  select count(*)::int as corrected from (select ${quoteAll(columns)} from corrected) as c`
}
