import type { PendingQuery, Sql } from 'postgres'
import { LOCKS } from '../../database/advisory-locks.ts'
import type { WindowOwners, WindowsRow } from './list-windows.ts'

/** The next end of one window: the one at `place` of the list, counted from 1. */
export interface WindowReset extends Pick<WindowsRow, 'id' | 'was'> {
  readonly place: number
  /** ISO, UTC. */
  readonly next: string
}

/**
 * Sets the next end of windows, and nothing else of them, for every list that is still as it was found. One row, with
 * how many were set.
 */
export function resetWindows(
  sql: Sql,
  { table, id }: WindowOwners,
  resets: readonly WindowReset[],
): PendingQuery<[{ count: string }]> {
  return sql.unsafe(
    `
  with turn as materialized (
    select pg_try_advisory_xact_lock(${LOCKS.resets}) as mine
  ),
  due as materialized (
    select d.id, d.was, d.place, d.next
    from jsonb_to_recordset($1::text::jsonb) as d (id text, was text, place int, next text)
    where (select t.mine from turn as t)
  ),
  locked as materialized (
    select r.${id} as id
    from "${table}" as r
    where exists (select from due as d where d.id = r.${id} and d.was = md5(r.budget_limits::text))
    order by r.${id}
    for update of r
  ),
  moved as (
    update "${table}" as r
    set budget_limits = (
      select jsonb_agg(
        case when d.next is null then w.value else w.value || jsonb_build_object('reset_at', d.next) end order by w.place
      )
      from jsonb_array_elements(r.budget_limits) with ordinality as w (value, place)
      left join due as d on d.id = r.${id} and d.place = w.place
    )
    from locked as l
    where r.${id} = l.id
    returning r.${id} as id
  )
  select count(*)::int as count
  from due as d
  join moved as m on m.id = d.id`,
    [JSON.stringify(resets)],
  )
}
