import type { CheckSettings } from '../admission/facts/check.ts'
import { callbackNames, isModulePath, wantsMetrics } from '../config/callbacks.ts'
import { rejectionText } from '../config/models/deployments.ts'
import type { ReloadReport, ResolvedOptions } from '../config/options.ts'
import { routerShape } from '../config/settings/router.ts'
import { snakeCase } from '../lib/name-case.ts'
import type { ChargeSettings } from '../pricing/cost/price-call.ts'
import { AS_GIVEN, checkSettingsOf } from './check-settings-of.ts'

/**
 * The settings that a reload replaces. Rooms keep these objects and look at them at each call, so that a new
 * configuration acts on the next call, and calls under way go on with the deployment that they have.
 */
export interface LiveSettings {
  readonly checks: CheckSettings
  readonly pricing: ChargeSettings
  configure(config: ResolvedOptions): void
}

export function liveSettingsOf(config: ResolvedOptions): LiveSettings {
  const checks = allChecksOf(config)
  const pricing = madePricing(config)
  return {
    checks,
    pricing,
    configure(next) {
      become(checks, allChecksOf(next))
      become(pricing, madePricing(next))
    },
  }
}

function allChecksOf(config: ResolvedOptions): CheckSettings {
  const { general, litellm } = config.settings
  return {
    ...checkSettingsOf(general, litellm),
    compat: config.compat,
    timeZone: config.timeZone,
    blockedEndUsers: config.blockedEndUsers,
    blockUnpriced: config.pricing.unpricedModels === 'block',
  }
}

/** Where nothing is refused, a call without a price is made, and told. */
function madePricing({ mode, pricing }: ResolvedOptions): ChargeSettings {
  return mode === 'report' && pricing.unpricedModels === 'block'
    ? { ...pricing, unpricedModels: 'flag' }
    : { ...pricing }
}

function become<T extends object>(live: T, next: T): void {
  for (const name of Object.keys(live)) if (!Object.hasOwn(next, name)) Reflect.deleteProperty(live, name)
  Object.assign(live, next)
}

/** What a reload acts on, by section. */
const RELOADED: Readonly<Record<string, ReadonlySet<string>>> = {
  general_settings: new Set([
    ...AS_GIVEN.map(snakeCase),
    'service_account_settings',
    'disable_batch_input_file_rate_limiting',
    'fail_closed_budget_enforcement',
    'strict_config',
  ]),
  litellm_settings: new Set([
    ...Object.keys(routerShape),
    ...['model_cost_map_url', 'block_requests_for_models_without_pricing', 'cost_discount_config'],
    ...['cost_margin_config', 'max_budget', 'budget_duration', 'budget_exceeded_status_code', 'rpm', 'tpm'],
    ...['budget_exceeded_throttle_percentage', 'max_internal_user_budget', 'internal_user_budget_duration'],
    ...['default_key_generate_params', 'upperbound_key_generate_params', 'default_internal_user_params'],
    ...['default_team_params', 'key_generation_settings', 'blocked_user_list', 'model_access_denied_message'],
    ...['callbacks', 'success_callback', 'failure_callback', 'langfuse_default_tags'],
  ]),
  router_settings: new Set(Object.keys(routerShape)),
}

/** What a reload found. Settings that differ and need a restart are named, without their values. */
export function reloadReportOf(before: ResolvedOptions, now: ResolvedOptions): ReloadReport {
  return {
    models: now.deployments.length,
    rejectedModels: now.rejectedModels.map(rejectionText),
    warnings: [
      ...now.warnings,
      ...(now.ignored.length > 0 ? [`Not acted on in the configuration: ${now.ignored.join(', ')}`] : []),
    ],
    needsRestart: [
      ...changedSettings(before, now),
      ...(wantsMetrics(before.settings.litellm) === wantsMetrics(now.settings.litellm)
        ? []
        : ['litellm_settings.callbacks: prometheus']),
      // What they are told is taken at once, what they decide is not.
      ...(hookFiles(before) === hookFiles(now) ? [] : ['litellm_settings.callbacks: hooks of files']),
    ],
  }
}

function hookFiles({ settings: { litellm } }: ResolvedOptions): string {
  return [...callbackNames(litellm).keys()].filter(isModulePath).join()
}

function changedSettings(before: ResolvedOptions, now: ResolvedOptions): readonly string[] {
  return Object.entries(now.settings.written).flatMap(([section, written]) => {
    const [old, next] = [before.settings.written[section as keyof typeof now.settings.written], written].map(
      (value) => (value ?? {}) as Readonly<Record<string, unknown>>,
    ) as [Record<string, unknown>, Record<string, unknown>]
    return [...new Set([...Object.keys(old), ...Object.keys(next)])]
      .filter((name) => !RELOADED[section]?.has(name))
      .filter((name) => JSON.stringify(old[name]) !== JSON.stringify(next[name]))
      .map((name) => `${section}.${name}`)
  })
}
