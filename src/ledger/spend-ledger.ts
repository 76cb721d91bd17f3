import type { SpendClosing, SpendGauges, SpendSink } from '../types.ts'

/** A sink that says what it holds, and what becomes of it. */
export interface SpendLedger extends SpendSink {
  /** Rejects with a ConfigError when calls cannot be kept as promised. Then they wait in memory, and it goes on trying. */
  ready(): Promise<void>
  gauges(): SpendGauges
  /** Writes for at most `timeoutMs`, then says where the rest is. Idempotent. */
  close(timeoutMs?: number): Promise<SpendClosing>
}
