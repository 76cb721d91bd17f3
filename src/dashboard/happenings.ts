import type { GatewayEventMap, GatewayEvents } from '../events.ts'
import type { FlushState, Happening } from './answers.ts'

const MOST_KEPT = 50
const MINUTES = 60
const MINUTE_MS = 60_000

type Said = Pick<Happening, 'kind' | 'text'>

const ok = (text: string): Said => ({ kind: 'ok', text })
const attention = (text: string): Said => ({ kind: 'attention', text })
const stop = (text: string): Said => ({ kind: 'stop', text })

const JOURNAL: Readonly<Record<string, Said>> = {
  'journal:unavailable': stop('The journal cannot be opened: calls wait in memory'),
  'journal:volatile': attention('The journal does not survive a reboot: its directory is in memory'),
  'journal:adopted': ok('Calls that another process left in its journal are written'),
  'journal:torn': attention('The process before this one died while it wrote: the end of the journal was cut'),
  'journal:corrupt': stop('Bytes of the journal are damaged and were set aside'),
  'journal:position-lost': attention('The position in the journal was lost: it is written again, each call once'),
  'journal:full': stop('The journal is full'),
  'journal:room': ok('The journal has room again'),
  'journal:drop': stop('The journal has dropped calls'),
  'journal:fail': stop('The disk of the journal has refused'),
}

/** What the page tells of each event. Errors are left to the log of the process: their words may quote values. */
const TEXTS: { readonly [E in keyof GatewayEventMap]?: (...args: GatewayEventMap[E]) => Said } = {
  'spend:drop': ({ callIds, reason }) => stop(`${callIds.length} calls were given up: ${reason}`),
  'spend:quarantine': ({ sqlstate }) => stop(`The database refused a call for good${sqlstate ? ` (${sqlstate})` : ''}`),
  'spend:retry': () => attention('A batch could not be written and is tried again'),
  'spend:defer': () => attention('A response did not wait any longer for its row'),
  'spend:local': () => attention('Redis is away: this process writes its own rows'),
  'spend:shared': () => ok('Redis answers again'),
  'spend:tables-missing': ({ tables }) => stop(`Daily tables are missing: ${tables.join(', ')}`),
  'spend:tables-repaired': ({ corrected }) => ok(`Daily tables are back; ${corrected} rows were brought up to the log`),
  'spend:journal': ({ name }) => JOURNAL[name] ?? attention(`The journal: ${name.replace('journal:', '')}`),
  'delivery:retry': ({ callback }) => attention(`${callback} could not be told and is told again`),
  'delivery:refused': ({ callback }) => stop(`${callback} refused a call for good`),
  'delivery:drop': ({ callback, callIds }) => stop(`${callIds.length} calls are not told to ${callback}`),
  'database:down': () => stop('The database does not answer'),
  'database:up': () => ok('The database answers'),
  'writer:down': () => stop('The database gives no connection to write on'),
  'writer:up': () => ok('The database gives a connection to write on'),
  'budget:local': () => attention('Budgets are counted in this process alone'),
  'budget:shared': () => ok('Budgets are shared again'),
  'budget:reset': ({ key, user, team, budget, window }) =>
    ok(`Budgets were reset: ${key} keys, ${user} users, ${team} teams, ${budget} budgets, ${window} windows`),
  'budget:reset-failed': () => attention('Budgets could not be reset; it is tried again'),
  'limits:local': () => attention('Rate limits are counted in this process alone'),
  'limits:shared': () => ok('Rate limits are shared again'),
  'models:stale': () => attention('Models cannot be read: the known ones go on serving'),
  'keys:deaf': () => attention('Changes of keys cannot be heard'),
  'keys:hearing': () => ok('Changes of keys are heard'),
}

type Listen = (name: keyof GatewayEventMap, listener: (...args: never[]) => void) => unknown

/** What has happened to the ledger since the process began, and how fast it writes. Bounded. */
export class Happenings {
  readonly #now: () => number
  readonly #kept: Happening[] = []
  readonly #minutes: { at: number; calls: number }[] = []
  #batches = 0
  #last: Pick<FlushState, 'last_at' | 'last_size' | 'last_ms'> = { last_at: null, last_size: 0, last_ms: 0 }

  constructor({ own }: Pick<GatewayEvents, 'own'>, now: () => number = Date.now) {
    this.#now = now
    for (const [name, textOf] of Object.entries(TEXTS)) {
      ;(own.on as Listen).call(own, name as keyof GatewayEventMap, (...args) => this.#keep(textOf(...args)))
    }
    own.on('spend:flush', ({ size, ms }) => this.#flushed(size, ms))
  }

  /** The newest last. */
  get list(): readonly Happening[] {
    return this.#kept
  }

  get flushes(): FlushState {
    const first = Math.floor(this.#now() / MINUTE_MS) - MINUTES + 1
    const byMinute = new Map(this.#minutes.map(({ at, calls }) => [at, calls]))
    const minutes = Array.from({ length: MINUTES }, (_, at) => byMinute.get(first + at) ?? 0)
    return { batches: this.#batches, ...this.#last, minutes }
  }

  #keep(said: Said): void {
    const at = new Date(this.#now()).toISOString()
    const last = this.#kept.at(-1)
    if (last?.text === said.text) this.#kept[this.#kept.length - 1] = { ...said, at, times: last.times + 1 }
    else this.#kept.push({ ...said, at, times: 1 })
    if (this.#kept.length > MOST_KEPT) this.#kept.shift()
  }

  #flushed(size: number, ms: number): void {
    const now = this.#now()
    const at = Math.floor(now / MINUTE_MS)
    const last = this.#minutes.at(-1)
    if (last?.at === at) last.calls += size
    else this.#minutes.push({ at, calls: size })
    if (this.#minutes.length > MINUTES) this.#minutes.shift()
    this.#batches++
    this.#last = { last_at: new Date(now).toISOString(), last_size: size, last_ms: ms }
  }
}
