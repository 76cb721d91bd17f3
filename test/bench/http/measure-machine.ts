import type { Sql } from 'postgres'
import { backendCpu } from '../ledger/backend-cpu.ts'
import type { Plan } from '../plan.ts'
import { cpuSeconds } from '../process/cpu-seconds.ts'
import { type Spread, spreadOf } from '../statistics.ts'
import type { Participant, Stage } from './participants.ts'

/** Microseconds of CPU per JSON call at 64 connections, of everybody who has a part in it. */
export interface MachineResult {
  readonly contender: string
  readonly own: Spread
  /** NaN where the server runs elsewhere. */
  readonly postgres: Spread
  readonly loadAndUpstream: Spread
}

type Slice = Record<Exclude<keyof MachineResult, 'contender'>, number>

const MEASURED = ['undici.dispatch pipe', 'express + http-proxy-middleware', 'ours: everything, serve']
const SECONDS = 1.5

/** Whose CPU the machine spends: what it can do per second is what all of them leave it. */
export async function measureMachine(stage: Stage, sql: Sql, { rounds, leadSeconds }: Plan): Promise<MachineResult[]> {
  const measured = stage.participants.filter(({ name }) => MEASURED.includes(name))
  const slices = new Map<Participant, Slice[]>(measured.map((participant) => [participant, []]))
  const job = { kind: 'json', connections: 64 } as const
  for (let round = 0; round < rounds; round++) {
    for (const [participant, done] of slices) {
      await stage.run(participant, { ...job, seconds: leadSeconds })
      const before = await used(participant)
      const { requests } = await stage.run(participant, { ...job, seconds: SECONDS })
      const after = await used(participant)
      const per = (name: keyof Slice) => ((after[name] - before[name]) * 1e6) / requests
      done.push({ own: per('own'), postgres: per('postgres'), loadAndUpstream: per('loadAndUpstream') })
    }
  }
  return [...slices].map(([{ name }, done]) => ({
    contender: name,
    own: spreadOf(done.map(({ own }) => own)),
    postgres: spreadOf(done.map(({ postgres }) => postgres)),
    loadAndUpstream: spreadOf(done.map(({ loadAndUpstream }) => loadAndUpstream)),
  }))

  async function used({ child }: Participant): Promise<Slice> {
    return {
      own: await cpuSeconds(child!.pid),
      postgres: await backendCpu(sql),
      loadAndUpstream: (await cpuSeconds(stage.load.pid)) + (await cpuSeconds(stage.upstream.pid)),
    }
  }
}
