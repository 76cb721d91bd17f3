import type { Server } from 'node:http'
import type { Gateway } from '../../../src/index.ts'

export interface Surroundings {
  /** Without a path. */
  readonly upstreamPort: number
  readonly databaseUrl: string
}

export interface Started {
  /** Not listening yet; absent when the contender listens by itself, on `port`. */
  readonly server?: Server
  readonly port?: number
  readonly gateway?: Gateway
  /** When everything is closed. */
  cleanUp?(): Promise<void>
}

export interface Contender {
  readonly name: string
  /** What it stands for, for the legend. */
  readonly what: string
  /** Makes a ledger row of each call. */
  readonly ledger?: boolean
  /** Takes part where many streams are open at once, which takes a while. */
  readonly slowStreams?: boolean
  /** Packages that have to be installed. */
  readonly packages?: readonly string[]
  headers?(surroundings: Surroundings): Record<string, string>
  start(surroundings: Surroundings): Promise<Started>
}
