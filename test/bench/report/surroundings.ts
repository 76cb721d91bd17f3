import { cpus, loadavg } from 'node:os'
import { versionOf } from '../http/peers.ts'

/** What a run ran on. */
export interface RunSurroundings {
  readonly date: string
  readonly node: string
  readonly database: string
  readonly cores: number
  readonly processor: string
  /** Of the last minute, when the run began: what others were doing. */
  readonly load: number
  readonly versions: Readonly<Record<string, string>>
}

const PACKAGES = [
  ...['express', 'undici', 'http-proxy-middleware', 'postgres'],
  ...['fastify', '@fastify/http-proxy', '@portkey-ai/gateway'],
]

const load = loadavg()[0]!

export function surroundingsOf(database: string): RunSurroundings {
  const versions = PACKAGES.map((name) => [name, versionOf(name)]).filter(([, version]) => version)
  return {
    date: new Date().toISOString().slice(0, 10),
    node: process.version,
    database,
    cores: cpus().length,
    processor: cpus()[0]?.model.trim() ?? '',
    load,
    versions: Object.fromEntries(versions),
  }
}
