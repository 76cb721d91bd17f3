import { PROVIDERS } from '../../models/providers/providers.ts'
import { createEmbeddedPrices, embeddedAbilities, embeddedNames } from '../../pricing/book/embedded-prices.ts'
import { TABLES } from '../admin-store.ts'
import { type AdminCall, type Endpoint, endpoint } from '../endpoint.ts'
import type { Access } from '../refuse.ts'
import { countRows } from '../sql/count-rows.ts'

/*
 * What every page of LiteLLM's dashboard asks for. Its answers are those of a LiteLLM in which nothing of the kind is
 * configured: this gateway has no guardrails, policies, agents or MCP servers of its own, and nothing is fetched from
 * elsewhere.
 */

/** Who may see it in LiteLLM, and what it says. */
const CONSTANTS: Readonly<Record<string, readonly [access: Access, answer: unknown]>> = {
  'GET /health/license': [
    'views',
    {
      ...{ has_license: false, license_type: 'community', expiration_date: null, allowed_features: [] },
      limits: { max_users: null, max_teams: null },
    },
  ],
  'GET /api/plugins': ['views', []],
  'GET /get/latest_release_info': ['anyone', null],
  'GET /get/user_banner': ['anyone', { enabled: false, message: '', severity: 'info', revision: '' }],
  'GET /public/litellm_blog_posts': ['public', { posts: [] }],
  'GET /public/model_hub/info': [
    'public',
    { docs_title: 'LLM gateway', custom_docs_description: null, litellm_version: '', useful_links: {} },
  ],
  'GET /v2/guardrails/list': ['anyone', { guardrails: [] }],
  'GET /guardrails/list': ['anyone', { guardrails: [] }],
  'GET /guardrails/submissions': [
    'anyone',
    { submissions: [], summary: { total: 0, pending_review: 0, active: 0, rejected: 0 } },
  ],
  'GET /guardrails/ui/provider_specific_params': ['anyone', {}],
  'GET /guardrails/ui/add_guardrail_settings': [
    'anyone',
    {
      ...{ supported_entities: [], supported_actions: [], supported_modes: [], supported_modes_by_provider: {} },
      ...{ providers_without_directional_logging_only_scope: [], pii_entity_categories: [] },
      ...{ content_filter_settings: {}, decision_model_providers: [] },
    },
  ],
  'GET /policies/list': ['views', { policies: [], total_count: 0 }],
  'GET /policies/attachments/list': ['views', { attachments: [], total_count: 0 }],
  'GET /policy/templates': ['anyone', []],
  'GET /prompts/list': ['views', { prompts: [] }],
  'GET /v1/agents': ['anyone', []],
  'GET /v1/mcp/server': ['anyone', []],
  'GET /v1/mcp/toolset': ['anyone', []],
  'GET /v1/mcp/server/health': ['anyone', []],
  'GET /v1/mcp/user-env-vars/status': ['anyone', []],
  'GET /v1/mcp/server/submissions': ['views', { total: 0, pending_review: 0, active: 0, rejected: 0, items: [] }],
  'GET /vector_store/list': ['anyone', { object: 'list', data: [], total_count: 0, current_page: 1, total_pages: 0 }],
  'GET /search_tools/list': ['anyone', { search_tools: [] }],
  'GET /search_tools/ui/available_providers': ['anyone', { providers: [] }],
  'GET /claude-code/plugins': ['anyone', { plugins: [], count: 0 }],
  'GET /team/metadata_schema': ['anyone', { fields: [] }],
  'GET /alerting/settings': ['views', []],
  'GET /email/event_settings': ['views', { settings: [] }],
  'GET /cloudzero/settings': ['views', { api_key_masked: null, connection_id: null, timezone: null, status: null }],
  'GET /coordination_redis/settings': ['views', { values: {}, fields: [], source: {} }],
  'GET /health/latest': ['views', { latest_health_checks: {}, total_models: 0 }],
  'GET /get/allowed_ips': ['views', { data: null }],
  'GET /user/available_roles': [
    'anyone',
    {
      proxy_admin: role('may see and change everything', 'Admin (All Permissions)'),
      proxy_admin_viewer: role('may see everything', 'Admin (View Only)'),
      internal_user: role('may make, see and delete own keys, and see own spend', 'Internal User (Create/Delete/View)'),
      internal_user_viewer: role('may see own keys and own spend', 'Internal User (View Only)'),
    },
  ],
}

function role(description: string, label: string) {
  return { description, ui_label: label }
}

