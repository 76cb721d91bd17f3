import { secretHeaders } from '../admission/credential/secret.ts'
import type { ClientSettings } from '../call/request/request-facts.ts'
import type { ResolvedOptions } from '../config/options.ts'
import { ConfigError } from '../errors.ts'
import type { Model } from '../models/routing/model.ts'
import {
  createHealthMonitor,
  type HealthMonitor,
  type HealthSettings,
  healthSettingsOf,
} from '../upstream/health/health-monitor.ts'
import type { Upstream } from '../upstream/upstream.ts'

/** What LiteLLM's settings say about how clients are known. */
export function clientSettingsOf({ settings: { general, litellm } }: ResolvedOptions): ClientSettings {
  const { useXForwardedFor, userHeaderName: usual, userHeaderMappings: mappings = [], litellmKeyHeaderName } = general
  const mapped = [mappings]
    .flat()
    .filter(({ litellm_user_role: role }) => role === 'customer')
    .map(({ header_name: name }) => name)
  const names = mapped.length > 0 ? mapped : usual ? [usual] : []
  return {
    forwardedFor: useXForwardedFor === true,
    endUserHeaders: names.map((name) => name.toLowerCase()),
    tagHeaders: tagHeadersOf(litellm.extraSpendTagHeaders, litellmKeyHeaderName),
  }
}

/** A header with a key in it must not get into a row. */
function tagHeadersOf(
  names: readonly string[] | undefined,
  keyHeaderName: string | undefined,
): readonly string[] | undefined {
  const secrets = secretHeaders({ keyHeaderName })
  const secret = names?.find((name) => secrets.has(name.toLowerCase()))
  if (secret === undefined) return names
  throw new ConfigError(
    `\`litellm_settings.extra_spend_tag_headers\` names ${secret}, which carries keys. Take it out.`,
  )
}

export interface Health {
  /** `undefined` where the models are not known. It probes by itself where `background_health_checks` is set. */
  readonly monitor: HealthMonitor | undefined
  readonly settings: HealthSettings
}

/** What `/health` knows beside the models themselves. Not started yet. */
export function healthOf(
  { settings: { general }, env }: ResolvedOptions,
  { upstream, models }: { upstream: Upstream; models: (() => readonly Model[]) | undefined },
): Health {
  const settings = healthSettingsOf(general, env)
  const monitor = models ? createHealthMonitor({ ...settings, upstream, models }) : undefined
  return { monitor, settings }
}
