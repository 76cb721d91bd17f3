import type { Plan } from '../plan.ts'
import type { Stage } from './participants.ts'

export interface GrowthResult {
  readonly contender: string
  readonly requests: number
  /** Bytes that JavaScript keeps, after each part of the run. */
  readonly kept: readonly number[]
  readonly rss: readonly number[]
}

const PARTS = 4

/** Whether memory grows with the number of calls: a long run in parts, everything written after each. */
export async function measureGrowth(stage: Stage, plan: Plan): Promise<GrowthResult[]> {
  const results: GrowthResult[] = []
  for (const participant of stage.participants.filter(({ name }) => name === 'ours: everything, serve')) {
    const kept: number[] = []
    const rss: number[] = []
    let requests = 0
    for (let part = 0; part < PARTS; part++) {
      const job = { connections: 64, seconds: plan.growthSeconds / PARTS / 2 }
      requests += (await stage.run(participant, { ...job, kind: 'json' })).requests
      requests += (await stage.run(participant, { ...job, kind: 'fast' })).requests
      await participant.child!.ask('flush')
      const memory = await participant.child!.ask('memory')
      kept.push(memory.kept)
      rss.push(memory.rss)
    }
    results.push({ contender: participant.name, requests, kept, rss })
  }
  return results
}
