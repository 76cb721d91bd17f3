import { type Profiler, Session } from 'node:inspector/promises'
import { groupOf } from './profile-groups.ts'

/** Where the CPU of this process went. */
export interface CpuProfile {
  /** Microseconds of CPU of the JavaScript thread, by what it was doing; waiting left out. */
  readonly groups: Readonly<Record<string, number>>
  /** Microseconds of CPU of all other threads: V8's collector and compiler. */
  readonly threads: number
}

const INTERVAL_US = 250
const session = new Session()
let began = cpu()

function cpu() {
  return { all: process.cpuUsage(), main: process.threadCpuUsage() }
}

/** Commands by which a process says where its CPU goes. */
export const cpuProfile = {
  async profileStart(): Promise<void> {
    session.connect()
    await session.post('Profiler.enable')
    await session.post('Profiler.setSamplingInterval', { interval: INTERVAL_US })
    await session.post('Profiler.start')
    began = cpu()
  },

  async profileStop(): Promise<CpuProfile> {
    const ended = cpu()
    const { profile } = await session.post('Profiler.stop')
    session.disconnect()
    const main = sum(ended.main) - sum(began.main)
    return { groups: scaled(samplesOf(profile), main), threads: sum(ended.all) - sum(began.all) - main }
  },
}

function samplesOf({ nodes, samples = [] }: Profiler.Profile): Map<string, number> {
  const groups = new Map(nodes.map(({ id, callFrame }) => [id, groupOf(callFrame)]))
  const counts = new Map<string, number>()
  for (const sample of samples) {
    const group = groups.get(sample)
    if (group !== undefined) counts.set(group, (counts.get(group) ?? 0) + 1)
  }
  return counts
}

/** Samples are taken by the clock, so they say shares: the microseconds are the thread's own. */
function scaled(counts: ReadonlyMap<string, number>, microseconds: number): Record<string, number> {
  const all = [...counts.values()].reduce((total, count) => total + count, 0)
  return Object.fromEntries([...counts].map(([group, count]) => [group, (count / all) * microseconds]))
}

function sum({ user, system }: NodeJS.CpuUsage): number {
  return user + system
}
