/*
 * Terminology. One word per idea, the same in code, options, events and README.
 *
 * - secret:        what the client sends ("sk-..."). Lives only inside litellmAuth; never logged, never stored.
 * - hashed token:  SHA-256 hex of the secret. Primary key of LiteLLM_VerificationToken; SpendLogs.api_key.
 * - virtual key:   the row behind a hashed token, with its owners, models and budgets.
 * - owners:        who a key belongs to (user, team, organization, ...). Attribution, not permission.
 * - entity:        anything that accrues spend: key, user, team, team member, organization, end user, tag, agent.
 * - call:          what the client asked for (shape, model group, end user, tags, stream?).
 * - model group:   the public model name in the call. - deployment: one concrete upstream that serves it.
 * - work:          what an API does after its call was answered (batches). Charged once, when it is seen to be done.
 * - usage:         token counts of one call. - cost: US dollars of one call. - spend: a running total of cost.
 * - outcome:       how the call ended. Settles exactly once.
 * - spend event:   the immutable fact handed to the sink. - spend log: the row it becomes.
 */

import type { Readable } from 'node:stream'
import type { ErrorCode, ExceededLimit } from './errors.ts'

export type Json = Readonly<Record<string, unknown>>

/** Who a key belongs to. Only for attribution: it says whose counters move, not what is permitted. */
export interface Owners {
  readonly userId?: string
  readonly userEmail?: string
  readonly teamId?: string
  readonly teamAlias?: string
  readonly organizationId?: string
  readonly projectId?: string
  readonly agentId?: string
}

export interface VirtualKey {
  readonly hashedToken: string
  /** The abbreviation LiteLLM shows, "sk-...abcd". */
  readonly name?: string
  readonly alias?: string
  /** It is out of date, and the database cannot be asked. */
  readonly unverified?: boolean
  /** The gateway's master key: no row, no budget, every model. */
  readonly master: boolean
  readonly owners: Owners
  /** Model groups this key may call. Empty means all. */
  readonly models: readonly string[]
  readonly expiresAt?: Date
  readonly blocked: boolean
  /** US dollars, as the database last said. */
  readonly spend: number
  /** US dollars. `undefined` means no limit; 0 blocks at once. */
  readonly maxBudget?: number
  readonly metadata: Json
  readonly teamMetadata: Json
  /** When the row was read: `spend` here and below is as of this moment. */
  readonly readAt?: Date
  /** The holder's own names for model groups. */
  readonly aliases?: Readonly<Record<string, string>>
  /** Models that the access groups assigned to the key add. */
  readonly accessGroupModels?: readonly string[]
  /** Paths and route groups this key may call. Empty or absent means all. */
  readonly allowedRoutes?: readonly string[]
  readonly allowedCacheControls?: readonly string[]
  /** Model settings of the key itself. When not empty, its `models` are not checked. */
  readonly config?: Json
  readonly permissions?: Json
  /** US dollars; reaching it alerts, never refuses. */
  readonly softBudget?: number
  readonly budgetDuration?: string
  readonly budgetResetAt?: Date
  /** Model group -> `{ max_budget | budget_limit, budget_duration | time_period, rpm_limit, tpm_limit }`. */
  readonly modelMaxBudget?: Json
  /** Model group -> the model groups to call instead, once its budget in `modelMaxBudget` is spent. */
  readonly budgetFallbacks?: Readonly<Record<string, readonly string[]>>
  readonly budgetWindows?: readonly BudgetWindow[]
  /** The column `router_settings`, as it was written. Empty is absent. */
  readonly routerSettings?: Json
  readonly limits?: Limits
  readonly vectorStores?: readonly string[]
  /** The agent that the key is for must name a trace with each call. */
  readonly traceIdRequired?: boolean
  readonly agent?: AgentFacts
  readonly team?: TeamFacts
  readonly member?: MemberFacts
  readonly user?: UserFacts
  readonly organization?: OrganizationFacts
  readonly project?: ProjectFacts
}

/** Ceilings on rate. `undefined` means no limit; 0 refuses everything. */
export interface Limits {
  /** Requests per minute. */
  readonly rpm?: number
  /** Tokens per minute. */
  readonly tpm?: number
  /** Tokens per day, of batches alone: for them it stands in place of the limits per minute. */
  readonly tpd?: number
  readonly maxParallelRequests?: number
}

