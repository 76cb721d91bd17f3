/** How long everything takes. Seconds are per slice, one contender at a time. */
export interface Plan {
  readonly name: string
  readonly rounds: number
  /** What each contender answers before anything counts: V8 compiles what is called often, and takes its time. */
  readonly warmUpRequests: number
  /** The slowest contender is given no longer than this for it. */
  readonly warmUpSeconds: number
  /** Before each slice, not counted: a process that has had nothing to do for a while has given memory back. */
  readonly leadSeconds: number
  readonly sliceSeconds: number
  readonly connections: readonly number[]
  readonly streamConnections: readonly number[]
  readonly slowStreams: number
  readonly slowSeconds: number
  readonly growthSeconds: number
  readonly profileSeconds: number
  readonly ledgerRows: number
  readonly naiveRows: number
  readonly keys: number
  readonly lookups: number
}

/** Less than nine minutes on two cores. */
export const FULL: Plan = {
  name: 'full',
  rounds: 5,
  warmUpRequests: 20_000,
  warmUpSeconds: 9,
  leadSeconds: 0.25,
  sliceSeconds: 0.4,
  connections: [1, 16, 64, 256],
  streamConnections: [1, 64],
  slowStreams: 1_000,
  slowSeconds: 3,
  growthSeconds: 12,
  profileSeconds: 5,
  ledgerRows: 8_000,
  naiveRows: 400,
  keys: 100_000,
  lookups: 3_000,
}

/** Less than 90 seconds: whether everything runs, and the rough picture. */
export const QUICK: Plan = {
  name: 'quick',
  rounds: 1,
  warmUpRequests: 2_000,
  warmUpSeconds: 0.5,
  leadSeconds: 0.1,
  sliceSeconds: 0.4,
  connections: [1, 64],
  streamConnections: [64],
  slowStreams: 300,
  slowSeconds: 1,
  growthSeconds: 3,
  profileSeconds: 2,
  ledgerRows: 10_000,
  naiveRows: 300,
  keys: 20_000,
  lookups: 1_000,
}
