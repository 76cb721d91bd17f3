import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { measureAuth } from './auth/measure-auth.ts'
import { openBenchDatabase } from './database.ts'
import { checkLedger } from './http/check-ledger.ts'
import { measureCpu } from './http/measure-cpu.ts'
import { measureGrowth } from './http/measure-growth.ts'
import { measureMachine } from './http/measure-machine.ts'
import { measureSlowStreams } from './http/measure-slow-streams.ts'
import { measureThroughput } from './http/measure-throughput.ts'
import { startStage } from './http/participants.ts'
import { measureLedger } from './ledger/measure-ledger.ts'
import { measureImports } from './measure-imports.ts'
import { FULL, QUICK } from './plan.ts'
import { barChart } from './report/bar-chart.ts'
import { markdownOf } from './report/markdown.ts'
import type { Results } from './report/results.ts'
import { surroundingsOf } from './report/surroundings.ts'
import { seedKey } from './seed.ts'

/**
 * The benchmark: `npm run bench`. `--quick` for the rough picture, `--only name,name` for some contenders and nothing
 * else; both leave docs/performance.md alone.
 */
const { values } = parseArgs({ options: { quick: { type: 'boolean' }, only: { type: 'string' } } })
const plan = values.quick ? QUICK : FULL
const only = values.only?.split(',') ?? []
const startedAt = performance.now()

const database = await openBenchDatabase()
try {
  // First, because a build can fail: minutes of measuring would be lost.
  const imports = only.length === 0 ? await told('imports', () => measureImports(plan.rounds)) : undefined
  const { missing, startMs, ...http } = await onStage()
  const results: Results = {
    plan: plan.name,
    surroundings: surroundingsOf(database.name),
    missing,
    startMs,
    ...http,
    imports,
    ...(only.length === 0 && {
      ledger: await told('spend writing', () => measureLedger(database.sql, database.url, plan)),
      auth: await told('key look-ups', () => measureAuth(database.url, plan)),
    }),
    seconds: (performance.now() - startedAt) / 1_000,
  }
  await publish(results)
} finally {
  await database.stop()
}

async function onStage() {
  const secret = await seedKey(database.sql)
  const stage = await told('starting', () => startStage(database.url, secret, only))
  try {
    const { results: throughput, failures } = await told('requests and streams', () => measureThroughput(stage, plan))
    // Before streams are held open and given up: those leave rows too, and no answer.
    const check = await checkLedger(stage, database.sql)
    const more = only.length === 0
    return {
      throughput,
      failures,
      check,
      slowStreams: more ? await told('slow streams', () => measureSlowStreams(stage, plan, streaming(throughput))) : [],
      growth: more ? await told('memory', () => measureGrowth(stage, plan)) : [],
      machine: more ? await told('whose CPU', () => measureMachine(stage, database.sql, plan)) : [],
      cpu: await told('where CPU goes', () => measureCpu(stage, plan)),
      missing: stage.missing,
      startMs: stage.participants.flatMap(({ name, child }) => (child ? [{ name, ms: child.startMs }] : [])),
    }
  } finally {
    await stage.stop()
  }
}

function streaming(throughput: Results['throughput']): string[] {
  return throughput.filter(({ scenario }) => scenario.kind === 'paced').map(({ contender }) => contender)
}

async function told<T>(what: string, work: () => Promise<T>): Promise<T> {
  const at = performance.now()
  const result = await work()
  console.log(`${what}: ${((performance.now() - at) / 1_000).toFixed(0)} s`)
  return result
}

async function publish(results: Results): Promise<void> {
  const markdown = markdownOf(results)
  console.log(`\n${markdown}`)
  if (only.length > 0) return
  const dir = new URL('results/', import.meta.url)
  await mkdir(dir, { recursive: true })
  await writeFile(new URL(`${plan.name}.json`, dir), `${JSON.stringify(results, null, 2)}\n`)
  if (plan !== FULL) return
  await writeFile(new URL('bench.svg', dir), barChart(results))
  await intoReadme(markdown)
}

async function intoReadme(markdown: string): Promise<void> {
  const file = new URL('../../docs/performance.md', import.meta.url)
  const readme = await readFile(file, 'utf8')
  const [begin, end] = ['<!-- BEGIN:BENCH -->\n', '<!-- END:BENCH -->']
  const [start, stop] = [readme.indexOf(begin), readme.indexOf(end)]
  if (start < 0 || stop < start) throw new Error('docs/performance.md has no section for the benchmark')
  await writeFile(file, readme.slice(0, start + begin.length) + markdown + readme.slice(stop))
}
