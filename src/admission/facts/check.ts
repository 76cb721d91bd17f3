import type { MaybePromise } from '../../lib/maybe-promise.ts'
import type { AgentFacts, Call, Limits, Usage, VirtualKey } from '../../types.ts'
import type { Compat } from './compat.ts'
import type { Refusal } from './refusal.ts'
import type { TimeZone } from './time-zone.ts'
import type { Headers } from './trace-id.ts'

export interface RequestFacts {
  readonly method: string
  /** Without the query and without the path the gateway is mounted at. */
  readonly path: string
  /** `undefined` when it cannot be known. */
  readonly clientIp?: string
  /** Size of the body, in bytes. */
  readonly bodyBytes?: number
  /** `?user_id=` of the query. */
  readonly userId?: string
  readonly headers?: Headers
}

/** A customer of the caller, when there is a row for it. */
export interface EndUserFacts {
  readonly id: string
  /** When the row was read. */
  readonly readAt?: Date
  readonly spend: number
  /** Its own ceiling, else that of the default tier for end users. */
  readonly maxBudget?: number
  /** Like a key's. */
  readonly modelMaxBudget?: VirtualKey['modelMaxBudget']
  readonly blocked?: boolean
  readonly limits?: VirtualKey['limits']
}

/** A tag of the call that has a row. */
export interface TagFacts {
  readonly name: string
  /** When the row was read. */
  readonly readAt?: Date
  readonly spend: number
  readonly maxBudget?: number
}

/** What is known about model groups. Everything is optional: without it names are only compared. */
export interface ModelCatalog {
  /** The model groups that the router's alias of this name stands for: any of them may serve it. */
  aliasOf?(model: string): readonly string[] | undefined
  /** `model_info.access_groups` of the deployments that serve this model group. */
  accessGroupsOf?(model: string): readonly string[]
  /** "provider/model" for a model without a provider in its name. */
  qualifiedName?(model: string): string | undefined
  /** Whether somebody serves this name who is not there for one team only. */
  has?(model: string): boolean
  /** Model groups that only this team has. */
  teamModels?(teamId: string): readonly string[]
  /** The team's own name for the deployment that serves this model group, where that is for this team only. */
  teamNameOf?(model: string, teamId: string): string | undefined
  /** Calls to this model group have failed lately. */
  inTrouble?(model: string): boolean
  /** `configurable_clientside_auth_params` of the deployments that serve this model group. */
  clientSideParams?(model: string): readonly unknown[]
  /** No deployment that serves this call has a known price. */
  isUnpriced?(call: Call, key: VirtualKey): boolean
}

/** Everything the checks look at beside the call itself. */
export interface CallFacts {
  readonly key: VirtualKey
  /** The abbreviation of the secret that was sent, "sk-...abcd". */
  readonly shown?: string
  readonly request?: RequestFacts
  readonly endUser?: EndUserFacts
  readonly tags?: readonly TagFacts[]
  /** The agent that the call names, where its key is for none. */
  readonly agent?: AgentFacts
  /** Spend of everybody, for `maxBudget` of the settings. US dollars. */
  readonly globalSpend?: number
  readonly globalSpendReadAt?: Date
  /** The model is known to cost nothing: budgets do not matter. */
  readonly free?: boolean
  /** The name that the client used, where it is an alias: the call names the model group that it stands for. */
  readonly asked?: string
  /** The names in the body go to the upstream as they are: no alias stands for anything. */
  readonly verbatim?: boolean
  readonly catalog?: ModelCatalog
  /**
   * The spend behind a counter (see `counters.ts`), given what the database last said, and when; `undefined` where no
   * row says anything. Default: what the database said. This is where spend that is not written yet comes in.
   */
  spendOf?(counter: string, recorded: number | undefined, readAt?: Date): number
}

