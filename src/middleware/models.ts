import type { ModelCatalog } from '../auth/check.ts'
import { getKey } from '../context.ts'
import { LiteLLMError } from '../errors.ts'
import { answerJson } from '../http/answer.ts'
import type { Middleware } from '../http/middleware.ts'
import type { FallbackTable } from '../routing/fallbacks.ts'
import { isWildcard } from '../routing/wildcard.ts'
import type { VirtualKey } from '../types.ts'
import { type GatewayOption, gatewayOf } from './default-gateway.ts'
import { expandModels } from './models-expanded.ts'
import { type KnowingRouter, type KnownModels, knownModels } from './models-known.ts'

type ModelsGateway = { readonly router: KnowingRouter; readonly catalog?: ModelCatalog }

/** LiteLLM's DEFAULT_MODEL_CREATED_AT_TIME: clients want a number, nobody knows a better one. */
const CREATED = 1_677_610_602

/**
 * `GET /v1/models`: the model groups that the key of the request may call; `GET /v1/models/{id}`: one of them. Mount it
 * after `litellmAuth`.
 */
export function modelsEndpoint(options: GatewayOption<ModelsGateway>): Middleware {
  const { router, catalog } = gatewayOf<ModelsGateway>(options)
  const known = knownModels(router, catalog)

  return function litellmModelsMiddleware(req, res, next) {
    const { pathname, searchParams } = new URL(req.url ?? '/', 'http://gateway')
    const id = /\/models\/(.+)$/.exec(pathname)?.[1]
    try {
      const key = getKey(req)
      answerJson(res, 200, id === undefined ? listModels(known, key, searchParams) : findModel(known, key, decode(id)))
    } catch (error) {
      next(error)
    }
  }
}

/** LiteLLM's list, with its query parameters. */
export function listModels(known: KnownModels, key: VirtualKey, query: URLSearchParams) {
  const flag = (name: string) => /^(true|1|yes|on)$/i.test(query.get(name) ?? '')
  const fallbacks = flag('include_metadata') ? fallbacksOf(known, query.get('fallback_type') ?? 'general') : undefined
  const groups = known.groupsFor(key)
  // A pattern is no model that could be called: it is listed only when it is asked for, beside what it stands for.
  const patterns = flag('return_wildcard_routes') ? groups.filter(isWildcard) : []
  const models = [...known.groupsFor(key, expandModels), ...patterns]
  const accessGroups = accessGroupsFor(known, groups)
  const names = flag('only_model_access_groups')
    ? accessGroups
    : flag('include_model_access_groups')
      ? [...models, ...accessGroups]
      : models
  return { data: [...new Set(names)].map((id) => toModel(id, 'openai', fallbacks)), object: 'list' }
}

function findModel(known: KnownModels, key: VirtualKey, id: string) {
  if (!known.groupsFor(key).includes(id)) {
    throw new LiteLLMError('model_not_found', {
      param: 'model_id',
      message: `The model '${id}' does not exist or you do not have access to it.`,
    })
  }
  const model = known.models().find(({ deployment }) => deployment.modelGroup === id)
  return toModel(id, model?.deployment.provider ?? 'openai')
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
