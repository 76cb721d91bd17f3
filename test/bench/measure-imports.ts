import { execFile } from 'node:child_process'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { isInstalled, peers } from './http/peers.ts'
import { type Spread, spreadOf } from './statistics.ts'

export interface ImportResult {
  readonly name: string
  /** Milliseconds, in a process that does nothing else. */
  readonly ms: Spread
}

const run = promisify(execFile)
const ROOT = fileURLToPath(new URL('../../', import.meta.url))

/** How long the import of a package takes. Ours is built first: users do not import its sources. */
export async function measureImports(rounds: number): Promise<ImportResult[]> {
  await run(process.execPath, [peers.resolve('typescript/bin/tsc'), '-p', 'src', '--noCheck'], { cwd: ROOT })
  const modules = new Map([['express-litellm', new URL('../../dist/index.js', import.meta.url).href]])
  for (const name of ['express', 'http-proxy-middleware', 'undici', 'fastify']) {
    if (isInstalled(name)) modules.set(name, pathToFileURL(peers.resolve(name)).href)
  }
  const times = new Map([...modules.keys()].map((name) => [name, [] as number[]]))
  for (let round = 0; round < rounds; round++) {
    for (const [name, url] of modules) {
      const code = `const at = performance.now(); await import('${url}'); console.log(performance.now() - at)`
      const { stdout } = await run(process.execPath, ['--input-type=module', '-e', code])
      times.get(name)!.push(Number(stdout))
    }
  }
  return [...times].map(([name, ms]) => ({ name, ms: spreadOf(ms) }))
}
