import type { ResolvedOptions } from '../config/options.ts'
import { passThroughEndpointsOf } from '../upstream/relay/pass-through.ts'
import { clientSettingsOf } from './client-settings-of.ts'
import { limitStoreOf, reserveOf } from './limits-of.ts'

/**
 * Reads what the schema of the options leaves to the parts that use it.
 * Throws the ConfigError that building a gateway of `config` would throw, before anything is opened for it.
 * `hasDatabase`: whether there will be one, also where `config` does not say so yet.
 */
export function checkConfig(config: ResolvedOptions, hasDatabase: boolean): void {
  passThroughEndpointsOf(config.settings.general.passThroughEndpoints)
  clientSettingsOf(config)
  limitStoreOf(config, hasDatabase)
  reserveOf(config, hasDatabase)
}
