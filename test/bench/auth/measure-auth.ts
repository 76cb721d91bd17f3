import type { Plan } from '../plan.ts'
import { startChild } from '../process/child.ts'
import { type Spread, spreadOf } from '../statistics.ts'

export interface AuthResult {
  readonly keys: number
  readonly cached: Spread
  readonly uncached: Spread
  readonly hashes: Spread
}

/** Look-ups per second in a table of many keys, in memory and not. */
export async function measureAuth(databaseUrl: string, { keys, lookups, rounds }: Plan): Promise<AuthResult> {
  const child = await startChild('auth/lookups.ts', { argument: { databaseUrl, keys } })
  try {
    await child.ask('seed')
    const [cached, uncached, hashes]: [number[], number[], number[]] = [[], [], []]
    for (let round = 0; round < Math.min(rounds, 3); round++) {
      uncached.push(await child.ask('uncached', lookups))
      cached.push(await child.ask('cached', lookups))
      hashes.push(await child.ask('hash', lookups))
    }
    return { keys, cached: spreadOf(cached), uncached: spreadOf(uncached), hashes: spreadOf(hashes) }
  } finally {
    await child.stop()
  }
}
