import { COPY, NAIVE, OURS } from '../ledger/measure-ledger.ts'
import { ratioOf } from '../statistics.ts'
import { findFigures, NAMES } from './find-figures.ts'
import type { Results } from './results.ts'

/** How this gateway stands beside another way to do the same, in one run. */
export interface Comparison {
  readonly what: string
  readonly better: 'more' | 'less'
  readonly unit: string
  /** NaN when it was not measured. */
  readonly value: number
  /** The same of those that do nothing but the one thing: the bare pipe, or `COPY`. */
  readonly bare?: number
}

/** What came out in this run, that of the default durability first. All but two are ratios within the run. */
export function comparisonsOf(results: Results): Comparison[] {
  const figure = (
    name: string,
    kind: 'json' | 'fast' | 'paced',
    connections: number,
    figure: 'perSecond' | 'cpu' | 'p50' | 'chunkP50',
  ) => findFigures(results, name, kind, connections)?.[figure]
  const perSecond = (name: string, to: string, kind: 'json' | 'fast' = 'json') =>
    ratioOf(figure(name, kind, 64, 'perSecond'), figure(to, kind, 64, 'perSecond'))
  const cpu = (name: string, to: string) => ratioOf(figure(name, 'json', 64, 'cpu'), figure(to, 'json', 64, 'cpu'))
  const p50 = (name: string) => figure(name, 'json', 1, 'p50')?.median ?? Number.NaN
  const chunk = (name: string) => figure(name, 'paced', 16, 'chunkP50')?.median ?? Number.NaN
  const rows = (name: string) =>
    results.ledger?.ways.find((way) => way.name === name)?.rowsPerSecond.median ?? Number.NaN
  const flush = results.ledger?.flush.find(({ batchSize }) => batchSize === 1_000)?.p99.median ?? Number.NaN
  const stream = results.slowStreams.find(({ contender }) => contender === NAMES.serve)?.keptPerStream ?? Number.NaN
  const { serve, journal, express, hpm, pipe, portkey, direct } = NAMES
  const bareCpu = cpu(pipe, hpm)
  const bareRate = perSecond(pipe, hpm)
  return [
    less(
      '`serve`, durability `journal` (its default), CPU of a JSON call, 64 connections, against express + http-proxy-middleware',
      cpu(journal, hpm),
      bareCpu,
    ),
    less('the same with durability `memory`', cpu(serve, hpm), bareCpu),
    less('`memory`, against a bare `undici.dispatch` pipe', cpu(serve, pipe)),
    less('`memory`, against `@portkey-ai/gateway`', cpu(serve, portkey), cpu(pipe, portkey)),
    more(
      'requests/s of `serve`, `journal`, against express + http-proxy-middleware',
      perSecond(journal, hpm),
      bareRate,
    ),
    more('the same with `memory`', perSecond(serve, hpm), bareRate),
    more('requests/s in an Express 5 app, `memory`, against the same', perSecond(express, hpm), bareRate),
    more(
      'requests/s of `serve`, `memory`, against `@portkey-ai/gateway`',
      perSecond(serve, portkey),
      perSecond(pipe, portkey),
    ),
    more(
      'streams/s of 100 chunks, `memory`, against express + http-proxy-middleware',
      perSecond(serve, hpm, 'fast'),
      perSecond(pipe, hpm, 'fast'),
    ),
    less('delay added to a chunk, against the same', added(chunk, serve, hpm, direct), added(chunk, pipe, hpm, direct)),
    less(
      'p50 added to the bare pipe at 1 connection, `memory`, against what express + http-proxy-middleware adds',
      added(p50, serve, hpm, pipe),
    ),
    more(
      'spend rows/s with all that they charge, against one statement per request and entity',
      rows(OURS) / rows(NAIVE),
      rows(COPY) / rows(NAIVE),
    ),
    more('the same against `COPY` of the log rows alone, which charges nothing', rows(OURS) / rows(COPY)),
    less('event loop late while 5,000 rows are written, p99', flush, undefined, ' ms'),
    less('memory per open stream', stream / 1024, undefined, ' KB'),
  ]
}

/** What `name` adds to `base`, as a part of what `other` adds. NaN where that adds nothing: then too much else was going on. */
function added(of: (name: string) => number, name: string, other: string, base: string): number {
  const others = of(other) - of(base)
  return others > 0 ? (of(name) - of(base)) / others : Number.NaN
}

function more(what: string, value: number, bare?: number): Comparison {
  return { what, better: 'more', unit: ' ×', value, bare }
}

function less(what: string, value: number, bare?: number, unit = ' ×'): Comparison {
  return { what, better: 'less', unit, value, bare }
}
