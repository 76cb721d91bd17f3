export interface Difference {
  readonly path: string
  readonly theirs: unknown
  readonly ours: unknown
}

/** Where two values differ, member by member: `row > metadata.status`. Numbers are compared to twelve digits. */
export function differences(theirs: unknown, ours: unknown, path = '', depth = 0): Difference[] {
  if (depth > 0 && isEmpty(theirs) !== isEmpty(ours)) return [{ path, theirs: summary(theirs), ours: summary(ours) }]
  if (isMembers(theirs) || isMembers(ours)) {
    const [a, b] = [theirs ?? {}, ours ?? {}] as Record<string, unknown>[]
    const names = [...new Set([...Object.keys(a!), ...Object.keys(b!)])]
    return names.flatMap((name) => differences(a![name], b![name], joined(path, name, depth), depth + 1))
  }
  return isSame(theirs, ours) ? [] : [{ path, theirs, ours }]
}

/** Nothing was written, or not told: one difference, not one of each member. */
function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || (isMembers(value) && Object.keys(value as object).length === 0)
}

function summary(value: unknown): unknown {
  return isMembers(value) ? `{ ${Object.keys(value as object).join(', ')} }` : value
}

function joined(path: string, name: string, depth: number): string {
  if (path === '') return name
  return depth === 1 ? `${path} > ${name}` : `${path}.${name}`
}

function isMembers(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isSame(a: unknown, b: unknown): boolean {
  if (typeof a === 'number' && typeof b === 'number') return Math.abs(a - b) <= 1e-12
  return JSON.stringify(a) === JSON.stringify(b)
}
