import type { ChargeSettings } from '../cost/charge-settings.ts'
import type { CheckedOptions } from './options-schema.ts'
import type { LitellmSettings } from './settings/read-settings.ts'

/** How calls are charged: LiteLLM's discounts and margins, and what is to be done about unknown prices. */
export function chargeSettings(
  { unpricedModels, statedCosts }: Pick<CheckedOptions, 'unpricedModels' | 'statedCosts'>,
  { costDiscountConfig: discounts, costMarginConfig: margins }: LitellmSettings,
): ChargeSettings {
  return { unpricedModels, believeStated: statedCosts === 'charge', discounts, margins }
}
