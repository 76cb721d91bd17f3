import type { Sql } from 'postgres'

export interface ReportRows {
  readonly rows: number
  /** The calls are spread evenly over the days before `until`. */
  readonly days: number
  /** UTC. Default: now. */
  readonly until?: Date
}

/** Of these there is one call in a thousand, on one or two days in the middle. */
export const RARE = { key: 'rare-key', user: 'rare-user', team: 'rare-team', model: 'rare-model' } as const

/**
 * Calls that never happened, with keys, users, teams, customers and the daily tables that go with them: for reports on many
 * rows. 200 keys, 50 users, 10 teams, 8 models of 3 providers, 20 tags; a third of the calls stand in sessions of up to five,
 * one in 50 has failed, one in 10 came out of the cache.
 */
export async function insertReportRows(sql: Sql, { rows, days, until = new Date() }: ReportRows): Promise<void> {
  await insertOwners(sql)
  await sql`
    insert into "LiteLLM_SpendLogs" (
      request_id, call_type, api_key, spend, total_tokens, prompt_tokens, completion_tokens, "startTime", "endTime",
      "completionStartTime", model, model_id, model_group, custom_llm_provider, api_base, "user", metadata, cache_hit,
      request_tags, team_id, end_user, session_id, status
    )
    select
      'call-' || lpad(i::text, 9, '0'),
      case when i % 20 = 0 then 'aembedding' else 'acompletion' end,
      case when rare then ${RARE.key} else 'key-' || k end,
      (i % 100) * 0.0001,
      100 + i % 900 + 10 + i % 90,
      100 + i % 900,
      10 + i % 90,
      at,
      at + (200 + i % 3000) * interval '1 millisecond',
      at + (50 + i % 100) * interval '1 millisecond',
      case when rare then ${RARE.model} else 'model-' || m end,
      'deployment-' || m,
      case when rare then ${RARE.model} else 'group-' || m end,
      (array['openai', 'anthropic', 'vertex_ai'])[1 + m % 3],
      'https://api-' || m % 3 || '.example/v1',
      case when rare then ${RARE.user} else 'user-' || k % 50 end,
      jsonb_build_object('user_api_key_alias', 'alias-' || k, 'status', case when i % 50 = 0 then 'failure' else 'success' end)
        || case when i % 50 = 0
          then jsonb_build_object('error_information', jsonb_build_object(
            'error_code', (400 + i % 30)::text, 'error_class', 'BadRequestError', 'error_message', 'refused ' || i
          ))
          else '{}'
        end,
      case when i % 10 = 0 then 'True' else 'False' end,
      jsonb_build_array('tag-' || k % 20, 'env-' || k % 2),
      case when rare then ${RARE.team} else 'team-' || k % 10 end,
      'customer-' || i % 100,
      case when i % 3 = 0 then 'session-' || k || '-' || i / 3000 end,
      case when i % 50 = 0 then 'failure' else 'success' end
    from (
      select
        i,
        (i::bigint * 7919 % 200)::int as k,
        (i::bigint * 104729 % 8)::int as m,
        i % 1000 = 7 and i between ${rows}::int / 2 and ${rows}::int * 55 / 100 as rare,
        ${until}::timestamptz at time zone 'UTC' - (${rows}::int - i) * (${days}::float8 * interval '1 day' / ${rows}::int) as at
      from generate_series(1, ${rows}::int) as i
    ) as calls`
  for (const [table, id, from] of DAILY) {
    await sql.unsafe(`
      insert into "${table}" (
        id, "${id}", date, api_key, model, model_group, custom_llm_provider, endpoint, spend, prompt_tokens,
        completion_tokens, api_requests, successful_requests, failed_requests, updated_at
      )
      select
        gen_random_uuid()::text, owner, "startTime"::date::text, api_key, model, model_group, custom_llm_provider,
        case call_type when 'aembedding' then '/embeddings' else '/chat/completions' end,
        sum(spend), sum(prompt_tokens), sum(completion_tokens), count(*), count(*) filter (where status = 'success'),
        count(*) filter (where status = 'failure'), now()
      from ${from}
      group by owner, "startTime"::date, api_key, model, model_group, custom_llm_provider, call_type`)
  }
  await sql`vacuum analyze`
}

const LOG = (owner: string) => `(select ${owner} as owner, l.* from "LiteLLM_SpendLogs" as l) as l`

const DAILY = [
  ['LiteLLM_DailyUserSpend', 'user_id', LOG('l."user"')],
  ['LiteLLM_DailyTeamSpend', 'team_id', LOG('l.team_id')],
  ['LiteLLM_DailyEndUserSpend', 'end_user_id', LOG('l.end_user')],
  [
    'LiteLLM_DailyTagSpend',
    'tag',
    '(select t.tag as owner, l.* from "LiteLLM_SpendLogs" as l, jsonb_array_elements_text(l.request_tags) as t (tag)) as l',
  ],
] as const

async function insertOwners(sql: Sql): Promise<void> {
  await sql`
    insert into "LiteLLM_VerificationToken" (token, key_name, key_alias, user_id, team_id, spend, models)
    select 'key-' || k, 'sk-...' || lpad(k::text, 4, '0'), 'alias-' || k, 'user-' || k % 50, 'team-' || k % 10, k, '{}'::text[]
    from generate_series(0, 199) as k
    union all
    select ${RARE.key}, 'sk-...rare', 'rare', ${RARE.user}, ${RARE.team}, 0, '{}'::text[]`
  await sql`
    insert into "LiteLLM_UserTable" (user_id, user_email, user_role, spend, models, teams)
    select 'user-' || k, 'user-' || k || '@example.com', 'internal_user', k, '{}'::text[], array['team-' || k % 10]
    from generate_series(0, 49) as k
    union all
    select ${RARE.user}, null, 'internal_user', 0, '{}'::text[], array[${RARE.team}]`
  await sql`
    insert into "LiteLLM_TeamTable" (team_id, team_alias, spend, models, members_with_roles)
    select 'team-' || k, 'Team ' || k, k, '{}'::text[], jsonb_build_array(
      jsonb_build_object('user_id', 'user-' || k, 'role', 'admin'),
      jsonb_build_object('user_id', 'user-' || k + 10, 'role', 'user')
    )
    from generate_series(0, 9) as k
    union all
    select ${RARE.team}, 'Rare', 0, '{}'::text[], '[]'::jsonb`
}
