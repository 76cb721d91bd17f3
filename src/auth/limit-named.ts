/** The limit for one name, out of `{ name: limit }` in a JSON column. */
export function limitNamed(limits: unknown, name: string): number | undefined {
  if (typeof limits !== 'object' || limits === null || !Object.hasOwn(limits, name)) return undefined
  const limit = (limits as Record<string, unknown>)[name]
  return typeof limit === 'number' ? limit : undefined
}
