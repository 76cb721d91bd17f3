import type { AdminSettings, KeyGeneration } from '../admin/admin-deps.ts'
import type { ResolvedOptions } from '../config/options.ts'
import type { LitellmSettings } from '../config/settings/read-settings.ts'

/** What LiteLLM's configuration and environment say about what is created. */
export function adminSettingsOf({ settings: { litellm }, env, timeZone, compat }: ResolvedOptions): AdminSettings {
  return {
    defaultKeyParams: litellm.defaultKeyGenerateParams,
    upperboundKeyParams: litellm.upperboundKeyGenerateParams,
    keyGeneration: keyGenerationOf(litellm.keyGenerationSettings),
    defaultUserParams: litellm.defaultInternalUserParams,
    defaultTeamParams: litellm.defaultTeamParams,
    maxInternalUserBudget: litellm.maxInternalUserBudget,
    internalUserBudgetDuration: litellm.internalUserBudgetDuration,
    timeZone,
    trustChangedBy: compat === '1.83',
    rotationGracePeriod: env.LITELLM_KEY_ROTATION_GRACE_PERIOD,
    disableKeyName: /^true$/i.test(env.DISABLE_KEY_NAME ?? ''),
    secretBytes: bytesOf(env.LENGTH_OF_LITELLM_GENERATED_KEY),
  }
}

function keyGenerationOf(settings: LitellmSettings['keyGenerationSettings']): KeyGeneration | undefined {
  if (!settings) return undefined
  const { team_key_generation: team, personal_key_generation: personal } = settings
  return {
    team: team && { allowedRoles: team.allowed_team_member_roles, requiredParams: team.required_params },
    personal: personal && { allowedRoles: personal.allowed_user_roles, requiredParams: personal.required_params },
  }
}

/** Fewer could be guessed, and a header takes no more: such a length is not acted on. */
function bytesOf(text: string | undefined): number | undefined {
  const bytes = Number(text)
  return Number.isInteger(bytes) && bytes >= 16 && bytes <= 128 ? bytes : undefined
}
