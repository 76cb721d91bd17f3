import type { ModelCatalog } from '../admission/facts/check.ts'
import { resolveModelAlias } from '../admission/models/model-access.ts'
import { answerJson } from '../call/answer/answer.ts'
import { getKey } from '../call/request/context.ts'
import { LiteLLMError } from '../errors.ts'
import type { Middleware } from '../lib/http/middleware.ts'
import type { FallbackTable } from '../models/routing/plan/fallbacks.ts'
import { isWildcard, wildcardMatcher } from '../models/routing/wildcard.ts'
import { createEmbeddedPrices, embeddedNames } from '../pricing/book/embedded-prices.ts'
import type { PriceBook, VirtualKey } from '../types.ts'
import { type GatewayOption, gatewayOf } from './default-gateway.ts'
import { type ListedAbilities, listedAbilities } from './model-abilities.ts'
import { type KnowingRouter, type KnownModels, knownModels } from './models-known.ts'

let byProvider: ReadonlyMap<string, readonly string[]> | undefined

/** Prices of one size or quality of picture, not models. */
const VARIANT = /\d+-x-\d+|^(?:low|medium|high|standard|hd)\//

type ModelsGateway = { readonly router: KnowingRouter; readonly catalog?: ModelCatalog; readonly prices?: PriceBook }

/** LiteLLM's DEFAULT_MODEL_CREATED_AT_TIME: clients want a number, and there is no better one. */
const CREATED = 1_677_610_602

/**
 * `GET /v1/models`: the model groups that the key of the request may call; `GET /v1/models/{id}`: one of them. Mount it
 * after `litellmAuth`.
 */
export function modelsEndpoint(options: GatewayOption<ModelsGateway>): Middleware {
  const { router, catalog, prices } = gatewayOf<ModelsGateway>(options)
  const known = knownModels(router, catalog)

  return function litellmModelsMiddleware(req, res, next) {
    const { pathname, searchParams } = new URL(req.url ?? '/', 'http://gateway')
    const id = /\/models\/(.+)$/.exec(pathname)?.[1]
    try {
      const key = getKey(req)
      const abilities = (name: string) => abilitiesOfGroup(known, prices, name)
      const found =
        id === undefined
          ? listModels(known, key, searchParams, abilities)
          : findModel(known, key, decode(id), abilities)
      answerJson(res, 200, found)
    } catch (error) {
      next(error)
    }
  }
}

/** LiteLLM's list, with its query parameters. */
export function listModels(
  known: KnownModels,
  key: VirtualKey,
  query: URLSearchParams,
  abilities: (name: string) => ListedAbilities = () => ({}),
) {
  const flag = (name: string) => /^(true|1|yes|on)$/i.test(query.get(name) ?? '')
  const fallbacks = flag('include_metadata') ? fallbacksOf(known, query.get('fallback_type') ?? 'general') : undefined
  const groups = known.groupsFor(key)
  // A pattern is no model that could be called: it is listed only when it is asked for, beside what it stands for.
  const patterns = flag('return_wildcard_routes') ? groups.filter(isWildcard) : []
  const models = [...known.groupsFor(key, expandModels), ...aliasesFor(key, groups), ...patterns]
  const accessGroups = accessGroupsFor(known, groups)
  const names = flag('only_model_access_groups')
    ? accessGroups
    : flag('include_model_access_groups')
      ? [...models, ...accessGroups]
      : models
  const meant = (name: string) => resolveModelAlias(key, name)
  return {
    data: [...new Set(names)].map((id) => ({ ...toModel(id, 'openai', fallbacks), ...abilities(meant(id)) })),
    object: 'list',
  }
}

/** The names that the key's team, and then the key, has for models that it may call. */
function aliasesFor(key: VirtualKey, groups: readonly string[]): readonly string[] {
  const names = [key.team?.modelAliases, key.aliases].flatMap((aliases) => Object.keys(aliases ?? {}))
  return names.filter((name) => groups.includes(resolveModelAlias(key, name)))
}

function findModel(known: KnownModels, key: VirtualKey, id: string, abilities: (name: string) => ListedAbilities) {
  const group = resolveModelAlias(key, id)
  if (!known.groupsFor(key).includes(group)) {
    throw new LiteLLMError('model_not_found', {
      status: 404,
      param: 'model_id',
      message: `The model '${id}' does not exist or you do not have access to it.`,
    })
  }
  const model = known.models().find(({ deployment }) => deployment.modelGroup === group)
  return { ...toModel(id, model?.deployment.provider ?? 'openai'), ...abilities(group) }
}

function abilitiesOfGroup(known: KnownModels, prices: PriceBook | undefined, name: string): ListedAbilities {
  return prices ? listedAbilities(known.catalog.modelsOf(name), prices) : {}
}

type Tables = ReturnType<KnownModels['settings']>['fallbacks']

const FALLBACK_TYPES: Readonly<Record<string, keyof Tables>> = {
  general: 'regular',
  context_window: 'contextWindow',
  content_policy: 'contentPolicy',
}

function fallbacksOf(known: KnownModels, type: string): FallbackTable {
  const table = Object.hasOwn(FALLBACK_TYPES, type) ? FALLBACK_TYPES[type] : undefined
  if (table) return known.settings().fallbacks[table]
  throw new LiteLLMError('bad_request', {
    param: 'fallback_type',
    message: `Invalid fallback_type. Must be one of: ${Object.keys(FALLBACK_TYPES).join(', ')}`,
  })
}

function accessGroupsFor({ catalog }: KnownModels, groups: readonly string[]): readonly string[] {
  const open = [...catalog.accessGroups()].filter(([, members]) => members.some((group) => groups.includes(group)))
  return open.map(([name]) => name)
}

function toModel(id: string, owned_by: string, fallbacks?: FallbackTable) {
  const model = { id, object: 'model', created: CREATED, owned_by }
  const instead = fallbacks?.get(id) ?? fallbacks?.get('*') ?? []
  return fallbacks ? { ...model, metadata: { fallbacks: instead.map(({ group }) => group) } } : model
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/**
 * The models that a pattern stands for, as far as anybody knows: those of the price list whose provider the pattern names
 * (`openai/*`, `anthropic/claude-*`). A name without a pattern is itself; `*` alone stands for too much to be listed.
 */
function expandModels(groups: readonly string[]): readonly string[] {
  return groups.flatMap((group) => (isWildcard(group) ? modelsBehind(group) : [group]))
}

function modelsBehind(pattern: string): readonly string[] {
  const [provider = ''] = pattern.split('/')
  const matches = wildcardMatcher(pattern)
  byProvider ??= namesByProvider()
  return (byProvider.get(provider) ?? []).filter((name) => matches(name))
}

function namesByProvider(): ReadonlyMap<string, readonly string[]> {
  const prices = createEmbeddedPrices()
  const provided = embeddedNames().flatMap((name) => {
    const provider = prices.get(name)?.litellm_provider
    if (typeof provider !== 'string' || VARIANT.test(name)) return []
    return [{ provider, name: name.startsWith(`${provider}/`) ? name : `${provider}/${name}` }]
  })
  const grouped = Map.groupBy(provided, ({ provider }) => provider)
  return new Map([...grouped].map(([provider, all]) => [provider, [...new Set(all.map(({ name }) => name))].sort()]))
}