/** A budget that resets after each duration, beside the one on the total. */
export interface BudgetWindow {
  /** "1d", "30d", ... */
  readonly duration: string
  /** US dollars. */
  readonly maxBudget: number
  readonly resetAt?: Date
}

/** Something to tell the owner of a budget. Never a reason to refuse. */
export interface BudgetAlert {
  /** `soft`: the soft budget is reached. `near`: 80 % of the budget is spent. */
  readonly kind: 'soft' | 'near'
  readonly entity: 'key' | 'team' | 'project'
  readonly id: string
  /** US dollars. */
  readonly spend: number
  readonly budget: number
  /** Who is told about a team's soft budget: LiteLLM tells no other address. */
  readonly emails?: readonly string[]
}

/** The agent that a key is for, or that a call names. */
export interface AgentFacts {
  readonly id: string
  readonly limits?: Limits
  /** Of each session with it. */
  readonly sessionLimits?: Limits
  /** Calls that each session may make in an hour. */
  readonly maxIterations?: unknown
}

export interface TeamFacts {
  readonly id: string
  readonly alias?: string
  readonly organizationId?: string
  readonly blocked: boolean
  readonly models: readonly string[]
  readonly accessGroupModels?: readonly string[]
  /** Team names for model groups. */
  readonly modelAliases?: Readonly<Record<string, string>>
  readonly spend: number
  readonly maxBudget?: number
  readonly softBudget?: number
  readonly budgetResetAt?: Date
  readonly modelMaxBudget?: Json
  readonly budgetWindows?: readonly BudgetWindow[]
  /** They act for keys that have none of their own. */
  readonly routerSettings?: Json
  readonly limits?: Limits
  readonly metadata: Json
  readonly vectorStores?: readonly string[]
  /** What members without a list of their own may call. */
  readonly defaultMemberModels?: readonly string[]
}

/** The key's user within the key's team. */
export interface MemberFacts {
  readonly role?: string
  /** Absent without a membership row: nothing is counted then. */
  readonly spend?: number
  /** The member's own ceiling, else the team's default for members. A default of 0 means none. */
  readonly maxBudget?: number
  /** What the membership itself says, without the team's default. */
  readonly ownMaxBudget?: number
  /** Added to `maxBudget` until `budgetIncreaseUntil`. */
  readonly budgetIncrease?: number
  readonly budgetIncreaseUntil?: Date
  readonly budgetResetAt?: Date
  readonly models?: readonly string[]
  readonly limits?: Limits
}

export interface UserFacts {
  readonly id: string
  readonly email?: string
  readonly role?: string
  readonly models: readonly string[]
  readonly spend: number
  readonly maxBudget?: number
  readonly budgetResetAt?: Date
  readonly modelMaxBudget?: Json
  readonly limits?: Limits
  readonly metadata: Json
}

export interface OrganizationFacts {
  readonly id: string
  readonly alias?: string
  readonly models: readonly string[]
  readonly spend: number
  readonly maxBudget?: number
  readonly budgetResetAt?: Date
  readonly limits?: Limits
  readonly metadata: Json
  readonly vectorStores?: readonly string[]
}

export interface ProjectFacts {
  readonly id: string
  readonly alias?: string
  readonly blocked: boolean
  readonly models: readonly string[]
  readonly spend: number
  readonly maxBudget?: number
  readonly softBudget?: number
  readonly budgetResetAt?: Date
  /** `{ model_rpm_limit: { model: limit }, model_tpm_limit: { ... } }`. */
  readonly modelLimits?: Json
  readonly metadata: Json
}

