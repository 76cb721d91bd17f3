import type { PendingQuery, Row, Sql } from 'postgres'

/** What has become of a call that holds leases. */
export interface LeaseState {
  readonly call_id: string
  /** US dollars, once it has ended. */
  readonly cost: number | null
  /** US dollars that it holds at least, while it runs. */
  readonly held: number | null
  /** Nothing is held for it any more. */
  readonly gone: boolean
}

/**
 * Renews the leases of these calls, sets those of calls that have ended to their cost, and deletes what is over. What
 * was spent goes from the lease to the window that it counts in, in one step. A process names its own calls only; what
 * it does not name runs out.
 */
export function keepLeases(sql: Sql, states: readonly LeaseState[], ttlMs: number): PendingQuery<Row[]> {
  return sql.unsafe(TEXT, [JSON.stringify(states), ttlMs], { prepare: true })
}

const TEXT = `
  with state as (
    select s.call_id, s.cost, s.held, s.gone
    from jsonb_to_recordset($1::text::jsonb)
      as s (call_id text, cost double precision, held double precision, gone boolean)
  ),
  over as (
    select l.counter, l.call_id
    from express_litellm.leases as l
    where l.expires_at < clock_timestamp()
      or l.call_id in (select s.call_id from state as s where s.gone)
    for update skip locked
  ),
  deleted as (
    delete from express_litellm.leases as l
    using over as o
    where l.counter = o.counter
      and l.call_id = o.call_id
    returning l.counter, l.call_id, case when l.settled then l.amount else 0 end as amount
  ),
  spent as (
    select d.counter, sum(coalesce(s.cost, d.amount)) as cost
    from deleted as d
    left join state as s on s.call_id = d.call_id
    group by d.counter
  ),
  locked as (
    select w.counter, s.cost
    from express_litellm.windows as w
    join spent as s on s.counter = w.counter
    where s.cost > 0
    order by w.counter
    for update of w
  ),
  added as (
    update express_litellm.windows as w
    set added = w.added + l.cost
    from locked as l
    where w.counter = l.counter
  )
  update express_litellm.leases as l
  set
    amount = coalesce(s.cost, greatest(l.amount, s.held)),
    settled = s.cost is not null,
    expires_at = clock_timestamp() + make_interval(secs => $2::double precision / 1000)
  from state as s
  where l.call_id = s.call_id
    and not s.gone
    and l.expires_at >= clock_timestamp()`
