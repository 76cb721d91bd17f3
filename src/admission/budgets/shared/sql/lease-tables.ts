import { LOCK_SEEDS } from '../../../../database/advisory-locks.ts'
import { READ_WINDOW } from '../../../../database/sql/window-function.ts'

/**
 * What running calls hold against budgets, what is spent of those that no row of LiteLLM's counts, and the function that
 * admits a call. Safe to repeat.
 *
 * A statement sees the database as it was when it began; in a function each statement takes a new snapshot. So the locks come
 * first, and what is read after them includes whatever the process before has written: one call is admitted after the
 * other for each budget, and calls of different budgets do not wait for each other.
 */
export const LEASE_TABLES = `
create table if not exists express_litellm.leases (
  counter text not null,
  call_id text not null,
  amount double precision not null,
  settled boolean not null default false,
  expires_at timestamptz not null,
  primary key (counter, call_id)
);
create index if not exists leases_call_id on express_litellm.leases (call_id);
create index if not exists leases_expires_at on express_litellm.leases (expires_at);

create table if not exists express_litellm.windows (
  counter text primary key,
  base double precision not null default 0,
  added double precision not null default 0,
  read_at timestamptz not null default clock_timestamp(),
  ends_at timestamptz
);
create index if not exists windows_ends_at on express_litellm.windows (ends_at);

create or replace function express_litellm.admit_call(
  this_call text, budgets jsonb, estimate double precision, ttl_ms double precision, regardless boolean
) returns table (
  over_counter text, over_spend double precision, over_reserved double precision, over_running bigint, ends jsonb
)
language plpgsql as $admit$
declare
  lock_key bigint;
  budget jsonb;
  ceiling double precision;
  spent double precision;
  reserved double precision;
  others bigint;
  exceeded boolean;
  room double precision;
  held jsonb := '[]';
begin
  -- In the order in which the tables are made, should another process create them meanwhile.
  lock table express_litellm.leases, express_litellm.windows in row exclusive mode;
  for lock_key in
    select distinct hashtextextended(b ->> 'counter', ${LOCK_SEEDS.budget}) as h
    from jsonb_array_elements(budgets) as b
    order by h
  loop
    perform pg_advisory_xact_lock(lock_key);
  end loop;

  insert into express_litellm.windows as w (counter, ends_at)
  select n ->> 'counter', (n ->> 'ends_at')::timestamptz
  from jsonb_array_elements(budgets) as n
  where n ? 'ends_at'
    and not exists (
      select from express_litellm.windows as o where o.counter = n ->> 'counter' and o.ends_at > clock_timestamp()
    )
  order by n ->> 'counter'
  on conflict (counter) do update set base = 0, added = 0, ends_at = excluded.ends_at;

  select jsonb_agg(jsonb_build_object('counter', w.counter, 'ends_at', w.ends_at)) into ends
  from jsonb_array_elements(budgets) as n
  join express_litellm.windows as w on w.counter = n ->> 'counter'
  where n ? 'ends_at';

  for budget in select b from jsonb_array_elements(budgets) as b loop
    spent := null;
    if budget ->> 'entity' = 'key' then
      select r.spend into spent from "LiteLLM_VerificationToken" as r where r.token = budget ->> 'id';
    elsif budget ->> 'entity' = 'team' then
      select r.spend into spent from "LiteLLM_TeamTable" as r where r.team_id = budget ->> 'id';
    elsif budget ->> 'entity' = 'user' then
      select r.spend into spent from "LiteLLM_UserTable" as r where r.user_id = budget ->> 'id';
    elsif budget ->> 'entity' = 'member' then
      select r.spend into spent from "LiteLLM_TeamMembership" as r
      where r.user_id = budget ->> 'id' and r.team_id = budget ->> 'team_id';
    elsif budget ->> 'entity' = 'organization' then
      select r.spend into spent from "LiteLLM_OrganizationTable" as r where r.organization_id = budget ->> 'id';
    elsif budget ->> 'entity' = 'project' then
      select r.spend into spent from "LiteLLM_ProjectTable" as r where r.project_id = budget ->> 'id';
    elsif budget ->> 'entity' = 'end_user' then
      select r.spend into spent from "LiteLLM_EndUserTable" as r where r.user_id = budget ->> 'id';
    elsif budget ->> 'entity' = 'tag' then
      select r.spend into spent from "LiteLLM_TagTable" as r where r.tag_name = budget ->> 'id';
    else
      select w.base + w.added into spent from express_litellm.windows as w where w.counter = budget ->> 'counter';
    end if;

    select
      coalesce(spent, 0) + coalesce(sum(l.amount) filter (where l.settled), 0),
      coalesce(sum(l.amount) filter (where not l.settled), 0),
      count(*) filter (where not l.settled)
    into spent, reserved, others
    from express_litellm.leases as l
    where l.counter = budget ->> 'counter'
      and l.call_id <> this_call
      and (l.settled or l.expires_at > clock_timestamp());

    ceiling := (budget ->> 'max')::double precision;
    exceeded := case when budget ->> 'exceeded_by' = '>' then spent > ceiling else spent >= ceiling end;
    room := ceiling - spent - reserved;
    if not regardless and (
      exceeded
      or (estimate > 0 and ceiling > 0 and room < case when others > 0 then estimate - 1e-9 else 1e-9 end)
    ) then
      over_counter := budget ->> 'counter';
      over_spend := spent;
      over_reserved := reserved;
      over_running := others;
      return next;
      return;
    end if;
    held := held || jsonb_build_object('counter', budget ->> 'counter', 'amount', greatest(0, least(estimate, room)));
  end loop;

  delete from express_litellm.leases as l where l.call_id = this_call;
  insert into express_litellm.leases as l (counter, call_id, amount, expires_at)
  select h ->> 'counter', this_call, max((h ->> 'amount')::double precision),
    clock_timestamp() + make_interval(secs => ttl_ms / 1000)
  from jsonb_array_elements(held) as h
  group by h ->> 'counter';
  return next;
end
$admit$;
${READ_WINDOW}`
