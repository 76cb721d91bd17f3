import type { Admin } from './admin/admin.ts'
import type { AdmissionControl } from './admission/admission-control.ts'
import type { ModelCatalog } from './admission/facts/check.ts'
import type { ResourceBook } from './admission/resources/resource-owner.ts'
import type { TurnLog } from './admission/resources/turn-log.ts'
import type { ResponseCache } from './cache/response-cache.ts'
import type { OpenCalls } from './call/answer/open-calls.ts'
import type { BodyLimits } from './call/request/body/held-bodies.ts'
import type { UploadLimits } from './call/request/form/read-upload.ts'
import type { ClientSettings } from './call/request/request-facts.ts'
import type { ReloadReport } from './config/resolved-options.ts'
import type { GatewayEvents } from './events.ts'
import type { DeadLetterInfo } from './ledger/journal/dead-letters.ts'
import type { JournalFile } from './ledger/journal/journal-files.ts'
import type { StaticFile } from './lib/http/static-folder.ts'
import type { Login } from './login/login.ts'
import type { Model } from './models/routing/model.ts'
import type { ChargeSettings } from './pricing/cost/price-call.ts'
import type { Alerts } from './signals/alerts/alerts.ts'
import type { CallHooks } from './signals/callbacks/call-hooks.ts'
import type { CallbackTests, DeliveryStates } from './signals/delivery-views.ts'
import type { Metrics } from './signals/metrics/metrics.ts'
import type { OutboxGauges } from './signals/outbox/outbox.ts'
import type {
  ClientAbortOptions,
  Durability,
  KeyStore,
  PriceBook,
  Router,
  SpendClosing,
  SpendGauges,
  SpendSink,
  UsageSource,
  VirtualKey,
} from './types.ts'
import type { MigrationReport } from './upkeep/migrate.ts'
import type { ReconcileRuns } from './upkeep/reconcile-runs.ts'
import type { HealthMonitor, HealthSettings } from './upstream/health/health-monitor.ts'
import type { PassThroughEndpoint } from './upstream/relay/pass-through.ts'
import type { Relay } from './upstream/relay/relay.ts'
import type { Upstream } from './upstream/upstream.ts'
import type { UsageReader } from './usage/shapes/reader.ts'

/** What only relaying needs. */
export interface RelayParts {
  readonly transport: Relay
  /** `general_settings.pass_through_endpoints`. */
  readonly endpoints: readonly PassThroughEndpoint[]
  /** The environment, with the configuration's own variables: addresses and keys of providers. */
  readonly env: Readonly<Record<string, string | undefined>>
  models?(): readonly Model[]
}

/** How calls are read off the wire. */
export interface CallOptions extends ClientSettings, BodyLimits {
  readonly readers: readonly UsageReader[]
  /** Large forms are passed on while they come. Set where the gateway alone reads the request, as in `litellm()`. */
  readonly uploads?: UploadLimits
  readonly clientAbort: ClientAbortOptions
  /** Status of a call whose model is not known. Default: 400. */
  readonly unknownModelStatus?: 400 | 404
  /** Answers name the model as their provider does. Default: as the client has asked for it. */
  readonly keepsModelNames?: boolean
  /** Errors of upstreams are put into LiteLLM's words. Default: they reach the client as they are. */
  readonly wrapsErrors?: boolean
  /** Whether prompt and answer of this key's calls are kept to their end, for log rows or callbacks. Absent: no. */
  keepsAnswerOf?(key: VirtualKey | undefined): boolean
  /** A client may name the address of its upstream, as LiteLLM's `allow_client_side_credentials` has it. Default: no. */
  readonly clientSideAddresses?: boolean
  /** The only header that keys are taken from. Absent: all that clients use. */
  readonly keyHeaderName?: string
}

/** Who may use what providers keep: files, batches, responses, threads, vector stores, fine-tunes. */
export interface ResourceAccess {
  readonly book: ResourceBook
  /** `own`: what a key, its team or its user made. `report`: what that refuses is told. `shared`: all, as in LiteLLM. */
  readonly mode: 'own' | 'report' | 'shared'
  /** Responses alone: `unseen` also gives away those that were not seen made. */
  readonly responses: 'own' | 'unseen' | 'shared'
  /** Opens what LiteLLM has sealed into an id; `undefined` for everything else. */
  open?(sealed: string): string | undefined
}

