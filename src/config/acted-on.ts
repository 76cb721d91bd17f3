import { suggest } from '../lib/config-error.ts'
import { object } from '../lib/json.ts'
import { ABSENT_ALERT_TYPES, ALERT_TYPES, CHANNELS } from '../signals/alerts/alert-types.ts'
import { AUDIT_CALLBACKS } from '../signals/audit-callbacks.ts'
import { apiNames, CALLBACK_LISTS, isCallback, meantCallback } from './callbacks.ts'
import { CALL_PARAMS } from './models/call-params.ts'
import { CLOUD_PARAMS } from './models/cloud-params.ts'
import { isPriceField } from './prices.ts'
import { alertingArgsShape } from './settings/alerting.ts'
import { SETTINGS, type SectionName } from './settings/read-settings.ts'

/**
 * The keys of a LiteLLM config that change what this gateway does. A key covers everything below it. Settings come from
 * their schema; a parameter of a model that is acted on is added here, so that it is no longer reported as ignored.
 */
const ACTED_ON: ReadonlySet<string> = new Set([
  'include',
  'environment_variables',
  'litellm_db',
  'callback_settings',
  'default_vertex_config.vertex_project',
  'default_vertex_config.vertex_location',
  'default_vertex_config.vertex_credentials',
  ...Object.entries(SETTINGS)
    .flatMap(([section, shape]) => Object.keys(shape).map((key) => `${section}.${key}`))
    .filter((path) => path !== 'general_settings.litellm_settings'),
  'general_settings.litellm_settings.timezone',
  ...Object.keys(alertingArgsShape).map((name) => `general_settings.alerting_args.${name}`),
  'model_list[].model_name',
  'model_list[].rpm',
  'model_list[].tpm',
  ...[
    'model',
    'custom_llm_provider',
    'api_base',
    'base_url',
    'api_key',
    'api_version',
    'organization',
    'headers',
    'extra_headers',
    'timeout',
    'stream_timeout',
    'num_retries',
    'max_retries',
    'cooldown_time',
    'rpm',
    'tpm',
    'weight',
    'order',
    'max_parallel_requests',
    'tags',
    'tag_regex',
    'base_model',
    'drop_params',
    'additional_drop_params',
    'allowed_openai_params',
    'prefer_shape',
    'use_chat_completions_api',
    'extra_body',
    'use_in_pass_through',
    'configurable_clientside_auth_params',
    ...CALL_PARAMS,
    ...CLOUD_PARAMS,
    'on_client_abort',
  ].map((key) => `model_list[].litellm_params.${key}`),
  ...[
    'id',
    'base_model',
    'rpm',
    'tpm',
    'allowed_fails',
    'allowed_fails_policy',
    'cooldown_time',
    'enable_tag_filtering',
    'max_input_tokens',
    'team_id',
    'team_public_model_name',
    'blocked',
    'access_groups',
  ].map((key) => `model_list[].model_info.${key}`),
])

/** Sections are looked into; every other key is acted on, or not, as a whole. */
const SECTIONS: ReadonlySet<string> = new Set([
  'general_settings',
  'litellm_settings',
  'router_settings',
  'general_settings.litellm_settings',
  'general_settings.alerting_args',
  'default_vertex_config',
  'model_list',
  'model_list[]',
  'model_list[].litellm_params',
  'model_list[].model_info',
])

/** A section that LiteLLM does not have, and that some files have in the place of `litellm_settings`. */
const MISPLACED = 'litellm_params'

/** The names in a list, or of a mapping, that are not acted on, each with what it may have been meant as. */
type UnknownNames = (value: unknown, apis: readonly string[]) => readonly string[]

