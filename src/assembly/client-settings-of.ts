import type { ResolvedOptions } from '../config/options.ts'
import type { ClientSettings } from '../http/client-settings.ts'

/** What LiteLLM's `general_settings` say about how clients are known. The configuration's schema has looked at its kinds. */
export function clientSettingsOf({ generalSettings }: ResolvedOptions): ClientSettings {
  const { use_x_forwarded_for: forwardedFor, user_header_name: usual, user_header_mappings: mappings } = generalSettings
  const mapped = [mappings ?? []]
    .flat()
    .map((entry) => entry as { header_name: string; litellm_user_role?: string })
    .filter(({ litellm_user_role: role }) => role === 'customer')
    .map(({ header_name: name }) => name)
  const names = mapped.length > 0 ? mapped : typeof usual === 'string' && usual !== '' ? [usual] : []
  return { forwardedFor: forwardedFor === true, endUserHeaders: names.map((name) => name.toLowerCase()) }
}
