import type { PendingQuery, Row, Sql } from 'postgres'

/** Says that `owner` is alive for so long, and forgets those that no longer are. */
export function seeOwner(sql: Sql, owner: string, aliveMs: number): PendingQuery<Row[]> {
  return sql.unsafe(SEE, [owner, aliveMs], { prepare: true })
}

const SEE = `
  with gone as (
    delete from express_litellm.outbox_owners
    where alive_until < clock_timestamp() - interval '1 day'
  )
  insert into express_litellm.outbox_owners as w (owner, alive_until)
  values ($1, clock_timestamp() + make_interval(secs => $2::double precision / 1000))
  on conflict (owner) do update set alive_until = excluded.alive_until`

/** Says that `owner` ends: what it leaves is taken over at once. */
export function removeOwner(sql: Sql, owner: string): PendingQuery<Row[]> {
  return sql.unsafe(REMOVE, [owner], { prepare: true })
}

const REMOVE = `
  delete from express_litellm.outbox_owners
  where owner = $1`

export interface AdoptedRow {
  readonly callback: string
  readonly count: number
}

/**
 * Takes over what processes that are not alive have left for `callbacks`. Two processes that adopt at once get different
 * rows. Of each callback at most `limit`; the rest is there the next time.
 */
export function adoptDeliveries(
  sql: Sql,
  owner: string,
  callbacks: readonly string[],
  limit: number,
): PendingQuery<AdoptedRow[]> {
  return sql.unsafe(ADOPT, [owner, JSON.stringify(callbacks), limit], { prepare: true })
}

const ADOPT = `
  with left_behind as (
    select o.id
    from json_array_elements_text($2::text::json) as c (callback)
    cross join lateral (
      select w.id
      from express_litellm.outbox as w
      where w.callback = c.callback
        and w.refused is null
        and w.owner <> $1
        and not exists (
          select from express_litellm.outbox_owners as a where a.owner = w.owner and a.alive_until > clock_timestamp()
        )
      order by w.id
      limit $3::int
      for update skip locked
    ) as o
  ),
  adopted as (
    update express_litellm.outbox as o
    set owner = $1
    from left_behind as l
    where o.id = l.id
    returning o.callback
  )
  select callback, count(*)::int as count
  from adopted
  group by callback`
