import { memoizeByObject } from '../../lib/memoize.ts'
import type { Provider } from '../../models/providers/provider.ts'
import { factsOf } from '../../models/providers/providers.ts'
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

/** Elsewhere a body may name other resources, and has to be JSON. */
const UPLOADED = new Set(['files', 'uploads', 'containers', 'videos', 'skills', 'datasets', 'libraries', 'evals'])
/** Segments behind a collection that name an action, not a resource. */
const ACTIONS = new Set(['threads/runs', 'responses/compact', 'responses/input_tokens', 'videos/edits'])

/** Below all other prefixes paths are relayed as they are. */
const patternOf = memoizeByObject(({ passThrough }: Provider): RegExp | undefined => {
  const names = passThrough?.collections?.join('|')
  // Azure does not tell capitals from small letters.
  return names === undefined ? undefined : new RegExp(`(?:^|/)(${names})(?:[/;]([^/;]+))?(?:[/;](.*))?$`, 'i')
})

/** A model that was fine-tuned is deleted by its name. */
const MODEL = /(?:^|\/)models\/([^/;]+)$/i

/**
 * The resource, or the collection of them, that a relayed path names; `undefined` for all other paths. `provider` in
 * LiteLLM's words. The first collection in a path decides: what is below a resource belongs to the owner of that.
 */
export function resourceInPath(provider: string, method: string, path: string): ResourcePath | undefined {
  const facts = factsOf(provider)
  const pattern = patternOf(facts)
  if (!pattern) return undefined
  const plain = plainPath(path)
  const model = method === 'DELETE' && MODEL.exec(plain)?.[1]
  if (model) return { id: decode(model), segment: model, isList: false, isContent: false, takesUploads: false }
  const [, collection = '', sent, below = ''] = pattern.exec(decode(plain)) ?? []
  if (collection === '') return undefined
  const named = facts.passThrough?.namesCollections === true
  const takesUploads = named || UPLOADED.has(collection.toLowerCase())
  if (sent === undefined || ACTIONS.has(`${collection}/${sent}`)) {
    return { isList: method === 'GET' && sent === undefined, isContent: false, takesUploads }
  }
  return {
    id: named ? `${collection}/${sent.split(':')[0]}` : sent,
    segment: plain.split('/').find((segment) => decode(segment).split(';')[0] === sent),
    isList: false,
    isContent: /^(content|results)$/i.test(below),
    takesUploads,
  }
}
