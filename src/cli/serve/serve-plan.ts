import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Closers } from '../../lib/closers.ts'
import type { Json } from '../../types.ts'
import type { ServeArguments } from '../arguments.ts'
import { startDemoUpstream } from '../demo/demo-upstream.ts'
import { homeOf, type LocalDatabase, openLocalDatabase } from '../postgres/local-database.ts'
import { writingTo } from '../postgres/own-directory.ts'
import type { Program, ServeOptions, ServeSettings, Surroundings } from '../postgres/program.ts'
import { keptSecret, newSecret } from './kept-secret.ts'

/** Stands for the URL of a database that is started only if one is wanted. */
const PLACEHOLDER_URL = 'postgres://127.0.0.1/litellm'

/** What a start works with, after everything that was not configured was filled in. */
export interface ServePlan {
  /** As the configuration says at this moment. */
  optionsNow(): ServeOptions
  readonly settings: ServeSettings
  readonly localDatabase?: LocalDatabase
  readonly demoUpstream: boolean
  /** The master key, if it was made here and there is a reason to show it. */
  readonly madeMasterKey?: string
  /** What the operator should know, once it runs. */
  readonly notes: readonly string[]
}

/**
 * Fills in what was not configured: a master key, a database, an upstream. What it starts is added to `closers`.
 * Throws ConfigError.
 */
export async function makePlan(
  args: ServeArguments,
  program: Program,
  around: Surroundings,
  closers: Closers,
): Promise<ServePlan> {
  const { env, cwd } = around
  const settings = settingsOf(args, program, around)
  const madeMasterKey = settings.masterKey === undefined ? await makeMasterKey(cwd) : undefined
  const localDatabase = isDatabaseWanted(args, settings, program, around)
    ? await openLocalDatabase({
        home: await makeHome(cwd),
        migrate: program.migrate,
        onLog: around.warn,
        onStep: ({ done, of, name }) => (around.status ?? around.warn)(`First start, ${done + 1} of ${of}: ${name}`),
        onStart: ({ stop }) => closers.add(stop),
      })
    : undefined
  if (localDatabase) around.status?.('')
  const upstream = isUpstreamWanted(settings) ? await startDemoUpstream() : undefined
  if (upstream) closers.add(() => upstream.stop())
  const made = {
    masterKey: madeMasterKey,
    databaseUrl: localDatabase?.url,
    durability: await durabilityOf(settings, around),
    workers: args.workers,
    // Nothing else answers here that could say it.
    ...(settings.cors === undefined && { corsOrigins: ['*'] }),
  }
  return {
    optionsNow: () => ({ ...made, config: upstream ? demoConfig(upstream.modelList) : args.config }),
    settings,
    localDatabase,
    demoUpstream: upstream !== undefined,
    madeMasterKey: localDatabase && madeMasterKey,
    notes: [
      madeMasterKey && !localDatabase && `No master key is configured: one is in ${join(homeOf(cwd), 'master-key')}`,
      upstream !== undefined && !localDatabase && DEMO_NOTE,
    ].filter((note) => typeof note === 'string'),
  }

  /** Models that have been written since then stand in place of the demo's. */
  function demoConfig(modelList: readonly unknown[]): Json {
    const { model_list: written = [], ...config } = program.readConfig(args.config, env, cwd)
    return { ...config, model_list: Array.isArray(written) && written.length === 0 ? modelList : written }
  }
}

/** What the operator has said. Throws ConfigError. */
export function settingsOf(args: ServeArguments, program: Program, { env, cwd }: Surroundings): ServeSettings {
  const { config, workers, shutdownGrace, shutdownDrainDelay } = args
  return program.resolveOptions({ config, workers, shutdownGrace, shutdownDrainDelay }, env, cwd)
}

const DEMO_NOTE =
  'No model is configured: a demo upstream answers, and its made-up usage is charged to your database. Set OPENAI_API_KEY, or write a model_list'

/** A command may write files where an app's middleware may not. */
async function durabilityOf(
  { durability, journal }: ServeSettings,
  { cwd }: Surroundings,
): Promise<'journal' | undefined> {
  if (durability !== undefined) return undefined
  if (journal.dir.startsWith(homeOf(cwd))) await makeHome(cwd)
  return 'journal'
}

async function makeMasterKey(cwd: string): Promise<string> {
  const file = join(await makeHome(cwd), 'master-key')
  return writingTo(file, () => keptSecret(file, newSecret))
}

/** No URL anywhere, and the database was not switched off. */
function isDatabaseWanted(args: ServeArguments, settings: ServeSettings, program: Program, around: Surroundings) {
  if (settings.database.url !== undefined) return false
  const imagined = { config: args.config, databaseUrl: PLACEHOLDER_URL }
  return program.resolveOptions(imagined, around.env, around.cwd).database.enabled
}

/** Not when the models are kept in the database. */
function isUpstreamWanted({ deployments, rejectedModels, settings }: ServeSettings): boolean {
  return deployments.length + rejectedModels.length === 0 && settings.general.storeModelInDb !== true
}

/** The folder for what `serve` makes by itself. It tells git to leave it alone: keys are in it. */
async function makeHome(cwd: string): Promise<string> {
  const home = homeOf(cwd)
  await writingTo(home, async () => {
    await mkdir(home, { recursive: true })
    // Once: a start on a full disk has no room to write it again.
    await writeFile(join(home, '.gitignore'), '*\n', { flag: 'wx' }).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error
    })
  })
  return home
}
