import { entryOf } from '../../errors.ts'
import { apiKeyOf } from '../../ledger/record/request-tags.ts'
import type { Deployment, Outcome, SpendEvent } from '../../types.ts'

/** Under which LiteLLM books what the master key spends. */
const MASTER_USER = 'default_user_id'

/** LiteLLM's label value for model names that no deployment, alias or pattern serves: clients could invent any number. */
const UNKNOWN_MODEL = 'other'

/** One thing that metrics count: a call that has ended, one of its tries, or a move from one model group to another. */
export interface Observed {
  /** `call`: once for each request. `try`: once for each deployment that was asked. `limit`: once for each kind of limit. */
  readonly kind: 'call' | 'try' | 'fallback' | 'limit' | 'cooldown'
  readonly outcome: Outcome
  /** Absent when the request was refused before its key and body were known. */
  readonly event?: SpendEvent
  /** Who was asked. */
  readonly deployment?: Deployment
  /** Of a try, and of what a fallback is for. Absent: it succeeded. */
  readonly failure?: { readonly class: string; readonly status: number }
  /** The model group that a fallback went to. */
  readonly fallback?: string
  readonly limit?: LimitType
}

export type LimitType = 'requests' | 'tokens'

export interface LabelSettings {
  /** `enable_end_user_cost_tracking_prometheus_only`: end users have series of their own. Default: no, they may be many. */
  readonly endUsers: boolean
  /** Whether some deployment, alias or pattern serves this name. */
  isKnownModel(name: string): boolean
}

type Label = (observed: Observed, settings: LabelSettings) => string | undefined

/** LiteLLM's labels. What has no value becomes `None` when it is written. */
export const LABELS = {
  end_user: ({ event }, { endUsers }) => (endUsers ? event?.call.endUserId : undefined),
  hashed_api_key: ({ event }) => event?.key && apiKeyOf(event.key),
  api_key_alias: ({ event }) => event?.key?.alias,
  team: ({ event }) => event?.key?.owners.teamId,
  team_alias: ({ event }) => event?.key?.owners.teamAlias,
  user: ({ event }) => event?.key?.owners.userId ?? (event?.key?.master ? MASTER_USER : undefined),
  user_email: ({ event }) => event?.key?.owners.userEmail,
  org_id: ({ event }) => event?.key?.owners.organizationId,
  org_alias: ({ event }) => event?.key?.organization?.alias,
  project_id: ({ event }) => event?.key?.owners.projectId,
  project_alias: ({ event }) => event?.key?.project?.alias,
  client_ip: ({ event }) => event?.call.clientIp,
  user_agent: ({ event }) => event?.call.userAgent,
  route: ({ event }) => event?.path && routeTemplate(event.path),
  stream: ({ event }) => event && (event.call.stream ? 'True' : 'None'),
  requested_model: ({ event }, settings) => event && knownModel(event.call.modelGroup, settings),
  model_group: ({ event }, settings) => event && knownModel(event.route?.group ?? event.call.modelGroup, settings),
  // A refused call names the model group that it asked for.
  model: ({ deployment, event }, settings) =>
    deployment?.model ?? (event && knownModel(event.call.modelGroup, settings)),
  litellm_model_name: ({ deployment }) => deployment?.model,
  model_id: ({ deployment }) => deployment?.id,
  api_base: ({ deployment }) => deployment?.baseUrl,
  api_provider: ({ deployment, event }) => (deployment ?? event?.intended)?.provider,
  service_tier: ({ event }) => event?.costParts?.serviceTier ?? event?.outcome.usage?.serviceTier,
  status_code: ({ outcome }) => String(outcome.statusCode),
  exception_status: ({ failure, outcome }) => String(failure?.status ?? outcome.statusCode),
  exception_class: exceptionClass,
  fallback_model: ({ fallback }) => fallback,
  rate_limit_type: ({ limit, outcome }) => limit ?? (isRateLimit(outcome) ? 'requests' : undefined),
  rate_limit_category: ({ outcome }) => (isRateLimit(outcome) ? 'litellm_rate_limit' : undefined),
} as const satisfies Readonly<Record<string, Label>>

export type LabelName = keyof typeof LABELS

/** LiteLLM's name: a refusal of the gateway as its proxy calls it, a provider's error with the provider before it. */
function exceptionClass({ event, deployment, failure, outcome }: Observed): string | undefined {
  const provider = (deployment ?? event?.deployment)?.provider
  if (failure) return ofProvider(failure.class, provider)
  const { error } = outcome
  if (!error) return undefined
  if (isRateLimit(outcome)) return 'HTTPException'
  if (!error.refusal) return ofProvider(error.class, provider)
  return entryOf(error.refusal).logged?.[0] ?? error.class
}

function ofProvider(name: string, provider = ''): string {
  return provider ? `${provider[0]!.toUpperCase()}${provider.slice(1)}.${name}` : name
}

function isRateLimit({ error }: Outcome): boolean {
  return error?.refusal === 'rate_limited'
}

function knownModel(name: string, { isKnownModel }: LabelSettings): string {
  return name === '' || isKnownModel(name) ? name : UNKNOWN_MODEL
}

/** A segment that is no word of an API is an id or a name: "/v1/responses/{id}". */
function routeTemplate(path: string): string {
  return path
    .split('/')
    .map((segment) => (/^([a-z][a-z_]*|v\d+[a-z]*\d*)?$/.test(segment) ? segment : '{id}'))
    .join('/')
}

/** A value as it may stand in the text format: Prometheus reads one line for each series. */
export function labelValue(value: string | undefined): string {
  return value === undefined ? 'None' : value.replaceAll('\n', ' ').replace(/[\r\u2028\u2029]/g, '')
}
