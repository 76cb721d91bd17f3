import { inspect, maskSecrets, pathText, problems, suggest } from '../../lib/config-error.ts'
import { type Environment, firstOf } from '../../lib/environment.ts'
import { hasOwnIdentity } from '../../models/providers/cloud-credential.ts'
import type { Provider } from '../../models/providers/provider.ts'
import { factsOf, PROVIDERS, providerOf } from '../../models/providers/providers.ts'
import { UNSERVED_PROVIDERS } from '../../models/providers/unserved-providers.ts'
import type { Deployment, DeploymentRouting } from '../../types.ts'
import { type ModelEntry, modelEntrySchema } from '../litellm-config.ts'
import { priceOf } from '../prices.ts'
import { type Quoted, withoutQuotes } from '../settings/quoted.ts'
import { baseUrlOf } from './base-url.ts'
import { callParamsOf, droppedParams, translationParamsOf } from './call-params.ts'
import { deploymentId } from './deployment-id.ts'
import { isAtHome, upstreamHeaders } from './upstream-headers.ts'

export interface ModelList {
  readonly deployments: readonly Deployment[]
  /** The entries that `deployments` were made from, in the same order. */
  readonly entries: readonly unknown[]
  readonly rejected: readonly RejectedModel[]
  /** What was written in quotes. */
  readonly quoted: readonly Quoted[]
}

/** An entry of `model_list` that is not served. */
export interface RejectedModel {
  /** The model group, or the entry's place in the list when it has no name. */
  readonly name: string
  /** Sentences that say what is wrong and what to do, without secrets. */
  readonly problems: readonly string[]
}

/** The one line that an operator reads about a rejected entry. */
export function rejectionText({ name, problems }: RejectedModel): string {
  return `Model ${name} is disabled: ${problems.join(' ')}`
}

/**
 * The deployments of a `model_list`, in its order. `known`: what is already known to be wrong with an entry. `written`: the
 * entries before variables were filled in, with what the file's numbers looked like.
 */
export function readModelList(
  entries: readonly unknown[],
  env: Environment,
  known: ReadonlyMap<number, readonly string[]> = new Map(),
  written: readonly unknown[] = entries,
): ModelList {
  const quoted: Quoted[] = []
  const made = entries.map((entry, index) => {
    const lines = known.get(index)
    const read = () => makeDeployment(entry, ['model_list', index], env, quoted, written[index])
    return { entry, index, result: lines ? { lines } : read() }
  })
  return {
    deployments: made.flatMap(({ result }) => ('lines' in result ? [] : [result])),
    entries: made.flatMap(({ entry, result }) => ('lines' in result ? [] : [entry])),
    rejected: made.flatMap(({ entry, index, result }) =>
      'lines' in result
        ? [{ name: nameOf(entry) ?? `model_list[${index}]`, problems: result.lines.map(maskSecrets) }]
        : [],
    ),
    quoted,
  }
}

function nameOf(entry: unknown): string | undefined {
  const name = (entry as { readonly model_name?: unknown } | null | undefined)?.model_name
  return typeof name === 'string' && name !== '' ? name : undefined
}

/**
 * The deployment of one entry from somewhere else than a file, such as LiteLLM's model table. Throws a `ConfigError`, so
 * that the caller can report one bad entry and go on with the others.
 */
export function deploymentOf(entry: unknown, env: Environment, title = 'Invalid model'): Deployment {
  const made = makeDeployment(entry, [], env)
  if ('lines' in made) throw problems(title, made.lines)
  return made
}

/** The parameters as they were written: LiteLLM's id depends on their order and form. */
type RawEntry = { readonly litellm_params: Readonly<Record<string, unknown>> }
type Params = ModelEntry['litellm_params']
type Problems = { readonly lines: readonly string[] }

