import { CHARGED } from './insert-spend-logs.ts'
import { EXISTING, FETCHED_AS, IS_FETCH, WAS_TOLD, WITH_ROW } from './read-spend.ts'

/** Left by a call that was told what a response in the background has used: it was charged, and its fetch need not be. */
const TOLD = "provider_id || '_background_told'"

/**
 * Steps that charge calls without log rows. That a call was charged is kept in a table of ours: its id, and nothing
 * else. A call that has a log row, from before rows were switched off, is `found` as well. Of a response in the background,
 * either the call that ordered it is charged or its fetch; what comes in one batch with the other waits for it.
 */
export const CHARGE_ONLY = `${EXISTING},
  found as materialized (
    select s.call_id
    from sent as s
    cross join lateral (
      select from express_litellm.charged_calls as c
      where c.call_id in (s.call_id, case when ${IS_FETCH} then s.${TOLD} when ${WAS_TOLD} then s.${FETCHED_AS} end)
      limit 1
    ) as c
    union${WITH_ROW}
  ),
  chosen as materialized (
    select distinct on (call_id) *, call_id as request_id
    from sent
    where call_id not in (select call_id from found)
      and not exists (
        select from sent as s
        where ${WAS_TOLD} and s.provider_id = sent.provider_id and sent.call_id = s.${FETCHED_AS}
      )
    order by call_id
  ),
  told as (
    insert into express_litellm.charged_calls (call_id)
    select distinct ${TOLD} as told
    from chosen as s
    where ${WAS_TOLD}
    order by told
    on conflict do nothing
  ),
  inserted as (
    insert into express_litellm.charged_calls (call_id)
    select call_id
    from chosen
    order by call_id collate "C"
    on conflict do nothing
    returning call_id as request_id
  ),${CHARGED}`
