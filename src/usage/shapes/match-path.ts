/**
 * A `match` for the usual case: the path ends in `route`, under any prefix, with or without `/v1`. Azure's
 * `/openai/deployments/{deployment}` and the old `/engines/{model}` are prefixes like any other.
 */
export function matchPath(route: string): (path: string) => string | undefined {
  return (path) => (plainPath(path).endsWith(route) ? route : undefined)
}

const IN_PATH = /\/(?:deployments|engines)\/([^/]+)\//

/** The deployment or engine an Azure-style path names. */
export function deploymentIn(path: string): string | undefined {
  const name = IN_PATH.exec(plainPath(path))?.[1]
  return name === undefined ? undefined : decode(name)
}

/** `path` without query, fragment and trailing slashes. */
export function plainPath(path: string): string {
  let end = path.search(/[?#]/)
  if (end < 0) end = path.length
  while (end > 1 && path.charCodeAt(end - 1) === SLASH) end--
  return path.slice(0, end)
}

/** Percent-decoding that leaves nonsense as it is. */
export function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

const SLASH = 47