/** Lists and mappings of names, some of which are acted on. */
const NAMES: ReadonlyMap<string, UnknownNames> = new Map<string, UnknownNames>([
  ...Object.keys(CALLBACK_LISTS).map((list): [string, UnknownNames] => [
    `litellm_settings.${list}`,
    (names, apis) => unknownCallbacks(list, names, apis),
  ]),
  [
    'litellm_settings.audit_log_callbacks',
    (names, apis) => unknownNames([names].flat(), [...AUDIT_CALLBACKS, ...apis]),
  ],
  ['general_settings.alerting', (names) => unknownNames([names].flat(), CHANNELS)],
  ['general_settings.alert_types', (names) => unknownAlertTypes([names].flat())],
  ['general_settings.alert_to_webhook_url', (urls) => unknownAlertTypes(Object.keys(object(urls)))],
])

/** Whether the gateway acts on the value at this path of a config. */
export function isActedOn(path: readonly (string | number)[]): boolean {
  let text = ''
  for (const part of path) {
    text = join(text, part)
    if (ACTED_ON.has(text) || isModelPrice(text)) return true
  }
  return false
}

/** The keys of a config that LiteLLM knows and this gateway does not act on, each once: `router_settings.fallbacks`. */
export function ignoredKeys(config: unknown): string[] {
  const { [MISPLACED]: misplaced, callback_settings: callbacks } = object(config)
  const apis = apiNames(callbacks)
  const others = Object.keys(object(callbacks)).filter((name) => !apis.includes(name))
  return [
    ...new Set([
      ...keysBelow(config, '', apis),
      ...keysBelow(misplaced, 'litellm_settings', apis),
      ...others.map((name) => `callback_settings.${name}`),
    ]),
  ]
}

function keysBelow(node: unknown, above: string, apis: readonly string[]): string[] {
  if (typeof node !== 'object' || node === null) return []
  const entries: [string | number, unknown][] = Array.isArray(node) ? [...node.entries()] : Object.entries(node)
  return entries.flatMap(([key, value]) => {
    const path = join(above, key)
    if (SECTIONS.has(path)) return keysBelow(value, path, apis)
    const unknownIn = NAMES.get(path)
    if (unknownIn) return unknownIn(value, apis).map((name) => `${path}: ${name}`)
    if (path === MISPLACED) return [`${MISPLACED} (it is read as litellm_settings: write its settings there)`]
    return ACTED_ON.has(path) || isModelPrice(path) ? [] : [path + suggestionFor(above, String(key))]
  })
}

function unknownAlertTypes(names: readonly unknown[]): readonly string[] {
  return unknownNames(names, Object.keys(ALERT_TYPES), Object.keys(ABSENT_ALERT_TYPES))
}

/** `absent`: names of LiteLLM's that are meant as they are. */
function unknownNames(names: readonly unknown[], known: readonly string[], absent: readonly string[] = []) {
  return names.map(String).flatMap((name) => {
    if (known.includes(name)) return []
    const near = absent.includes(name) ? undefined : suggest(name, known)
    return [near === undefined ? name : `${name} (did you mean ${near}?)`]
  })
}

function unknownCallbacks(list: string, names: unknown, apis: readonly string[]): readonly string[] {
  return [names].flat().flatMap((name) => {
    if (isCallback(list, name, apis)) return []
    const near = meantCallback(name)
    return [near === undefined ? String(name) : `${name} (did you mean ${near}?)`]
  })
}

/** A name that is nearly that of a setting is probably a mistake, and not one of LiteLLM's that is not acted on. */
function suggestionFor(section: string, name: string): string {
  const shapes = { ...SETTINGS, 'general_settings.alerting_args': alertingArgsShape }
  const shape = shapes[section as SectionName] as Readonly<Record<string, unknown>> | undefined
  const near = shape && suggest(name, Object.keys(shape), 2)
  return near === undefined ? '' : ` (did you mean ${near}?)`
}

function join(above: string, part: string | number): string {
  if (typeof part === 'number') return `${above}[]`
  return above ? `${above}.${part}` : part
}

function isModelPrice(path: string): boolean {
  const [, name] = /^model_list\[\]\.(?:litellm_params|model_info)\.([^.[]+)$/.exec(path) ?? []
  return name !== undefined && isPriceField(name)
}
