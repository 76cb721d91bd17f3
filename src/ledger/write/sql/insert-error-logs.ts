import type { TableShape } from '../../../database/schema.ts'
import { quote } from '../../../database/sql/quote.ts'

/** Where LiteLLM's reports of exceptions (`/global/activity/exceptions`) look for failures. */
export const ERROR_TABLE = 'LiteLLM_ErrorLogs'

/** Its columns and what goes into them. Without request: that is kept in the log, where it is kept at all. */
const COLUMNS: Readonly<Record<string, string>> = {
  request_id: 'request_id',
  startTime: '"startTime"',
  endTime: '"endTime"',
  api_base: "coalesce(api_base, '')",
  model_group: "coalesce(model_group, '')",
  litellm_model_name: "coalesce(model, '')",
  model_id: "coalesce(model_id, '')",
  request_kwargs: "'{}'::jsonb",
  exception_type: "coalesce(metadata -> 'error_information' ->> 'error_class', '')",
  exception_string: "coalesce(metadata -> 'error_information' ->> 'error_message', '')",
  status_code: "coalesce(metadata -> 'error_information' ->> 'error_code', '')",
}

/** The step `error_logs`: a row for each failure whose log row is new, once the step `after` has ended. */
export function insertErrorLogs({ columns }: TableShape, after: string): string {
  const present = Object.entries(COLUMNS).filter(([name]) => columns.has(name))
  return `
  error_logs as (
    insert into ${quote(ERROR_TABLE)} (${present.map(([name]) => quote(name)).join(', ')})
    select
      ${present.map(([, value]) => value).join(', ')}
    from chosen
    join inserted using (request_id)
    where (select count(*) from ${after}) >= 0 and status = 'failure'
    order by request_id collate "C"
    on conflict do nothing
    returning 1
  )`
}
