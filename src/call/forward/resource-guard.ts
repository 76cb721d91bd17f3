import { type LiteLLMId, litellmIdOf } from '../../admission/resources/litellm-id.ts'
import {
  isAdministrator,
  type KnownResource,
  mayUseResource,
  type OwnerOptions,
  ownerOf,
  type ResourceOwner,
} from '../../admission/resources/resource-owner.ts'
import { LiteLLMError } from '../../errors.ts'
import type { Gateway, ResourceAccess } from '../../gateway.ts'
import { type MaybePromise, whenKnown } from '../../lib/maybe-promise.ts'
import { memoizeByObject } from '../../lib/memoize.ts'
import type { Json, VirtualKey } from '../../types.ts'
import { inputPerRequest } from '../../usage/background/batch-input.ts'
import { resourcesMadeIn } from '../../usage/resources/made-resources.ts'
import { isResponseItem, plainResourceId } from '../../usage/resources/named-resources.ts'
import type { RequestContext } from '../request/context.ts'

export type GuardGateway = Partial<Pick<Gateway, 'resources' | 'events'>>

/** What is known of the resources that a request names. */
export interface NamedResources {
  /** Those that are named as LiteLLM has written them, by that name. */
  readonly litellmIds: ReadonlyMap<string, LiteLLMId>
  /** By the provider's id. */
  readonly owners: ReadonlyMap<string, KnownResource>
}

interface Named {
  readonly sent: string
  readonly id: string
  /** Sealed into the id by LiteLLM. */
  readonly owner?: ResourceOwner
}

type Owners = ReadonlyMap<string, KnownResource>

const NONE: Owners = new Map()
const NOTHING: NamedResources = { litellmIds: new Map(), owners: NONE }

interface Guard {
  readonly resources: ResourceAccess
  readonly key: VirtualKey
  readonly named: readonly Named[]
  refuse(refusal: LiteLLMError): void
}

/**
 * Holds a request to the resources that its key may use. Throws `resource_not_found` for one that it may not, in the
 * same words whether that exists or not, and `resource_owner_unknown` where that cannot be known. `sent`: the ids as the
 * request names them. `onReport` hears of the refusal where nothing is refused.
 */
export function guardResources(
  { resources }: GuardGateway,
  key: VirtualKey | undefined,
  sent: readonly string[],
  onReport: (refusal: LiteLLMError) => void,
): MaybePromise<NamedResources> {
  if (!resources || !key || sent.length === 0) return NOTHING
  const litellmIds = litellmIdsIn(sent, resources)
  const named = sent.map((name): Named => {
    const { id = plainResourceId(name), owner } = litellmIds.get(name) ?? {}
    return { sent: name, id, owner }
  })
  const guard: Guard = {
    resources,
    key,
    named,
    refuse(refusal) {
      if (resources.mode === 'own') throw refusal
      if (resources.mode === 'report') onReport(refusal)
    },
  }
  return whenKnown(guardedOwners(guard), (owners = NONE) => ({ litellmIds, owners }))
}

/** Listens to the documents of an answer: what the provider says there that it has made belongs to `owner`. */
export function ownerLearner(
  { resources }: GuardGateway,
  key: VirtualKey,
  { owner = ownerOf(key), except, context }: LearnerOptions,
): (document: Json) => void {
  return (document) => {
    const made = resourcesMadeIn(document).filter((id) => !except.has(id))
    if (made.length === 0) return
    const { hashedToken, userId, teamId } = owner
    const deploymentId = context.deployment?.id || undefined
    const input = document.type === 'message_batch' ? inputOf(context.call?.json ?? {}) : undefined
    resources?.book.remember(made, { hashedToken, userId, teamId, deploymentId, inputPerRequest: input })
  }
}

/** A learner hears each document more than once. */
const inputOf = memoizeByObject(inputPerRequest)

export interface LearnerOptions {
  /** Default: the key. */
  readonly owner?: ResourceOwner
  readonly except: ReadonlySet<string>
  /** Its deployment is known by the time of an answer. */
  readonly context: Pick<RequestContext, 'deployment' | 'call'>
}

function litellmIdsIn(sent: readonly string[], { open }: ResourceAccess): ReadonlyMap<string, LiteLLMId> {
  const found = new Map<string, LiteLLMId>()
  for (const name of sent) {
    const id = litellmIdOf(name, open)
    if (id) found.set(name, id)
  }
  return found
}

/** What is known of the resources, where the key may use them all; `undefined` where nothing could be looked up. */
function guardedOwners(guard: Guard): MaybePromise<Owners | undefined> {
  const { mode } = guard.resources
  return whenKnown(ownersOf(guard, { list: mode === 'shared' }), (owners) => {
    if (!owners || mode === 'shared') return owners
    const denied = firstDenied(guard, owners)
    if (denied === undefined) return owners
    // A known owner who is another one may have been replaced: that is looked up before it is refused.
    if (!guard.named.some(({ id }) => owners.has(id))) return refused(guard, denied, owners)
    return whenKnown(ownersOf(guard, { fresh: true }), (fresh) => {
      const still = fresh && firstDenied(guard, fresh)
      return still === undefined ? fresh : refused(guard, still, fresh)
    })
  })
}

function refused({ refuse }: Guard, denied: string, owners: Owners | undefined): Owners | undefined {
  refuse(notFound(denied))
  return owners
}

function firstDenied({ resources: { responses }, key, named }: Guard, owners: Owners): string | undefined {
  return named.find(({ sent, id, owner: sealed }) => {
    const owner = owners.get(id) ?? owners.get(sent) ?? sealed
    const isResponse = sent.startsWith('resp_') || isResponseItem(sent)
    const isOpen = isResponse && (responses === 'shared' || (responses === 'unseen' && !owner))
    return !isOpen && !mayUseResource(key, id, owner)
  })?.sent
}

function ownersOf(
  { resources: { book }, key, named, refuse }: Guard,
  options: OwnerOptions,
): MaybePromise<Owners | undefined> {
  const ids = [...new Set(named.flatMap(({ sent, id }) => [id, sent]))]
  const found = book.owners(ids, options)
  if (!(found instanceof Promise)) return found
  return found.catch((cause: unknown) => {
    // Administrators need no owner.
    if (!isAdministrator(key)) refuse(new LiteLLMError('resource_owner_unknown', { cause }))
    return undefined
  })
}

/** In the same words whether it exists or not. */
export function notFound(id: string): LiteLLMError {
  const shown = id.length > 100 ? `${id.slice(0, 100)}…` : id
  return new LiteLLMError('resource_not_found', { message: `There is no '${shown}' that this key may use.` })
}
