import type { AdminSettings, KeyGeneration, KeyGenerationRule } from '../admin/admin-deps.ts'
import type { ResolvedOptions } from '../config/options.ts'
import type { Json } from '../types.ts'

/** What LiteLLM's configuration and environment say about what is created. */
export function adminSettingsOf({ litellmSettings, env, timeZone, compat }: ResolvedOptions): AdminSettings {
  const object = (name: string) => litellmSettings[name] as Json | undefined
  return {
    defaultKeyParams: object('default_key_generate_params'),
    upperboundKeyParams: object('upperbound_key_generate_params'),
    keyGeneration: keyGenerationOf(litellmSettings.key_generation_settings as Json | undefined),
    defaultUserParams: object('default_internal_user_params'),
    defaultTeamParams: object('default_team_params'),
    maxInternalUserBudget: litellmSettings.max_internal_user_budget as number | undefined,
    internalUserBudgetDuration: litellmSettings.internal_user_budget_duration as string | undefined,
    timeZone,
    trustChangedBy: compat === '1.83',
    rotationGracePeriod: env.LITELLM_KEY_ROTATION_GRACE_PERIOD,
    disableKeyName: /^true$/i.test(env.DISABLE_KEY_NAME ?? ''),
    secretBytes: bytesOf(env.LENGTH_OF_LITELLM_GENERATED_KEY),
  }
}

/** The configuration's schema has looked at its kinds. */
function keyGenerationOf(settings: Json | undefined): KeyGeneration | undefined {
  if (!settings) return undefined
  const ruleOf = (name: string, roles: string): KeyGenerationRule | undefined => {
    const rule = settings[name] as Readonly<Record<string, readonly string[] | undefined>> | undefined
    return rule && { allowedRoles: rule[roles], requiredParams: rule.required_params }
  }
  return {
    team: ruleOf('team_key_generation', 'allowed_team_member_roles'),
    personal: ruleOf('personal_key_generation', 'allowed_user_roles'),
  }
}

/** Fewer could be guessed, and a header takes no more: such a length is not acted on. */
function bytesOf(text: string | undefined): number | undefined {
  const bytes = Number(text)
  return Number.isInteger(bytes) && bytes >= 16 && bytes <= 128 ? bytes : undefined
}
