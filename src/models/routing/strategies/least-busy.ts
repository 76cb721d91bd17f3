import { pickLowest } from './pick.ts'
import type { Ask, Strategy, StrategyTools } from './strategy.ts'

/** The deployment with the fewest calls under way; among equals at random. */
export function leastBusy({ state, random }: Pick<StrategyTools, 'state' | 'random'>): Strategy {
  return {
    choose: (candidates, ask) => pickLowest(candidates, ({ id }) => state.count(keyOf(id, ask)), random),
    begin: ({ id }, ask) => void state.add(keyOf(id, ask), 1, Number.POSITIVE_INFINITY),
    end: ({ id }, ask) => void state.add(keyOf(id, ask), -1, Number.POSITIVE_INFINITY),
  }
}

function keyOf(id: string, { group }: Ask): string {
  return `${group}:${id}:under-way`
}