/** `GET /user/available_users`: how many there are; nothing limits them. */
const countUsers = endpoint({
  access: 'views',
  async run({ store }) {
    const count = async (table: string) => (store.has(table) ? await countRows(store.sql, table) : 0)
    const [users, teams] = await Promise.all([count(TABLES.users), count(TABLES.teams)])
    return {
      ...{ total_users: null, total_teams: null, total_users_used: users, total_teams_used: teams },
      ...{ total_teams_remaining: null, total_users_remaining: null },
    }
  },
})

/** `GET /sso/get/ui_settings`: where the dashboard is, and that there is no SSO. */
const getProxySettings = endpoint({
  access: 'anyone',
  run({ settings: { configuration } }: AdminCall) {
    const { env = {} } = configuration ?? {}
    return Promise.resolve({
      PROXY_BASE_URL: env.PROXY_BASE_URL || null,
      PROXY_LOGOUT_URL: env.PROXY_LOGOUT_URL || null,
      LITELLM_UI_API_DOC_BASE_URL: env.LITELLM_UI_API_DOC_BASE_URL || null,
      DEFAULT_TEAM_DISABLED: env.PROXY_DEFAULT_TEAM_DISABLED?.toLowerCase() === 'true',
      SSO_ENABLED: false,
      NUM_SPEND_LOGS_ROWS: -1,
      // Its reports read daily tables and pages, however long the log is.
      DISABLE_EXPENSIVE_DB_QUERIES: false,
    })
  },
})

/** `GET /public/litellm_model_cost_map`: names, prices and abilities of models, from which a form offers some. */
const getCostMap = endpoint({
  access: 'public',
  run() {
    const prices = createEmbeddedPrices()
    const names = embeddedNames()
    const entries = names.map((name) => [name, { ...embeddedAbilities.get(name), ...prices.get(name) }])
    return Promise.resolve(Object.fromEntries(entries))
  },
})

/** `GET /public/providers/fields`: what the form of a new model asks for. */
const getProviders = endpoint({
  access: 'public',
  run: () =>
    Promise.resolve(
      Object.keys(PROVIDERS).map((name) => ({
        provider: DISPLAYED[name]?.[0] ?? name.toUpperCase(),
        provider_display_name: DISPLAYED[name]?.[1] ?? name,
        litellm_provider: name,
        credential_fields: fieldsOf(name),
        default_model_placeholder: 'gpt-4o-mini',
      })),
    ),
})

/** LiteLLM's key of a provider, by which its dashboard finds logo and models, and its name. */
const DISPLAYED: Readonly<Record<string, readonly [key: string, name: string]>> = {
  openai: ['OpenAI', 'OpenAI'],
  anthropic: ['Anthropic', 'Anthropic'],
  azure: ['Azure', 'Azure'],
  azure_ai: ['Azure_AI_Studio', 'Azure AI Foundry'],
  bedrock: ['Bedrock', 'Amazon Bedrock'],
  gemini: ['Google_AI_Studio', 'Google AI Studio'],
  vertex_ai: ['Vertex_AI', 'Vertex AI'],
  mistral: ['MistralAI', 'Mistral AI'],
  groq: ['Groq', 'Groq'],
  xai: ['xAI', 'xAI'],
  openrouter: ['Openrouter', 'Openrouter'],
  ollama: ['Ollama', 'Ollama'],
  cohere: ['Cohere', 'Cohere'],
  deepseek: ['Deepseek', 'Deepseek'],
  together_ai: ['TogetherAI', 'TogetherAI'],
  fireworks_ai: ['FireworksAI', 'Fireworks AI'],
}

const CLOUDS: Readonly<Record<string, readonly string[]>> = {
  bedrock: ['aws_access_key_id', 'aws_secret_access_key', 'aws_session_token', 'aws_region_name', 'aws_role_name'],
  vertex_ai: ['vertex_project', 'vertex_location', 'vertex_credentials'],
  azure: ['api_base', 'api_version', 'api_key'],
}

function fieldsOf(provider: string) {
  return (CLOUDS[provider] ?? ['api_base', 'api_key']).map((key) => ({
    key,
    label: key,
    placeholder: null,
    tooltip: null,
    required: false,
    field_type: /key|secret|token|credentials/.test(key) ? 'password' : 'text',
    options: null,
    default_value: null,
  }))
}

export const SHELL_ROUTES: Readonly<Record<string, Endpoint>> = {
  ...Object.fromEntries(
    Object.entries(CONSTANTS).map(([route, [access, answer]]) => [
      route,
      endpoint({ access, run: () => Promise.resolve(answer) }),
    ]),
  ),
  'GET /user/available_users': countUsers,
  'GET /sso/get/ui_settings': getProxySettings,
  'GET /public/litellm_model_cost_map': getCostMap,
  'GET /public/providers/fields': getProviders,
}
