import { float } from '../admin/answers.ts'
import { answerJson } from '../call/answer/answer.ts'
import { getKey } from '../call/request/context.ts'
import { LiteLLMError } from '../errors.ts'
import type { Middleware } from '../lib/http/middleware.ts'
import type { Model } from '../models/routing/model.ts'
import { shownParams } from '../models/routing/shown-params.ts'
import type { PriceBook, VirtualKey } from '../types.ts'
import { type GatewayOption, gatewayOf } from './default-gateway.ts'
import { abilitiesOf, factsFor, largest } from './model-abilities.ts'
import { type KnowingRouter, type KnownModels, knownModels } from './models-known.ts'

interface ModelInfoGateway {
  readonly router: KnowingRouter
  readonly prices: PriceBook
}

interface PublicModelsGateway extends ModelInfoGateway {
  /** Model groups that everybody may see. Absent: none. */
  publicModels?(): readonly string[]
}

/** `GET /model/info`: the deployments that the key may use, without secrets. Mount it after `litellmAuth`. */
export function modelInfoEndpoint(options: GatewayOption<ModelInfoGateway>): Middleware {
  return answering(options, modelInfo, 'litellmModelInfoMiddleware')
}

/** `GET /v2/model/info`: a page of them. `search`: a part of a model group; `modelId`: the id of a deployment. */
export function modelPageEndpoint(options: GatewayOption<ModelInfoGateway>): Middleware {
  return answering(options, modelPage, 'litellmModelPageMiddleware')
}

/** `GET /model_group/info`: the model groups that the key may call, each with what its deployments have in common. */
export function modelGroupInfoEndpoint(options: GatewayOption<ModelInfoGateway>): Middleware {
  return answering(options, modelGroupInfo, 'litellmModelGroupInfoMiddleware')
}

/** `GET /public/model_hub`, for everybody: the model groups of `litellm_settings.public_model_groups`, and no others. */
export function publicModelsEndpoint(options: GatewayOption<PublicModelsGateway>): Middleware {
  const { router, prices, publicModels = () => [] } = gatewayOf<PublicModelsGateway>(options)
  const known = knownModels(router)
  return function litellmPublicModelsMiddleware(_req, res) {
    const open = known.models().filter(({ deployment }) => !deployment.routing?.blocked)
    const groups = [...new Set(publicModels())].map((name) => {
      const members = open.filter(({ deployment }) => deployment.modelGroup === name)
      return { ...groupInfoOf(name, members, prices), is_public_model_group: true }
    })
    answerJson(res, 200, groups)
  }
}

type Question = (known: KnownModels, prices: PriceBook, key: VirtualKey, query: URLSearchParams) => unknown

function answering(options: GatewayOption<ModelInfoGateway>, answer: Question, name: string): Middleware {
  const { router, prices } = gatewayOf<ModelInfoGateway>(options)
  const known = knownModels(router)
  const middleware: Middleware = (req, res, next) => {
    try {
      const { searchParams } = new URL(req.url ?? '/', 'http://gateway')
      answerJson(res, 200, answer(known, prices, getKey(req), searchParams))
    } catch (error) {
      next(error)
    }
  }
  return Object.defineProperty(middleware, 'name', { value: name })
}

function modelInfo(known: KnownModels, prices: PriceBook, key: VirtualKey, query: URLSearchParams) {
  const id = query.get('litellm_model_id')
  const models = known.modelsFor(key)
  const found = id === null ? models : models.filter(({ deployment }) => deployment.id === id)
  if (id !== null && found.length === 0) {
    throw new LiteLLMError('bad_request', {
      message: `Model id = ${id} not found on litellm proxy`,
      form: 'detail',
      detail: { error: `Model id = ${id} not found on litellm proxy` },
    })
  }
  return { data: found.map((model) => infoOf(model, prices)) }
}

const MOST_MODELS = 1000