/** LiteLLM's settings that change what is refused. Absent means LiteLLM's default. */
export interface CheckSettings {
  readonly compat?: Compat
  /** Exact addresses; an empty list allows none. */
  readonly allowedIps?: readonly string[]
  /** Paths and route groups; the rest of the gateway is closed to everybody. */
  readonly allowedRoutes?: readonly string[]
  readonly adminOnlyRoutes?: readonly string[]
  readonly disableLlmApiEndpoints?: boolean
  readonly disableAdminEndpoints?: boolean
  readonly maxRequestSizeMb?: number
  readonly allowClientSideCredentials?: boolean
  readonly enforceUserParam?: boolean
  readonly rejectClientsideMetadataTags?: boolean
  /** Dotted paths that every body must have. */
  readonly enforcedParams?: readonly string[]
  readonly serviceAccountEnforcedParams?: readonly string[]
  /** Ceiling on the spend of everybody, in US dollars. */
  readonly maxBudget?: number
  /** Rates of all calls together. */
  readonly gatewayLimits?: Limits
  readonly applyUserBudgetToTeamKeys?: boolean
  /** What is in a batch counts for no limit. */
  readonly ignoreBatchContents?: boolean
  /** A call that has a budget is refused while its spend cannot be read. */
  readonly failClosedBudgets?: boolean
  /** Whether a fallback is passed over where a budget has no room for it. Default: it is. */
  readonly enforceFallbackBudget?: boolean
  /** Also holds calls to the `models` of the organization, which LiteLLM looks at only when teams are made. */
  readonly enforceOrganizationModels?: boolean
  /** Status of a call whose budget is exceeded, unless `compat` says it. */
  readonly budgetExceededStatus?: number
  /** Replaces the message of every refused model; `{model}` stands for its name. */
  readonly modelAccessDeniedMessage?: string
  /** Calls without a known price are refused. */
  readonly blockUnpriced?: boolean
  /** End users that are blocked are refused. In LiteLLM only a callback does that. */
  readonly checkBlockedEndUsers?: boolean
  /** Those of them that are blocked whatever their rows say, and without one. */
  readonly blockedEndUsers?: ReadonlySet<string>
  /** What is left of the rates of a key that its budget slows down: more than 0, at most 1. */
  readonly throttlePart?: number
  /** By whose clock, and when, budget windows begin. Default: at midnight UTC. */
  readonly timeZone?: TimeZone
}

/** Pure: no clock, no I/O. `undefined` means the call may pass. `call` is absent on routes that call no model. */
export type Check = (
  facts: CallFacts,
  call: Call | undefined,
  settings: CheckSettings,
  now: Date,
) => Refusal | undefined

/** One line of the list of checks. */
export interface CheckRecord {
  readonly name: string
  /**
   * What it looks at. `request`: nothing of the key, so that it is made before that is known. `list`: a list of models,
   * which every name in a batch has to be on as well. `budget`: spend. `right`: everything else.
   */
  readonly kind: 'request' | 'right' | 'list' | 'budget'
  /** Calls reserve what it looks at: where no such budget is exceeded, it has nothing to say. */
  readonly reserved?: boolean
  /** Absent: to every call. */
  applies?(facts: CallFacts, call: Call | undefined): boolean
  readonly decide: Check
}

/** The client's JSON body, or an empty object. */
export function bodyOf(call: Call | undefined): NonNullable<Call['json']> {
  return call?.json ?? {}
}

export interface AdmissionRequest {
  readonly callId: string
  readonly key: VirtualKey
  /** The abbreviation of the secret that was sent. */
  readonly shown?: string
  readonly request?: RequestFacts
  /** Absent on routes that call no model: they are checked, and neither counted nor held to limits. */
  readonly call?: Call
  /** US dollars that the call costs if it succeeds, whatever it uses. */
  readonly fixedCost?: number
  /** The upstream gets the body as it came: the name in it is the model's own, and no alias of the key or its team. */
  readonly verbatim?: boolean
  /** The key as it is now, for a call that has waited. */
  currentKey?(): MaybePromise<VirtualKey>
}

export interface UsedByCall {
  /** US dollars. */
  readonly cost: number
  readonly usage?: Usage
  /** Nothing was made. */
  readonly failed?: boolean
  /** The id that the provider gave the response. */
  readonly responseId?: string
}

export interface Admission {
  /** Never in `report` mode. */
  readonly refusal?: Refusal
  /** In `report` mode: everything that is against the call. */
  readonly reported: readonly Refusal[]
  /** Rate limit headers for the answer. */
  readonly headers: Readonly<Record<string, string>>
  /** The model group that the call is to go to, where that is not the one it asked for. */
  readonly modelGroup?: string
}
