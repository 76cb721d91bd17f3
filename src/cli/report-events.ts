import type { Gateway } from '../gateway.ts'
import { journalText } from './journal-text.ts'
import { messageOf } from './message-of.ts'
import { reportCalls } from './report-calls.ts'

/** Says on the error stream what an operator must know. Messages only: rows and secrets stay out of logs. */
export function reportEvents({ events }: Pick<Gateway, 'events'>, warn: (line: string) => void): void {
  reportCalls({ events }, warn)
  events.on('spend:drop', ({ callIds, reason, error }) => {
    warn(`Gave up ${callIds.length} spend logs (${reason})${error === undefined ? '' : `: ${messageOf(error)}`}`)
  })
  events.on('spend:quarantine', ({ callId, error }) => {
    warn(`The database refuses the spend log of call ${callId}, see \`express-litellm dlq\`: ${messageOf(error)}`)
  })
  events.on('spend:defer', ({ callId, afterMs }) => {
    warn(`The response of call ${callId} has not waited longer than ${afterMs} ms for its spend log`)
  })
  events.on('spend:retry', ({ size, attempt, error }) => {
    warn(`Writing ${size} spend logs has failed, attempt ${attempt}; it is tried again: ${messageOf(error)}`)
  })
  events.on('spend:journal', (notice) => warn(journalText(notice)))
  events.on('spend:local', ({ error }) => {
    warn(`Redis does not answer, so this process writes its spend logs by itself: ${messageOf(error)}`)
  })
  events.on('spend:shared', () => warn('Redis answers again: spend logs go through it'))
  events.on('spend:tables-missing', ({ tables }) => {
    warn(
      `Missing in the database: ${tables.join(', ')}. Calls are charged and logged, but not added there. When they are back ` +
        'they are brought up to the log; should this process end before: `express-litellm reconcile --fix`',
    )
  })
  events.on('spend:tables-repaired', ({ tables, corrected }) => {
    warn(`Back in the database: ${tables.join(', ')}. ${corrected} rows were brought up to the log`)
  })
  events.on('spend:repair-failed', ({ tables, error }) => {
    warn(
      `Back in the database, but less than the log: ${tables.join(', ')}. ` +
        `Run \`express-litellm reconcile --fix\`: ${messageOf(error)}`,
    )
  })
  events.on('keys:deaf', ({ error }) => {
    const why = error === undefined ? '' : `: ${messageOf(error)}`
    warn(`Keys that other processes change are changed here after \`auth_cache_ttl\`: their word cannot be heard${why}`)
  })
  events.on('limits:local', ({ error }) => {
    warn(`Rate limits are counted in this process alone: their store fails: ${messageOf(error)}`)
  })
  events.on('limits:shared', () => warn('Rate limits are shared again'))
  events.on('resources:local', ({ error }) => {
    warn(
      `Owners of files, batches and responses are known to this process alone: they cannot be written: ${messageOf(error)}`,
    )
  })
  events.on('resources:shared', () => warn('Owners of files, batches and responses are written again'))
  events.on('budget:local', ({ error }) => {
    warn(`Budgets are held in this process alone: they cannot be shared: ${messageOf(error)}`)
  })
  events.on('budget:shared', () => warn('Budgets are shared again'))
  events.on('budget:alert', ({ kind, entity, id, spend, budget }) => {
    const reached = kind === 'soft' ? 'has reached its soft budget' : 'has spent 80 % of its budget'
    warn(`The ${entity} ${id} ${reached}: ${spend} of ${budget} dollars`)
  })
  events.on('models:stale', ({ error }) => {
    warn(`Models cannot be read from the database, so the known ones go on serving: ${messageOf(error)}`)
  })
  events.on('model:reject', ({ modelId, modelName, problem }) => {
    warn(`Model ${modelName} (${modelId}) cannot be used: ${problem}`)
  })
  events.on('budget:reset-failed', ({ error }) => warn(`Budgets could not start anew: ${messageOf(error)}`))
  let isDown = false
  events.on('database:down', ({ error }) => {
    isDown = true
    warn(`The database does not answer: ${messageOf(error)}`)
  })
  events.on('database:up', () => {
    if (isDown) warn('The database answers again')
    isDown = false
  })
  events.on('writer:down', ({ error }) => {
    warn(`The database gives no connection to write spend logs on, so they wait: ${messageOf(error)}`)
  })
  events.on('writer:up', () => warn('The database gives a connection to write spend logs on again'))
  events.on('fault', ({ where, error }) => warn(`Fault in ${where}: ${messageOf(error)}`))
}
