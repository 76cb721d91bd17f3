import { COPY, NAIVE, OURS } from '../ledger/measure-ledger.ts'
import { ratioOf } from '../statistics.ts'
import { findFigures, NAMES } from './find-figures.ts'
import type { Results } from './results.ts'

export interface Target {
  readonly what: string
  readonly at: 'least' | 'most'
  readonly bound: number
  readonly unit: string
  /** NaN when it was not measured. */
  readonly value: number
  /** What those reach that do nothing but the one thing: the bare pipe, or `COPY`. */
  readonly ceiling?: number
}

/** The promises about speed, with what came out in this run. All but three are ratios within the run. */
export function targetsOf(results: Results): Target[] {
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
  const { serve, express, hpm, pipe, portkey, direct } = NAMES
  return [
    least(
      'everything in Express 5 against bare express + http-proxy-middleware, requests/s, JSON, 64 connections',
      1.3,
      perSecond(express, hpm),
      perSecond(pipe, hpm),
    ),
    least('everything, `serve`, against the same', 2.5, perSecond(serve, hpm), perSecond(pipe, hpm)),
    most(
      'everything, `serve`, against bare express + http-proxy-middleware, CPU per request',
      0.5,
      cpu(serve, hpm),
      cpu(pipe, hpm),
    ),
    most('everything, `serve`, against a bare `undici.dispatch` pipe, CPU per request', 2, cpu(serve, pipe)),
    least(
      'everything, `serve`, streams of 100 chunks per second, against bare express + http-proxy-middleware',
      1.2,
      perSecond(serve, hpm, 'fast'),
      perSecond(pipe, hpm, 'fast'),
    ),
    most(
      'delay added per chunk, against the same',
      1,
      added(chunk, serve, hpm, direct),
      added(chunk, pipe, hpm, direct),
    ),
    least('`serve` against `@portkey-ai/gateway`, requests/s', 10, perSecond(serve, portkey), perSecond(pipe, portkey)),
    most(
      'p50 that `serve` adds to the bare pipe at 1 connection, as a part of what express + http-proxy-middleware adds',
      0.15,
      added(p50, serve, hpm, pipe),
    ),
    least(
      'spend rows/s, full accounting, one process, against one statement per request and entity',
      20,
      rows(OURS) / rows(NAIVE),
      rows(COPY) / rows(NAIVE),
    ),
    least('the same against `COPY` of the log rows alone', 0.25, rows(OURS) / rows(COPY)),
    most('event loop late during a flush of 5,000 rows, p99', 10, flush, undefined, ' ms'),
    most('memory per open stream', 64, stream / 1024, undefined, ' KB'),
  ]
}

/** What `name` adds to `base`, as a part of what `other` adds. NaN where that adds nothing: then too much else was going on. */
function added(of: (name: string) => number, name: string, other: string, base: string): number {
  const others = of(other) - of(base)
  return others > 0 ? (of(name) - of(base)) / others : Number.NaN
}

export function isMet({ at, bound, value }: Target): boolean | undefined {
  if (Number.isNaN(value)) return undefined
  return at === 'least' ? value >= bound : value <= bound
}

function least(what: string, bound: number, value: number, ceiling?: number): Target {
  return { what, at: 'least', bound, unit: ' ×', value, ceiling }
}

function most(what: string, bound: number, value: number, ceiling?: number, unit = ' ×'): Target {
  return { what, at: 'most', bound, unit, value, ceiling }
}
