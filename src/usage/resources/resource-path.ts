import { decode, plainPath } from '../shapes/match-path.ts'

/** Where a path leads within a collection of resources that belong to the caller who made them. */
export interface ResourcePath {
  /** As owners are remembered; `undefined` for the collection itself. */
  readonly id?: string
  /** The segment of the path that names it, as it was sent. */
  readonly segment?: string
  /** All resources of the collection are asked for. */
  readonly isList: boolean
  /** What stands in the resource is asked for, not what describes it. */
  readonly isContent: boolean
  /** It may be sent something other than JSON. */
  readonly takesUploads: boolean
}

const OPENAI = [
  ...['files', 'batches', 'uploads', 'fine_tuning/jobs', 'fine_tuning/checkpoints', 'vector_stores', 'assistants'],
  ...['threads', 'containers', 'responses', 'conversations', 'videos', 'evals', 'chat/completions'],
]

/** Path segments of each provider's collections. Below all other prefixes paths are relayed as they are. */
const COLLECTIONS: Readonly<Record<string, readonly string[]>> = {
  openai: OPENAI,
  azure: OPENAI,
  anthropic: ['messages/batches', 'files', 'skills'],
  gemini: ['files', 'batches', 'cachedContents', 'tunedModels', 'corpora', 'fileSearchStores'],
  vertex_ai: ['batchPredictionJobs', 'cachedContents', 'tuningJobs', 'ragCorpora'],
  mistral: ['files', 'batch/jobs', 'fine_tuning/jobs', 'agents', 'conversations', 'libraries'],
  cohere: ['datasets', 'embed-jobs', 'finetuning/finetuned-models'],
  bedrock: ['async-invoke'],
}

/** Elsewhere a body may name other resources, and has to be JSON. */
const UPLOADED = new Set(['files', 'uploads', 'containers', 'videos', 'skills', 'datasets', 'libraries', 'evals'])
/** Google names a resource by its collection and its id. */
const NAMED_WITH_COLLECTION = new Set(['gemini', 'vertex_ai'])
/** Segments behind a collection that name an action, not a resource. */
const ACTIONS = new Set(['threads/runs', 'responses/compact', 'responses/input_tokens', 'videos/edits'])

const PATTERNS: ReadonlyMap<string, RegExp> = new Map(
  Object.entries(COLLECTIONS).map(([provider, names]) => [
    provider,
    // Azure does not tell capitals from small letters.
    new RegExp(`(?:^|/)(${names.join('|')})(?:[/;]([^/;]+))?(?:[/;](.*))?$`, 'i'),
  ]),
)
/** A model that was fine-tuned is deleted by its name. */
const MODEL = /(?:^|\/)models\/([^/;]+)$/i

/**
 * The resource, or the collection of them, that a relayed path names; `undefined` for all other paths. `provider` in
 * LiteLLM's words. The first collection in a path decides: what is below a resource belongs to the owner of that.
 */
export function resourceInPath(provider: string, method: string, path: string): ResourcePath | undefined {
  const pattern = PATTERNS.get(provider)
  if (!pattern) return undefined
  const plain = plainPath(path)
  const model = method === 'DELETE' && MODEL.exec(plain)?.[1]
  if (model) return { id: decode(model), segment: model, isList: false, isContent: false, takesUploads: false }
  const [, collection = '', sent, below = ''] = pattern.exec(decode(plain)) ?? []
  if (collection === '') return undefined
  const takesUploads = UPLOADED.has(collection.toLowerCase()) || NAMED_WITH_COLLECTION.has(provider)
  if (sent === undefined || ACTIONS.has(`${collection}/${sent}`)) {
    return { isList: method === 'GET' && sent === undefined, isContent: false, takesUploads }
  }
  const named = NAMED_WITH_COLLECTION.has(provider)
  return {
    id: named ? `${collection}/${sent.split(':')[0]}` : sent,
    segment: plain.split('/').find((segment) => decode(segment).split(';')[0] === sent),
    isList: false,
    isContent: /^(content|results)$/i.test(below),
    takesUploads,
  }
}
