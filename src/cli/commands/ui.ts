import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { delimiter, join, resolve } from 'node:path'
import { parseArgs, promisify } from 'node:util'
import { ConfigError } from '../../errors.ts'
import type { Program, Surroundings } from '../postgres/program.ts'

export interface UiArguments {
  readonly action: 'install'
  /** A Python, the folder of its package litellm, or a build of the dashboard. Absent: it is searched for. */
  readonly from?: string
  readonly to: string
}

/** `ui install` with its flags. Throws ConfigError. */
export function readUi(args: string[]): ({ readonly name: 'ui' } & UiArguments) | { readonly name: 'help' } {
  const [action, ...flags] = args
  if (args.includes('--help') || args.includes('-h')) return { name: 'help' }
  if (action !== 'install') throw new ConfigError('ui can install. See `express-litellm help`.')
  const options = { from: { type: 'string' }, to: { type: 'string' } } as const
  try {
    const { from, to = '.express-litellm/ui' } = parseArgs({ args: flags, options, strict: true }).values
    return { name: 'ui', action, from, to }
  } catch (cause) {
    throw new ConfigError('ui install takes --from and --to. See `express-litellm help`.', { cause })
  }
}

/** Where the build is in the Python package. */
const BUILD = join('proxy', '_experimental', 'out')
const LOGOS = ['logo.png', 'logo_dark.png', 'logo_monogram.png', 'logo_monogram_dark.png']
const WHERE = 'import importlib.util; print(importlib.util.find_spec("litellm").submodule_search_locations[0])'
/** Hidden, so it is not served. */
const MARK = '.litellm-ui-copy'
const PYTHON_MS = 30_000

/** Copies LiteLLM's dashboard out of the Python package that is installed here. Nothing is downloaded. */
export async function ui(args: UiArguments, _program: Program, around: Surroundings): Promise<void> {
  const { env, cwd, print } = around
  const build = await findBuild(args.from && resolve(cwd, args.from), env)
  const target = resolve(cwd, args.to)
  // What is replaced must be a copy that this command has made.
  if (existsSync(target) && !existsSync(join(target, MARK))) {
    throw new ConfigError(`${target} exists and was not made by this command: name another folder with --to.`)
  }
  await rm(target, { recursive: true, force: true })
  await mkdir(target, { recursive: true })
  await cp(build, target, { recursive: true })
  const logos = LOGOS.filter((name) => existsSync(join(build, '..', '..', name)))
  for (const name of logos) await cp(join(build, '..', '..', name), join(target, 'logos', name))
  await writeFile(join(target, MARK), `${build}\n`)
  print(`LiteLLM's dashboard was copied from ${build} to ${target}`)
  print(`Serve it under /ui with LITELLM_UI_DIR=${args.to}, or \`general_settings.ui_dir: ${args.to}\``)
}

async function findBuild(from: string | undefined, env: Surroundings['env']): Promise<string> {
  if (from !== undefined && existsSync(join(from, 'index.html'))) return from
  if (from !== undefined && existsSync(join(from, BUILD))) return join(from, BUILD)
  const pythons = from === undefined ? await pythonsIn(env) : [from]
  const packages = []
  for (const python of pythons) {
    const found = await packageOf(python)
    if (found !== undefined) packages.push(found)
  }
  const whole = packages.map((folder) => join(folder, BUILD)).find((folder) => existsSync(join(folder, 'index.html')))
  if (whole) return whole
  if (packages.length > 0) {
    throw new ConfigError(
      `The Python package in ${packages[0]} has no dashboard: \`pip install 'litellm[proxy]'\` brings it.`,
    )
  }
  const asked = pythons.length > 0 ? `Asked: ${pythons.join(', ')}. ` : ''
  throw new ConfigError(
    `The Python package litellm was not found. ${asked}Install it with \`pip install 'litellm[proxy]'\`, or name its Python or its folder with --from.`,
  )
}

/** Those that may have it: of the active environment, of the command \`litellm\`, of the system. */
async function pythonsIn({ VIRTUAL_ENV, PATH = '' }: Surroundings['env']): Promise<readonly string[]> {
  const onPath = (name: string) =>
    PATH.split(delimiter)
      .map((folder) => join(folder, name))
      .find((file) => existsSync(file))
  const command = onPath('litellm')
  const [, interpreter] = /^#!\s*(\S+)/.exec(command ? await readFile(command, 'utf8').catch(() => '') : '') ?? []
  const candidates = [
    VIRTUAL_ENV && join(VIRTUAL_ENV, 'bin', 'python'),
    interpreter?.includes('python') && interpreter,
    onPath('python3'),
    onPath('python'),
  ]
  return [
    ...new Set(candidates.filter((path) => typeof path === 'string' && path !== '' && existsSync(path))),
  ] as string[]
}

/** The folder of the package litellm. The package itself is not run. */
async function packageOf(python: string): Promise<string | undefined> {
  try {
    const { stdout } = await promisify(execFile)(python, ['-c', WHERE], { timeout: PYTHON_MS })
    return stdout.trim() || undefined
  } catch {
    return undefined
  }
}
