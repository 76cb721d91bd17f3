import type { ChargeSettings } from '../cost/charge-settings.ts'
import type { LiteLLMConfig } from './litellm-config.ts'
import type { CheckedOptions } from './options-schema.ts'

/** How calls are charged: LiteLLM's discounts and margins, and what is to be done about unknown prices. */
export function chargeSettings(
  { unpricedModels, statedCosts }: Pick<CheckedOptions, 'unpricedModels' | 'statedCosts'>,
  { cost_discount_config: discounts, cost_margin_config: margins }: LiteLLMConfig['litellm_settings'],
): ChargeSettings {
  return { unpricedModels, believeStated: statedCosts === 'charge', discounts, margins }
}
