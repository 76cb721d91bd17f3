import type { CostSettings } from './price-call.ts'

/** How calls are charged, beyond the prices themselves. */
export interface ChargeSettings extends CostSettings {
  /**
   * Calls whose price nobody knows. `allow`: they are made, and their row says that the cost is not known. `flag`: that
   * is told as `call:unpriced` as well. `block`: they are refused before they are made.
   */
  readonly unpricedModels: 'allow' | 'flag' | 'block'
}
