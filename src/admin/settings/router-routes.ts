import type { Json } from '../../types.ts'
import { type AdminCall, type Endpoint, endpoint } from '../endpoint.ts'
import { sectionOf, storedSection } from './config-table.ts'

interface RouterField {
  readonly type: 'String' | 'Integer' | 'Float' | 'Boolean' | 'Dictionary' | 'List'
  readonly title: string
  /** What holds where nothing is said. */
  readonly initial: unknown
}

/** The strategies, as the dashboard explains them. */
const STRATEGIES: Readonly<Record<string, string>> = {
  'simple-shuffle': 'By chance, or by weight where deployments have one.',
  'least-busy': 'The deployment with the fewest calls under way.',
  'latency-based-routing': 'The deployment that has answered fastest of late.',
  'cost-based-routing': 'The cheapest deployment.',
  'usage-based-routing': 'The deployment with the fewest tokens in this minute.',
  'usage-based-routing-v2': 'The same, as LiteLLM calls it now.',
}

/** LiteLLM's fields of the router, as far as it acts on them here. */
const FIELDS: Readonly<Record<string, RouterField>> = {
  routing_strategy: { type: 'String', title: 'Routing Strategy', initial: 'simple-shuffle' },
  routing_strategy_args: { type: 'Dictionary', title: 'Routing Strategy Args', initial: {} },
  num_retries: { type: 'Integer', title: 'Number of Retries', initial: 2 },
  timeout: { type: 'Float', title: 'Timeout', initial: null },
  stream_timeout: { type: 'Float', title: 'Stream Timeout', initial: null },
  max_fallbacks: { type: 'Integer', title: 'Max Fallbacks', initial: 5 },
  fallbacks: { type: 'List', title: 'Fallbacks', initial: [] },
  context_window_fallbacks: { type: 'List', title: 'Context Window Fallbacks', initial: [] },
  content_policy_fallbacks: { type: 'List', title: 'Content Policy Fallbacks', initial: [] },
  allowed_fails: { type: 'Integer', title: 'Allowed Fails', initial: null },
  cooldown_time: { type: 'Float', title: 'Cooldown Time', initial: null },
  retry_after: { type: 'Integer', title: 'Retry After', initial: 0 },
  retry_policy: { type: 'Dictionary', title: 'Retry Policy', initial: null },
  model_group_alias: { type: 'Dictionary', title: 'Model Group Alias', initial: {} },
  enable_pre_call_checks: { type: 'Boolean', title: 'Enable Pre-call Checks', initial: false },
  default_max_parallel_requests: { type: 'Integer', title: 'Default Max Parallel Requests', initial: null },
  enable_tag_filtering: { type: 'Boolean', title: 'Enable Tag Filtering', initial: false },
  tag_filtering_match_any: { type: 'Boolean', title: 'Tag Filtering Match Any', initial: true },
  disable_cooldowns: { type: 'Boolean', title: 'Disable Cooldowns', initial: null },
}

type Call = Pick<AdminCall, 'store' | 'settings'>

/** The settings of the router as they hold. */
export async function routerValues(call: Call): Promise<Json> {
  const section = await sectionOf(call, 'router_settings')
  return Object.fromEntries(Object.entries(FIELDS).map(([name, { initial }]) => [name, section[name] ?? initial]))
}

/** `GET /router/settings`: the fields of the form, with what they are now. */
const getSettings = endpoint({
  access: 'views',
  async run(call) {
    const [values, stored] = await Promise.all([routerValues(call), storedSection(call.store, 'router_settings')])
    const written = call.settings.configuration?.written.router_settings ?? {}
    const source = Object.keys(FIELDS).map((name) => [
      name,
      Object.hasOwn(stored, name) ? 'db' : Object.hasOwn(written, name) ? 'config' : 'default',
    ])
    return {
      fields: fieldsOf(call, values),
      current_values: values,
      routing_strategy_descriptions: STRATEGIES,
      routing_group_strategies: [],
      source: Object.fromEntries(source),
    }
  },
})

/** `GET /router/fields`: the same without values. */
const getFields = endpoint({
  access: 'views',
  run: (call) => Promise.resolve({ fields: fieldsOf(call, {}), routing_strategy_descriptions: STRATEGIES }),
})

export const ROUTER_ROUTES: Readonly<Record<string, Endpoint>> = {
  'GET /router/settings': getSettings,
  'GET /router/fields': getFields,
}

function fieldsOf({ settings: { configuration } }: Call, values: Json) {
  const described = new Map(configuration?.fields.router_settings.map(({ name, description }) => [name, description]))
  return Object.entries(FIELDS).map(([name, { type, title, initial }]) => ({
    field_name: name,
    field_type: type,
    field_value: values[name] ?? null,
    field_description: described.get(name) ?? '',
    field_default: initial,
    options: name === 'routing_strategy' ? Object.keys(STRATEGIES) : null,
    ui_field_name: title,
    link: null,
  }))
}
