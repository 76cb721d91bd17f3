import { LOCK_SEEDS } from '../../../../database/advisory-locks.ts'

/**
 * Where rates and running calls of several processes are counted. Safe to repeat. After a crash of the server the tables
 * are empty, which costs the minute at hand, and batches their day; in return counting is not written to its log.
 *
 * In a function each statement sees what was written before it began: so the lock comes first, and one call after the
 * other takes a place of a counter.
 */
export const RATE_TABLES = `
create unlogged table if not exists express_litellm.rates (
  counter text primary key,
  count double precision not null,
  ends_at timestamptz not null
);
create index if not exists rates_ends_at on express_litellm.rates (ends_at);
create unlogged table if not exists express_litellm.places (
  counter text not null,
  call_id text not null,
  expires_at timestamptz not null,
  primary key (counter, call_id)
);
create index if not exists places_expires_at on express_litellm.places (expires_at);

create or replace function express_litellm.take_place(
  this_counter text, this_call text, most double precision, ttl_ms double precision
) returns bigint
language plpgsql as $take$
declare
  used bigint;
begin
  perform pg_advisory_xact_lock(hashtextextended(this_counter, ${LOCK_SEEDS.place}));
  select count(*) + 1 into used
  from express_litellm.places as p
  where p.counter = this_counter
    and p.call_id <> this_call
    and p.expires_at > clock_timestamp();
  if used <= most then
    insert into express_litellm.places as p (counter, call_id, expires_at)
    values (this_counter, this_call, clock_timestamp() + make_interval(secs => ttl_ms / 1000))
    on conflict (counter, call_id) do update set expires_at = excluded.expires_at;
  end if;
  return used;
end
$take$;`
