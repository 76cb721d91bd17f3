/** With and without the version, as LiteLLM serves them. */
const versioned = (...paths: string[]) => paths.flatMap((path) => [path, `/v1${path}`])
/** A collection, its items, and what is below an item. */
const collection = (path: string) => versioned(path, `${path}/{id}`, `${path}/{id}/*`)
const passThrough = (...prefixes: string[]) => prefixes.flatMap((prefix) => [prefix, `${prefix}/*`])

const OPENAI = [
  ...versioned('/chat/completions', '/completions', '/embeddings', '/moderations', '/models', '/models/{model:path}'),
  ...versioned('/images/generations', '/images/edits', '/images/variations'),
  ...versioned('/audio/speech', '/audio/transcriptions', '/audio/translations', '/realtime', '/realtime/*'),
  ...versioned('/rerank', '/ocr', '/search', '/search/{tool}', '/rag/*'),
  ...['/v2/rerank', '/utils/token_counter'],
  ...['threads', 'assistants', 'files', 'batches', 'responses', 'vector_stores', 'containers', 'videos'].flatMap(
    (name) => collection(`/${name}`),
  ),
  ...versioned('/fine_tuning/jobs', '/fine_tuning/jobs/*'),
  ...[
    '/engines/{model:path}/chat/completions',
    '/engines/{model:path}/completions',
    '/engines/{model:path}/embeddings',
  ],
  ...['/openai/deployments/{model:path}/*', '/openai/v1/*'],
]

const ANTHROPIC = [
  '/v1/messages',
  '/v1/messages/count_tokens',
  '/v1/messages/batches',
  '/v1/messages/batches/*',
  '/v1/skills',
  '/v1/skills/*',
]

const GOOGLE = [
  ...['', '/v1', '/v1beta'].flatMap((version) =>
    ['generateContent', 'streamGenerateContent', 'countTokens'].map(
      (action) => `${version}/models/{model:path}:${action}`,
    ),
  ),
  ...['/interactions', '/interactions/*', '/v1beta/interactions', '/v1beta/interactions/*'],
]

const MCP = passThrough('/mcp').concat(passThrough('/v1/mcp'))
const AGENTS = [...passThrough('/a2a'), ...passThrough('/agents'), ...passThrough('/v1/agents')]

const MAPPED_PASS_THROUGH = passThrough(
  ...['/bedrock', '/vertex-ai', '/vertex_ai', '/cohere', '/gemini', '/anthropic', '/langfuse', '/azure', '/azure_ai'],
  ...['/openai', '/openai_passthrough', '/assemblyai', '/eu.assemblyai', '/vllm', '/mistral', '/milvus'],
)

const INFO = [
  ...['/key/info', '/key/health', '/team/info', '/team/list', '/v2/team/list', '/organization/list', '/team/available'],
  ...['/user/info', '/model/info', '/v1/model/info', '/v2/model/info', '/v2/key/info', '/model_group/info', '/health'],
  ...['/key/list', '/user/filter/ui', '/models', '/v1/models', '/v2/user/info'],
]

const KEY_MANAGEMENT = [
  ...['/key/generate', '/key/service-account/generate', '/key/update', '/key/bulk_update', '/key/delete'],
  ...[
    '/key/info',
    '/key/regenerate',
    '/key/{key}/regenerate',
    '/key/{key}/reset_spend',
    '/key/block',
    '/key/unblock',
    '/key/list',
    '/key/aliases',
  ],
  ...['/key/health', '/v2/key/info'],
]

const ENTITY_MANAGEMENT = [
  ...['/user/new', '/user/update', '/user/bulk_update', '/user/delete', '/user/info', '/user/list'],
  ...['/team/new', '/team/update', '/team/delete', '/team/list', '/v2/team/list', '/team/info', '/team/block'],
  ...['/team/unblock', '/team/available', '/team/member_add', '/team/member_update', '/team/member_delete'],
  ...['/team/permissions_list', '/team/permissions_update', '/team/daily/activity'],
  ...['/organization/new', '/organization/update', '/organization/delete', '/organization/info', '/organization/list'],
  ...['/organization/member_add', '/organization/member_update', '/organization/member_delete'],
  ...['/customer/new', '/customer/update', '/customer/delete', '/customer/info', '/customer/list', '/customer/block'],
  ...['/customer/unblock', '/end_user/new', '/end_user/update', '/end_user/delete', '/end_user/info', '/end_user/list'],
  ...['/end_user/block', '/end_user/unblock'],
  ...['/budget/new', '/budget/update', '/budget/delete', '/budget/info', '/budget/list', '/budget/settings'],
  ...['/tag/new', '/tag/update', '/tag/delete', '/tag/info', '/tag/list', '/tag/daily/activity'],
  ...['/project/new', '/project/update', '/project/delete', '/project/info', '/project/list'],
  ...['/user/available_roles', '/team/bulk_member_add', '/team/model/add', '/team/model/delete', '/tag/dau'],
  ...['/credentials', '/credentials/*', '/access_group/*', '/audit', '/audit/*', '/settings'],
  ...['/model/new', '/model/update', '/model/{id}/update', '/model/delete', '/model/info'],
]