function makeDeployment(
  raw: unknown,
  at: readonly (string | number)[],
  env: Environment,
  quoted: Quoted[] = [],
  written: unknown = raw,
): Deployment | Problems {
  const read = inspect(modelEntrySchema, withoutQuotes(modelEntrySchema, raw, at, quoted), { at })
  if ('lines' in read) return read
  const { model_name: modelGroup, litellm_params: params, model_info: info = {} } = read.value
  const wrong = (problem: string) => ({
    lines: [`${at.length > 0 ? `\`${pathText(at)}\` ` : ''}(${modelGroup}): ${problem}.`],
  })

  const apiBase = params.api_base ?? params.base_url
  const provider = providerOf(params.model, { custom: params.custom_llm_provider, apiBase })
  if (!provider) return wrong(noProvider(params.model, params.custom_llm_provider))
  const facts = factsFor(provider.name, params)
  const place = facts.place?.({ params, apiBase, model: provider.model }, env)
  if (place && 'problem' in place) return wrong(place.problem)
  const { model } = place ?? provider
  const apiVersion = apiVersionOf(facts, params, env)
  const base = baseUrlOf(facts, { apiBase: place?.apiBase ?? apiBase, model, apiVersion }, env)
  if ('problem' in base) return wrong(base.problem)
  const headers = upstreamHeaders(facts, params, base.url, env)
  const drops = dropsByDefault(env)
  return withoutUndefined({
    id: info.id ?? deploymentId(modelGroup, (raw as RawEntry).litellm_params, (written as RawEntry).litellm_params),
    modelGroup,
    model,
    litellmModel: params.model,
    provider: provider.name,
    baseUrl: base.url,
    headers,
    credential: credentialOf(facts, params, { base: base.url, headers, model: provider.model }, env),
    apiVersion: apiVersion || undefined,
    price: priceOf(info, params),
    baseModel: info.base_model ?? params.base_model,
    clientSide: params.configurable_clientside_auth_params,
    dropped: droppedParams(facts, params, drops === true),
    translation: translationParamsOf(params, drops),
    defaults: callParamsOf((raw as RawEntry).litellm_params),
    onClientAbort: params.on_client_abort,
    routing: routingOf(read.value),
    accessGroups: info.access_groups,
  })
}

/** `undefined` where nobody has said: then it depends on what is dropped. */
function dropsByDefault({ LITELLM_DROP_PARAMS: said = '' }: Environment): boolean | undefined {
  return said === '' ? undefined : said.toLowerCase() === 'true'
}

function apiVersionOf({ apiVersionFrom }: Provider, { api_version: given }: Params, env: Environment) {
  return apiVersionFrom && (given ?? firstOf(env, apiVersionFrom))
}

/** A key of the environment is not for an entry that says who it is. */
function factsFor(name: string, params: Params): Provider {
  const facts = factsOf(name)
  return facts.credential && hasOwnIdentity(params) ? { ...facts, keyFrom: [] } : facts
}

function credentialOf(
  facts: Provider,
  params: Params,
  { base, headers, model }: { base: string; headers: Deployment['headers']; model: string },
  env: Environment,
): Deployment['credential'] {
  if (headers[facts.auth] !== undefined) return undefined
  return facts.credential?.({ params, model, isAtHome: isAtHome(base, facts, env) }, env)
}

function routingOf({
  litellm_params: params,
  model_info: info = {},
  ...entry
}: ModelEntry): DeploymentRouting | undefined {
  const routing = withoutUndefined<DeploymentRouting>({
    weight: params.weight,
    // LiteLLM looks for limits in this order.
    rpm: entry.rpm ?? params.rpm ?? info.rpm,
    tpm: entry.tpm ?? params.tpm ?? info.tpm,
    maxParallelRequests: params.max_parallel_requests,
    order: params.order,
    tags: params.tags,
    tagRegex: params.tag_regex,
    timeoutMs: params.timeout,
    streamTimeoutMs: params.stream_timeout,
    retries: params.num_retries ?? params.max_retries,
    cooldownMs: info.cooldown_time ?? params.cooldown_time,
    allowedFails: info.allowed_fails,
    allowedFailsPolicy: info.allowed_fails_policy,
    tagFiltering: info.enable_tag_filtering,
    maxInputTokens: info.max_input_tokens,
    teamId: info.team_id,
    teamModelGroup: info.team_public_model_name,
    blocked: info.blocked,
  })
  return Object.keys(routing).length > 0 ? routing : undefined
}

/** The first two sentences about an unknown provider are LiteLLM's: people search for them. */
function noProvider(model: string, custom: string | undefined): string {
  const [prefix = '', ...rest] = custom === undefined ? model.split('/') : [custom, model]
  const asOpenAI = `\`openai/${rest.join('/') || model}\` with an \`api_base\``
  if (UNSERVED_PROVIDERS.has(prefix)) {
    return `LiteLLM knows the provider ${prefix}, this gateway does not. If it has an OpenAI-compatible address, write ${asOpenAI}`
  }
  const near = rest.length > 0 ? suggest(prefix, Object.keys(PROVIDERS)) : undefined
  return (
    'LLM Provider NOT provided. Pass in the LLM provider you are trying to call. ' +
    `You passed model=${model}. ${near ? `Did you mean the provider \`${near}\`? ` : ''}` +
    `Write \`openai/${model}\` with an \`api_base\` if the upstream speaks OpenAI's format`
  )
}

function withoutUndefined<T extends object>(object: { [K in keyof T]: T[K] | undefined }): T {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as T
}