/** What the client asked for. */
export interface Call {
  /** The wire format: "openai-chat", "openai-embeddings", ... */
  readonly shape: string
  /** LiteLLM's SpendLogs.call_type. */
  readonly callType: string
  /** The path to append to a deployment's base URL, e.g. "/chat/completions". */
  readonly upstreamPath: string
  readonly modelGroup: string
  readonly stream: boolean
  readonly endUserId?: string
  /** Tags the client sent, in order, without duplicates. Which of them count is decided with the key. */
  readonly tags: readonly string[]
  /** Tags that the operator makes of headers, whatever the client may be charged to. */
  readonly headerTags?: readonly string[]
  readonly sessionId?: string
  /** The client's span (W3C Trace Context), where it says a valid one. */
  readonly traceparent?: string
  /** The agent that makes it, as the client says. One that its key is for goes before it. */
  readonly agentId?: string
  /** The client's own `metadata` object. */
  readonly metadata: Json
  /** What the client's header `x-litellm-spend-logs-metadata` says: for the row alone. */
  readonly spendLogsMetadata?: Json
  readonly userAgent?: string
  readonly clientIp?: string
  /** The body as an object, the members of its `extra_body` among its own; of a multipart body its text fields. */
  readonly json?: Json
  /** What `extra_body` has added to `json`. */
  readonly extraBody?: Json
  /** Present when the body is multipart. */
  readonly form?: FormFields
  /** What of the query goes to the upstream with the route, e.g. "alt=sse". */
  readonly query?: string
  /** The exact bytes the client sent; forwarded as they are unless something must change. */
  readonly body?: Buffer
  /** Ids of the deployments that hold what the call names: a file, the response that it goes on with. */
  readonly pinnedTo?: readonly string[]
  /** What it goes on with, where the log keeps that: items of OpenAI Responses, oldest first. */
  readonly earlier?: readonly Json[]
  /** Instead of `body`: one that was too large to wait for. `json` and `form` grow while it passes. */
  readonly upload?: Upload
  /** Present on a call that was translated: its other members say what the provider was asked. */
  readonly translated?: Translated
}

/** What a translation has made of a call. */
export interface Translated {
  /** The shape in which the client asked. */
  readonly from: string
  /** The call type of that shape: rows say it. */
  readonly callType: string
  /** Parameters of the client's that the provider's API cannot say. They were left out. */
  readonly losses: readonly string[]
}

/** A body that goes on to the upstream while it comes, or from where it is kept. */
export interface Upload {
  /** All that has been passed on could be passed on once more. */
  readonly repeatable: boolean
  /** The client has sent all of it. */
  readonly complete: boolean
  /** What the client did wrong, when the rest of it is not passed on for that. */
  readonly fault: Error | undefined
  /** The body with these changes. Behind what has been read there are none. */
  edited(edits: readonly BodyEdit[]): UploadBody
  /** It is not needed any more: what still comes is discarded, what was kept is dropped. */
  close(): void
}

export interface UploadBody {
  /** `undefined` when the client has not said. */
  readonly byteLength: number | undefined
  /** Begins to pass it on. */
  open(): Readable
}

/** The bytes of a body from `start` to `end` become `text`. Of several none overlap, and they are in order. */
export interface BodyEdit {
  readonly start: number
  readonly end: number
  readonly text: string
}

/** A text field of a form: its whole part with the boundary before it. In bytes. */
export interface FormField {
  readonly name: string
  readonly part: { readonly start: number; readonly end: number }
}

/** What a multipart body holds beside the values of its text fields. */
export interface FormFields {
  readonly boundary: string
  /** Where its first part begins, in bytes. */
  readonly begins?: number
  readonly fields: readonly FormField[]
  /** Where the value of the field `model` stands, in bytes. */
  readonly model?: { readonly start: number; readonly end: number }
  /** The first file. */
  readonly file?: UploadedFile
}

/** What is kept of an uploaded file: enough to tell how long it plays. Of a small one both `head` and `tail` are all. */
export interface UploadedFile {
  readonly byteLength: number
  /** As it begins. */
  readonly head: Buffer
  /** As it ends. */
  readonly tail: Buffer
}

/** What some requests of a batch ask for. Tokens are estimated: the calls were not made yet. */
export interface BatchPart {
  readonly requests: number
  readonly input: number
  /** At most, as far as the requests say. */
  readonly output: number
  /** Of `requests`, those that bound their answers by nothing. */
  readonly unbound: number
}

/** What a batch asks for: in all, and by the models that its requests name. */
export interface BatchInput extends BatchPart {
  readonly models: ReadonlyMap<string, BatchPart>
  /** Requests that are too long to be looked into. */
  readonly unread: number
}

