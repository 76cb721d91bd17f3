import { object } from '../../lib/json.ts'
import { memoizeByObject } from '../../lib/memoize.ts'
import type { Call, ModelPrice, VirtualKey } from '../../types.ts'
import { bodyOf, type CallFacts, type ModelCatalog } from '../facts/check.ts'

const NONE: readonly RequestedModel[] = []

const FALLBACK_FIELDS = ['fallbacks', 'context_window_fallbacks', 'content_policy_fallbacks']

/** Names in a list of models that mean "every model". */
const EVERYTHING: ReadonlySet<string> = new Set(['*', 'all-proxy-models'])

export interface ModelRights {
  /** Names, patterns with `*`, access groups, and LiteLLM's special names. Empty means all. */
  readonly models: readonly string[]
  /** What access groups add when the list itself denies. */
  readonly alsoFrom?: readonly (readonly string[] | undefined)[]
}

/**
 * Whether an owner with these rights may call this model group, by the rules all of LiteLLM's objects share. An alias of
 * the router is allowed by its own name, or where everything that it stands for is.
 */
export function mayCall(rights: ModelRights, model: string, catalog: ModelCatalog = {}): boolean {
  if (isAllowed(rights, model, catalog)) return true
  const groups = catalog.aliasOf?.(model) ?? []
  return groups.length > 0 && groups.every((group) => isAllowed(rights, group, catalog))
}

function isAllowed({ models, alsoFrom = [] }: ModelRights, model: string, catalog: ModelCatalog): boolean {
  if (listAllows(models, model)) return true
  if ((catalog.accessGroupsOf?.(model) ?? []).some((group) => models.includes(group))) return true
  const names = namesOf(model, catalog)
  const lists = [models, ...alsoFrom.map((more) => more ?? [])]
  // An empty list of access groups adds nothing; an empty list of models has allowed all by now.
  return lists.some((list) => list.length > 0 && names.some((name) => listAllows(list, name)))
}

/**
 * The names under which lists may allow a model group of this key's team: its own, and what the team calls a deployment
 * that no other caller has.
 */
export function listedNames({ owners, team }: VirtualKey, model: string, catalog: ModelCatalog = {}): string[] {
  const { teamId } = owners
  if (teamId === undefined) return [model]
  const ofTeam = catalog.teamNameOf?.(model, teamId)
  const old = model.startsWith(`model_name_${teamId}_`)
    ? Object.entries(team?.modelAliases ?? {}).flatMap(([name, target]) => (target === model ? [name] : []))
    : []
  return [model, ...(ofTeam === undefined ? [] : [ofTeam]), ...old]
}

/** `openai/*` allows `gpt-4o`, when that is where it comes from. Names without a pattern are compared as they are. */
function namesOf(model: string, catalog: ModelCatalog): readonly string[] {
  const qualified = catalog.qualifiedName?.(model)
  return qualified === undefined || qualified === model ? [model] : [model, qualified]
}

/** Whether a list of allowed models has this name in it. An empty list allows all. `*` stands for any text. */
export function listAllows(allowed: readonly string[], model: string): boolean {
  return allowed.length === 0 || allowed.some((entry) => EVERYTHING.has(entry) || matches(entry, model))
}

/** Only `*` is special; LiteLLM lets other signs of regular expressions through, which no name needs. */
function matches(entry: string, model: string): boolean {
  if (!entry.includes('*')) return entry === model
  let at = 0
  const parts = entry.split('*')
  const last = parts.pop() ?? ''
  for (const [index, part] of parts.entries()) {
    const found = model.indexOf(part, at)
    if (index === 0 ? found !== 0 : found < 0) return false
    at = found + part.length
  }
  return model.length - last.length >= at && model.endsWith(last)
}

/** A model group that a call may end up at, and the name that the client used for it. */
export interface RequestedModel {
  readonly model: string
  readonly asked: string
}

/** Every model group the call itself asks for: `target_model_names` is a list, and all of it must be allowed. */
export function requestedModels({ asked }: CallFacts, call: Call | undefined): readonly RequestedModel[] {
  if (!call) return []
  const model = call.modelGroup.trim()
  if (model) return [{ model, asked: asked?.trim() ?? model }]
  const { target_model_names: targets } = bodyOf(call)
  const names = [targets].flat().flatMap((one) => (typeof one === 'string' ? one.split(',') : []))
  return names.flatMap((name) => (name.trim() ? [{ model: name.trim(), asked: name.trim() }] : []))
}

