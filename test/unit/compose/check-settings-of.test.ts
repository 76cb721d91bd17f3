import { expect, test } from '@jest/globals'
import { checkSettingsOf } from '../../../src/compose/check-settings-of.ts'
import { resolveOptions } from '../../../src/config/options.ts'

const settings = (general_settings: object, litellm_settings: object = {}) => {
  const { general, litellm } = resolveOptions({ config: { general_settings, litellm_settings } }, {}).settings
  return checkSettingsOf(general, litellm)
}

test('the settings of LiteLLM are those of the checks', () => {
  const general = {
    allowed_ips: ['10.0.0.1'],
    allowed_routes: ['/a'],
    admin_only_routes: ['/b'],
    disable_llm_api_endpoints: true,
    disable_admin_endpoints: false,
    max_request_size_mb: 2,
    allow_client_side_credentials: true,
    enforce_user_param: true,
    reject_clientside_metadata_tags: true,
    enforced_params: ['user'],
    service_account_settings: { enforced_params: ['seed'] },
    apply_user_budget_to_team_keys: true,
    enforce_fallback_budget: false,
    something_else: 1,
  }
  expect(settings(general, { max_budget: 5, rpm: 6, tpm: 7, model_access_denied_message: 'no {model}' })).toEqual({
    allowedIps: ['10.0.0.1'],
    allowedRoutes: ['/a'],
    adminOnlyRoutes: ['/b'],
    disableLlmApiEndpoints: true,
    disableAdminEndpoints: false,
    maxRequestSizeMb: 2,
    allowClientSideCredentials: true,
    enforceUserParam: true,
    rejectClientsideMetadataTags: true,
    enforcedParams: ['user'],
    serviceAccountEnforcedParams: ['seed'],
    applyUserBudgetToTeamKeys: true,
    enforceFallbackBudget: false,
    maxBudget: 5,
    gatewayLimits: { rpm: 6, tpm: 7 },
    modelAccessDeniedMessage: 'no {model}',
  })
})

test.each(['blocked_user_check', ['langfuse', 'blocked_user_check']])(
  'blocked end users are looked for with %j',
  (callbacks) => {
    expect(settings({}, { callbacks })).toMatchObject({ checkBlockedEndUsers: true })
  },
)

test('what is not given, or null, changes nothing', () => {
  const made = settings({ allowed_ips: null })
  expect(Object.values(made).every((value) => value === undefined)).toBe(true)
})
