import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import type { Sql } from 'postgres'
import type { TimeZone } from '../../admission/facts/time-zone.ts'
import type { RejectedModel } from '../../config/models/deployments.ts'
import type { StoredConfig } from '../../config/settings/stored-settings.ts'
import type { PoolOptions } from '../../database/connections.ts'
import type { Gateway } from '../../gateway.ts'
import type { MetricValues } from '../../signals/metrics/merge-metrics.ts'
import type { Deployment, Json } from '../../types.ts'

export type Environment = Readonly<Record<string, string | undefined>>

/** What the command sets by itself; all else comes from the config and the environment. */
export interface ServeOptions {
  readonly config?: string | Json
  readonly masterKey?: string
  readonly databaseUrl?: string
  readonly durability?: 'memory' | 'journal' | 'sync'
  readonly workers?: number
  readonly corsOrigins?: string[]
  /** Milliseconds. */
  readonly shutdownGrace?: number
  readonly shutdownDrainDelay?: number
}

/** What the command must know of the resolved options. */
export interface ServeSettings {
  readonly masterKey?: string
  readonly database: DatabaseSettings
  readonly durability?: 'memory' | 'journal' | 'sync'
  readonly workers: number
  readonly journal: { readonly dir: string }
  readonly spend: { readonly rows: boolean; readonly url?: string; readonly disabled: boolean }
  readonly deployments: readonly Deployment[]
  readonly settings: {
    readonly general: { readonly storeModelInDb?: boolean }
    readonly litellm?: { readonly jsonLogs?: boolean; readonly setVerbose?: boolean }
  }
  readonly cors?: { readonly origins: readonly string[] }
  /** Whether answered calls have a log line. */
  readonly accessLog: boolean
  readonly headersTimeoutMs: number
  readonly bodyTimeoutMs: number
  readonly shutdown: { readonly graceMs: number; readonly drainDelayMs: number }
  readonly timeZone?: TimeZone
  readonly rejectedModels: readonly RejectedModel[]
}

export interface DatabaseSettings extends Pick<PoolOptions, 'searchPath' | 'prepare' | 'connectTimeoutMs'> {
  readonly enabled: boolean
  readonly isRequired: boolean
  readonly url?: string
}

type Next = (error?: unknown) => void

/** `managedBy`: LiteLLM made these tables, so they were left as they are. `applied`: what was done now; `missing`: what was not. */
export interface MigrationResult {
  readonly managedBy: 'litellm' | 'express-litellm'
  readonly applied: readonly string[]
  readonly missing: readonly string[]
}

export interface MigrationSteps {
  readonly signal?: AbortSignal
  onStep?(step: { readonly done: number; readonly of: number; readonly name: string }): void
}

export interface ServedMiddleware {
  (req: IncomingMessage, res: ServerResponse, next: Next): unknown
  /** Takes WebSocket sessions. */
  upgrade?(req: IncomingMessage, socket: Duplex, head: Buffer): void
  /** The methods by which it answers a path. */
  methodsOf?(path: string): readonly string[]
}

/** The parts of the package that the commands put to work. */
export interface Program {
  /** Throws ConfigError. */
  resolveOptions(options: ServeOptions, env: Environment, cwd: string): ServeSettings
  /** The raw config that a start in `cwd` would read, or `{}`. */
  readConfig(given: string | undefined, env: Environment, cwd: string): Json
  /** `optionsNow` is asked at the start, and at each reload. */
  /** `stored`: what the database has of the configuration. */
  createGateway(optionsNow: () => ServeOptions, stored?: StoredConfig): Gateway
  createMiddleware(gateway: Gateway, parts: { readonly dashboard: boolean }): ServedMiddleware
  migrate(sql: Sql, steps?: MigrationSteps): Promise<MigrationResult>
}

/** A worker as the process sees it that has started it. */
export interface WorkerProcess {
  readonly pid: number | undefined
  /** Resolves when it serves. Never, if it ends before. */
  readonly ready: Promise<void>
  /** Resolves with its exit code, 1 if it was killed. */
  readonly ended: Promise<number>
  /** Asks it to stop; a second time: at once. */
  stop(): void
  /** Asks it to read its configuration again. */
  reload(): void
}

/** A worker as it sees itself. */
export interface WorkerRole {
  /** It speaks for all: the others print no welcome. */
  readonly isFirst: boolean
  /** Tells who has started it that it serves. */
  ready(): void
  /** Asks the other workers to read their configuration again. */
  reloadOthers(): void
  /** Gives its own metrics to the other workers, and returns how to get theirs. */
  joinMetrics(own: () => Promise<readonly MetricValues[]>): () => Promise<readonly (readonly MetricValues[])[]>
}

/** The process around a command. */
export interface Surroundings {
  readonly env: Environment
  readonly cwd: string
  print(line: string): void
  warn(line: string): void
  /** Shows a text in the last line of a terminal, in the place of the one before; not there without a terminal. */
  status?(text: string): void
  /** Calls `listener` whenever the process is asked to read its configuration again. Not there on a terminal. */
  onReload?(listener: () => void): void
  /** Starts another process of this command, as a worker that serves the same port. Not there in a worker. */
  startWorker?(isFirst: boolean): WorkerProcess
  /** That this process is such a worker. */
  readonly worker?: WorkerRole
  /** Resolves when the process is asked to stop. */
  readonly stopRequested: Promise<void>
  /** Resolves when it is asked a second time. Without it, or unasked, the second time is no request. */
  stopAgain?(): Promise<void>
}
