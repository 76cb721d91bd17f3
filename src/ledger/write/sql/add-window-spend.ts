/** LiteLLM's table of what was spent in the budget windows of keys and teams; it has one since the middle of 2026. */
export const WINDOW_TABLE = 'LiteLLM_BudgetWindowSpend'

/**
 * The step `added_window`: adds what was charged to the budget windows, once the step `after` has ended. As in LiteLLM, a
 * later window replaces the one before, and what comes late for that one counts in the later. Within one batch only the
 * latest window of an entity counts: a row can be changed once.
 */
export function addWindowSpend(after: string): string {
  return `
  sum_window as (
    select w.entity_type, w.entity_id, w.window_duration, w.window_start, sum(spend) as spend
    from charged
    cross join lateral jsonb_to_recordset(budget_windows) as w (
      entity_type text, entity_id text, window_duration text, window_start timestamp
    )
    where spend > 0
    group by w.entity_type, w.entity_id, w.window_duration, w.window_start
  ),
  added_window as (
    insert into "${WINDOW_TABLE}" as t (
      entity_type, entity_id, window_duration, window_start, spend, created_at, updated_at
    )
    select distinct on (entity_type collate "C", entity_id collate "C", window_duration collate "C")
      entity_type, entity_id, window_duration, window_start, spend, now() at time zone 'UTC', now() at time zone 'UTC'
    from sum_window
    where (select count(*) from ${after}) >= 0
    order by entity_type collate "C", entity_id collate "C", window_duration collate "C", window_start desc
    on conflict (entity_type, entity_id, window_duration) do update
    set
      spend = case when t.window_start >= excluded.window_start then t.spend + excluded.spend else excluded.spend end,
      window_start = greatest(t.window_start, excluded.window_start),
      updated_at = excluded.updated_at
    returning 1
  )`
}