/** The models that the client wants tried when the first fails: names, or objects with a `model`. */
export function requestedFallbacks({ key, verbatim }: CallFacts, call: Call | undefined): readonly RequestedModel[] {
  const body = bodyOf(call)
  // Most calls bring none, and every list asks.
  if (FALLBACK_FIELDS.every((field) => body[field] === undefined)) return NONE
  return FALLBACK_FIELDS.flatMap((field) => {
    const list = body[field]
    return Array.isArray(list) ? list.flatMap(nameIn) : []
  }).map((asked) => ({ model: verbatim ? asked : resolveModelAlias(key, asked), asked }))
}

/**
 * The models that the client lets the provider answer with instead: OpenRouter's `models`, and those of Vercel's gateway.
 * They are names of the provider's, which a list may have with its prefix.
 */
export function providerFallbacks(call: Call | undefined): readonly ProviderModel[] {
  const { models, providerOptions } = bodyOf(call)
  if (models === undefined && providerOptions === undefined) return NONE_OF_PROVIDERS
  const { gateway } = object(providerOptions)
  return [...namesIn(models, 'openrouter'), ...namesIn(object(gateway).models, 'vercel_ai_gateway')]
}

export interface ProviderModel extends RequestedModel {
  readonly qualified: string
}

const NONE_OF_PROVIDERS: readonly ProviderModel[] = []

function namesIn(list: unknown, provider: string): readonly ProviderModel[] {
  const names = Array.isArray(list) ? list.flatMap(nameIn) : []
  return names.map((model) => ({ model, asked: model, qualified: `${provider}/${model}` }))
}

function nameIn(entry: unknown): readonly string[] {
  const name = typeof entry === 'object' && entry !== null ? (entry as { model?: unknown }).model : entry
  return typeof name === 'string' ? [name] : []
}

/**
 * Whether calls to a model group cost nothing for certain: both prices are explicitly 0 for each of its deployments.
 * A price that is unknown is not free, and neither is a group without deployments.
 */
export function isFree(prices: readonly (ModelPrice | undefined)[]): boolean {
  return (
    prices.length > 0 && prices.every((price) => price?.input_cost_per_token === 0 && price.output_cost_per_token === 0)
  )
}

/**
 * The `router_settings` that act for the calls of a key: its own, else those of its team. They are not merged. Mirrors
 * `_get_hierarchical_router_settings` of LiteLLM 1.106.
 */
export function ownRouterSettings({ routerSettings, team }: VirtualKey): VirtualKey['routerSettings'] {
  return routerSettings ?? team?.routerSettings
}

/**
 * The model group a name stands for: by `model_group_alias` of the key's or team's `router_settings`, then by the team's
 * names, then by the key's own, and by the first once more, as in LiteLLM 1.106.
 */
export function resolveModelAlias(key: VirtualKey, model: string): string {
  const settings = ownRouterSettings(key)
  const groups = settings && groupAliases(settings)
  const meant = own(groups, model) ?? model
  const byTeam = own(key.team?.modelAliases, meant) ?? meant
  const byKey = own(key.aliases, byTeam) ?? byTeam
  return own(groups, byKey) ?? byKey
}

/** Names of model groups, or objects with a `model`. What is neither stands for itself, as in LiteLLM. */
const groupAliases = memoizeByObject(
  ({ model_group_alias: aliases }: NonNullable<VirtualKey['routerSettings']>): Readonly<Record<string, string>> => {
    const entries = Object.entries(object(aliases)).map(([name, target]) => [name, nameIn(target)[0]])
    return Object.fromEntries(entries.filter(([, target]) => target))
  },
)

/** The call with the model group that its name stands for: itself where the name is no alias of its key. */
export function withMeantModel<C extends { readonly modelGroup: string }>(call: C, key: VirtualKey | undefined): C {
  const modelGroup = key ? resolveModelAlias(key, call.modelGroup) : call.modelGroup
  return modelGroup === call.modelGroup ? call : { ...call, modelGroup }
}

function own(aliases: Readonly<Record<string, string>> | undefined, model: string): string | undefined {
  return aliases && Object.hasOwn(aliases, model) ? aliases[model] : undefined
}
