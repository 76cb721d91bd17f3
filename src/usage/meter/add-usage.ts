import type { Json, ModalityTokens, Quantities, Usage, UsageDoubt } from '../../types.ts'
import { object } from '../shapes/reader.ts'

/** Two usages of one model together, none of their counts above `most`. What is no number is as `b` says. */
export function addUsage(a: Usage, b: Usage, most: number): Usage {
  const sum = (one: number, other: number) => Math.min(one + other, most)
  const others = [...(a.others ?? []), ...(b.others ?? [])]
  const doubts = addDoubts(a.doubts, b.doubts)
  return {
    ...b,
    ...(others.length > 0 ? { others } : {}),
    ...(doubts && { doubts }),
    promptTokens: sum(a.promptTokens, b.promptTokens),
    completionTokens: sum(a.completionTokens, b.completionTokens),
    cacheReadTokens: sum(a.cacheReadTokens, b.cacheReadTokens),
    cacheWriteTokens: sum(a.cacheWriteTokens, b.cacheWriteTokens),
    cacheWrite1hTokens: sum(a.cacheWrite1hTokens, b.cacheWrite1hTokens),
    ...(splits(a) || splits(b) ? { cacheWrite5mTokens: sum(fiveMinutes(a), fiveMinutes(b)) } : {}),
    reasoningTokens: sum(a.reasoningTokens, b.reasoningTokens),
    promptDetails: addSplits(a.promptDetails, b.promptDetails),
    completionDetails: addSplits(a.completionDetails, b.completionDetails),
    cacheReadDetails: addSplits(a.cacheReadDetails ?? {}, b.cacheReadDetails ?? {}),
    quantities: addNumbers({ ...a.quantities }, { ...b.quantities }) as Quantities,
    raw: addNumbers(object(a.raw), object(b.raw)),
  }
}

/** One a figure, the greatest: a batch has thousands of answers. */
export function addDoubts(
  a: readonly UsageDoubt[] | undefined,
  b: readonly UsageDoubt[] | undefined,
): readonly UsageDoubt[] | undefined {
  if (!a || !b) return a ?? b
  const greatest = new Map<string, UsageDoubt>()
  for (const doubt of [...a, ...b]) {
    const known = greatest.get(doubt.figure)
    if (!known || known.reported < doubt.reported) greatest.set(doubt.figure, doubt)
  }
  return [...greatest.values()]
}

function splits({ cacheWrite5mTokens }: Usage): boolean {
  return cacheWrite5mTokens !== undefined
}

function fiveMinutes({ cacheWriteTokens, cacheWrite1hTokens, cacheWrite5mTokens }: Usage): number {
  return cacheWrite5mTokens ?? cacheWriteTokens - cacheWrite1hTokens
}

function addSplits(a: ModalityTokens, b: ModalityTokens): ModalityTokens {
  return addNumbers({ ...a }, { ...b })
}

/** Adds the numbers of two objects of the same form, at every depth. */
function addNumbers(a: Json, b: Json): Json {
  const sums: Record<string, unknown> = { ...a }
  for (const [name, value] of Object.entries(b)) {
    const before = a[name]
    if (typeof value === 'number') sums[name] = value + (typeof before === 'number' ? before : 0)
    else if (typeof value === 'object' && value !== null) sums[name] = addNumbers(object(before), object(value))
    else sums[name] = value
  }
  return sums
}