/** A call that was cut because the gateway closed, and what became of it. */
export interface CutCall {
  readonly callId: string
  readonly modelGroup: string
  /** How its usage was obtained. `reported`: its upstream was read to the end within the bound. */
  readonly usageSource: UsageSource
  /** US dollars. `undefined`: unknown, or nothing was metered. */
  readonly cost?: number
  /**
   * Where its row is. `journaled`: in the journal or in Redis, for the next writer. `sink`: handed to a sink of your
   * own, or only told as an event. `lost`: it could not be settled or written in time.
   */
  readonly row: 'written' | 'journaled' | 'sink' | 'lost'
}

/** Where the calls are that had not been written when the gateway closed. */
export interface GatewayClosing extends SpendClosing {
  /** Calls that could not be settled in time: they are in no ledger. */
  readonly openStreams: number
  /** The calls that had not ended by the end of the grace period. */
  readonly cut: readonly CutCall[]
}

/** What is known of LiteLLM's dashboard, and of where browsers see this gateway. */
export interface LitellmUi {
  /** The build in the folder `ui_dir`, by path. Absent: it is not served. */
  readonly files?: ReadonlyMap<string, StaticFile>
  /** LiteLLM's logos, by file name. */
  readonly logos: ReadonlyMap<string, StaticFile>
  /** `SERVER_ROOT_PATH`: the path that a proxy has in front. */
  readonly rootPath?: string
  /** `PROXY_BASE_URL`. */
  readonly baseUrl?: string
  /** `DISABLE_ADMIN_UI`: there is no sign-in. */
  readonly isDisabled: boolean
  readonly hidesCredentialsHint: boolean
  /** Addresses of the operator's own pictures: those of the page for the theme, else those of the environment. */
  pictures(): { readonly logo?: string; readonly logoDark?: string; readonly favicon?: string }
}

export interface GatewayMetrics extends Pick<Metrics, 'start' | 'started' | 'read' | 'values' | 'joinWith'> {
  /** Whoever reads them must have a key. */
  readonly needsKey: boolean
}

/** Counts the requests of `litellm()` for LiteLLM's page of the gateway. */
export interface RequestCounter {
  /** A POST is over. `status`: 0 where its client left before there was one. */
  record(path: string, status: number): void
}

/** What operators see of the ledger beside its gauges, and what they can do to it. */
export interface LedgerDesk {
  /** `undefined`: calls go nowhere, or to a sink of your own. */
  readonly durability: Durability | undefined
  /** Older rows of the log are deleted. `undefined`: none is. */
  readonly retentionMs: number | undefined
  outboxes(): readonly (OutboxGauges & { readonly name: string })[]
  /** `undefined` without one. */
  journal(): Promise<JournalState | undefined>
  /** What the database has refused for good, and what callbacks have. `callback`: which; `null`: the database. */
  letters(): Promise<readonly (DeadLetterInfo & { readonly callback: string | null })[]>
  /** Puts a letter back into the queue that it came from. `false`: there is no such letter, or no room. */
  requeue(callback: string | undefined, id: string): Promise<boolean>
  /** Absent without a database. */
  readonly reconcile: ReconcileRuns | undefined
}

export interface JournalState {
  readonly maxBytes: number
  readonly fsync: 'always' | 'interval' | 'never'
  readonly segments: readonly JournalFile[]
}

