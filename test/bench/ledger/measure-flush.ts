import type { Plan } from '../plan.ts'
import type { Child } from '../process/child.ts'
import { type Spread, spreadOf } from '../statistics.ts'

/** Milliseconds by which the event loop was late while 5,000 waiting calls were written. */
export interface FlushResult {
  readonly batchSize: number
  readonly p99: Spread
  readonly max: Spread
}

const ROWS = 5_000

export async function measureFlush(writer: Child, { rounds }: Plan): Promise<FlushResult[]> {
  const results: FlushResult[] = []
  for (const batchSize of [100, 1_000]) {
    const delays: { p99: number; max: number }[] = []
    for (let round = 0; round < rounds; round++) {
      delays.push(await writer.ask('flushDelay', { rows: ROWS, batchSize }))
    }
    const p99 = spreadOf(delays.map((delay) => delay.p99))
    results.push({ batchSize, p99, max: spreadOf(delays.map((delay) => delay.max)) })
  }
  return results
}
