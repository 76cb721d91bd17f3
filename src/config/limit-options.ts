import { ConfigError } from '../errors.ts'
import { ageOrNone, choice, flag, whole } from './schema-kinds.ts'

const MOST_WORKERS = 256

/** What budgets and rate limits are held by. */
export const limitShape = {
  workers: whole(1)
    .max(MOST_WORKERS, { error: `must be at most ${MOST_WORKERS}` })
    .prefault(1)
    .describe(
      'How many processes serve the port: `serve --workers 4` starts them. In code it says that so many processes run this app, as in a cluster: more than one hold budgets and limits together, see `reserve` and `limitStore`. Default: `NUM_WORKERS`, else 1',
    ),
  reserve: choice('memory', 'postgres', 'off')
    .optional()
    .describe(
      'Before a call its cost is reserved of every budget that applies, so that calls at once cannot overshoot it together. `memory`: exact within this process. `postgres`: exact over all processes on the database, in a schema of our own, for one statement a call. LiteLLM’s `general_settings.disable_budget_reservation` switches it off too. Default: `postgres` with more than one of `workers` and a database, else `memory`',
    ),
  reserveCost: choice('expected', 'greatest')
    .prefault('greatest')
    .describe(
      'What a call reserves. `greatest`: what it costs if it uses its whole output limit: whatever calls turn out to use, a budget is overshot by less than one call. `expected`: the same, until a budget has no more room for that; then what 95 % of the latest answers of the same key and model stayed below, and as the call streams what it has used, if that is more. More calls run at once near the end of a budget, which a key whose answers become long all at once can overshoot',
    ),
  reserveWait: ageOrNone()
    .prefault('30s')
    .describe(
      'How long a call waits, where its budget is not spent but reserved by running calls, while none of those that wait for the same budget gets in. Then it is refused. `0s`: it is refused at once',
    ),
  limitStore: choice('memory', 'redis', 'postgres')
    .optional()
    .describe(
      'Where rate limits and parallel calls are counted: in this process, or in a store that processes share. `postgres`: in a schema of our own, for one statement a limit and call. Default: `redis` when LiteLLM’s Redis is configured (`cache_params`, `REDIS_URL`, `REDIS_HOST`), `postgres` with more than one of `workers` and a database, else `memory`',
    ),
  passOnStoreError: flag()
    .prefault(true)
    .describe(
      'When the shared store of the rate limits fails: `true` counts within this process meanwhile, `false` refuses calls that have limits. Default: `false` with `general_settings.fail_closed_rate_limit_enforcement`, else `true`',
    ),
}

/** A number of processes that a variable or a flag says. An empty one says nothing. Throws ConfigError. */
export function workersIn(name: string, text: string | undefined): number | undefined {
  if (!text) return undefined
  const workers = Number(text)
  if (Number.isInteger(workers) && workers > 0) return workers
  throw new ConfigError(`${name} must be a number of processes such as 4, not "${text}".`)
}
