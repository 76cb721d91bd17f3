import { type LiteLLMId, litellmIdOf } from '../../admission/resources/litellm-id.ts'
import {
  isAdministrator,
  mayUseResource,
  ownerOf,
  type ResourceOwner,
} from '../../admission/resources/resource-owner.ts'
import { LiteLLMError } from '../../errors.ts'
import type { Gateway, ResourceAccess } from '../../gateway.ts'
import { type MaybePromise, whenKnown } from '../../lib/maybe-promise.ts'
import type { Json, VirtualKey } from '../../types.ts'
import { resourcesMadeIn } from '../../usage/resources/made-resources.ts'
import { plainResourceId } from '../../usage/resources/named-resources.ts'

export type GuardGateway = Partial<Pick<Gateway, 'resources' | 'events'>>

/** What is known of the resources that a request names. */
export interface NamedResources {
  /** Those that are named as LiteLLM has written them, by that name. */
  readonly litellmIds: ReadonlyMap<string, LiteLLMId>
  /** By the provider's id. */
  readonly owners: ReadonlyMap<string, ResourceOwner>
}

interface Named {
  readonly sent: string
  readonly id: string
  /** Sealed into the id by LiteLLM. */
  readonly owner?: ResourceOwner
}

type Owners = ReadonlyMap<string, ResourceOwner>

const NOTHING: NamedResources = { litellmIds: new Map(), owners: new Map() }

/**
 * Holds a request to the resources that its key may use. Throws `resource_not_found` for one that it may not, in the
 * same words whether that exists or not. `sent`: the ids as the request names them. `onReport` hears of the refusal
 * where nothing is refused.
 */
export function guardResources(
  { resources }: GuardGateway,
  key: VirtualKey | undefined,
  sent: readonly string[],
  onReport: (refusal: LiteLLMError) => void,
): MaybePromise<NamedResources> {
  if (!resources || !key || sent.length === 0) return NOTHING
  const litellmIds = litellmIdsIn(sent, resources)
  if (resources.mode === 'shared') return { litellmIds, owners: NOTHING.owners }
  const named = sent.map((name): Named => {
    const { id = plainResourceId(name), owner } = litellmIds.get(name) ?? {}
    return { sent: name, id, owner }
  })
  return whenKnown(ownersOf(resources, key, named, false), (known) =>
    whenKnown(deniedOf(resources, key, named, known), ({ denied, owners }) => {
      if (denied) {
        const refusal = notFound(denied)
        if (resources.mode === 'own') throw refusal
        onReport(refusal)
      }
      return { litellmIds, owners }
    }),
  )
}

/** Listens to the documents of an answer: what the provider says there that it has made belongs to `owner`. */
export function ownerLearner(
  { resources }: GuardGateway,
  key: VirtualKey,
  { owner = ownerOf(key), except }: { readonly owner?: ResourceOwner; readonly except: ReadonlySet<string> },
): (document: Json) => void {
  return (document) => {
    const made = resourcesMadeIn(document).filter((id) => !except.has(id))
    if (made.length > 0) resources?.book.remember(made, owner)
  }
}

function litellmIdsIn(sent: readonly string[], { open }: ResourceAccess): ReadonlyMap<string, LiteLLMId> {
  const found = new Map<string, LiteLLMId>()
  for (const name of sent) {
    const id = litellmIdOf(name, open)
    if (id) found.set(name, id)
  }
  return found
}

/** A known owner who is another one may have been replaced: that is looked up before it is refused. */
function deniedOf(
  resources: ResourceAccess,
  key: VirtualKey,
  named: readonly Named[],
  owners: Owners,
): MaybePromise<{ readonly denied?: string; readonly owners: Owners }> {
  const denied = firstDenied(resources, key, named, owners)
  if (denied === undefined || !named.some(({ id }) => owners.has(id))) return { denied, owners }
  return whenKnown(ownersOf(resources, key, named, true), (fresh) => ({
    denied: firstDenied(resources, key, named, fresh),
    owners: fresh,
  }))
}

function firstDenied(
  { responses }: ResourceAccess,
  key: VirtualKey,
  named: readonly Named[],
  owners: Owners,
): string | undefined {
  return named.find(({ sent, id, owner: sealed }) => {
    const owner = owners.get(id) ?? owners.get(sent) ?? sealed
    const isOpen = sent.startsWith('resp_') && (responses === 'shared' || (responses === 'unseen' && !owner))
    return !isOpen && !mayUseResource(key, id, owner)
  })?.sent
}

function ownersOf(
  { book }: ResourceAccess,
  key: VirtualKey,
  named: readonly Named[],
  fresh: boolean,
): MaybePromise<Owners> {
  const ids = [...new Set(named.flatMap(({ sent, id }) => [id, sent]))]
  const found = book.owners(ids, { fresh })
  if (!(found instanceof Promise)) return found
  return found.catch((cause: unknown) => {
    // Administrators need no owner.
    if (isAdministrator(key)) return NOTHING.owners
    throw new LiteLLMError('resource_owner_unknown', { cause })
  })
}

function notFound(id: string): LiteLLMError {
  const shown = id.length > 100 ? `${id.slice(0, 100)}…` : id
  return new LiteLLMError('resource_not_found', { message: `There is no '${shown}' that this key may use.` })
}