const SPEND_TRACKING = [
  ...['/spend/keys', '/spend/users', '/spend/tags', '/spend/calculate', '/spend/logs', '/spend/logs/v2'],
  ...['/spend/logs/ui', '/spend/logs/ui/{request_id}', '/spend/logs/session/ui', '/cost/estimate'],
]

const GLOBAL_SPEND = [
  ...['/global/spend', '/global/spend/logs', '/global/spend/keys', '/global/spend/teams', '/global/spend/models'],
  ...['/global/spend/tags', '/global/spend/end_users', '/global/spend/provider', '/global/spend/report'],
  ...['/global/spend/all_tag_names', '/global/predict/spend/logs'],
]

/** Reports that tell internal users of their own. */
const OWN_ACTIVITY = ['/global/activity', '/global/activity/model', '/global/activity/cache_hits']

/** Reports for administrators and viewers. */
const ADMIN_REPORTS = [
  ...['/global/activity/exceptions', '/global/activity/exceptions/deployment', '/global/all_end_users'],
  ...['/model/metrics', '/model/metrics/*', '/model/streaming_metrics', '/provider/budgets', '/tag/summary'],
  ...['/tag/distinct', '/management/v1/budgets'],
  ...['organization', 'customer', 'end_user', 'agent'].flatMap(activityOf),
]

const TAG_ACTIVITY = activityOf('tag')

/** Each caller sees what is its own. */
const DAILY_ACTIVITY = [...activityOf('user'), ...activityOf('team')]

function activityOf(entity: string): readonly string[] {
  return ['', '/aggregated', '/aggregated/keys', '/aggregated/model_top_keys'].map(
    (end) => `/${entity}/daily/activity${end}`,
  )
}

const SELF_MANAGED = [
  ...['/team/member_add', '/team/member_delete', '/team/member_update', '/team/permissions_list'],
  ...['/team/permissions_update', '/model/new', '/model/update', '/model/delete'],
  ...['/model/{id}/update', '/prompt/list', '/prompt/info'],
  ...DAILY_ACTIVITY,
  ...['/team/update', '/user/list', '/user/available_roles'],
  ...['/project/new', '/project/update', '/project/list', '/project/info'],
]

const LLM_API = [
  ...OPENAI,
  ...ANTHROPIC,
  ...GOOGLE,
  ...MCP,
  ...AGENTS,
  ...MAPPED_PASS_THROUGH,
  '/guardrails/apply_guardrail',
  '/apply_guardrail',
]

/** Route groups by the names that `allowed_routes` uses. Paths below other groups are in several of them. */
export const ROUTE_GROUPS = {
  llm_api_routes: LLM_API,
  openai_routes: OPENAI,
  anthropic_routes: ANTHROPIC,
  google_routes: GOOGLE,
  mapped_pass_through_routes: MAPPED_PASS_THROUGH,
  mcp_routes: MCP,
  agent_routes: AGENTS,
  info_routes: INFO,
  key_management_routes: KEY_MANAGEMENT,
  management_routes: [...KEY_MANAGEMENT, ...ENTITY_MANAGEMENT],
  spend_tracking_routes: SPEND_TRACKING,
  global_spend_tracking_routes: GLOBAL_SPEND,
  internal_user_routes: [...SPEND_TRACKING, ...KEY_MANAGEMENT, ...OWN_ACTIVITY, ...TAG_ACTIVITY, '/models/{id}'],
  internal_user_view_only_routes: [...SPEND_TRACKING, ...TAG_ACTIVITY],
  admin_report_routes: ADMIN_REPORTS,
  self_managed_routes: SELF_MANAGED,
} as const satisfies Record<string, readonly string[]>

/** LiteLLM's own administration. */
export const MANAGED_ROUTES: readonly string[] = [
  ...[INFO, KEY_MANAGEMENT, ENTITY_MANAGEMENT, SPEND_TRACKING, GLOBAL_SPEND, SELF_MANAGED].flat(),
  ...[OWN_ACTIVITY, TAG_ACTIVITY, ADMIN_REPORTS, ['/global/spend/reset']].flat(),
]
