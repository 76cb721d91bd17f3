import type { Figures, Scenario } from '../http/measure-throughput.ts'
import type { Results } from './results.ts'

/** Names of the contenders that are compared. */
export const NAMES = {
  direct: 'direct',
  pipe: 'undici.dispatch pipe',
  hpm: 'express + http-proxy-middleware',
  portkey: '@portkey-ai/gateway',
  express: 'ours: everything, Express 5',
  serve: 'ours: everything, serve',
  journal: 'ours: everything, serve, journal',
} as const

/** What was measured of one contender, if it took part. */
export function findFigures(
  { throughput }: Results,
  contender: string,
  kind: Scenario['kind'],
  connections: number,
): Figures | undefined {
  return throughput.find(
    (result) =>
      result.contender === contender && result.scenario.kind === kind && result.scenario.connections === connections,
  )?.figures
}
