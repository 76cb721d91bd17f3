import { secretHeaders } from '../auth/secret.ts'
import type { ResolvedOptions } from '../config/options.ts'
import { ConfigError } from '../errors.ts'
import type { ClientSettings } from '../http/client-settings.ts'

/** What LiteLLM's settings say about how clients are known. The configuration's schema has looked at their kinds. */
export function clientSettingsOf({ generalSettings, litellmSettings }: ResolvedOptions): ClientSettings {
  const { use_x_forwarded_for: forwardedFor, user_header_name: usual, user_header_mappings: mappings } = generalSettings
  const mapped = [mappings ?? []]
    .flat()
    .map((entry) => entry as { header_name: string; litellm_user_role?: string })
    .filter(({ litellm_user_role: role }) => role === 'customer')
    .map(({ header_name: name }) => name)
  const names = mapped.length > 0 ? mapped : typeof usual === 'string' && usual !== '' ? [usual] : []
  return {
    forwardedFor: forwardedFor === true,
    endUserHeaders: names.map((name) => name.toLowerCase()),
    tagHeaders: tagHeadersOf(litellmSettings.extra_spend_tag_headers, generalSettings.litellm_key_header_name),
  }
}

/** A header with a key in it must not get into a row. */
function tagHeadersOf(names: unknown, keyHeaderName: unknown): readonly string[] | undefined {
  if (!Array.isArray(names)) return undefined
  const secrets = secretHeaders(typeof keyHeaderName === 'string' ? { keyHeaderName } : {})
  const secret = names.find((name: string) => secrets.has(name.toLowerCase()))
  if (secret === undefined) return names
  throw new ConfigError(
    `\`litellm_settings.extra_spend_tag_headers\` names ${secret}, which carries keys. Take it out.`,
  )
}
