import { type Child, startChild } from '../process/child.ts'
import { CONTENDERS } from './contenders.ts'
import type { LoadJob, LoadResult } from './load.ts'
import type { LoadRequest } from './load-request.ts'
import { isInstalled } from './peers.ts'
import type { Contender, Surroundings } from './started.ts'

/** A contender in its process, and how much it was sent so far. */
export interface Participant {
  readonly name: string
  readonly contender?: Contender
  /** None for the upstream itself, whose CPU is nobody's business. */
  readonly child?: Child
  readonly target: Pick<LoadRequest, 'port' | 'secret' | 'headers'>
  answered: number
}

export const DIRECT = 'direct'

export interface Stage {
  readonly participants: readonly Participant[]
  readonly missing: readonly string[]
  run(participant: Participant, job: Omit<LoadJob, 'port' | 'secret' | 'headers'>): Promise<LoadResult>
  readonly load: Child
  readonly upstream: Child
  stop(): Promise<void>
}

/** Starts the upstream, the load generator and all contenders, those in `only` where it is given. */
export async function startStage(databaseUrl: string, secret: string, only: readonly string[]): Promise<Stage> {
  const upstream = await startChild('http/upstream.ts')
  const load = await startChild('http/load.ts')
  const surroundings: Surroundings = { upstreamPort: upstream.ready.port, databaseUrl }
  const wanted = CONTENDERS.filter(({ name }) => only.length === 0 || only.some((part) => name.includes(part)))
  const [present, missing] = [wanted.filter(isPresent), wanted.filter((contender) => !isPresent(contender))]
  const participants: Participant[] = [{ name: DIRECT, target: { port: upstream.ready.port, secret }, answered: 0 }]
  for (const contender of present) {
    const { name } = contender
    const silent = contender.packages !== undefined
    const child = await startChild('http/contender.ts', { argument: { name, ...surroundings }, silent })
    const target = { port: child.ready.port, secret, headers: contender.headers?.(surroundings) }
    participants.push({ name, contender, child, target, answered: 0 })
  }
  return {
    participants,
    missing: missing.map(({ name }) => name),
    load,
    upstream,
    async run(participant, job) {
      const result: LoadResult = await load.ask('run', { ...participant.target, ...job })
      participant.answered += result.requests
      return result
    },
    async stop() {
      await Promise.all([load, ...participants.flatMap(({ child }) => child ?? [])].map((child) => child.stop()))
      await upstream.stop()
    },
  }
}

function isPresent({ packages = [] }: Contender): boolean {
  return packages.every(isInstalled)
}
