import { RARE } from './report-rows.ts'

const DAY_MS = 86_400_000

/** What is read, and by which request. A path with a body is a POST. */
export interface ReportPath {
  readonly name: string
  readonly path: string
  readonly body?: unknown
}

/** The requests behind the pages of the dashboards, over the 30 days before `until` unless the page asks for less. */
export function reportPaths(until: Date): readonly ReportPath[] {
  const day = (ago: number) => new Date(until.getTime() - ago * DAY_MS).toISOString().slice(0, 10)
  const days = `start_date=${day(30)}&end_date=${day(0)}`
  const timesSince = (ago: number) =>
    `start_date=${day(ago)}%2000:00:00&end_date=${until.toISOString().slice(0, 19).replace('T', '%20')}`
  const month = timesSince(30)
  const metrics = `startTime=${day(30)}T00:00:00&endTime=${day(0)}T00:00:00&_selected_model_group=group-1`
  const logs = (name: string, query: string) => ({ name: `calls, ${name}`, path: `/spend/logs/ui?${query}` })
  return [
    logs('a day', timesSince(1)),
    logs('a month', month),
    logs('a month by session', `${month}&group_by_session=true&page_size=50&sort_by=startTime&sort_order=desc`),
    logs('page 40', `${month}&page=40`),
    logs('page 40 by session', `${month}&group_by_session=true&page=40`),
    logs('of a key', `${month}&api_key=key-7`),
    logs('of a rare key', `${month}&api_key=${RARE.key}`),
    logs('of a user', `${month}&user_id=user-7`),
    logs('of a rare user', `${month}&user_id=${RARE.user}`),
    logs('of a team', `${month}&team_id=team-3`),
    logs('of a model', `${month}&model=model-3`),
    logs('of a customer', `${month}&end_user=customer-3`),
    logs('failed', `${month}&status_filter=failure`),
    logs('out of the cache', `${month}&cache_hit_filter=hit`),
    logs('dear ones', `${month}&min_spend=0.009`),
    logs('by key alias', `${month}&key_alias=alias-19`),
    logs('one call', '?request_id=call-000500000'.slice(1)),
    logs('a day by spend', `${timesSince(1)}&sort_by=spend`),
    { name: 'calls of a session', path: '/spend/logs/session/ui?session_id=session-1-0' },
    { name: 'one call in full', path: '/spend/logs/ui/call-000500000' },
    { name: 'calls, v2', path: `/spend/logs/v2?${days}` },
    ...['user', 'team', 'tag', 'organization', 'customer', 'agent'].map((entity) => ({
      name: `activity of ${entity}s`,
      path: `/${entity}/daily/activity/aggregated?${days}`,
    })),
    { name: 'activity by key', path: `/user/daily/activity/aggregated/keys?${days}` },
    { name: 'summary of tags', path: `/tag/summary?${days}` },
    { name: 'log by day', path: `/spend/logs?${days}` },
    ...['keys', 'users', 'tags'].map((one) => ({ name: `spend of ${one}`, path: `/spend/${one}` })),
    { name: 'global spend', path: '/global/spend' },
    ...['logs', 'keys?limit=5', 'models?limit=5', 'teams', `tags?${days}`, `provider?${days}`, 'all_tag_names'].map(
      (one) => ({ name: `global ${one.split('?')[0]}`, path: `/global/spend/${one}` }),
    ),
    ...['team', 'customer', 'api_key'].map((one) => ({
      name: `report by ${one}`,
      path: `/global/spend/report?${days}&group_by=${one}`,
    })),
    { name: 'global customers', path: '/global/spend/end_users', body: {} },
    { name: 'global activity', path: `/global/activity?${days}` },
    { name: 'global activity of models', path: `/global/activity/model?${days}` },
    { name: 'cache hits', path: `/global/activity/cache_hits?${days}` },
    { name: 'exceptions', path: `/global/activity/exceptions?${days}&model_group=group-1` },
    { name: 'latency', path: `/model/metrics?${metrics}` },
    { name: 'slow responses', path: `/model/metrics/slow_responses?${metrics}` },
    { name: 'exceptions of models', path: `/model/metrics/exceptions?${metrics}` },
    { name: 'time to first token', path: `/model/streaming_metrics?${metrics}` },
    { name: 'teams', path: '/v2/team/list?page=1&page_size=10' },
    { name: 'user', path: '/v2/user/info?user_id=user-3' },
    { name: 'budgets', path: '/management/v1/budgets' },
    { name: 'models', path: '/v2/model/info' },
  ]
}
