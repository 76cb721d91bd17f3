import type { PendingQuery, Sql } from 'postgres'

interface ToldAlert {
  readonly id: string
  readonly owner: string
  readonly periodMs: number
}

/** The alert was told: its period begins. Rows that expired a week ago are deleted with it. */
export function markTold(sql: Sql, { id, owner, periodMs }: ToldAlert): PendingQuery<[]> {
  return sql<[]>`
    with forgotten as (
      delete from express_litellm.alerts
      where expires_at < clock_timestamp() - interval '7 days' and id <> ${id}
    )
    update express_litellm.alerts
    set told_at = clock_timestamp(),
        expires_at = clock_timestamp() + ${periodMs}::double precision * interval '1 millisecond'
    where id = ${id} and owner = ${owner}`
}
