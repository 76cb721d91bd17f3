import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { checkConfig } from '../../compose/check-config.ts'
import { createReloadable } from '../../compose/create-gateway.ts'
import { resolveOptions } from '../../config/options.ts'
import { readConfigFile } from '../../config/yaml.ts'
import { litellm } from '../../preset.ts'
import type { Json } from '../../types.ts'
import { migrate } from '../../upkeep/migrate.ts'
import { withDashboard } from '../serve/with-dashboard.ts'
import type { Environment, Program } from './program.ts'

/** The commands' view of this package. */
export const packageProgram: Program = {
  resolveOptions(options, env, cwd) {
    const resolved = resolveOptions(options, env, cwd)
    // `serve` brings a database where none is configured.
    checkConfig(resolved, true)
    return resolved
  },
  readConfig,
  createGateway: createReloadable,
  createMiddleware: (gateway, { dashboard }) => (dashboard ? withDashboard(gateway) : litellm({ gateway })),
  migrate,
}

/** Looks where `resolveOptions` looks. */
function readConfig(given: string | undefined, env: Environment, cwd: string): Json {
  const file = given ?? (env.CONFIG_FILE_PATH || (existsSync(resolve(cwd, 'config.yaml')) ? 'config.yaml' : undefined))
  return file === undefined ? {} : readConfigFile(resolve(cwd, file))
}
