import type { PendingQuery, Sql } from 'postgres'

export interface AlertClaim {
  readonly id: string
  /** The delivery that claims it. */
  readonly owner: string
  readonly leaseMs: number
  readonly periodMs: number
}

/** `key`: the claim is ours, and this is its idempotency key. Else `told` says whether another process has told it. */
export interface ClaimRow {
  readonly key: string | null
  readonly told: boolean
}

/**
 * Claims an alert that no process has told in its period, and none is telling. A process that takes it over from one that
 * died while it told it gets the same key; a new period has a new one. No row: it was claimed at this very moment.
 */
export function claimAlert(sql: Sql, { id, owner, leaseMs, periodMs }: AlertClaim): PendingQuery<ClaimRow[]> {
  return sql<ClaimRow[]>`
    with claimed as (
      insert into express_litellm.alerts as a (id, owner, leased_until, expires_at)
      values (
        ${id},
        ${owner},
        clock_timestamp() + ${leaseMs}::double precision * interval '1 millisecond',
        clock_timestamp() + ${leaseMs + periodMs}::double precision * interval '1 millisecond'
      )
      on conflict (id) do update
      set owner = excluded.owner,
          leased_until = excluded.leased_until,
          expires_at = excluded.expires_at,
          told_at = null,
          key = case when a.told_at is null then a.key else gen_random_uuid() end
      where case
        when a.told_at is null then a.owner = excluded.owner or a.leased_until <= clock_timestamp()
        else a.expires_at <= clock_timestamp()
      end
      returning key
    )
    select key, false as told
    from claimed
    union all
    select null, told_at is not null
    from express_litellm.alerts
    where id = ${id} and not exists (select from claimed)`
}
