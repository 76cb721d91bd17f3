import { pathText } from './config-error.ts'

export type Environment = Readonly<Record<string, string | undefined>>
type Path = readonly (string | number)[]

export interface Resolved {
  readonly value: unknown
  /** References to variables that are not set. Their text stands in `value` unchanged. */
  readonly missing: readonly Missing[]
}

export interface Missing {
  readonly name: string
  readonly path: Path
}

const REFERENCE = 'os.environ/'
const BRACES = /(\$?)\$\{([A-Za-z_]\w*)(:-([^}]*))?\}/g

/**
 * A parsed config with its variables filled in: `os.environ/NAME` as a whole value, as LiteLLM does (and, other than
 * LiteLLM, also inside lists), and `${NAME}` or `${NAME:-default}` anywhere in a text. `$${NAME}` stays `${NAME}`.
 * A whole value of `true` or `false` becomes a boolean, as LiteLLM's `get_secret` makes it. Keys are left alone.
 */
export function resolveReferences(value: unknown, env: Environment): Resolved {
  const missing: Missing[] = []
  return { value: walk(value, []), missing }

  function walk(node: unknown, path: Path): unknown {
    if (typeof node === 'string') return fill(node, path)
    if (Array.isArray(node)) return node.map((item, index) => walk(item, [...path, index]))
    if (!isPlainObject(node)) return node
    return Object.fromEntries(Object.entries(node).map(([key, item]) => [key, walk(item, [...path, key])]))
  }

  function fill(text: string, path: Path): unknown {
    if (text.startsWith(REFERENCE)) {
      const name = text.slice(REFERENCE.length)
      return toValue(env[name] ?? lack(name, path, text))
    }
    const filled = text.replace(BRACES, (whole, escaped, name, hasDefault, fallback) => {
      if (escaped) return whole.slice(1)
      // As in a shell, `:-` also covers a variable that is set but empty.
      return hasDefault ? env[name] || fallback : (env[name] ?? lack(name, path, whole))
    })
    return filled === text ? text : toValue(filled)
  }

  function lack(name: string, path: Path, text: string): string {
    missing.push({ name, path })
    return text
  }
}

/** Whether a variable is `true` or `1`, in any case. */
export function isTrue(variable: string | undefined): boolean {
  return /^(true|1)$/i.test(variable ?? '')
}

/** The first of these variables that is set and not empty. */
export function firstOf(env: Environment, names: readonly string[] = []): string | undefined {
  return names.map((name) => env[name]).find(Boolean)
}

/** The environment with a config's `environment_variables` on top. A reference that leads nowhere sets nothing. */
export function withVariables(env: Environment, variables: unknown): Environment {
  if (!isPlainObject(variables)) return env
  const added = Object.entries(variables).flatMap(([name, value]) => {
    const resolved = resolveReferences(value, env)
    return value === null || resolved.missing.length > 0 ? [] : [[name, String(resolved.value)] as const]
  })
  return { ...env, ...Object.fromEntries(added) }
}

export function missingText({ name, path }: Missing): string {
  return `\`${pathText(path)}\` refers to the environment variable ${name}, which is not set. Set it, or remove the reference.`
}

function toValue(text: string): string | boolean {
  const word = text.trim().toLowerCase()
  return word === 'true' || word === 'false' ? word === 'true' : text
}

/** Class instances (a store, a date) are passed through as they are. */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false
  const prototype = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}
