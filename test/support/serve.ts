import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { MASTER_KEY } from './app.ts'
import { cleanups } from './cleanups.ts'

const MAIN = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url))

export interface ServeRun {
  readonly url: string
  readonly pid: number
  /** What it has said so far. */
  readonly said: { readonly out: string; readonly err: string }
  /** The exit code. */
  readonly ended: Promise<number | null>
  signal(name: NodeJS.Signals): void
  chat(body: object, init?: RequestInit): Promise<Response>
}

export interface ServeFolder {
  readonly cwd: string
  /** Starts the command here; resolves when it is ready. */
  serve(args?: readonly string[], env?: Record<string, string>): Promise<ServeRun>
}

/** A folder with a `config.yaml` of the model `m` behind `upstream`, to start the real command in. */
export async function serveFolder(config: {
  readonly upstream: string
  readonly databaseUrl: string
  readonly params?: object
  readonly general?: object
  readonly db?: object
  readonly litellm?: object
}): Promise<ServeFolder> {
  const { upstream: api_base, databaseUrl, params, general, db, litellm } = config
  const cwd = await mkdtemp(join(tmpdir(), 'serve-'))
  await chmod(cwd, 0o755)
  cleanups.push(() => rm(cwd, { recursive: true, force: true }))
  const prices = { input_cost_per_token: 1e-6, output_cost_per_token: 2e-6 }
  const litellm_params = { model: 'openai/gpt-4o-2024-08-06', api_base, api_key: 'sk-provider', ...prices, ...params }
  const content = {
    model_list: [{ model_name: 'm', litellm_params }],
    general_settings: { master_key: MASTER_KEY, database_url: databaseUrl, ...general },
    ...(litellm && { litellm_settings: litellm }),
    litellm_db: { log_flush_interval: '100ms', ...db },
  }
  await writeFile(join(cwd, 'config.yaml'), JSON.stringify(content))
  return { cwd, serve: (args = [], env = {}) => serve(cwd, args, env) }
}

/** Starts the command as `npm start` does, in a folder. Its environment is `env` alone. */
export async function serve(
  cwd: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<ServeRun> {
  const { PATH, HOME, NODE_COMPILE_CACHE } = process.env
  const command = [MAIN, 'serve', '--port', '0', '--host', '127.0.0.1', ...args]
  const child = spawn(process.execPath, command, { cwd, env: { PATH, HOME, NODE_COMPILE_CACHE, ...env } })
  const said = { out: '', err: '' }
  child.stdout.on('data', (chunk) => {
    said.out += chunk
  })
  child.stderr.on('data', (chunk) => {
    said.err += chunk
  })
  const ended = once(child, 'close').then(([code]) => code as number | null)
  cleanups.push(async () => {
    child.kill('SIGKILL')
    await ended
  })
  const ready = new Promise<void>((resolve) => {
    child.stdout.on('data', () => said.out.includes('ready at') && resolve())
  })
  await Promise.race([ready, ended])
  const [, url] = /ready at (\S+)/.exec(said.out) ?? []
  if (!url) throw new Error(`It ended (${child.exitCode ?? child.signalCode}): ${said.out}${said.err}`)
  return {
    url,
    pid: child.pid!,
    said,
    ended,
    signal: (name) => void child.kill(name),
    chat: (body, init) =>
      fetch(`${url}/v1/chat/completions`, {
        method: 'POST',
        headers: { authorization: `Bearer ${MASTER_KEY}`, 'content-type': 'application/json' },
        body: JSON.stringify({ model: 'm', messages: [{ role: 'user', content: 'Say a few words.' }], ...body }),
        ...init,
      }),
  }
}
