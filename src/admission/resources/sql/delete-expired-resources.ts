import type { PendingQuery, Row, Sql } from 'postgres'

/** Forgets the owners of resources that their providers have deleted by now. */
export function deleteExpiredResources(sql: Sql): PendingQuery<Row[]> {
  return sql.unsafe(TEXT)
}

const TEXT = `
  with old as (
    select r.id
    from express_litellm.resources as r
    where r.expires_at < clock_timestamp()
    order by r.expires_at
    limit 10000
    for update skip locked
  )
  delete from express_litellm.resources as r
  using old as o
  where r.id = o.id`
