import { expect, test } from '@jest/globals'
import { checkSettingsOf } from '../../../src/auth/check-settings.ts'

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
  expect(checkSettingsOf(general, { max_budget: 5, model_access_denied_message: 'no {model}' })).toEqual({
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
    modelAccessDeniedMessage: 'no {model}',
  })
})

test.each(['blocked_user_check', ['langfuse', 'blocked_user_check']])(
  'blocked end users are looked for with %j',
  (callbacks) => {
    expect(checkSettingsOf({}, { callbacks })).toMatchObject({ checkBlockedEndUsers: true })
  },
)

test('what is not given, or null, changes nothing', () => {
  const settings = checkSettingsOf({ allowed_ips: null }, {})
  expect(Object.values(settings).every((value) => value === undefined)).toBe(true)
})

test.each([
  [{ allowed_ips: '10.0.0.1' }, 'general_settings.allowed_ips must be a list of texts'],
  [{ allowed_ips: [1] }, 'general_settings.allowed_ips must be a list of texts'],
  [{ enforce_user_param: 'yes' }, 'general_settings.enforce_user_param must be true or false'],
  [{ max_request_size_mb: '5' }, 'general_settings.max_request_size_mb must be a number'],
  [{ service_account_settings: [] }, 'general_settings.service_account_settings must be a map'],
  [
    { service_account_settings: { enforced_params: 'x' } },
    'general_settings.service_account_settings.enforced_params must be a list of texts',
  ],
])('%j is a mistake that is told', (general, message) => {
  expect(() => checkSettingsOf(general, {})).toThrow(message)
})
