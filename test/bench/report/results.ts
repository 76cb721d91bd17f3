import type { AuthResult } from '../auth/measure-auth.ts'
import type { LedgerCheck } from '../http/check-ledger.ts'
import type { CpuResult } from '../http/measure-cpu.ts'
import type { GrowthResult } from '../http/measure-growth.ts'
import type { MachineResult } from '../http/measure-machine.ts'
import type { SlowStreamsResult } from '../http/measure-slow-streams.ts'
import type { ThroughputResult } from '../http/measure-throughput.ts'
import type { LedgerResult } from '../ledger/measure-ledger.ts'
import type { ImportResult } from '../measure-imports.ts'
import type { RunSurroundings } from './surroundings.ts'

/** Everything that one run has measured. */
export interface Results {
  readonly plan: string
  readonly surroundings: RunSurroundings
  /** Contenders that were not installed. */
  readonly missing: readonly string[]
  /** From the start of the process to the open port, sources included. */
  readonly startMs: readonly { name: string; ms: number }[]
  readonly throughput: readonly ThroughputResult[]
  /** What contenders could not do. */
  readonly failures: readonly string[]
  readonly check: LedgerCheck
  readonly slowStreams: readonly SlowStreamsResult[]
  readonly growth: readonly GrowthResult[]
  readonly machine: readonly MachineResult[]
  /** Where the CPU of a JSON call goes. */
  readonly cpu: readonly CpuResult[]
  readonly ledger?: LedgerResult
  readonly auth?: AuthResult
  readonly imports?: readonly ImportResult[]
  readonly seconds: number
}
