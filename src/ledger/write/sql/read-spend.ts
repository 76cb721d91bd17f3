import { quote } from '../../../database/sql/quote.ts'
import { BACKGROUND_COST } from '../../../usage/background/background-jobs.ts'
import { COLUMN_LIST, type ColumnType } from '../../record/columns.ts'
import { FIELD_END, LINE_END } from '../../record/fields.ts'
import { fieldIndexOf } from '../../record/row-line.ts'

/** The first PostgreSQL with `string_to_table`, which makes no copy of all lines before the first is read. */
const WITH_STRING_TO_TABLE = 140_000

/**
 * The step that reads the batch. `server` is the server's version as a number. Without `offset 0` each column would take
 * the line apart again.
 */
export function sent(server: number): string {
  const args = `($1::text, ${ended(LINE_END)})`
  return `
  sent as materialized (
    select
      ${COLUMN_LIST.map(([name, { type }], at) => `${columnOf(type, `f[${at + 1}]`)} as ${quote(name)}`).join(', ')},
      'call-' || f[${fieldIndexOf('call_id') + 1}] as spare_id
    from (
      select string_to_array(line, ${ended(FIELD_END)}) as f
      from ${server >= WITH_STRING_TO_TABLE ? `string_to_table${args}` : `unnest(string_to_array${args})`} as line
      offset 0
    ) as r
  )`
}

function columnOf(type: ColumnType, field: string): string {
  if (type === 'text') return field
  return type === 'text or null' ? `nullif(${field}, '')` : `nullif(${field}, '')::${type}`
}

function ended(end: string): string {
  return `E'\\x${end.charCodeAt(0).toString(16)}'`
}

/**
 * The step that finds the rows which have an id that one of these calls may have. Id by id, which `offset 0` keeps: a
 * join would be planned by the size of the log, and a plan that was kept from when it was empty would read it whole.
 */
export const EXISTING = `
  existing as materialized (
    select l.*
    from sent as s
    cross join unnest(array[s.provider_id, s.call_id, s.spare_id]) as i (id)
    cross join lateral (
      select l.request_id, l.metadata ->> 'litellm_call_id' as call_id, l.total_tokens
      from "LiteLLM_SpendLogs" as l
      where l.request_id = i.id
      offset 0
    ) as l
    where i.id <> ''
  )`

/** Under which id the cost of a response in the background is recorded when it is fetched. */
export const FETCHED_AS = `provider_id || '${BACKGROUND_COST}'`

/** Whether `s` is that fetch. */
export const IS_FETCH = `s.call_id = s.${FETCHED_AS}`

/** Whether `s` is a call that has been told what its response has used, as one in the background is in a stream. */
export const WAS_TOLD = `(s.call_type = 'aresponses' and s.provider_id <> '' and s.total_tokens > 0 and not ${IS_FETCH})`

const IS_COST_OF_WORK = `s.call_id like '%\\_cost'`

/**
 * The calls that have a row. The cost of work that was fetched later has an id that says of what, in LiteLLM too: its row
 * may be LiteLLM's, or the one of the call that ordered the work, if that was told the usage. And of such a call, the row of
 * its fetch, if that was first. Joined by one id each: any of several would compare each call with each row.
 */
export const WITH_ROW = `
    select s.call_id
    from sent as s
    join existing as e using (call_id)
    where e.request_id in (s.provider_id, s.call_id, s.spare_id)
    union
    select s.call_id
    from sent as s
    join existing as e on e.request_id = s.call_id
    where ${IS_COST_OF_WORK}
    union
    select s.call_id
    from sent as s
    join existing as e on e.request_id = s.provider_id
    where (${IS_COST_OF_WORK} and e.total_tokens > 0) or (${WAS_TOLD} and e.call_id = s.${FETCHED_AS})`

/**
 * Steps that give each new call its `request_id`.
 *
 * A call is known by its call id, which its row carries in `metadata`; what has a row is `found` and never charged
 * again. A new call takes the first free of the provider's id, its own call id, and a spare one, in case an upstream
 * answered with the ids of other calls. An id counts as taken when a row is seen to have it, so it is given up only
 * when it is lost for good: the same call can never be written under two ids, not even by two writers at once. Of
 * several new calls with one id the first is `chosen`; the others are left for a second pass, which sees its row.
 */
export const READ_SPEND = `${EXISTING},
  found as materialized (${WITH_ROW}
  ),
  named as (
    select
      s.*,
      case
        when s.provider_id <> '' and s.provider_id not in (select request_id from existing) then s.provider_id
        when s.call_id not in (select request_id from existing) then s.call_id
        else s.spare_id
      end as request_id
    from sent as s
    where s.call_id not in (select call_id from found)
  ),
  chosen as materialized (
    select distinct on (request_id) *
    from named
    order by request_id, "endTime", call_id collate "C"
  )`
