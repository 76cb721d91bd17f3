import { CONTENDERS } from '../http/contenders.ts'
import type { CpuResult } from '../http/measure-cpu.ts'
import type { Scenario } from '../http/measure-throughput.ts'
import { GROUP_NAMES } from '../process/profile-groups.ts'
import type { Spread } from '../statistics.ts'
import { comparisonsOf } from './comparisons.ts'
import { findFigures, NAMES } from './find-figures.ts'
import type { Results } from './results.ts'

/** The report, as it stands in the README. */
export function markdownOf(results: Results): string {
  return `${[
    heading(results),
    comparisons(results),
    throughput(results),
    latency(results),
    machine(results),
    cpu(results),
    streams(results),
    ledger(results),
    rest(results),
  ]
    .filter(Boolean)
    .join('\n\n')}\n`
}

function heading({ surroundings, seconds, plan }: Results): string {
  const { date, node, cores, processor, database, versions, load } = surroundings
  const busy =
    load > cores ? ' Others were busy on it meanwhile: where ranges overlap, a ratio of medians proves nothing.' : ''
  const packages = Object.entries(versions).map(([name, version]) => `${name} ${version}`)
  return `\`npm run bench\`, ${date}, ${plan} run of ${Math.round(seconds)} s: Node ${node}, ${database}, ${cores} cores (${processor}) that
contenders, upstream, load generator and PostgreSQL share; load ${load.toFixed(1)} when it began. ${packages.join(', ')}.
Medians, least and most in brackets. Ratios within a run count, taken round by round; absolute times are this machine's.${busy}`
}

function comparisons(results: Results): string {
  const shown = (value: number | undefined, unit: string) =>
    value === undefined || Number.isNaN(value) ? '' : `${round(value)}${unit}`
  const rows = comparisonsOf(results).map(({ what, better, unit, value, bare }) => [
    what,
    shown(value, unit) || 'not measured',
    shown(bare, unit),
    better,
  ])
  return table(['', 'This gateway', 'What does nothing else', 'Better is'], rows)
}

function throughput(results: Results): string {
  const connections = connectionsOf(results, 'json')
  const rows = contendersOf(results).map((name) => [
    name,
    ...connections.map((count) => spread(findFigures(results, name, 'json', count)?.perSecond)),
    ...connections.map((count) => spread(findFigures(results, name, 'json', count)?.cpu)),
  ])
  return `JSON of 1 KB: requests per second, and milliseconds of CPU per 1,000 requests, by connections.

${table(['', ...connections.map((count) => `req/s, ${count}`), ...connections.map((count) => `CPU, ${count}`)], rows)}`
}

function latency(results: Results): string {
  const connections = connectionsOf(results, 'json').filter((count) => count === 1 || count === 64)
  const added = (name: string, count: number, figure: 'p50' | 'p99') => {
    const [of, base] = [name, NAMES.direct].map((one) => findFigures(results, one, 'json', count)?.[figure].median)
    return of === undefined || base === undefined ? '' : `${Math.round(of - base)}`
  }
  const rows = contendersOf(results)
    .filter((name) => name !== NAMES.direct)
    .map((name) => [name, ...connections.flatMap((count) => [added(name, count, 'p50'), added(name, count, 'p99')])])
  const head = connections.flatMap((count) => [`p50, ${count}`, `p99, ${count}`])
  return `Microseconds added to a request, by connections.\n\n${table(['', ...head], rows)}`
}

function machine({ machine: measured }: Results): string {
  if (measured.length === 0) return ''
  const rows = measured.map(({ contender, own, postgres, loadAndUpstream }) => [
    contender,
    ...[own, postgres, loadAndUpstream].map((one) => spread(one)),
    round(own.median + (postgres.median || 0) + loadAndUpstream.median),
  ])
  return `Whose CPU a JSON call costs at 64 connections, in microseconds: all of them share the cores.

${table(['', 'its own', 'PostgreSQL', 'upstream and load generator', 'together'], rows)}`
}

function cpu({ cpu: measured }: Results): string {
  const perCall = ({ requests }: CpuResult, microseconds = 0) => round(microseconds / requests)
  const rows = GROUP_NAMES.map((group) => [group, ...measured.map((one) => perCall(one, one.groups[group]))])
  const threads = ["V8's other threads: collector, compiler", ...measured.map((one) => perCall(one, one.threads))]
  return `Where the CPU of such a call goes at 64 connections, in microseconds, by the file of the function that was running; being
watched costs some as well.

${table(['', ...measured.map(({ contender }) => contender)], [...rows, threads])}`
}

