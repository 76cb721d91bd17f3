import { resolveOptions } from '../../src/config/options.ts'
import { routingOf } from '../../src/config/routing.ts'
import type { RouterSettings } from '../../src/models/routing/router-settings.ts'
import type { Json } from '../../src/types.ts'

/** What the router makes of these sections of a config. */
export function readRouterSettings(router_settings: Json = {}, litellm_settings: Json = {}, env = {}): RouterSettings {
  const { settings } = resolveOptions({ config: { router_settings, litellm_settings } }, env, '/nowhere')
  return routingOf(settings, env)
}
