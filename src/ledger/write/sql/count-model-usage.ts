/** LiteLLM's counts by day, model and kind of task, which its page of models reads. */
export const MODEL_USAGE_TABLE = 'LiteLLM_DailyModelUsage'

/** Kinds of tasks that a tag `task:...` may name (LiteLLM 1.106, proxy/model_insights_tasks.json). */
const TASKS = [
  ...['classification', 'content_writing', 'roleplay_fiction', 'conversation', 'research_reports', 'qa_knowledge'],
  ...['customer_support', 'summarization', 'translation', 'workflow_execution', 'multi_step_planning'],
  ...['tool_dispatch', 'code_generation', 'debugging', 'code_review', 'frontend_ui', 'file_io', 'shell_execution'],
  ...['data_extraction', 'data_transformation'],
]

/** The first tag of a call that names a task. */
const TASK = `coalesce((
        select substr(t.tag, 6)
        from jsonb_array_elements_text(request_tags) with ordinality as t (tag, place)
        where t.tag in (${TASKS.map((task) => `'task:${task}'`).join(', ')})
        order by t.place
        limit 1
      ), 'uncategorized')`

/** The step `model_usage`: adds what was charged to LiteLLM_DailyModelUsage, once the step `after` has ended. */
export function countModelUsage(after: string): string {
  return `
  model_usage as (
    insert into "${MODEL_USAGE_TABLE}" as t (
      date, model_group, model, custom_llm_provider, task_type, spend, prompt_tokens, completion_tokens, request_count,
      successful_requests, failed_requests, created_at, updated_at
    )
    select
      date, model_group, model, custom_llm_provider, task_type, sum(spend), sum(prompt_tokens), sum(completion_tokens), count(*),
      sum(succeeded), sum(1 - succeeded), now() at time zone 'UTC', now() at time zone 'UTC'
    from (
      select
        date, spend, prompt_tokens, completion_tokens, succeeded,
        coalesce(nullif(model_group, ''), nullif(model, ''), 'unknown') as model_group,
        coalesce(nullif(model, ''), 'unknown') as model,
        coalesce(nullif(custom_llm_provider, ''), 'unknown') as custom_llm_provider,
        ${TASK} as task_type
      from charged
    ) as c
    where (select count(*) from ${after}) >= 0
    group by date, model_group, model, custom_llm_provider, task_type
    order by
      date collate "C", model_group collate "C", model collate "C", custom_llm_provider collate "C", task_type collate "C"
    on conflict (date, model_group, model, custom_llm_provider, task_type) do update
    set
      spend = t.spend + excluded.spend,
      prompt_tokens = t.prompt_tokens + excluded.prompt_tokens,
      completion_tokens = t.completion_tokens + excluded.completion_tokens,
      request_count = t.request_count + excluded.request_count,
      successful_requests = t.successful_requests + excluded.successful_requests,
      failed_requests = t.failed_requests + excluded.failed_requests,
      updated_at = excluded.updated_at
    returning 1
  )`
}