function streams(results: Results): string {
  const connections = connectionsOf(results, 'fast')
  const paced = (name: string) => findFigures(results, name, 'paced', 16)
  const base = paced(NAMES.direct)
  const rows = contendersOf(results).map((name) => {
    const slow = results.slowStreams.find(({ contender }) => contender === name)
    const chunkCpu = findFigures(results, name, 'fast', 64)?.cpu
    return [
      name,
      ...connections.map((count) => spread(findFigures(results, name, 'fast', count)?.perSecond)),
      // Per 1,000 chunks, of which a stream has 100.
      spread(chunkCpu, 10 / 1e3),
      difference(paced(name)?.firstByte, base?.firstByte),
      difference(paced(name)?.chunkP50, base?.chunkP50),
      slow ? round(slow.keptPerStream / 1024) : '',
      slow ? `${round(slow.delayP99)} / ${round(slow.delayMax)}` : '',
    ]
  })
  const head = [
    '',
    ...connections.map((count) => `streams/s, ${count}`),
    'CPU ms per 1,000 chunks',
    'first byte, µs added',
    'chunk, µs added',
    'KB per open stream',
    'event loop late, ms, p99 / most',
  ]
  const slow = results.slowStreams[0]?.streams
  return `Streams of 100 chunks; delays at 16 connections with a chunk every 2 ms${slow ? `; memory and event loop with ${slow} streams open at once` : ''}.

${table(head, rows)}`
}

function ledger({ ledger: measured }: Results): string {
  if (!measured) return ''
  const rows = measured.ways.map((way) => [
    way.name,
    spread(way.rowsPerSecond),
    spread(way.nodeCpu),
    Number.isNaN(way.postgresCpu.median) ? '' : spread(way.postgresCpu),
    spread(way.walBytes),
  ])
  const flush = measured.flush.map(
    ({ batchSize, p99, max }) =>
      `in batches of ${batchSize}: p99 ${round(p99.median)} ms, most ${round(max.median)} ms`,
  )
  return `Spend rows with everything they charge: key, user, team, member, organization, daily tables.

${table(['', 'rows/s', 'Node, µs of CPU per row', 'PostgreSQL, µs of CPU per row', 'WAL bytes per row'], rows)}

The event loop during a flush of 5,000 rows, ${flush.join('; ')}.`
}

function rest({ auth, growth, check, imports, startMs, missing, failures }: Results): string {
  const lines = [
    `Every answer left its row: ${check.answered} calls answered, ${check.rows} rows, ${check.dropped} dropped.`,
    auth &&
      `Key look-ups in a table of ${auth.keys}: ${spread(auth.cached)} per second in memory, ${spread(auth.uncached)} not; ${spread(auth.hashes)} secrets hashed per second.`,
    ...growth.map(
      ({ contender, requests, kept }) =>
        `Memory kept by "${contender}" over ${requests} requests, in MB: ${kept.map((bytes) => round(bytes / 2 ** 20)).join(', ')}.`,
    ),
    imports &&
      `Import, in ms: ${imports.map(({ name, ms }) => `${name} ${spread(ms)}`).join(', ')}. From start to open port, in ms: ${startMs.map(({ name, ms }) => `${name} ${Math.round(ms)}`).join(', ')}.`,
    failures.length > 0 && `Not answered: ${failures.join('; ')}.`,
    missing.length > 0 && `Not installed, and hence not measured: ${missing.join(', ')}.`,
    `Contenders: ${CONTENDERS.map(({ name, what }) => `*${name}*: ${what}`).join('; ')}.`,
  ]
  return lines
    .filter((line): line is string => Boolean(line))
    .map((line) => `- ${line}`)
    .join('\n')
}

function contendersOf({ throughput }: Results): string[] {
  return [...new Set(throughput.map(({ contender }) => contender))]
}

function connectionsOf({ throughput }: Results, kind: Scenario['kind']): number[] {
  return [
    ...new Set(throughput.filter(({ scenario }) => scenario.kind === kind).map(({ scenario }) => scenario.connections)),
  ]
}

function spread(figure: Spread | undefined, scale = 1): string {
  if (!figure || Number.isNaN(figure.median)) return ''
  return `${round(figure.median * scale)} (${round(figure.min * scale)}-${round(figure.max * scale)})`
}

function difference(figure: Spread | undefined, base: Spread | undefined): string {
  return figure && base ? `${Math.round(figure.median - base.median)}` : ''
}

/** Three digits are more than a shared machine can tell apart. */
function round(value: number): string {
  return Math.abs(value) >= 100 ? Math.round(value).toLocaleString('en') : String(Number(value.toPrecision(3)))
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}