/** One concrete upstream that serves a model group. */
export interface Deployment {
  readonly id: string
  readonly modelGroup: string
  /** The name the provider knows, e.g. "gpt-4o-2024-08-06". */
  readonly model: string
  /** `litellm_params.model`, as rows name it, e.g. "openai/gpt-4o-2024-08-06". Absent: `model`. */
  readonly litellmModel?: string
  readonly provider: string
  /** Without a trailing slash. A `/v1` belongs to it. */
  readonly baseUrl: string
  /** Sent upstream: provider key and extra headers. Lower-case names. */
  readonly headers: Readonly<Record<string, string>>
  /** Signs each call, or gets it a token, where a header that stays the same does not let it in. */
  readonly credential?: Credential
  /** Sent as the `api-version` query parameter (Azure). */
  readonly apiVersion?: string
  /** LiteLLM price fields of this deployment (`input_cost_per_token`, ...). An explicit 0 means free. */
  readonly price?: ModelPrice
  /** Parameters of calls that do not set them themselves, such as `max_tokens`. */
  readonly defaults?: Json
  /** `configurable_clientside_auth_params`: what calls may bring themselves, see auth/client-side-params.ts. */
  readonly clientSide?: readonly unknown[]
  /** Members of a body that it is never sent. */
  readonly dropped?: readonly string[]
  /** How calls of other API shapes are translated for it. Absent: as its provider's record says. */
  readonly translation?: TranslationParams
  /** Name under which prices are looked up instead of `model`. */
  readonly baseModel?: string
  /** What becomes of its answer when the client leaves. Absent: as the gateway's options say. */
  readonly onClientAbort?: Partial<ClientAbortOptions>
  /** How many calls it is given at once; more wait. Set by the router. */
  readonly parallel?: ParallelLimit
  /** How the router may use it. Absent: as the router's settings say. */
  readonly routing?: DeploymentRouting
  /** Names under which keys may be given this model together with others: `model_info.access_groups`. */
  readonly accessGroups?: readonly string[]
}

/** What `litellm_params` of a deployment say of calls that have to be translated. */
export interface TranslationParams {
  /** `prefer_shape`: the API in which it is asked, whatever clients speak. */
  readonly preferShape?: string
  /** `use_chat_completions_api`: its Responses API is not used. */
  readonly chatOnly?: boolean
  /** `drop_params`: `false` refuses a call with parameters that cannot be said. Absent: they are left out, and named. */
  readonly dropParams?: boolean
  /** `allowed_openai_params`: sent as they are, where they would be left out. */
  readonly allowed?: readonly string[]
  /** `additional_drop_params`: never sent, and not named. */
  readonly dropped?: readonly string[]
  /** `extra_body`: members of the body as the provider is sent it. */
  readonly extraBody?: Json
}

/** What to do with an upstream whose client has left. */
export interface ClientAbortOptions {
  /** `drain`: read on, for the true usage. `cancel`: stop the upstream. `auto`: whichever the provider's billing asks for. */
  readonly mode: 'drain' | 'cancel' | 'auto'
  /** An answer is drained for at most this long. */
  readonly drainMs: number
  /** Of an answer at most this many bytes are drained, as the upstream sends them; then it is stopped. */
  readonly drainBytes: number
}

export interface ParallelLimit {
  readonly calls: number
  /** A call counts to the end of its answer, not to its beginning. */
  readonly toEnd: boolean
}

/** What a provider of clouds knows us by. Secret, like provider keys. */
export type Credential = AwsCredential | GoogleCredential

/** Calls are signed (AWS Signature Version 4). Without keys: by whatever AWS's own chain of providers finds. */
export interface AwsCredential {
  readonly kind: 'aws'
  readonly region: string
  /** What is asked there. Default: bedrock. */
  readonly service?: 's3' | 'sqs' | 'dynamodb'
  readonly accessKeyId?: string
  readonly secretAccessKey?: string
  readonly sessionToken?: string
  readonly profile?: string
  /** Assumed with the credentials that the rest of this names. */
  readonly roleArn?: string
  readonly roleSessionName?: string
  readonly externalId?: string
  readonly webIdentityToken?: string
  readonly stsEndpoint?: string
}

