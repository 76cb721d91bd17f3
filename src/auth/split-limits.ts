import type { ProjectFacts } from '../types.ts'
import { limitNamed } from './limit-named.ts'
import type { RateDescriptor } from './rate-descriptor.ts'

const SPLIT = [
  ['model_per_project_itpm', 'model_itpm_limit', 'input'],
  ['model_per_project_otpm', 'model_otpm_limit', 'output'],
] as const

/** Projects may limit what goes into a model and what comes out apart from each other, beside both together. */
export function splitLimitsOf(
  { id, modelLimits = {}, metadata }: ProjectFacts,
  model: string,
  asked = model,
): readonly RateDescriptor[] {
  return SPLIT.flatMap(([name, field, counts]) => {
    const [tokens] = [model, asked]
      .flatMap((one) => [limitNamed(modelLimits[field], one), limitNamed(metadata[field], one)])
      .filter((limit) => limit !== undefined)
    return tokens === undefined ? [] : [{ name, value: `${id}:${model}`, limits: { tokens }, counts }]
  })
}

/** Whether it does so for any model. */
export function hasSplitLimits(project: ProjectFacts | undefined): boolean {
  const { modelLimits = {}, metadata = {} } = project ?? {}
  return SPLIT.some(([, field]) => [modelLimits[field], metadata[field]].some(isFilled))
}

function isFilled(limits: unknown): boolean {
  return typeof limits === 'object' && limits !== null && Object.keys(limits).length > 0
}
