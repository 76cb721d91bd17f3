import { ConfigError } from '../errors.ts'
import type { Json } from '../types.ts'
import { BLOCKED_USER_CHECK, callbacksOf } from './callbacks-of.ts'
import type { CheckSettings } from './check.ts'

/**
 * What LiteLLM's `general_settings` and `litellm_settings` change about the checks. A setting of the wrong kind is an
 * error: one that is ignored would leave open what it was to close.
 */
export function checkSettingsOf(general: Json, litellm: Json): CheckSettings {
  return {
    allowedIps: strings(general, 'general_settings', 'allowed_ips'),
    allowedRoutes: strings(general, 'general_settings', 'allowed_routes'),
    adminOnlyRoutes: strings(general, 'general_settings', 'admin_only_routes'),
    disableLlmApiEndpoints: bool(general, 'general_settings', 'disable_llm_api_endpoints'),
    disableAdminEndpoints: bool(general, 'general_settings', 'disable_admin_endpoints'),
    maxRequestSizeMb: number(general, 'general_settings', 'max_request_size_mb'),
    allowClientSideCredentials: bool(general, 'general_settings', 'allow_client_side_credentials'),
    enforceUserParam: bool(general, 'general_settings', 'enforce_user_param'),
    rejectClientsideMetadataTags: bool(general, 'general_settings', 'reject_clientside_metadata_tags'),
    enforcedParams: strings(general, 'general_settings', 'enforced_params'),
    serviceAccountEnforcedParams: strings(
      object(general, 'general_settings', 'service_account_settings'),
      'general_settings.service_account_settings',
      'enforced_params',
    ),
    applyUserBudgetToTeamKeys: bool(general, 'general_settings', 'apply_user_budget_to_team_keys'),
    ignoreBatchContents: bool(general, 'general_settings', 'disable_batch_input_file_rate_limiting'),
    failClosedBudgets: bool(general, 'general_settings', 'fail_closed_budget_enforcement'),
    enforceOrganizationModels: bool(general, 'general_settings', 'enforce_organization_models'),
    enforceFallbackBudget: bool(general, 'general_settings', 'enforce_fallback_budget'),
    maxBudget: number(litellm, 'litellm_settings', 'max_budget'),
    modelAccessDeniedMessage: text(litellm, 'litellm_settings', 'model_access_denied_message'),
    throttlePart: throttlePartOf(litellm),
    checkBlockedEndUsers: callbacksOf(litellm).includes(BLOCKED_USER_CHECK) || undefined,
  }
}

/** As in LiteLLM, what is no such part leaves keys to be stopped. */
function throttlePartOf({ budget_exceeded_throttle_percentage: part }: Json): number | undefined {
  return typeof part === 'number' && part > 0 && part <= 1 ? part : undefined
}

type Read<T> = (settings: Json, section: string, name: string) => T | undefined

const strings = reader('a list of texts', (value): value is readonly string[] => {
  return Array.isArray(value) && value.every((item) => typeof item === 'string')
})
const bool = reader('true or false', (value): value is boolean => typeof value === 'boolean')
const number = reader('a number', (value): value is number => typeof value === 'number')
const text = reader('a text', (value): value is string => typeof value === 'string')

function object(settings: Json, section: string, name: string): Json {
  const isObject = (value: unknown): value is Json => typeof value === 'object' && !Array.isArray(value)
  return reader('a map', isObject)(settings, section, name) ?? {}
}

/** `null` in YAML is a setting that is not given. */
function reader<T>(kind: string, is: (value: unknown) => value is T): Read<T> {
  return (settings, section, name) => {
    const value = settings[name]
    if (value === undefined || value === null) return undefined
    if (!is(value)) throw new ConfigError(`${section}.${name} must be ${kind}`)
    return value
  }
}
