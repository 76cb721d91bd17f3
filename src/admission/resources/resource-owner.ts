import type { MaybePromise } from '../../lib/maybe-promise.ts'
import type { VirtualKey } from '../../types.ts'
import { roleOf } from '../credential/credential.ts'

/** Who made a resource at a provider through this gateway. */
export interface ResourceOwner {
  readonly hashedToken?: string
  readonly userId?: string
  readonly teamId?: string
}

/** What is known of a resource: whose it is, and where. */
export interface KnownResource extends ResourceOwner {
  /** The deployment that made it. Absent where that was none of the model list. */
  readonly deploymentId?: string
  /** Of a batch whose requests stood in its order: their tokens of input on average, estimated. */
  readonly inputPerRequest?: number
  /** The provider's id of each copy that LiteLLM has made, by the deployment that has it. */
  readonly copies?: Readonly<Record<string, string>>
}

export interface OwnerOptions {
  /** What this process remembers is not enough. */
  readonly fresh?: boolean
  /** They stand in a list: what is not found is not waited for. */
  readonly list?: boolean
}

/** Remembers who made which resource, and where. */
export interface ResourceBook {
  /** What is known of them. Rejects when that cannot be known now. */
  owners(ids: readonly string[], options?: OwnerOptions): MaybePromise<ReadonlyMap<string, KnownResource>>
  /** Known to this process at once, to others soon. The first owner of a resource stays its owner. Never throws. */
  remember(ids: readonly string[], made: KnownResource): void
  /** Writes what is not written yet, as far as it can. */
  close(): Promise<void>
}

export function ownerOf({ hashedToken, master, owners }: VirtualKey): ResourceOwner {
  return { hashedToken, userId: master ? undefined : owners.userId, teamId: owners.teamId }
}

/** Sees and uses all resources: who administers the gateway. */
export function isAdministrator(key: VirtualKey): boolean {
  return roleOf(key) === 'proxy_admin'
}

/** Whether a key may use a resource. `owner` is `undefined` for one that this gateway did not see made. */
export function mayUseResource(key: VirtualKey, id: string, owner: ResourceOwner | undefined): boolean {
  if (isAdministrator(key) || isGranted(key, id)) return true
  return owner ? isOwn(key, owner) : key.metadata.allow_foreign_resources === true
}

/** The key itself, its team, or its user where no team owns the resource. */
function isOwn({ hashedToken, owners }: VirtualKey, owner: ResourceOwner): boolean {
  if (owner.hashedToken !== undefined && owner.hashedToken === hashedToken) return true
  if (owner.teamId !== undefined) return owner.teamId === owners.teamId
  return owner.userId !== undefined && owner.userId === owners.userId
}

/** Vector stores that an administrator has named in an object permission. */
function isGranted({ vectorStores, team, organization }: VirtualKey, id: string): boolean {
  return [vectorStores, team?.vectorStores, organization?.vectorStores].some(
    (granted) => granted?.includes(id) === true,
  )
}
