import { CHARGED } from './insert-spend-logs.ts'
import { EXISTING, IS_ITS_ROW, SENT } from './read-spend.ts'

/**
 * Steps that charge calls without log rows. That a call was charged is kept in a table of ours: its id, and nothing
 * else. A call that has a log row, from before rows were switched off, is `found` as well.
 */
export const CHARGE_ONLY = `${SENT},${EXISTING},
  found as materialized (
    select call_id
    from express_litellm.charged_calls
    where call_id in (select call_id from sent)
    union
    select s.call_id
    from sent as s
    join existing as e on ${IS_ITS_ROW}
  ),
  chosen as materialized (
    select distinct on (call_id) *, call_id as request_id
    from sent
    where call_id not in (select call_id from found)
    order by call_id
  ),
  inserted as (
    insert into express_litellm.charged_calls (call_id)
    select call_id
    from chosen
    order by call_id collate "C"
    on conflict do nothing
    returning call_id as request_id
  ),${CHARGED}`
