import { setFlagsFromString } from 'node:v8'

/**
 * Everything that a call makes dies with it. V8 takes what it saw live while the process was starting for things that live
 * long, and from then on makes them among the old ones, where each keeps its whole call alive until all old ones are looked
 * at: in some runs and not in others, that quadruples what the collector copies. A gateway loses nothing without that guess.
 */
export function tuneCollector(): void {
  setFlagsFromString('--no-allocation-site-pretenuring')
}
