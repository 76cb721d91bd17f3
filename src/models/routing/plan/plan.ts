import type { Deployment } from '../../../types.ts'
import type { Failure } from '../cooldown/error-class.ts'
import { FAILURE_OF_REASON, firstInOrder, type NoneReason, orderOf } from '../usable.ts'
import type { Action, Attempt, GiveUp, Question, Route, Step, Try } from './action.ts'
import { backOffMs } from './back-off.ts'
import { fallbacksFor, typedFallbacksFor } from './fallbacks.ts'
import { retriesFor } from './retry-policy.ts'

/**
 * The next step of a call, decided from how its tries have ended: try again, go to the next order of the same model group,
 * go on to a fallback, or give up. Total: every question has an answer, and a call ends after finitely many tries, because
 * retries are counted, orders only rise and no model group has its turn twice.
 */
export function planNext(question: Question): Action {
  const last = question.attempts.at(-1)
  if (!last) return begin(question)
  if (last.answered) return { giveUp: 'failed', failure: last.failure, retryAfterMs: last.retryAfterMs }
  // As in LiteLLM, the fallbacks of a fallback are for when it fails.
  if (last.passedOver) return walk(question, last.tried.route, last)
  return retry(question, last) ?? walk(question, leave(question, last), last)
}

function begin(question: Question): Action {
  const step: Step = { group: question.group, depth: 0, params: {}, above: Number.NEGATIVE_INFINITY }
  if (!question.pretended) return walk(question, { ahead: [step], visited: [] })
  const ahead = fallbackSteps(question, step, question.pretended, [step.group])
  return walk(question, { ahead, visited: [step.group] }, { failure: question.pretended })
}

/** A key that was refused, and a route that is not there, are so at the next try too: only others may do better. */
const UNCHANGING: ReadonlySet<number> = new Set([401, 404])

/** Another try in the same group and order: first those that have not failed in this call. */
function retry(question: Question, last: Attempt): Try | undefined {
  const { tried, failure } = last
  const { step } = tried.route
  const usable = question.view.usable(step.group).deployments
  const candidates = usable.filter((deployment) => orderOf(deployment) === orderOf(tried.try))
  const allowed = retriesFor(
    {
      group: step.group,
      failure,
      deployment: tried.try,
      requested: question.requestedRetries,
      total: question.view.all(step.group).length,
      healthy: candidates.length,
      typedFallbacks: typedFallbacksFor(question.settings.fallbacks, step.group, failure.class) !== undefined,
    },
    question.settings.retries,
  )
  if (tried.retries >= allowed) return undefined
  const fresh = candidates.filter(({ id }) => !tried.route.tried.includes(id))
  const again = UNCHANGING.has(failure.status) ? [] : candidates
  const chosen = pick(question, step.group, fresh) ?? pick(question, step.group, again)
  if (!chosen) return undefined
  const alone = candidates.every(({ id }) => id === tried.try.id)
  const { backOff } = question.settings.retries
  return {
    ...tried,
    try: chosen,
    afterMs: alone ? backOffMs(tried.retries, last.retryAfterMs, backOff, question.random) : 0,
    retries: tried.retries + 1,
    route: { ...tried.route, tried: [...tried.route.tried, chosen.id] },
  }
}

type Way = Pick<Route, 'ahead' | 'visited'>

/** The way that is left when a step has failed for good. */
function leave(question: Question, { tried, failure }: Attempt): Way {
  const { step, ahead, visited } = tried.route
  return { ahead: [...stepsAfter(question, step, failure, visited, orderOf(tried.try)), ...ahead], visited }
}

/** Goes along the steps until one has a deployment to try. */
function walk(question: Question, way: Way, last?: Pick<Attempt, 'failure' | 'retryAfterMs'>): Action {
  let { ahead, visited } = way
  let refusal: GiveUp | undefined
  for (let step = ahead[0]; step; step = ahead[0]) {
    ahead = ahead.slice(1)
    if (isWhole(step) && visited.includes(step.group)) continue
    visited = [...visited, step.group]
    const found = enter(question, step)
    if ('deployment' in found) return firstTry(step, found.deployment, { ahead, visited })
    refusal ??= { giveUp: found.reason, failure: FAILURE_OF_REASON[found.reason], retryAfterMs: found.retryAfterMs }
    ahead = [...stepsAfter(question, step, FAILURE_OF_REASON[found.reason], visited), ...ahead]
  }
  if (last) return { giveUp: 'failed', failure: last.failure, retryAfterMs: last.retryAfterMs }
  return refusal ?? { giveUp: 'unknown_group', failure: FAILURE_OF_REASON.unknown_group }
}

type Found = { readonly deployment: Deployment } | { readonly reason: NoneReason; readonly retryAfterMs?: number }

/** The first deployment to try, order by order. */
function enter(question: Question, step: Step): Found {
  const drawn = isWhole(step) ? question.view.draw(step.group) : undefined
  if (drawn) return { deployment: drawn }
  const { deployments, reason = 'cooling', retryAfterMs } = question.view.usable(step.group)
  let rest = deployments.filter((deployment) => orderOf(deployment) > step.above)
  if (rest.length === 0) return { reason, retryAfterMs }
  while (rest.length > 0) {
    const candidates = firstInOrder(rest)
    const deployment = question.view.pick(step.group, candidates)
    if (deployment) return { deployment }
    rest = rest.filter((candidate) => !candidates.includes(candidate))
  }
  return { reason: 'rate_limited' }
}

function firstTry(step: Step, deployment: Deployment, way: Way): Try {
  return {
    try: deployment,
    afterMs: 0,
    group: step.group,
    params: step.params,
    retries: 0,
    fallbacks: step.depth,
    route: { step, ...way, tried: [deployment.id] },
  }
}

/** It begins with the lowest order: a group's first turn. */
function isWhole(step: Step): boolean {
  return step.above === Number.NEGATIVE_INFINITY
}

function pick(question: Question, group: string, candidates: readonly Deployment[]): Deployment | undefined {
  return candidates.length > 0 ? question.view.pick(group, candidates) : undefined
}

/** The next order of the group when it has one, else its fallbacks. Fallbacks for the very failure go before the next order. */
function stepsAfter(
  question: Question,
  step: Step,
  failure: Failure,
  visited: readonly string[],
  failedOrder?: number,
): readonly Step[] {
  const typed = typedFallbacksFor(question.settings.fallbacks, step.group, failure.class) !== undefined
  const higher =
    failedOrder !== undefined && question.view.all(step.group).some((deployment) => orderOf(deployment) > failedOrder)
  if (higher && !typed) return [{ ...step, above: failedOrder }]
  return fallbackSteps(question, step, failure, visited)
}

/** The fallbacks of a step's model group, as long as the call is not too deep already. */
function fallbackSteps(question: Question, step: Step, failure: Failure, visited: readonly string[]): readonly Step[] {
  if (step.depth >= question.settings.maxFallbacks) return []
  return fallbacksFor(question.settings.fallbacks, step.group, failure.class)
    .filter(({ group }) => !visited.includes(group))
    .map(({ group, params }) => ({ group, params, depth: step.depth + 1, above: Number.NEGATIVE_INFINITY }))
}