/** Calls carry a token that ends after an hour. Without a file or JSON: the token of the machine we run on. */
export interface GoogleCredential {
  readonly kind: 'google'
  /** Of a service account or of a user who has logged in: the file that Google gave, or what stands in it. */
  readonly file?: string
  readonly json?: string
  /** Where a machine of Google's asks for its token, if not at the usual place. */
  readonly metadataHost?: string
}

/** What LiteLLM's router reads off one deployment. Every field that is absent falls back to the router's settings. */
export interface DeploymentRouting {
  /** Share of the calls of its model group, relative to the other deployments'. */
  readonly weight?: number
  /** Requests per minute. */
  readonly rpm?: number
  /** Tokens per minute. */
  readonly tpm?: number
  /** Calls under way at once. 0: as many as come. */
  readonly maxParallelRequests?: number
  /** Deployments with the lowest order are used while one of them can be. */
  readonly order?: number
  readonly tags?: readonly string[]
  /** Regular expressions over `User-Agent: ...`; a match counts like a tag. */
  readonly tagRegex?: readonly string[]
  readonly timeoutMs?: number
  readonly streamTimeoutMs?: number
  readonly retries?: number
  readonly cooldownMs?: number
  readonly allowedFails?: number
  /** Failures allowed per LiteLLM exception class, by LiteLLM's field name (`RateLimitErrorAllowedFails`, ...). */
  readonly allowedFailsPolicy?: Readonly<Record<string, number>>
  /** Switches tag routing on or off for the whole model group. */
  readonly tagFiltering?: boolean
  readonly maxInputTokens?: number
  /** Serves only this team, under `teamModelGroup`. */
  readonly teamId?: string
  readonly teamModelGroup?: string
  /** Paused by an administrator: known, but never chosen. */
  readonly blocked?: boolean
}

/** Token counts and billable quantities of one call, in LiteLLM's meaning. Never negative, never NaN. */
export interface Usage {
  /** All input tokens, cache reads and writes included. */
  readonly promptTokens: number
  /** All output tokens, reasoning included. */
  readonly completionTokens: number
  readonly cacheReadTokens: number
  /** Tokens written to the provider's cache, all durations together. */
  readonly cacheWriteTokens: number
  /** The part of `cacheWriteTokens` kept for an hour. */
  readonly cacheWrite1hTokens: number
  /**
   * The part kept for five minutes, where the provider splits its cache writes. It and the part kept for an hour are
   * billed as stated, whatever `cacheWriteTokens` says. Default: what the hour leaves of the total.
   */
  readonly cacheWrite5mTokens?: number
  readonly reasoningTokens: number
  /** The provider's split of the input by modality, where it gives one. */
  readonly promptDetails: ModalityTokens
  /** The provider's split of the output by modality, where it gives one. */
  readonly completionDetails: ModalityTokens
  /** What is billed by something other than tokens. */
  readonly quantities: Quantities
  /** The provider's split of the cache reads by modality, where it gives one. */
  readonly cacheReadDetails?: ModalityTokens
  /** "flex", "priority", ... as the provider reported it. */
  readonly serviceTier?: string
  /** Of the images made, as the answer states them, e.g. "1024x1536" and "high". */
  readonly imageSize?: string
  readonly imageQuality?: string
  /** Where the provider says it computed the answer, e.g. Anthropic's "us". */
  readonly inferenceGeo?: string
  /** Anthropic's "fast". */
  readonly speed?: string
  /** US dollars, when the provider states its own bill in the answer. Believed only for providers known to do so. */
  readonly statedCost?: number
  /** Whether `statedCost` stood in `x-litellm-response-cost`: the bill of another LiteLLM gateway. */
  readonly statedByGateway?: boolean
  /** What other models did for this answer, at prices of their own (Anthropic's advisor, what hears a realtime session). Not in the counts above. */
  readonly others?: readonly OtherUsage[]
  /** Figures of the provider's that are left out of the counts above, or cut: `SpendLogs.metadata.usage_doubt`. */
  readonly doubts?: readonly UsageDoubt[]
  /** The provider's own object, untouched, for SpendLogs.metadata.usage_object. */
  readonly raw: unknown
}

