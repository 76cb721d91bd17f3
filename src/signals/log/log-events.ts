import type { GatewayEventMap, GatewayEvents, JournalNotice } from '../../events.ts'
import { messageOf } from '../../lib/message-of.ts'
import { type LogCallsOptions, logCalls, shown } from './log-calls.ts'
import type { Logger, LogLevel } from './logger.ts'

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
  'deployment:cool': ({ deploymentId, modelGroup, ms, class: name, status }) =>
    `Deployment ${shown(deploymentId)} of ${shown(modelGroup)} is left alone for ${Math.ceil(ms / 1000)} s, after ${status} ${name}`,
  'deployment:lacks': ({ deploymentId, modelGroup, shape, ms }) =>
    `Deployment ${shown(deploymentId)} of ${shown(modelGroup)} does not speak ${shape}, its upstream has answered 404 to the route: ` +
    `such calls are not sent to it for ${Math.ceil(ms / 1000)} s, other calls are`,
  fault: ({ where, error }) => `Fault in ${where}: ${messageOf(error)}`,
  'key:report': ({ code, message, hashedToken }) =>
    `Report mode has let a call of the key ${hashedToken} pass that would be refused: ${code}${message ? `, ${shown(message, 300)}` : ''}`,
  'budget:reset': ({ key, user, team, budget, window }) =>
    `Budgets were reset: ${key} of keys, ${user} of users, ${team} of teams, ${budget} of the budget table, ${window} windows`,
  'call:begin': ({ callId }) => `Call ${callId} begins`,
  'key:reject': ({ code, hashedToken }) => `A key is refused: ${code}${hashedToken ? `, ${hashedToken}` : ''}`,
  'models:load': ({ models }) => `Models were read from the database: ${models} are served`,
  'spend:flush': ({ size, ms }) => `${size} spend logs were written in ${Math.round(ms)} ms`,
  'delivery:done': ({ callback, size, ms }) => `${size} calls were told to ${callback} in ${Math.round(ms)} ms`,
}

/** How important a line is. Those that are not here are warnings. */
const LEVELS: { readonly [E in keyof GatewayEventMap]?: LogLevel } = {
  'spend:drop': 'error',
  'spend:quarantine': 'error',
  'spend:repair-failed': 'error',
  'delivery:drop': 'error',
  'database:down': 'error',
  'writer:down': 'error',
  fault: 'error',
  'key:report': 'info',
  'budget:reset': 'info',
  'call:begin': 'debug',
  'key:reject': 'debug',
  'models:load': 'debug',
  'spend:flush': 'debug',
  'delivery:done': 'debug',
}

type Listen<E extends keyof GatewayEventMap> = (name: E, listener: (...args: GatewayEventMap[E]) => void) => unknown

/** Writes what an operator must know as log lines. Messages only: rows, prompts and secrets stay out of logs. */
export function logEvents(events: GatewayEvents, logger: Logger, options: LogCallsOptions): void {
  logCalls(events, logger, options)
  for (const name of Object.keys(LINES) as (keyof GatewayEventMap)[]) log(name)
  let isDown = false
  events.on('database:down', () => {
    isDown = true
  })
  events.on('database:up', () => {
    if (isDown) logger.warn({ event: 'database:up' }, 'The database answers again')
    isDown = false
  })

  function log<E extends keyof GatewayEventMap>(name: E): void {
    const lineOf = LINES[name]
    if (!lineOf) return
    const level = LEVELS[name] ?? 'warn'
    const listen = events.on as Listen<E>
    listen.call(events, name, (...args) => logger[level]({ event: name }, lineOf(...args)))
  }
}

/** Says which models have no price, once each. Attached before the gateway is ready: most are told at the start. */
export function logUnpricedModels(events: GatewayEvents, logger: Logger): void {
  events.on('model:unpriced', ({ modelGroup, model, provider }) => {
    logger.warn(
      { event: 'model:unpriced', modelGroup, model, provider },
      `Model ${modelGroup} (${provider}/${model}) has no price: its calls cost nothing and pass every budget. ` +
        'Give it `input_cost_per_token` and `output_cost_per_token` (0 when it is free), or a `base_model`',
    )
  })
}

/** What the journal tells, as a line for people. */
function journalText(notice: JournalNotice): string {
  return TEXTS[notice.name]?.(notice) ?? `The journal tells ${notice.name}`
}
