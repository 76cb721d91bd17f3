import type { Deployment } from '../../../types.ts'
import { pickLowest } from './pick.ts'
import { createRanking, type DrawLowest, type RankingOptions } from './ranking.ts'
import type { Ask, Strategy, StrategyTools } from './strategy.ts'

/** The deployment with the fewest calls under way; among equals at random. */
export function leastBusy({ state, random, now }: Pick<StrategyTools, 'state' | 'random' | 'now'>): Strategy {
  return {
    choose: (candidates, ask) => pickLowest(candidates, ({ id }) => state.count(keyOf(id, ask)), random),
    drawFrom(list) {
      const byGroup = new Map<string, DrawLowest>()
      return (ask, isUsable) => {
        const draw = byGroup.get(ask.group) ?? createRanking(list, rankedBy(ask))
        byGroup.set(ask.group, draw)
        return draw(isUsable)
      }
    },
    begin: ({ id }, ask) => void state.add(keyOf(id, ask), 1, Number.POSITIVE_INFINITY),
    end: ({ id }, ask) => void state.add(keyOf(id, ask), -1, Number.POSITIVE_INFINITY),
  }

  function rankedBy(ask: Ask): RankingOptions {
    const keysOf = ({ id }: Deployment) => [keyOf(id, ask)]
    return { state, random, now, keysOf, scoreOf: ({ id }) => state.count(keyOf(id, ask)) }
  }
}

function keyOf(id: string, { group }: Ask): string {
  return `${group}:${id}:under-way`
}
