import { changedAnswersOf } from '../admission/facts/compat.ts'
import { problems } from '../lib/config-error.ts'
import type { Environment } from '../lib/environment.ts'
import { type RouterSettings, routerSettingsOf } from '../models/routing/router-settings.ts'
import type { ResolvedOptions } from './resolved-options.ts'
import type { Settings } from './settings/read-settings.ts'
import { type StoredSections, withStored } from './settings/stored-settings.ts'

type Sections = Pick<Settings, 'litellm' | 'router'>

/** What LiteLLM's settings do not say. */
type Rest = Pick<ResolvedOptions, 'upstreamTimeoutMs' | 'compat'>

/** How calls are routed: `router_settings`, behind them the same keys of `litellm_settings`, then the environment. */
export function routingOf({ litellm, router }: Sections, env: Environment, rest?: Rest): RouterSettings {
  const { timeout, streamTimeout } = router
  const settings = routerSettingsOf({ ...litellm, ...router, timeout, streamTimeout }, env)
  if (!rest) return settings
  return {
    ...settings,
    cooldown: { ...settings.cooldown, likeLiteLLM: changedAnswersOf(rest.compat).cooldowns === 'litellm' },
    timeouts: { ...settings.timeouts, defaultTimeoutMs: rest.upstreamTimeoutMs },
  }
}

/** The same with the settings of the database on top. `problem`: some of those are wrong, and are left out. */
export function storedRoutingOf(
  config: Rest & Pick<ResolvedOptions, 'settings'>,
  stored: StoredSections,
  env: Environment,
) {
  const { lines, ...sections } = withStored(config.settings, stored)
  return {
    settings: routingOf(sections, env, config),
    litellm: sections.litellm,
    ...(lines.length > 0 && { problem: problems('Invalid settings in the database:', lines) }),
  }
}
