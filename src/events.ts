import { EventEmitter } from 'node:events'
import type { ErrorCode } from './errors.ts'
import type { BudgetAlert, EndedCall, Json, SpendEvent } from './types.ts'

/** Why a spend event was given up. */
export type DropReason = 'overflow' | 'rejected' | 'unwritable' | 'closed'

export interface JournalNotice {
  readonly name: string
  readonly [detail: string]: unknown
}

/** One try of a call that has failed. */
export interface FailedTryTold {
  readonly callId: string
  readonly deploymentId: string
  readonly modelGroup: string
  /** The provider's name of the model. */
  readonly model: string
  /** With the port where it is not the usual one. */
  readonly host: string
  /** LiteLLM's exception class. */
  readonly class: string
  readonly status: number
  /** What the upstream said, in one line, cut: without keys, and without what it quotes of the request. */
  readonly message?: string
  /** The try that follows. Absent: this one was the last. */
  readonly next?: NextTryTold
}

export interface NextTryTold extends Pick<FailedTryTold, 'deploymentId' | 'modelGroup' | 'model' | 'host'> {
  /** Pause before it. */
  readonly afterMs: number
}

export interface ManagedChange {
  readonly id: string
  readonly action: 'created' | 'updated' | 'deleted' | 'blocked' | 'unblocked' | 'rotated'
  /** LiteLLM's name, "LiteLLM_TeamTable". */
  readonly table: string
  readonly objectId: string
  /** Who has changed it, as the log of changes says. */
  readonly changedBy: string
  /** The hashed token by which. */
  readonly changedByKey?: string
  /** As far as they are known. */
  readonly before?: Json
  readonly after?: Json
}

