import type { Deployment } from '../../../types.ts'
import type { RouterState } from '../memory-state.ts'
import { drawUntil, pickAny } from './pick.ts'

export interface RankingOptions {
  readonly state: Pick<RouterState, 'changes' | 'markedMs'>
  readonly random: () => number
  readonly now: () => number
  /** Low goes first, and nothing is below 0. Depends on what `state` has under `keysOf`, and on nothing else. */
  readonly scoreOf: (deployment: Deployment) => number
  readonly keysOf: (deployment: Deployment) => readonly string[]
  /** The highest score that counts as equal to this lowest one. Default: the same. */
  readonly limitOf?: (lowest: number) => number
}

/** One of the deployments with the lowest score of those usable; see `Draw`. */
export type DrawLowest = (isUsable: (deployment: Deployment) => boolean) => Deployment | undefined

/** By then nearly all are out of use. */
const MOST_SKIPPED = 64

/**
 * Draws from a list that is kept in the order of its scores, so that a choice looks at its beginning alone. What has changed
 * since the last one is put where it belongs, by the log of the state. Without such a log only a score of 0 is drawn:
 * nothing is lower.
 */
export function createRanking(list: readonly Deployment[], options: RankingOptions): DrawLowest {
  const { state, random, scoreOf, limitOf = (lowest) => lowest } = options
  if (!state.changes) {
    return (isUsable) =>
      drawUntil(
        () => pickAny(list, random),
        (drawn) => scoreOf(drawn) === 0 && isUsable(drawn),
      )
  }
  const ranking = new Ranking(list, options)
  return (isUsable) => {
    ranking.refresh()
    const { order, scores } = ranking
    const first = order.slice(0, MOST_SKIPPED).findIndex(isUsable)
    if (first < 0) return undefined
    const end = firstAbove(scores, limitOf(scores[first] ?? 0))
    return drawUntil(() => order[first + Math.floor(random() * (end - first))], isUsable)
  }
}

interface Expiry {
  readonly at: number
  readonly deployment: Deployment
}

class Ranking {
  /** Lowest score first, and the scores in the same order. */
  order: Deployment[] = []
  scores: number[] = []
  readonly #list: readonly Deployment[]
  readonly #options: RankingOptions
  readonly #known = new Map<Deployment, number>()
  readonly #byKey: ReadonlyMap<string, Deployment>
  /** When to look whether what a score is made of has ended by itself: soonest first, one for each deployment at most. */
  #expiries: Expiry[] = []
  readonly #expected = new Set<Deployment>()
  #seen = -1

  constructor(list: readonly Deployment[], options: RankingOptions) {
    this.#list = list
    this.#options = options
    this.#byKey = new Map(list.flatMap((one) => options.keysOf(one).map((key) => [key, one] as const)))
  }

  /** Brings the order up to what the state has now. */
  refresh(): void {
    const { state, now } = this.#options
    const { keys, until } = state.changes?.(this.#seen) ?? { keys: undefined, until: 0 }
    this.#seen = until
    if (!keys || keys.length > this.#list.length) this.#sort()
    else for (const key of keys) this.#update(this.#byKey.get(key))
    const due = placeWhere(this.#expiries, ({ at }) => at > now())
    for (const { deployment } of this.#expiries.splice(0, due)) {
      this.#expected.delete(deployment)
      this.#update(deployment)
    }
  }

  #sort(): void {
    const scored = this.#list.map((deployment) => ({ deployment, score: this.#options.scoreOf(deployment) }))
    scored.sort((a, b) => a.score - b.score)
    this.order = scored.map(({ deployment }) => deployment)
    this.scores = scored.map(({ score }) => score)
    for (const { deployment, score } of scored) this.#known.set(deployment, score)
    this.#expiries = []
    this.#expected.clear()
    for (const deployment of this.#list) this.#expect(deployment)
  }

  #update(deployment: Deployment | undefined): void {
    if (!deployment) return
    this.#move(deployment)
    // What was written since ends later: then there is another look.
    if (!this.#expected.has(deployment)) this.#expect(deployment)
  }

  #move(deployment: Deployment): void {
    const before = this.#known.get(deployment) ?? 0
    const score = this.#options.scoreOf(deployment)
    if (score === before) return
    const from = this.order.indexOf(deployment, firstFrom(this.scores, before))
    this.order.splice(from, 1)
    this.scores.splice(from, 1)
    const to = firstAbove(this.scores, score)
    this.order.splice(to, 0, deployment)
    this.scores.splice(to, 0, score)
    this.#known.set(deployment, score)
  }

  #expect(deployment: Deployment): void {
    const { state, now, keysOf } = this.#options
    const ms = Math.min(...keysOf(deployment).map((key) => state.markedMs(key) || Number.POSITIVE_INFINITY))
    if (ms === Number.POSITIVE_INFINITY) return
    const at = now() + ms
    this.#expected.add(deployment)
    this.#expiries.splice(
      placeWhere(this.#expiries, (other) => other.at > at),
      0,
      { at, deployment },
    )
  }
}

/** The first place of an ascending list with a number above `value`. */
function firstAbove(scores: readonly number[], value: number): number {
  return placeWhere(scores, (score) => score > value)
}

/** The first place with `value` or more. */
function firstFrom(scores: readonly number[], value: number): number {
  return placeWhere(scores, (score) => score >= value)
}

function placeWhere<T>(ascending: readonly T[], isBehind: (item: T) => boolean): number {
  let low = 0
  let high = ascending.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (isBehind(ascending[middle] as T)) high = middle
    else low = middle + 1
  }
  return low
}
