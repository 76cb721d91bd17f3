import { LOCK_SEEDS } from '../advisory-locks.ts'

/**
 * The function that reads from the log what is spent of a budget that no row counts, at most once in a while. Safe to
 * repeat.
 *
 * What processes have added before the log is read is in the log: it is taken off again. What they add meanwhile stays,
 * and may for a while be in both.
 */
export const READ_WINDOW = `
create or replace function express_litellm.read_window(
  this_counter text, owner text, owner_id text, since timestamptz, until timestamptz, every_ms double precision
) returns void
language plpgsql as $read$
declare
  known express_litellm.windows%rowtype;
  total double precision;
begin
  perform pg_advisory_xact_lock(hashtextextended(this_counter, ${LOCK_SEEDS.window}));
  select w.* into known from express_litellm.windows as w where w.counter = this_counter;
  if known.counter is not null
    and (every_ms is null or known.read_at > clock_timestamp() - make_interval(secs => every_ms / 1000)) then
    return;
  end if;

  if owner = 'key' then
    select sum(l.spend) into total from "LiteLLM_SpendLogs" as l
    where l."startTime" >= since at time zone 'UTC' and l.api_key = owner_id;
  elsif owner = 'team' then
    select sum(l.spend) into total from "LiteLLM_SpendLogs" as l
    where l."startTime" >= since at time zone 'UTC' and l.team_id = owner_id;
  end if;

  insert into express_litellm.windows as w (counter, base, ends_at)
  values (this_counter, coalesce(total, 0), until)
  on conflict (counter) do update
  set base = excluded.base, added = w.added - coalesce(known.added, 0), read_at = excluded.read_at;

  delete from express_litellm.windows as w
  where w.counter in (
    select o.counter from express_litellm.windows as o
    where o.ends_at < clock_timestamp()
    limit 100
    for update skip locked
  );
end
$read$;`
