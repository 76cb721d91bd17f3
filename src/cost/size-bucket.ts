/** Upper bounds in billions of parameters, and the entry that prices models up to it. */
type Buckets = readonly (readonly [number, string])[]

const TOGETHER: Buckets = [
  [4, 'together-ai-up-to-4b'],
  [8, 'together-ai-4.1b-8b'],
  [21, 'together-ai-8.1b-21b'],
  [41, 'together-ai-21.1b-41b'],
  [80, 'together-ai-41.1b-80b'],
  [110, 'together-ai-81.1b-110b'],
]

const FIREWORKS: Buckets = [
  [4, 'fireworks-ai-up-to-4b'],
  [16, 'fireworks-ai-4.1b-to-16b'],
  [Number.POSITIVE_INFINITY, 'fireworks-ai-above-16b'],
]

const FIREWORKS_EXPERTS: Buckets = [
  [56, 'fireworks-ai-moe-up-to-56b'],
  [176, 'fireworks-ai-56b-to-176b'],
]

/** The entry for models of this size, at the providers that price unlisted models by size; read off the model's name. */
export function sizeBucket(model: string, provider: string): string | undefined {
  const name = model.toLowerCase()
  const billions = Number(/(\d+)b/.exec(name)?.[1] ?? Number.NaN)
  if (provider === 'together_ai') return pick(TOGETHER, billions)
  if (provider !== 'fireworks_ai') return undefined
  const experts = /(\d+)x(\d+)b/.exec(name)
  const total = experts ? Number(experts[1]) * Number(experts[2]) : Number.NaN
  return pick(FIREWORKS_EXPERTS, total) ?? pick(FIREWORKS, billions) ?? 'fireworks-ai-default'
}

function pick(buckets: Buckets, billions: number): string | undefined {
  return buckets.find(([upTo]) => billions <= upTo)?.[1]
}
