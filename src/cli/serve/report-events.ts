import type { GatewayEventMap, JournalNotice } from '../../events.ts'
import type { Gateway } from '../../gateway.ts'
import { createProgress, messageOf } from '../output.ts'
import type { Surroundings } from '../postgres/program.ts'
import { reportCalls } from './report-calls.ts'

const LOOK_MS = 200

const TEXTS: Readonly<Record<string, (notice: JournalNotice) => string>> = {
  'journal:unavailable': ({ dir, error }) =>
    `The journal in ${dir} cannot be opened, so spend logs wait in memory until it can: ${messageOf(error)}`,
  'journal:volatile': ({ dir, why }) => `The journal in ${dir} does not survive a reboot: ${why}`,
  'journal:adopted': ({ dir, records }) =>
    `A process has left ${records} spend logs in ${dir} and is gone: this process writes them`,
  'journal:torn': ({ bytes }) =>
    `The process before this one died while it wrote: ${bytes} bytes of the journal were cut`,
  'journal:corrupt': ({ segment, bytes, file }) =>
    `${bytes} bytes in ${segment} of the journal are damaged${file ? `; they are in ${file}` : ''}`,
  'journal:position-lost': () => 'The position in the journal was lost: all of it is written again, each call once',
  'journal:full': ({ bytes, maxBytes }) => `The journal is full: ${bytes} of ${maxBytes} bytes`,
  'journal:room': () => 'The journal has room again',
  'journal:drop': ({ records }) => `The journal has dropped ${records} spend logs`,
  'journal:fail': ({ operation, error }) => `The disk of the journal has refused (${operation}): ${messageOf(error)}`,
}

const REACHED = { soft: 'has reached its soft budget', near: 'has spent 80 % of its budget' }

function why(error: unknown): string {
  return error === undefined ? '' : `: ${messageOf(error)}`
}

/** What an operator must know, event by event. */
const LINES: { readonly [E in keyof GatewayEventMap]?: (...args: GatewayEventMap[E]) => string } = {
  'spend:drop': ({ callIds, reason, error }) => `Gave up ${callIds.length} spend logs (${reason})${why(error)}`,
  'spend:quarantine': ({ callId, error }) =>
    `The database refuses the spend log of call ${callId}, see \`express-litellm dlq\`: ${messageOf(error)}`,
  'spend:defer': ({ callId, afterMs }) =>
    `The response of call ${callId} has not waited longer than ${afterMs} ms for its spend log`,
  'spend:retry': ({ size, attempt, error }) =>
    `Writing ${size} spend logs has failed, attempt ${attempt}; it is tried again: ${messageOf(error)}`,
  'spend:journal': (notice) => journalText(notice),
  'spend:local': ({ error }) =>
    `Redis does not answer, so this process writes its spend logs by itself: ${messageOf(error)}`,
  'spend:shared': () => 'Redis answers again: spend logs go through it',
  'spend:tables-missing': ({ tables }) =>
    `Missing in the database: ${tables.join(', ')}. Calls are charged and logged, but not added there. When they are back ` +
    'they are brought up to the log; should this process end before: `express-litellm reconcile --fix`',
  'spend:tables-repaired': ({ tables, corrected }) =>
    `Back in the database: ${tables.join(', ')}. ${corrected} rows were brought up to the log`,
  'spend:repair-failed': ({ tables, error }) =>
    `Back in the database, but less than the log: ${tables.join(', ')}. ` +
    `Run \`express-litellm reconcile --fix\`: ${messageOf(error)}`,
  'delivery:retry': ({ callback, size, attempt, error }) =>
    `Telling ${size} calls to ${callback} has failed, attempt ${attempt}; it is tried again: ${messageOf(error)}`,
  'delivery:refused': ({ callback, callId, error }) =>
    `${callback} refuses call ${callId}, see \`express-litellm dlq\`: ${messageOf(error)}`,
  'delivery:drop': ({ callback, callIds, reason }) =>
    `Gave up telling ${callIds.length} calls to ${callback} (${reason})`,
  'delivery:journal': ({ callback, ...notice }) => `${callback}: ${journalText(notice)}`,
  'keys:deaf': ({ error }) =>
    `Keys that other processes change are changed here after \`auth_cache_ttl\`: their word cannot be heard${why(error)}`,
  'keys:hearing': () => 'Keys that other processes change are heard of again',
  'limits:local': ({ error }) =>
    `Rate limits are counted in this process alone: their store fails: ${messageOf(error)}`,
  'limits:shared': () => 'Rate limits are shared again',
  'resources:local': ({ error }) =>
    `Owners of files, batches and responses are known to this process alone: they cannot be written: ${messageOf(error)}`,
  'resources:shared': () => 'Owners of files, batches and responses are written again',
  'budget:local': ({ error }) => `Budgets are held in this process alone: they cannot be shared: ${messageOf(error)}`,
  'budget:shared': () => 'Budgets are shared again',
  'budget:alert': ({ kind, entity, id, spend, budget }) =>
    `The ${entity} ${id} ${REACHED[kind]}: ${spend} of ${budget} dollars`,
  'models:stale': ({ error }) =>
    `Models cannot be read from the database, so the known ones go on serving: ${messageOf(error)}`,
  'model:reject': ({ modelId, modelName, problem }) => `Model ${modelName} (${modelId}) cannot be used: ${problem}`,
  'settings:reject': ({ owner, id, problem }) => `Settings of the ${owner} ${id} are left out: ${problem}`,
  'budget:reset-failed': ({ error }) => `Budgets could not be reset: ${messageOf(error)}`,
  'database:down': ({ error }) => `The database does not answer: ${messageOf(error)}`,
  'writer:down': ({ error }) =>
    `The database gives no connection to write spend logs on, so they wait: ${messageOf(error)}`,
  'writer:up': () => 'The database gives a connection to write spend logs on again',
  fault: ({ where, error }) => `Fault in ${where}: ${messageOf(error)}`,
}

