import { drawUntil, pickAny, pickLowest } from './pick.ts'
import type { Ask, Strategy, StrategyTools } from './strategy.ts'

/** The deployment with the fewest calls under way; among equals at random. */
export function leastBusy({ state, random }: Pick<StrategyTools, 'state' | 'random'>): Strategy {
  return {
    choose: (candidates, ask) => pickLowest(candidates, ({ id }) => state.count(keyOf(id, ask)), random),
    // Nothing is less busy than one that has no call.
    drawFrom: (list) => (ask, isUsable) =>
      drawUntil(
        () => pickAny(list, random),
        (drawn) => state.count(keyOf(drawn.id, ask)) === 0 && isUsable(drawn),
      ),
    begin: ({ id }, ask) => void state.add(keyOf(id, ask), 1, Number.POSITIVE_INFINITY),
    end: ({ id }, ask) => void state.add(keyOf(id, ask), -1, Number.POSITIVE_INFINITY),
  }
}

function keyOf(id: string, { group }: Ask): string {
  return `${group}:${id}:under-way`
}