/** Everything the middlewares share. `createLiteLLM` builds one; tests and unusual apps may build their own. */
export interface Gateway extends AsyncDisposable {
  readonly keys: KeyStore
  readonly router: Router
  readonly prices: PriceBook
  /** How calls are charged. Absent: at their price, and calls without a price are made. */
  readonly pricing?: ChargeSettings
  readonly sink: SpendSink
  readonly events: GatewayEvents
  /** Absent: requests are not counted. */
  readonly requests?: RequestCounter | undefined
  /** The calls under way. Absent: `close` does not know of any, and readiness says nothing about the end. */
  readonly openCalls?: OpenCalls
  /** Checks, budgets and rate limits. */
  readonly admission: AdmissionControl
  /** Absent: every key uses and sees all that a provider keeps. */
  readonly resources?: ResourceAccess
  /** What the log keeps of earlier calls. Absent: it keeps neither prompts nor answers. */
  readonly turns?: TurnLog
  /** Answers that were given before. Absent: every call is made. */
  readonly cache?: ResponseCache
  /** Model groups that everybody may see, without a key. Absent: none. */
  publicModels?(): readonly string[]
  /** What is known about model groups. Absent: their names are only compared. */
  readonly catalog?: ModelCatalog
  readonly calls: CallOptions
  readonly upstream: Upstream
  /** Absent: the dashboard shows the ledger's gauges alone. */
  readonly desk?: LedgerDesk
  readonly relay: RelayParts
  /** What `/health` knows of the deployments. Absent: every model counts as healthy. */
  readonly health?: { readonly monitor: HealthMonitor | undefined; readonly settings: HealthSettings }
  /** For `/health/services`. Absent: there are no callbacks. */
  readonly callbacks?: CallbackTests
  /** What `/health/readiness/details` says beside the database. Absent: nothing. */
  readonly states?: DeliveryStates
  /** Which pages of browsers may read answers. Absent: nothing is said of it. */
  readonly cors?: { readonly origins: readonly string[]; readonly credentials: boolean }
  /** What custom loggers say on the way of a call. Absent: nothing. */
  readonly hooks?: CallHooks
  /** What Prometheus reads. Absent: there are no metrics. */
  readonly metrics?: GatewayMetrics
  /** Absent: alerts have no destination. */
  readonly alerts?: Pick<Alerts, 'test' | 'types'>
  /** The management endpoints; `undefined` without a database. */
  readonly admin: Admin | undefined
  /** Sign-in with name and password. Absent without a database or a master key, and where it is switched off. */
  readonly login?: Login
  /** LiteLLM's dashboard. */
  readonly ui?: LitellmUi
  /** `POST /user/auth` is left to the app: LiteLLM's `allow_user_auth`. Default: it is refused. */
  readonly allowsUserAuth?: boolean
  /** SHA-256 hex of the master key, or `undefined` when there is none. */
  readonly masterKeyHash: string | undefined
  /** What `/health/readiness` says about the database. A server that was not there is asked again. Never rejects. */
  database(): Promise<'connected' | 'disconnected' | 'no tables' | 'no writer' | 'Not connected'>
  /**
   * Resolves when the database answers, has tables, and gives a connection to write spend on: without tables or that
   * connection it rejects with a ConfigError. Await it before `listen` to fail fast.
   */
  ready(): Promise<void>
  /**
   * Creates the tables that the database lacks, on the connections that the gateway has. Rejects as `migrate` does, and
   * with `no_database` where there is none.
   */
  migrate(): Promise<MigrationReport>
  /** What the ledger holds; `undefined` without one of our own. */
  spend(): SpendGauges | undefined
  flush(): Promise<void>
  /**
   * Reads the configuration again, and takes its models, router settings, prices, limits and callbacks without touching
   * calls that are under way. Rejects with a ConfigError when it cannot be used: then nothing has changed. Absent where a
   * gateway was not built by `createLiteLLM`.
   */
  reload?(): Promise<ReloadReport>
  /** From now on readiness is 503 and answers close their connections. Calls are still taken. `close` does it too. */
  announceShutdown(): void
  /**
   * Lets the calls that are under way end, for at most `timeoutMs` (default: `shutdownGrace`); cuts the others and
   * settles them by what was metered; writes what is queued; closes what this gateway opened. Says where every call is,
   * after at most `timeoutMs` and about 5 s more. Stop listening first. Idempotent; a second call can shorten the time.
   */
  close(options?: { readonly timeoutMs?: number }): Promise<GatewayClosing>
}