/** A figure that request and answer cannot mean. */
export interface UsageDoubt {
  /** In LiteLLM's words: "completion_tokens", "completion_tokens_details.audio_tokens", "cost"; else as in `Quantities`. */
  readonly figure: string
  readonly reported: number
  /** The most that was thought possible. */
  readonly most: number
}

export interface OtherUsage {
  readonly model: string
  readonly usage: Usage
  /** LiteLLM's, where it is not billed like the call itself. */
  readonly callType?: string
  /** Some of it was counted here: the provider did not say it, or said what cannot be. */
  readonly estimated?: true
  /** How many of its answers do not say their input, which is not in `usage`. */
  readonly withoutInput?: number
}

export interface ModalityTokens {
  readonly text?: number
  readonly audio?: number
  readonly image?: number
  readonly video?: number
}

/** Seconds may be fractions; everything else is whole. */
export interface Quantities {
  /** Images made. */
  readonly images?: number
  readonly inputImages?: number
  /** Text to be spoken. */
  readonly characters?: number
  /** Audio transcribed or video made. */
  readonly seconds?: number
  /** Audio within a multimodal input. */
  readonly audioSeconds?: number
  /** Video within a multimodal input. */
  readonly videoSeconds?: number
  readonly pages?: number
  /** Pages that were annotated too. */
  readonly annotatedPages?: number
  readonly searchUnits?: number
  readonly webSearches?: number
  readonly fileSearches?: number
  readonly codeSessions?: number
  /** Tokens of cited sources that are billed apart from the input (Perplexity). */
  readonly citationTokens?: number
}

/** `reported`: the provider said so. `partial`: it said so before the end. `estimated`: we counted. `none`: unknown. */
export type UsageSource = 'reported' | 'partial' | 'estimated' | 'none'

/**
 * What an API did after its call had been answered, told to the client that polls it: a batch, a response in the background. It
 * is charged once, by its id, however often and by whomever it is fetched.
 */
export interface Work {
  /** "batch_abc_batch_cost", as in LiteLLM. */
  readonly id: string
  /** LiteLLM's, for its price. */
  readonly callType: string
  readonly model: string
  readonly usage: Usage
  /** The provider's id of the answer, if the call that ordered the work may have had this answer itself. */
  readonly responseId?: string
  /** What the upstream is to be asked for, where the answer does not tell the usage. */
  readonly untold?: UntoldUsage
  /** `estimated` where some of the usage was counted here. Default: `reported`. */
  readonly usageSource?: UsageSource
  /** How many of its answers do not say their input, which is not in `usage`. */
  readonly withoutInput?: number
}

/** Where usage is found that a fetched answer does not tell. */
export type UntoldUsage =
  /** The provider's ids of the files with what was done, line by line, and with what was asked for. */
  | { readonly kind: 'batch'; readonly outputFile: string; readonly inputFile?: string }
  /** The answer says nothing: it is counted, and what it was an answer to. `response`: the provider's id. */
  | { readonly kind: 'response'; readonly response: string }

/** How a call ended. */
export interface Outcome {
  /** LiteLLM's SpendLogs.status. */
  readonly status: 'success' | 'failure'
  /** What the client saw; 499 when it left before the answer was complete. */
  readonly statusCode: number
  readonly usage?: Usage
  readonly usageSource: UsageSource
  /** The provider's id of the answer. */
  readonly responseId?: string
  /** The model the provider says it used. */
  readonly responseModel?: string
  /** Whose answer it is, where only its form tells. LiteLLM's name of the provider. */
  readonly responseProvider?: string
  readonly startedAt: Date
  /** First byte of the answer. */
  readonly firstByteAt?: Date
  readonly endedAt: Date
  /** Work that the answer says is done; by model, where there are several. Not in `usage`: this call has not made it. */
  readonly works?: readonly Work[]
  /** The client left before the answer was complete. */
  readonly aborted: boolean
  readonly error?: OutcomeError
  /** Tokens of the input of a call that its upstream failed, counted for its row: they are charged to nobody. */
  readonly failedInput?: number
}

