import type { Plan } from '../plan.ts'
import { type Spread, spreadOf } from '../statistics.ts'
import type { Participant, Stage } from './participants.ts'

/** One kind of request at one number of connections. Times in microseconds. */
export interface Figures {
  readonly perSecond: Spread
  /** Of the contender's process, per request. NaN for the upstream itself. */
  readonly cpu: Spread
  readonly p50: Spread
  readonly p99: Spread
  readonly firstByte: Spread
  readonly chunkP50: Spread
  readonly chunkP99: Spread
}

export interface Scenario {
  readonly kind: 'json' | 'fast' | 'paced'
  readonly connections: number
}

export interface ThroughputResult {
  readonly contender: string
  readonly scenario: Scenario
  readonly figures: Figures
}

type Slice = Record<keyof Figures, number>

export interface Throughput {
  readonly results: readonly ThroughputResult[]
  /** Kinds of requests that a contender could not answer, and what it said. */
  readonly failures: readonly string[]
}

/** Contenders take turns, slice by slice, and the order turns with the rounds: what disturbs one disturbs all. */
export async function measureThroughput(stage: Stage, plan: Plan): Promise<Throughput> {
  const scenarios = scenariosOf(plan)
  const failures = new Map<string, string>()
  const slices = new Map<string, Slice[]>()
  for (const participant of stage.participants) {
    await warmUp(participant)
  }
  for (let round = 0; round < plan.rounds; round++) {
    for (const scenario of scenarios) {
      for (const participant of turned(stage.participants, round)) {
        await attempt(participant, scenario, plan.leadSeconds)
        const measured = await attempt(participant, scenario, plan.sliceSeconds)
        const key = keyOf(participant, scenario)
        if (measured) slices.set(key, [...(slices.get(key) ?? []), measured])
      }
    }
  }
  const results = scenarios.flatMap((scenario) =>
    stage.participants.flatMap((participant) => {
      const measured = slices.get(keyOf(participant, scenario))
      return measured ? [{ contender: participant.name, scenario, figures: figuresOf(measured) }] : []
    }),
  )
  return { results, failures: [...failures.values()] }

  async function warmUp(participant: Participant): Promise<void> {
    const seconds = Math.min(0.5, plan.warmUpSeconds)
    let answered = 0
    for (let spent = 0; answered < plan.warmUpRequests && spent < plan.warmUpSeconds; spent += seconds) {
      const measured = await attempt(participant, { kind: 'json', connections: 64 }, seconds)
      answered += (measured?.perSecond ?? 0) * seconds
    }
    await attempt(participant, { kind: 'fast', connections: 16 }, plan.warmUpSeconds / 6)
  }

  /** Who cannot answer one kind of requests still takes part in the others. */
  async function attempt(participant: Participant, scenario: Scenario, seconds: number): Promise<Slice | undefined> {
    const what = `${participant.name}, ${scenario.kind === 'json' ? 'json' : 'streams'}`
    if (failures.has(what)) return undefined
    try {
      return await slice(stage, participant, scenario, seconds)
    } catch (error) {
      failures.set(what, `${what}: ${(error as Error).message.split('\n', 1)[0]}`)
      return undefined
    }
  }
}

function scenariosOf({ connections, streamConnections }: Plan): Scenario[] {
  return [
    ...connections.map((count) => ({ kind: 'json' as const, connections: count })),
    ...streamConnections.map((count) => ({ kind: 'fast' as const, connections: count })),
    { kind: 'paced', connections: 16 },
  ]
}

async function slice(stage: Stage, participant: Participant, scenario: Scenario, seconds: number): Promise<Slice> {
  const before: number = (await participant.child?.ask('cpu')) ?? Number.NaN
  const result = await stage.run(participant, { ...scenario, seconds })
  const after: number = (await participant.child?.ask('cpu')) ?? Number.NaN
  return {
    perSecond: result.requests / result.seconds,
    cpu: (after - before) / result.requests,
    p50: result.p50,
    p99: result.p99,
    firstByte: result.firstByteP50,
    chunkP50: result.chunkP50,
    chunkP99: result.chunkP99,
  }
}

function turned<T>(items: readonly T[], by: number): readonly T[] {
  const at = by % items.length
  return [...items.slice(at), ...items.slice(0, at)]
}

function keyOf({ name }: Participant, { kind, connections }: Scenario): string {
  return `${name} ${kind} ${connections}`
}

function figuresOf(slices: readonly Slice[]): Figures {
  const of = (name: keyof Slice) => spreadOf(slices.map((one) => one[name]))
  return {
    perSecond: of('perSecond'),
    cpu: of('cpu'),
    p50: of('p50'),
    p99: of('p99'),
    firstByte: of('firstByte'),
    chunkP50: of('chunkP50'),
    chunkP99: of('chunkP99'),
  }
}
