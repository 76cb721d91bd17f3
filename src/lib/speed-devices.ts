import { setFlagsFromString } from 'node:v8'

/** What costs clarity and gains speed; `ARCHITECTURE.md` says how much of each. */
export type SpeedDevice = 'turns' | 'memoize' | 'pretenuring'

/** For measuring: names, with commas between them, of devices that this process goes without. */
const SWITCH = 'EXPRESS_LITELLM_WITHOUT'

const without = new Set(process.env[SWITCH]?.split(','))

export function isInUse(device: SpeedDevice): boolean {
  return !without.has(device)
}

/**
 * Everything that a call makes dies with it. V8 takes what it saw live while the process was starting for things that live
 * long, and from then on makes them among the old ones, where each keeps its whole call alive until all old ones are looked
 * at: in some runs and not in others, that quadruples what the collector copies. A gateway loses nothing without that guess.
 */
export function tuneCollector(): void {
  if (isInUse('pretenuring')) setFlagsFromString('--no-allocation-site-pretenuring')
}