/** What the event `call:end` says of a call. */
export interface EndedCall {
  readonly callId: string
  readonly outcome: Outcome
  /** The path that the client called, without its query. Absent for sessions. */
  readonly path?: string
  /** What the call asked for, if that was read. */
  readonly modelGroup?: string
  /** Whose key it was, if that is known. */
  readonly key?: Pick<Owners, 'userId' | 'teamId'> & { readonly hashedToken: string; readonly alias?: string }
  /** US dollars, where a `litellmSpend` has recorded it. */
  readonly cost?: number
  /** Tries beyond the first, within a model group. */
  readonly retries?: number
  readonly fallbacks?: number
  /** Who was asked last, without keys. `host` has the port where it is not the usual one. */
  readonly deployment?: {
    readonly id: string
    readonly model: string
    readonly provider: string
    readonly host: string
  }
}

export interface OutcomeError {
  readonly code: string
  /** LiteLLM's exception class, e.g. "RateLimitError". */
  readonly class: string
  readonly message: string
  /** Which of the gateway's own errors it is. Absent: an upstream's. */
  readonly refusal?: ErrorCode
  /** Of a refusal by a budget or a limit: which one. */
  readonly exceeded?: ExceededLimit
  /** By which the provider knows the request that it refused. */
  readonly providerRequestId?: string
}

/** US dollars of one call, in parts. Finite, never negative; `cacheRead`, `cacheWrite` and `reasoning` are within `input` and `output`. */
export interface Cost {
  /** What is charged: `original` less discount plus margin. */
  readonly total: number
  /** All input, cache reads and writes included. */
  readonly input: number
  /** All output, reasoning included. */
  readonly output: number
  readonly cacheRead: number
  readonly cacheWrite: number
  readonly reasoning: number
  /** What the provider's cache saved: the discount on reads less what writes cost more. Negative where that is more. */
  readonly cacheSaving?: number
  /** Searches, code sessions, other models, per-request fees. */
  readonly tools: number
  /** Before discount and margin. */
  readonly original: number
  readonly discountPercent: number
  readonly discountAmount: number
  readonly marginPercent: number
  readonly marginFixedAmount: number
  readonly marginAmount: number
  /** The tier whose prices were used, when one was. */
  readonly serviceTier?: string
}

/** Where a price came from, kept on the row so that it can be recomputed. */
export interface PriceSource {
  readonly source: 'deployment' | 'map' | 'embedded' | 'upstream'
  /** Name of the entry the price was found under. */
  readonly key: string
  /** SHA-256 of the price list it stands in, so that the very figures can be found again. */
  readonly mapHash?: string
}

/** What a call is charged, and how that came about. */
export interface Charge {
  /** US dollars. `undefined` means "price unknown", never "free". */
  readonly cost: number | undefined
  /** How `cost` came about, when it was computed. */
  readonly costParts?: Cost
  readonly priceSource?: PriceSource
  /** US dollars that the answer would have cost, had it not been served from the response cache. */
  readonly savedCost?: number
}

/** What the response cache had to do with a call. */
export interface CacheUse {
  /** Its answer was a stored one: it costs nothing. */
  readonly hit: boolean
  /** Under which it was looked up, and its answer stored. Of several the first. */
  readonly key: string
}

/** How a call came to its deployment. */
export interface CallRoute {
  /** The model group that served it in the end: the call's own, or a fallback. */
  readonly group: string
  /** When the last deployment was asked. */
  readonly askedAt?: Date
  /** Tries beyond the first, within a model group. */
  readonly retries: number
  readonly fallbacks: number
  /** The tries that failed before, in order. */
  readonly failures: readonly { readonly deploymentId: string; readonly class: string; readonly status: number }[]
}