export interface GatewayEventMap {
  'key:accept': [{ hashedToken: string }]
  'key:reject': [{ code: ErrorCode; hashedToken?: string }]
  /** Changes of keys by other processes cannot be heard, until `keys:hearing`: they take effect after `authCacheTtl`. */
  'keys:deaf': [{ error?: unknown }]
  'keys:hearing': []
  /** What `mode: 'report'` let through. */
  'key:report': [{ code: ErrorCode; message?: string; hashedToken: string }]
  /** A soft budget is reached, or 80 % of a budget are spent. At most once a day for each, and process. */
  'budget:alert': [BudgetAlert]
  /** An alert is told, unless another process has told the same. */
  'alert:raise': [{ id: string; type: string; level: 'Low' | 'Medium' | 'High' }]
  /** A row was changed through the management endpoints. Without secrets; `id` is that of the row in the log of changes. */
  'admin:change': [ManagedChange]
  /** Budgets cannot be shared now: each process counts for itself, until `budget:shared`. */
  'budget:local': [{ error: unknown }]
  'budget:shared': []
  /** Budgets were reset: how many of keys, users, teams, rows of the budget table, and budget windows. */
  'budget:reset': [{ key: number; user: number; team: number; budget: number; window: number }]
  /** They could not; it is tried again. */
  'budget:reset-failed': [{ error: unknown }]
  /** The store of rate limits fails: what counts is what this process has seen, until `limits:shared`. */
  'limits:local': [{ error: unknown }]
  'limits:shared': []
  /** What the router remembers (cooldowns, usage, latencies) cannot be shared now: each process knows its own, until `routing:shared`. */
  'routing:local': [{ error: unknown }]
  'routing:shared': []
  /** Owners of files, batches and the like cannot be written: each process knows what it has seen made, until `resources:shared`. */
  'resources:local': [{ error: unknown }]
  'resources:shared': []
  /** The store of the response cache does not answer: every call is made, and no answer is kept, until `cache:back`. */
  'cache:away': [{ error: unknown }]
  'cache:back': []
  /** It refuses to keep an answer. Told once, until it keeps one. */
  'cache:unwritten': [{ error: unknown }]
  'call:begin': [{ callId: string }]
  'call:end': [EndedCall]
  /** A try has failed, and it is known what follows; whether the call has failed, `call:end` tells. */
  'call:try-failed': [FailedTryTold]
  /** A deployment has failed too often, and is left alone for so long. */
  'deployment:cool': [{ deploymentId: string; modelGroup: string; ms: number; class: string; status: number }]
  /** Its upstream has answered 404 to the route of an API shape: no call of that shape is sent to it for so long. */
  'deployment:lacks': [{ deploymentId: string; modelGroup: string; shape: string; ms: number }]
  /** No price is known for a deployment: its calls will cost nothing, and no budget will stop them. Told once of each. */
  'model:unpriced': [{ deploymentId: string; modelGroup: string; model: string; provider: string }]
  /** A call was made without a known price: its row costs nothing and says `cost_unknown`. */
  'call:unpriced': [{ callId: string; model: string; provider: string }]
  /** Without what was asked and answered. */
  'spend:record': [{ event: SpendEvent }]
  'spend:flush': [{ size: number; ms: number; callIds?: readonly string[] }]
  'spend:retry': [{ size: number; attempt: number; error: unknown }]
  /** `rows`, made when it is called: what would have been written of each, without what was asked and answered. */
  'spend:drop': [{ callIds: readonly string[]; rows(): readonly Json[]; reason: DropReason; error?: unknown }]
  /** The database refuses this call for good; it is kept as a dead letter. */
  'spend:quarantine': [{ callId: string; sqlstate?: string; error: unknown }]
  /** The response did not wait any longer for this call to be written. It waits in memory now. */
  'spend:defer': [{ callId: string; afterMs: number }]
  /** What the journal tells about itself, see JournalEvent; `journal:unavailable` while it cannot be opened; `journal:adopted`. */
  'spend:journal': [JournalNotice]
  /** The Redis that processes buffer their rows in is away: this one writes its own, until `spend:shared`. */
  'spend:local': [{ error: unknown }]
  'spend:shared': []
  /** Daily tables are missing. What is charged is not added to them; they are brought up to the log when they are back. */
  'spend:tables-missing': [{ tables: readonly string[] }]
  /** They are back. So many of their rows said less than the log, and do not any more. */
  'spend:tables-repaired': [{ tables: readonly string[]; corrected: number }]
  /** They are back, and could not be brought up to the log: `express-litellm reconcile --fix` does it. */
  'spend:repair-failed': [{ tables: readonly string[]; error: unknown }]
  /** Calls were told to a callback. */
  'delivery:done': [{ callback: string; size: number; ms: number }]
  /** They could not be, and are told again. */
  'delivery:retry': [{ callback: string; size: number; attempt: number; error: unknown }]
  /** The callback refuses this call for good; it is kept as a dead letter where there is a journal, else given up. */
  'delivery:refused': [{ callback: string; callId: string; error: unknown }]
  /** There is no room for calls that wait to be told, or no time left. */
  'delivery:drop': [{ callback: string; callIds: readonly string[]; reason: DropReason; error?: unknown }]
  /** What the journal of a callback tells about itself. */
  'delivery:journal': [JournalNotice & { readonly callback: string }]
  'database:up': []
  'database:down': [{ error: unknown }]
  /** The database answers, and gives no connection to write spend on, until `writer:up`. Calls wait as `durability` says. */
  'writer:down': [{ error: unknown }]
  'writer:up': []
  /** The models were reloaded; `models` is how many there are now. */
  'models:load': [{ models: number }]
  /** They could not be read: the ones that are known go on serving. */
  'models:stale': [{ error: unknown }]
  /** A row that cannot be used. `problem` holds no value of the row. */
  'model:reject': [{ modelId: string; modelName: string; problem: string }]
  /** What `router_settings` of a key or team say cannot be used, and is left out. Told once. `id`: hashed token, or team. */
  'settings:reject': [{ owner: 'key' | 'team'; id: string; problem: string }]
  fault: [{ error: unknown; where: string }]
}

type Emit = (name: string, ...args: unknown[]) => boolean

/** Events only tell: a listener cannot change or break what happens. There is deliberately no `error` event. */
export class GatewayEvents extends EventEmitter<GatewayEventMap> {
  /** For the gateway's own parts: they hear of an event first, and are not among its listeners. */
  readonly own = new EventEmitter<GatewayEventMap>()

  /** Like `emit`, but a listener that throws is reported as `fault` and cannot break the caller. */
  tell<K extends keyof GatewayEventMap>(name: K, ...args: GatewayEventMap[K]): void {
    try {
      ;(this.own.emit as Emit).call(this.own, name, ...args)
      ;(this.emit as Emit).call(this, name, ...args)
    } catch (error) {
      if (name !== 'fault') this.tell('fault', { error, where: `listener of ${name}` })
    }
  }
}
