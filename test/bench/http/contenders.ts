import { expressProxy, fastifyProxy, httpPipe, portkey, undiciPipe } from './others.ts'
import { authAndUsage, authOnly, createdServer, everything, journal, serve } from './ours.ts'
import type { Contender } from './started.ts'

/** Who takes part, in the order of the tables. */
export const CONTENDERS: readonly Contender[] = [
  httpPipe,
  undiciPipe,
  expressProxy,
  fastifyProxy,
  portkey,
  authOnly,
  authAndUsage,
  everything,
  createdServer,
  serve,
  journal,
]