type Listen<E extends keyof GatewayEventMap> = (name: E, listener: (...args: GatewayEventMap[E]) => void) => unknown

/** Says on the error stream what an operator must know. Messages only: rows and secrets stay out of logs. */
export function reportEvents({ events }: Pick<Gateway, 'events'>, warn: (line: string) => void): void {
  reportCalls({ events }, warn)
  for (const name of Object.keys(LINES) as (keyof GatewayEventMap)[]) report(name)
  let isDown = false
  events.on('database:down', () => {
    isDown = true
  })
  events.on('database:up', () => {
    if (isDown) warn('The database answers again')
    isDown = false
  })

  function report<E extends keyof GatewayEventMap>(name: E): void {
    const lineOf = LINES[name]
    if (lineOf) (events.on as Listen<E>).call(events, name, (...args) => warn(lineOf(...args)))
  }
}

/** What the journal tells, as a line for people. */
function journalText(notice: JournalNotice): string {
  return TEXTS[notice.name]?.(notice) ?? `The journal tells ${notice.name}`
}

/**
 * Says how far the calls have come that an earlier process left in the journal, until all of them are in the database or
 * given up. What is returned ends it before.
 */
export function reportReplay(
  { spend }: Pick<Gateway, 'spend'>,
  around: Pick<Surroundings, 'warn' | 'status'>,
): () => void {
  const left = spend()?.queued ?? 0
  if (left === 0) return () => {}
  const before = settled()
  const progress = createProgress(around)
  around.warn(`${left} spend logs that an earlier process left in the journal are being written`)
  const timer = setInterval(look, LOOK_MS).unref()
  return end

  // The oldest are written first: calls of this process do not count before they are through.
  function look(): void {
    const done = settled() - before
    progress.step(Math.min(done, left), left, 'spend logs of the journal')
    if (done < left) return
    end()
    around.warn('The spend logs of the earlier process are written')
  }

  function settled(): number {
    const { written = 0, quarantined = 0, dropped = {} } = spend() ?? {}
    return written + quarantined + Object.values(dropped).reduce((sum, count) => sum + count, 0)
  }

  function end(): void {
    clearInterval(timer)
    progress.end()
  }
}
