import { memoizeByObject } from '../../lib/memoize.ts'
import type { Call, Deployment } from '../../types.ts'
import type { Failure } from './cooldown/error-class.ts'

/** Why no deployment of a model group can be used now. */
export type NoneReason = 'unknown_group' | 'no_route' | 'cooling' | 'tags' | 'context_window' | 'rate_limited'

export interface Usable {
  /** Of every order. */
  readonly deployments: readonly Deployment[]
  /** Set when there are none. */
  readonly reason?: NoneReason
  /** When the first of them has cooled down, if that is the reason. */
  readonly retryAfterMs?: number
}

export interface UsableRules {
  coolingMs(deployment: Deployment): number
  /** For how long the deployment is known to lack the API of this call. */
  missingMs(deployment: Deployment): number
  /** What the call names is at these deployments alone: where all of them cool down they are asked all the same. */
  readonly areOnlyHolders?: boolean
  /** Of those usable until here, those that fit the tags of the call. */
  byTags(usable: readonly Deployment[], all: readonly Deployment[]): readonly Deployment[]
  /** Whether a call with so many input tokens fits into what the deployment reads at once. */
  fits(deployment: Deployment): boolean
  /** Whether the deployment has not used up its requests of this minute. */
  hasRequestsLeft(deployment: Deployment): boolean
}

/** The deployments of a group that this call can use now: cool, fitting its tags, and passing the pre-call checks. */
export function usableOf(all: readonly Deployment[], rules: UsableRules): Usable {
  if (all.length === 0) return none('unknown_group')
  const able = all.filter((deployment) => rules.missingMs(deployment) === 0)
  if (able.length === 0) return { ...none('no_route'), retryAfterMs: leastOf(all, rules.missingMs) }
  const coolNow = able.filter((deployment) => rules.coolingMs(deployment) === 0)
  const cool = coolNow.length === 0 && rules.areOnlyHolders ? able : coolNow
  if (cool.length === 0) return { ...none('cooling'), retryAfterMs: leastOf(able, rules.coolingMs) }
  const tagged = rules.byTags(cool, all)
  if (tagged.length === 0) return none('tags')
  const fitting = tagged.filter(rules.fits)
  if (fitting.length === 0) return none('context_window')
  const open = fitting.filter(rules.hasRequestsLeft)
  return open.length > 0 ? { deployments: open } : none('rate_limited')
}

/** Whether the rules that look at one deployment alone leave it. */
export function isUsable(deployment: Deployment, rules: Omit<UsableRules, 'byTags'>): boolean {
  return (
    rules.missingMs(deployment) === 0 &&
    rules.coolingMs(deployment) === 0 &&
    rules.fits(deployment) &&
    rules.hasRequestsLeft(deployment)
  )
}

/** The lowest order present is tried first; a deployment without one comes after all that have one. */
export function orderOf({ routing }: Deployment): number {
  return routing?.order ?? Number.POSITIVE_INFINITY
}

/** Of `deployments`, those of the lowest order. */
export function firstInOrder(deployments: readonly Deployment[]): readonly Deployment[] {
  if (deployments.length === 1) return deployments
  const lowest = leastOf(deployments, orderOf)
  return deployments.filter((deployment) => orderOf(deployment) === lowest)
}

function leastOf(deployments: readonly Deployment[], of: (deployment: Deployment) => number): number {
  return deployments.reduce((least, deployment) => Math.min(least, of(deployment)), Number.POSITIVE_INFINITY)
}

/** The failure that each reason stands for. 401 for tags and 429 are LiteLLM's statuses; 404 is our own for an unknown model, and the upstream's for a route that it lacks. */
export const FAILURE_OF_REASON: Readonly<Record<NoneReason, Failure>> = {
  unknown_group: { class: 'NotFoundError', status: 404 },
  no_route: { class: 'NotFoundError', status: 404 },
  cooling: { class: 'RateLimitError', status: 429 },
  tags: { class: 'AuthenticationError', status: 401 },
  context_window: { class: 'ContextWindowExceededError', status: 400 },
  rate_limited: { class: 'RateLimitError', status: 429 },
}

function none(reason: NoneReason): Usable {
  return { deployments: [], reason }
}

/** Leaves of the deployments of a group those that can serve a call which names what a provider keeps. */
export type Pins = (found: readonly Deployment[], call: Call, group: string) => readonly Deployment[]

/**
 * A call that names a file or goes on with a response is served by the deployment that made it; in another model group,
 * by those with the same account at the same address. Where the call's own group has neither, its model list has changed
 * since, and all of it is tried; a fallback is passed over, whose answer would only be that there is no such resource.
 */
export function createPins(deployments: readonly Deployment[]): Pins {
  const byId = new Map(deployments.map((deployment) => [deployment.id, deployment]))

  return (found, { pinnedTo = [], modelGroup }, group) => {
    const makers = pinnedTo.flatMap((id) => byId.get(id) ?? [])
    if (makers.length === 0) return found
    const own = found.filter(({ id }) => pinnedTo.includes(id))
    if (own.length > 0) return own
    const accounts = new Set(makers.map(accountOf))
    const alike = found.filter((deployment) => accounts.has(accountOf(deployment)))
    return alike.length > 0 || group !== modelGroup ? alike : found
  }
}

// A wildcard's deployments are made for each name, with the headers of the one in the list.
const accountOf = memoizeByObject(({ baseUrl, headers, credential }: Deployment) =>
  JSON.stringify([baseUrl, headers, credential]),
)
