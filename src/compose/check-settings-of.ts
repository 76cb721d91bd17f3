import type { CheckSettings } from '../admission/facts/check.ts'
import { BLOCKED_USER_CHECK } from '../config/blocked-users.ts'
import type { GeneralSettings, LitellmSettings } from '../config/settings/read-settings.ts'
import type { Limits } from '../types.ts'

export const AS_GIVEN = [
  ...(['allowedIps', 'allowedRoutes', 'adminOnlyRoutes', 'disableLlmApiEndpoints', 'disableAdminEndpoints'] as const),
  ...(['maxRequestSizeMb', 'allowClientSideCredentials', 'enforceUserParam', 'enforcedParams'] as const),
  ...(['rejectClientsideMetadataTags', 'applyUserBudgetToTeamKeys'] as const),
  ...(['enforceOrganizationModels', 'enforceFallbackBudget'] as const),
] satisfies readonly (keyof GeneralSettings & keyof CheckSettings)[]

/** Settings of the checks that are named and read as in `general_settings`. */
function asGiven(general: GeneralSettings): Pick<GeneralSettings, (typeof AS_GIVEN)[number]> {
  return Object.fromEntries(AS_GIVEN.map((name) => [name, general[name]]))
}

/** What LiteLLM's `general_settings` and `litellm_settings` change about the checks. */
export function checkSettingsOf(general: GeneralSettings, litellm: LitellmSettings): CheckSettings {
  return {
    ...asGiven(general),
    serviceAccountEnforcedParams: general.serviceAccountSettings?.enforced_params,
    ignoreBatchContents: general.disableBatchInputFileRateLimiting,
    failClosedBudgets: general.failClosedBudgetEnforcement,
    maxBudget: litellm.maxBudget,
    budgetExceededStatus: litellm.budgetExceededStatusCode,
    gatewayLimits: gatewayLimitsOf(litellm),
    modelAccessDeniedMessage: litellm.modelAccessDeniedMessage,
    throttlePart: throttlePartOf(litellm),
    checkBlockedEndUsers: [litellm.callbacks].flat().includes(BLOCKED_USER_CHECK) || undefined,
  }
}

function gatewayLimitsOf({ rpm, tpm }: LitellmSettings): Limits | undefined {
  return rpm === undefined && tpm === undefined ? undefined : { rpm, tpm }
}

/** As in LiteLLM, a number that is no such part leaves keys to be stopped. */
function throttlePartOf({ budgetExceededThrottlePercentage: part = 0 }: LitellmSettings): number | undefined {
  return part > 0 && part <= 1 ? part : undefined
}
