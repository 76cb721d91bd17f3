import { problems } from '../lib/config-error.ts'
import { type DatabaseAddress, readDatabaseUrl } from './database-url.ts'
import type { LoadedConfig } from './load-config.ts'
import type { CheckedOptions } from './options-schema.ts'
import type { DatabaseSettings } from './resolved-options.ts'

/** What the user said, before defaults, under the names of the options in code. */
export type Said = Readonly<Record<string, unknown>>

/** The database's address, from the first place that names one. `undefined` without one, and when `enabled` is `false`. */
export function searchDatabaseUrl(given: Said, config: LoadedConfig): DatabaseAddress | undefined {
  const { litellmDb, env } = config
  const { general } = config.settings
  if ((given.enabled ?? litellmDb.enabled) === false) return undefined
  const places: [source: string, url: unknown][] = [
    ['`databaseUrl`', given.databaseUrl],
    ['`litellm_db.database_url`', litellmDb.databaseUrl],
    ['`general_settings.database_url`', general.databaseUrl],
    ['The environment variable LITELLM_DATABASE_URL', env.LITELLM_DATABASE_URL],
    ['The environment variable DATABASE_URL', env.DATABASE_URL],
  ]
  const [source, url] = places.find(([, value]) => Boolean(value)) ?? []
  if (source === undefined) return undefined
  const address = readDatabaseUrl(String(url), source)
  return general.databaseDisablePreparedStatements ? { ...address, prepare: false } : address
}

/** Throws when a database is wanted and none is known. */
export function resolveDatabase(
  all: CheckedOptions,
  address: DatabaseAddress | undefined,
  said: Said,
): DatabaseSettings {
  const enabled = all.enabled ?? address !== undefined
  const wanted = enabled || (all.isRequired && all.enabled === undefined)
  if (wanted && !address) throw problems('Invalid options:', [NO_URL])
  return {
    enabled,
    isRequired: all.isRequired,
    ...(address ? { url: address.url } : {}),
    ...(address?.searchPath ? { searchPath: address.searchPath } : {}),
    prepare: address?.prepare ?? true,
    maxConns: all.maxConns,
    minConns: minConnsOf(all, said),
    healthCheckIntervalMs: all.healthCheckInterval,
    connectTimeoutMs: all.connectTimeout,
  }
}

const NO_URL =
  'the database is wanted (`enabled` or `isRequired`), and nothing says where it is: set `databaseUrl`, ' +
  '`litellm_db.database_url`, LITELLM_DATABASE_URL or DATABASE_URL.'

/** The default gives way to a small pool; a number that somebody wrote does not. */
function minConnsOf({ minConns, maxConns }: CheckedOptions, said: Said): number {
  if (minConns <= maxConns) return minConns
  if (said.minConns === undefined) return maxConns
  throw problems('Invalid options:', [
    `\`minConns\` (\`litellm_db.min_conns\`) must be at most \`maxConns\`, got ${minConns} and ${maxConns}.`,
  ])
}
