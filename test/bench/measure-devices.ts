import { openBenchDatabase } from './database.ts'
import { type Child, startChild } from './process/child.ts'
import { seedKey } from './seed.ts'

/**
 * What a speed device gains: `node test/bench/measure-devices.ts <device> [rounds] [seconds]`. Two processes serve the
 * same calls in turns, one without the device, and the CPU time of a call is compared round by round. What else runs on
 * the machine only ever adds to it, so the cheapest rounds say most. A device that does not exist (`nothing`) shows the
 * noise.
 */
const [device = 'turns', rounds = '50', seconds = '0.25', connections = '64'] = process.argv.slice(2)
const WARM_UP_SECONDS = 4
const database = await openBenchDatabase()
const secret = await seedKey(database.sql)
const upstream = await startChild('http/upstream.ts')
const load = await startChild('http/load.ts')
const pair = [await startServe(''), await startServe(device)] as const

for (const child of pair) await costOf(child, WARM_UP_SECONDS)
const costs: [number[], number[]] = [[], []]
for (let round = 0; round < Number(rounds); round++) {
  // Who goes first gains from it: by turns.
  for (const index of round % 2 === 0 ? ([0, 1] as const) : ([1, 0] as const)) {
    costs[index].push(await costOf(pair[index], Number(seconds)))
  }
}
const ratios = costs[1].map((cost, round) => cost / costs[0][round]!)
for (const part of [0.1, 0.25, 0.5]) {
  const [own, without] = costs.map((all) => quantile(all, part))
  console.log(`quantile ${part}: with ${own!.toFixed(1)} µs, without ${without!.toFixed(1)} µs a call`)
}
const [low, middle, high] = [0.25, 0.5, 0.75].map((part) => quantile(ratios, part).toFixed(3))
console.log(`without ${device}: ${middle} of the CPU of a call (quartiles of the rounds: ${low} to ${high})`)

for (const child of [load, ...pair, upstream]) await child.stop()
await database.stop()

function startServe(without: string): Promise<Child> {
  process.env.EXPRESS_LITELLM_WITHOUT = without
  const argument = { name: 'ours: everything, serve', upstreamPort: upstream.ready.port, databaseUrl: database.url }
  return startChild('http/contender.ts', { argument })
}

/** CPU of one call, in microseconds. */
async function costOf(child: Child, seconds: number): Promise<number> {
  const before = await child.ask('cpu')
  const { requests } = await load.ask('run', {
    port: child.ready.port,
    secret,
    kind: 'json',
    connections: Number(connections),
    seconds,
  })
  return ((await child.ask('cpu')) - before) / requests
}

function quantile(values: readonly number[], part: number): number {
  return values.toSorted((a, b) => a - b)[Math.floor(part * (values.length - 1))]!
}