function modelPage(known: KnownModels, prices: PriceBook, key: VirtualKey, query: URLSearchParams) {
  const [search, model, id] = ['search', 'model', 'modelId'].map((name) => query.get(name)?.toLowerCase())
  const found = known.modelsFor(key).filter(({ deployment }) => {
    const name = deployment.modelGroup.toLowerCase()
    return name.includes(search ?? '') && (!model || name === model) && (!id || deployment.id.toLowerCase() === id)
  })
  const [page, size] = [numberIn(query, 'page', 1), Math.min(numberIn(query, 'size', 50), MOST_MODELS)]
  return {
    data: found.slice((page - 1) * size, page * size).map((one) => pagedInfoOf(one, prices)),
    ...{ total_count: found.length, current_page: page, total_pages: Math.ceil(found.length / size), size },
  }
}

function numberIn(query: URLSearchParams, param: string, initial: number): number {
  const text = query.get(param)
  const number = text === null ? initial : Number(text)
  if (Number.isInteger(number) && number >= 1) return number
  throw new LiteLLMError('bad_request', { param, message: `\`${param}\` must be a number from 1 up, not "${text}".` })
}

/** With the teams that have a model for themselves. */
function pagedInfoOf(model: Model, prices: PriceBook) {
  const { model_info: info, ...rest } = infoOf(model, prices)
  const { teamId } = model.deployment.routing ?? {}
  const access = { access_via_team_ids: teamId === undefined ? [] : [teamId], direct_access: teamId === undefined }
  return { ...rest, model_info: { ...info, ...access } }
}

function infoOf(model: Model, prices: PriceBook) {
  const { deployment, params, stored } = model
  return {
    model_name: deployment.modelGroup,
    litellm_params: shownParams(params),
    model_info: { ...factsFor(model, prices), id: deployment.id, db_model: stored },
  }
}

function modelGroupInfo(known: KnownModels, prices: PriceBook, key: VirtualKey, query: URLSearchParams) {
  const wanted = query.get('model_group')
  const models = known.modelsFor(key).filter(({ deployment }) => !deployment.routing?.blocked)
  const groups = Map.groupBy(models, ({ deployment: { routing, modelGroup } }) => routing?.teamModelGroup ?? modelGroup)
  const shown = [...groups].filter(([name]) => wanted === null || name === wanted)
  return { data: shown.map(([name, members]) => groupInfoOf(name, members, prices)) }
}

/** Numbers are the largest of the group's, as in LiteLLM: what at least one of its deployments can do. */
function groupInfoOf(name: string, models: readonly Model[], prices: PriceBook) {
  const facts = models.map((model) => factsFor(model, prices))
  const numbers = Object.fromEntries(NUMBERS.map((field) => [field, float(largest(facts, field))]))
  const limits = models.map(({ deployment }) => deployment.routing ?? {})
  return {
    model_group: name,
    providers: [...new Set(models.map(({ deployment }) => deployment.provider))],
    ...numbers,
    input_cost_per_pixel: null,
    mode: facts.map(({ mode }) => mode).find((mode) => typeof mode === 'string') ?? 'chat',
    tpm: sum(limits.map(({ tpm }) => tpm)),
    rpm: sum(limits.map(({ rpm }) => rpm)),
    itpm: null,
    otpm: null,
    ...abilitiesOf(facts),
    supported_reasoning_efforts: [],
    supported_openai_params: facts.map((fact) => fact.supported_openai_params).find(Array.isArray) ?? [],
    ...NOT_KNOWN,
  }
}

/** What LiteLLM says of a group and nothing here keeps. */
const NOT_KNOWN = {
  configurable_clientside_auth_params: null,
  is_public_model_group: false,
  ...{ health_status: null, health_response_time: null, health_checked_at: null },
}

const NUMBERS = ['max_input_tokens', 'max_output_tokens', 'input_cost_per_token', 'output_cost_per_token'] as const

function sum(limits: readonly (number | undefined)[]): number | null {
  const given = limits.filter((limit) => limit !== undefined)
  return given.length > 0 ? given.reduce((total, limit) => total + limit, 0) : null
}
