import type { CheckSettings } from '../admission/facts/check.ts'
import { BLOCKED_USER_CHECK } from '../config/blocked-users.ts'
import type { GeneralSettings, LitellmSettings } from '../config/settings/read-settings.ts'
import type { Limits } from '../types.ts'

/** What LiteLLM's `general_settings` and `litellm_settings` change about the checks. */
export function checkSettingsOf(general: GeneralSettings, litellm: LitellmSettings): CheckSettings {
  return {
    allowedIps: general.allowedIps,
    allowedRoutes: general.allowedRoutes,
    adminOnlyRoutes: general.adminOnlyRoutes,
    disableLlmApiEndpoints: general.disableLlmApiEndpoints,
    disableAdminEndpoints: general.disableAdminEndpoints,
    maxRequestSizeMb: general.maxRequestSizeMb,
    allowClientSideCredentials: general.allowClientSideCredentials,
    enforceUserParam: general.enforceUserParam,
    rejectClientsideMetadataTags: general.rejectClientsideMetadataTags,
    enforcedParams: general.enforcedParams,
    serviceAccountEnforcedParams: general.serviceAccountSettings?.enforced_params,
    applyUserBudgetToTeamKeys: general.applyUserBudgetToTeamKeys,
    ignoreBatchContents: general.disableBatchInputFileRateLimiting,
    failClosedBudgets: general.failClosedBudgetEnforcement,
    enforceOrganizationModels: general.enforceOrganizationModels,
    enforceFallbackBudget: general.enforceFallbackBudget,
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
