import type { PendingQuery, Sql } from 'postgres'

type RateRow = { readonly count: number; readonly resets_in_ms: number }

/** Adds to a counter, whose window opens with the first addition. One row. */
export function addRate(sql: Sql, counter: string, amount: number, windowMs: number): PendingQuery<[RateRow]> {
  return sql.unsafe(TEXT, [counter, amount, windowMs], { prepare: true })
}

const TEXT = `
  insert into express_litellm.rates as r (counter, count, ends_at)
  values ($1, $2::double precision, clock_timestamp() + make_interval(secs => $3::double precision / 1000))
  on conflict (counter) do update
  set
    count = excluded.count + case when r.ends_at > clock_timestamp() then r.count else 0 end,
    ends_at = case when r.ends_at > clock_timestamp() then r.ends_at else excluded.ends_at end
  returning r.count, extract(epoch from r.ends_at - clock_timestamp())::double precision * 1000 as resets_in_ms`
