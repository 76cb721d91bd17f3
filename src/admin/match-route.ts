export interface Matched<T> {
  readonly value: T
  readonly route: string
  readonly params: Readonly<Record<string, string>>
}

/** Finds what a table has under `METHOD /path/{name}`. Exact paths go before those with names in them. */
export function createRouteMatcher<T>(table: Readonly<Record<string, T>>) {
  const exact = new Map(Object.entries(table).filter(([route]) => !route.includes('{')))
  const patterns = Object.entries(table)
    .filter(([route]) => route.includes('{'))
    .map(([route, value]) => ({ route, value, regex: new RegExp(`^${route.replace(/\{(\w+)\}/g, '(?<$1>[^/]+)')}$`) }))

  return function matchRoute(method: string, path: string): Matched<T> | undefined {
    const route = `${method} ${path}`
    const found = exact.get(route)
    if (found !== undefined) return { value: found, route: path, params: {} }
    for (const pattern of patterns) {
      const groups = pattern.regex.exec(route)?.groups
      if (groups) return { value: pattern.value, route: pathOf(pattern.route), params: decoded(groups) }
    }
    return undefined
  }
}

function pathOf(route: string): string {
  return route.slice(route.indexOf(' ') + 1)
}

function decoded(groups: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(groups).map(([name, value]) => [name, decode(value)]))
}

function decode(value: string): string {
  try {
    return decodeURIComponent(value)
  } catch {
    return value
  }
}
