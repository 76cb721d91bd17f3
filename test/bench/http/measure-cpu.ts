import type { Plan } from '../plan.ts'
import type { CpuProfile } from '../process/cpu-profile.ts'
import type { Stage } from './participants.ts'

export interface CpuResult extends CpuProfile {
  readonly contender: string
  readonly requests: number
}

const PROFILED = ['undici.dispatch pipe', 'ours: everything, serve']

/** Where the CPU of a JSON call goes, at 64 connections. After everything else: profiling leaves traces. */
export async function measureCpu(stage: Stage, plan: Plan): Promise<CpuResult[]> {
  const results: CpuResult[] = []
  for (const participant of stage.participants.filter(({ name }) => PROFILED.includes(name))) {
    const job = { kind: 'json', connections: 64 } as const
    await stage.run(participant, { ...job, seconds: plan.leadSeconds })
    await participant.child!.ask('profileStart')
    const { requests } = await stage.run(participant, { ...job, seconds: plan.profileSeconds })
    results.push({ contender: participant.name, requests, ...(await participant.child!.ask('profileStop')) })
  }
  return results
}
