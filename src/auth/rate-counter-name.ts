import type { LimitType, RateDescriptor } from './rate-descriptor.ts'

/** Where calls and batches count for one limit: the same for both. */
export function rateCounterName({ name, value }: Pick<RateDescriptor, 'name' | 'value'>, type: LimitType): string {
  return `{${name}:${value}}:${type}`
}
