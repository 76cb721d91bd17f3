import * as z from 'zod'
import type { ClientAbortOptions } from '../types.ts'
import { choice, duration, whole } from './leaves.ts'

const MODES = ['auto', 'drain', 'cancel'] as const
const RULE = 'must be auto, drain or cancel, or an object with `mode`, `drain_timeout` and `drain_max_bytes`'

/** `litellm_params.on_client_abort`: what to do, or an object that says how long and how far an answer is drained too. */
export const ownClientAbort = z.union(
  [
    z.enum(MODES).transform((mode): Partial<ClientAbortOptions> => ({ mode })),
    z
      .strictObject({
        mode: choice(...MODES).optional(),
        drain_timeout: duration().optional(),
        drain_max_bytes: whole(0).optional(),
      })
      .transform(
        ({ mode, drain_timeout: drainMs, drain_max_bytes: drainBytes }): Partial<ClientAbortOptions> => ({
          ...(mode !== undefined && { mode }),
          ...(drainMs !== undefined && { drainMs }),
          ...(drainBytes !== undefined && { drainBytes }),
        }),
      ),
  ],
  { error: RULE },
)