/** The immutable fact handed to the sink, once per finished call. */
export interface SpendEvent extends Charge {
  /** Ours, unique per call. */
  readonly callId: string
  readonly key?: VirtualKey
  /** Without the body. */
  readonly call: Call
  /** Without provider keys and credentials. */
  readonly deployment?: Deployment
  /** Of a refused call: a deployment that it would have gone to. It was not asked. */
  readonly intended?: Deployment
  /** Absent when no deployment was tried. */
  readonly route?: CallRoute
  /** The path that the client called, without its query. */
  readonly path?: string
  /**
   * What the answer said of the gateway's own rate limits, `x-ratelimit-api_key-limit-requests`, and of the provider's,
   * `llm_provider-x-ratelimit-remaining-requests`. Absent without limits.
   */
  readonly limits?: Readonly<Record<string, string>>
  /** Milliseconds that the gateway itself has taken until the answer left. */
  readonly overheadMs?: number
  /** Names of the functions that the call offers to its model. Absent: none. */
  readonly tools?: readonly string[]
  /** Absent when the call was not looked up. */
  readonly cache?: CacheUse
  readonly outcome: Outcome
  /** Where cold storage keeps what was asked and answered. */
  readonly coldStorageKey?: string
  /** What was asked and answered, as JSON values. Only for a sink, and only with `storePromptsInSpendLogs`. */
  readonly request?: Json
  readonly answer?: unknown
}

/** LiteLLM's price fields of one model. US dollars per unit; see cost/cost.ts for the ones that are used. */
export type ModelPrice = Json

export interface FoundPrice {
  readonly price: ModelPrice
  readonly from: PriceSource
}

/** Finds virtual keys. Implement it to authenticate against something other than LiteLLM's tables. */
export interface KeyStore {
  /** `undefined` means there is no such key. Rejects when that cannot be known now. */
  find(hashedToken: string): Promise<VirtualKey | undefined>
  /** The key, if it is known without asking anybody. Optional: it saves time. */
  peek?(hashedToken: string): VirtualKey | undefined
}

/** Chooses the deployment of a call, or `undefined` when none serves its model group. */
export interface Router {
  choose(call: Call, key: VirtualKey | undefined): Deployment | undefined
  /** Public names, for `GET /v1/models`. */
  modelGroups(): readonly string[]
}

export interface PriceBook {
  /** `undefined` means the price is unknown, never that it is 0. */
  find(deployment: Deployment, hints?: PriceHints): FoundPrice | undefined
  /** What the price list says of the model beside its price: what it can do, and how much it writes. */
  describe?(deployment: Deployment): Json | undefined
  /** Another object as soon as a price may have changed. Absent: every price is asked for at every call. */
  basis?(): object
}

/** What a call and its answer add to finding a price. */
export interface PriceHints {
  /** The model the provider says it used. */
  readonly responseModel?: string
  /** Prefixes of entries for a kind of answer, the most exact first, e.g. "hd/1024-x-1792" for images. */
  readonly variants?: readonly string[]
}

/** Receives finished calls. */
export interface SpendSink {
  /**
   * Must not throw and must not block. A sink that is `durable` returns a promise that settles when the call is safe;
   * the response does not end before. It rejects only where the operator wants a call refused rather than unaccounted.
   */
  record(event: SpendEvent): void | Promise<void>
  /** Calls are handed over before their response ends, and `record` is waited for. */
  readonly durable?: boolean
  /** Resolves when everything recorded before the call is written, or known not to be. */
  flush(): Promise<void>
  close(): Promise<unknown>
}

/** What must have happened to a call before its response ends. */
export type Durability = 'memory' | 'journal' | 'sync'

/** What is known of the calls on their way to the database. Counts are since the start of this process. */
export interface SpendGauges {
  /** Calls that wait, in memory and in the journal. */
  readonly queued: number
  /** Age of the oldest of them; 0 when none waits. */
  readonly oldestMs: number
  /** Dollars of this process's calls that are not known to be written. A crash never loses more. */
  readonly unsettledDollars: number
  readonly journalBytes: number
  readonly written: number
  /** Writes that failed and were tried again. */
  readonly retried: number
  /** Calls that the database refuses for good, kept as dead letters. */
  readonly quarantined: number
  /** Calls given up, by reason. */
  readonly dropped: Readonly<Record<string, number>>
}

/** Where the calls are that were not written yet when the gateway was asked to close. */
export interface SpendClosing {
  /** Written while it closed. */
  readonly flushed: number
  /** In the journal, for the next start, or left in Redis, for other processes. */
  readonly journaled: number
  /** Given up while it closed. Whether the write in flight arrived is not known: its calls count as lost. */
  readonly lost: number
}
