import { mkdtemp, readdir, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openBenchDatabase } from './database.ts'
import { CONTENDERS } from './http/contenders.ts'
import { startChild } from './process/child.ts'
import { seedKey } from './seed.ts'

/**
 * Where the CPU of one contender goes: `node test/bench/profile.ts <name> [json|fast] [seconds] [connections]`.
 * `WARM=20` warms up for so many seconds before, default 2. Prints self time by function; the profile itself is left for Chrome's tools.
 */
const [name = 'ours: everything, serve', kind = 'json', seconds = '5', connections = '64'] = process.argv.slice(2)
const contender = CONTENDERS.find((candidate) => candidate.name === name)!
const dir = await mkdtemp(join(tmpdir(), 'bench-profile-'))
const database = await openBenchDatabase()
const secret = await seedKey(database.sql)
const upstream = await startChild('http/upstream.ts')
const surroundings = { upstreamPort: upstream.ready.port, databaseUrl: database.url }
const under = await startChild('http/contender.ts', {
  argument: { name, ...surroundings },
  execArgv: ['--cpu-prof', `--cpu-prof-dir=${dir}`, '--cpu-prof-interval=200'],
})
const load = await startChild('http/load.ts')
const job = {
  port: under.ready.port,
  secret,
  headers: contender.headers?.(surroundings),
  kind,
  connections: Number(connections),
}
await load.ask('run', { ...job, seconds: Number(process.env.WARM ?? 2) })
const before = await under.ask('cpu')
const result = await load.ask('run', { ...job, seconds: Number(seconds) })
const cpu = (await under.ask('cpu')) - before
console.log(await under.ask('flush'))
console.log(
  `${name}, ${kind}: ${Math.round(result.requests / result.seconds)} requests/s, ${(cpu / result.requests).toFixed(1)} µs of CPU per request`,
)
for (const child of [load, under, upstream]) await child.stop()
await database.stop()
const [file] = await readdir(dir)
printTop(JSON.parse(await readFile(join(dir, file!), 'utf8')))
console.log(join(dir, file!))

interface Profile {
  nodes: { id: number; callFrame: { functionName: string; url: string; lineNumber: number } }[]
  samples: number[]
}

function printTop({ nodes, samples }: Profile) {
  const names = new Map(
    nodes.map(({ id, callFrame: { functionName, url, lineNumber } }) => [
      id,
      `${functionName || '(anonymous)'} ${url.replace(/^.*\/(node_modules|src)\//, '$1/')}:${lineNumber + 1}`,
    ]),
  )
  const counts = new Map<string, number>()
  let busy = 0
  for (const sample of samples) {
    const label = names.get(sample)!
    if (label.startsWith('(idle)')) continue
    busy++
    counts.set(label, (counts.get(label) ?? 0) + 1)
  }
  for (const [label, count] of [...counts].sort((a, b) => b[1] - a[1]).slice(0, 45)) {
    console.log(`${((100 * count) / busy).toFixed(1).padStart(5)} %  ${label}`)
  }
}
